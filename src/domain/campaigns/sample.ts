import { blocksOf, leaving, leavingMark, textOf } from './mail-markdown';
import { fill, filled } from './template-parts';
import type { TemplateRow } from './templates.table';

const wordedLeaving = /\]\(\{\{\s*unsubscribe\s*\}\}\)/g;

/** The template's words as they are read: of a mail without its markup, and the link to leave, which is everybody's own, as its words alone. */
export function readable({ channel, body }: Pick<TemplateRow, 'channel' | 'body'>, values: readonly string[]): string {
  if (channel !== 'email') return filled(body, values);
  const words = body.replace(wordedLeaving, `](${leaving})`).replace(leavingMark, 'https://…');
  const filling = { values, instead: (url: string) => (url === leaving ? '' : url) };
  return textOf(blocksOf(words), filling, { strong: '*', em: '_' });
}

/** The same as somebody would read it whose name we do not know. */
export const sampleOf = ({ variables, ...words }: Pick<TemplateRow, 'channel' | 'body' | 'variables'>): string =>
  readable(words, fill(variables, {}));
