import type { OutboundContent } from '../../channel';
import { blocksOf, htmlOf, leaving, leavingMark, safe, textOf } from '../campaigns/mail-markdown';
import { filled, type TemplateParts } from '../campaigns/template-parts';

/** Who writes, beneath every mail: the law of many countries wants it. */
export interface Imprint {
  company: string;
  address?: string;
}
interface Around {
  instead?(url: string): string;
  unsubscribe?: string;
  imprint?: Imprint;
}
type Words = { body: string; parts?: TemplateParts };

/** A mail as text and as HTML of the same words. Nothing that a person is called can become markup, and no line of it a header. */
export function mailOf(
  { body, parts = {} }: Words,
  values: readonly string[],
  around: Around,
): OutboundContent & { kind: 'email' } {
  const { unsubscribe = '', imprint, instead = (url: string) => url } = around;
  const blocks = blocksOf(body.replace(leavingMark, unsubscribe ? leaving : ''));
  const filling = { values, instead: (url: string) => (url === leaving ? unsubscribe : instead(url)) };
  const foot = [imprint?.company, imprint?.address].filter(Boolean).join(' · ');
  return {
    kind: 'email',
    subject: oneLine(filled(parts.subject ?? '', values)),
    text: [textOf(blocks, filling), foot].filter(Boolean).join('\n\n-- \n').toWellFormed(),
    html: [
      '<!doctype html><html><body style="font-family:sans-serif;line-height:1.5;max-width:36em">',
      parts.preheader &&
        `<div style="display:none;max-height:0;overflow:hidden">${safe(filled(parts.preheader, values))}</div>`,
      htmlOf(blocks, filling),
      foot && `<p><small>${safe(foot)}</small></p>`,
      '</body></html>',
    ]
      .filter(Boolean)
      .join('\n'),
    ...(unsubscribe && { unsubscribe }),
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
