/** What fills a place of a template for a person: their first name, with what stands for it where we don't know it, or always the same words. */
export type Variable = { from: 'name'; otherwise: string } | { text: string };

export type MediumKind = 'image' | 'video' | 'document';

/** `reply` sends its label back. `url` ends with `{{1}}` where its end is filled at sending; `ending`: with what, unless a link is counted. */
export type TemplateButton =
  | { kind: 'reply'; label: string }
  | { kind: 'url'; label: string; url: string; ending?: string }
  | { kind: 'phone'; label: string; phone: string };

/** What is around a template's words. Of WhatsApp: header, footer, buttons. Of a mail: subject, and what its list shows beneath. */
export interface TemplateParts {
  header?: { kind: 'text'; text: string; variable?: Variable } | { kind: MediumKind };
  footer?: string;
  buttons?: readonly TemplateButton[];
  subject?: string;
  preheader?: string;
}

/** What the places stand for, in their order. */
export const fill = (variables: readonly Variable[], person: { name?: string }): string[] =>
  variables.map((one) => ('text' in one ? one.text : person.name?.trim().split(/\s+/)[0] || one.otherwise));

/** `{{1}}` becomes the first value, and so on; a place without one stays as it is. */
export const filled = (words: string, values: readonly string[]): string =>
  words.replace(/\{\{(\d+)\}\}/g, (whole, place) => values[Number(place) - 1] ?? whole);

/** The numbers of the places in it, each once, from the lowest. */
export const places = (words: string): number[] =>
  [...new Set([...words.matchAll(/\{\{([1-9]\d*)\}\}/g)].map(([, number]) => Number(number)))].sort((a, b) => a - b);
