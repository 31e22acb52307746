import type { ButtonValue, OutboundContent, TemplateHeader } from '../../channel';
import { fill, filled, type TemplateParts } from '../campaigns/template-parts';
import type { TemplateRow } from '../campaigns/templates.table';
import { type Imprint, mailOf } from './rendering-mail';

/** What differs by message and stands in no template. */
export interface Around {
  /** Instead of an address in the words of an SMS or mail: one that is counted. */
  instead?(url: string): string;
  /** What is put at the end of a button's address; undefined: the template's own. @param url whole, as it would be without; button: its place among all */
  ending?(url: string, button: number): string | undefined;
  /** By which this person leaves; every mail carries it. */
  unsubscribe?: string;
  /** What the provider calls its copy of the picture, video or paper above the words. */
  medium?: { id: string; name?: string };
  /** Who writes, as it stands beneath a mail. */
  imprint?: Imprint;
}

type Words = Pick<TemplateRow, 'channel' | 'name' | 'language' | 'body' | 'variables'> & { parts?: TemplateParts };
type Person = { name?: string };

/** What leaves for this person: a template's values for WhatsApp, the whole words for SMS, a whole mail. The same for the same, always. */
export function render(template: Words, person: Person, around: Around = {}): OutboundContent {
  const values = fill(template.variables, person);
  if (template.channel === 'sms') return { kind: 'text', text: counted(filled(template.body, values), around) };
  if (template.channel === 'email') return mailOf(template, values, around);
  const { name, language, parts = {} } = template;
  const header = headerOf(parts, person, around);
  const buttons = (parts.buttons ?? []).map((_, at) => buttonOf(parts, at, around));
  return {
    ...{ kind: 'template', name, language, variables: values },
    ...(header && { header }),
    ...(buttons.some((one) => one !== null) && { buttons }),
  };
}

function headerOf({ header }: TemplateParts, person: Person, { medium }: Around): TemplateHeader | undefined {
  if (!header) return undefined;
  if (header.kind !== 'text') return medium && { kind: header.kind, media: medium.id, ...nameOf(medium) };
  return header.variable && { kind: 'text', text: fill([header.variable], person)[0] ?? '' };
}

const nameOf = ({ name }: { name?: string }) => (name ? { name } : {});

function buttonOf({ buttons = [] }: TemplateParts, at: number, { ending }: Around): ButtonValue {
  const button = buttons[at];
  if (button?.kind !== 'url' || !button.url.endsWith(place)) return null;
  const own = button.ending ?? '';
  return { suffix: ending?.(button.url.slice(0, -place.length) + own, at) ?? own };
}

const place = '{{1}}';
const address = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

const counted = (words: string, { instead }: Around): string =>
  instead ? words.replace(address, (url) => instead(url)) : words;
