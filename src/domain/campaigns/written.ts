import type { WrittenTemplate } from '../../channel';
import { fill, type TemplateButton, type TemplateParts, type Variable } from './template-parts';

interface Words {
  name: string;
  language: string;
  category: string;
  body: string;
  variables: readonly Variable[];
  parts?: TemplateParts;
}

/** As it is handed in for review: what stands for a place where we don't know better is its example. @param sample of its picture, video or paper */
export function writtenOf({ variables, parts = {}, ...words }: Words, sample?: string): WrittenTemplate {
  const { name, language, category, body } = words;
  const { header, footer, buttons = [] } = parts;
  const [example] = header?.kind === 'text' && header.variable ? fill([header.variable], {}) : [];
  return {
    ...{ name, language, category, body, examples: fill(variables, {}) },
    ...(header?.kind === 'text' && { header: { kind: 'text', text: header.text, ...(example && { example }) } }),
    ...(header && header.kind !== 'text' && { header: { kind: header.kind, ...(sample && { sample }) } }),
    ...(footer && { footer }),
    buttons: buttons.map(handedIn),
  };
}

function handedIn(button: TemplateButton): WrittenTemplate['buttons'][number] {
  if (button.kind !== 'url') return button;
  const { kind, label, url, ending = '' } = button;
  return { kind, label, url, ...(url.includes(place) && { example: url.replace(place, ending) }) };
}

const place = '{{1}}';
// What a name commonly follows.
const greeting =
  /(?:^|[\s¡!])(?:hola|buenas|estimad[oa]|querid[oa]|hi|hello|hey|dear|ol[áa]|oi|prezad[oa]|car[oa])[\s,]+$/i;

/** What fills the places of a template that was written elsewhere: whoever is greeted has a name, the rest is its example. */
export function variablesOf(body: string, examples: readonly string[], before: readonly Variable[] = []): Variable[] {
  const count = Math.max(0, ...[...body.matchAll(/\{\{([1-9]\d*)\}\}/g)].map(([, number]) => Number(number)));
  return Array.from({ length: Math.min(count, 50) }, (_, at) => {
    const known = before[at];
    if (known) return known;
    const example = examples[at] ?? '';
    const isGreeted = greeting.test(body.split(`{{${at + 1}}}`)[0] ?? '');
    return isGreeted ? { from: 'name', otherwise: example } : { text: example };
  });
}

/** What is around the words of a template that was written elsewhere. */
export function partsOf(
  { header, footer, buttons, examples: _ }: WrittenTemplate,
  before: TemplateParts = {},
): TemplateParts {
  return {
    ...(header?.kind === 'text' && {
      header: {
        kind: 'text',
        text: header.text,
        ...(header.text.includes(place) && { variable: headerVariable(before) ?? { text: header.example ?? '' } }),
      },
    }),
    ...(header && header.kind !== 'text' && { header: { kind: header.kind } }),
    ...(footer && { footer }),
    ...(buttons.length > 0 && { buttons: buttons.map((one, at) => asButton(one, before.buttons?.[at])) }),
  };
}

const headerVariable = ({ header }: TemplateParts): Variable | undefined =>
  header?.kind === 'text' ? header.variable : undefined;

function asButton(button: WrittenTemplate['buttons'][number], before: TemplateButton | undefined): TemplateButton {
  if (button.kind !== 'url') return button;
  const { kind, label, url, example } = button;
  if (!url.endsWith(place)) return { kind, label, url };
  const kept = before?.kind === 'url' && before.url === url ? before.ending : undefined;
  const base = url.slice(0, -place.length);
  return {
    kind,
    label,
    url,
    ending: kept ?? (example?.startsWith(base) ? example.slice(base.length) : (example ?? '')),
  };
}
