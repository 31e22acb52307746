import type { KeptTemplate, MediumKind, WrittenTemplate } from '../../src/channel';
import { type Json, list, object, text } from './json';

const kinds: Readonly<Record<string, MediumKind>> = { IMAGE: 'image', VIDEO: 'video', DOCUMENT: 'document' };
type Button = WrittenTemplate['buttons'][number];

/** As Meta wants it handed in. */
export function componentsOf({ body, examples, header, footer, buttons }: WrittenTemplate): Json[] {
  return [
    ...(header ? [headerOf(header)] : []),
    { type: 'BODY', text: body, ...(examples.length > 0 && { example: { body_text: [examples] } }) },
    ...(footer ? [{ type: 'FOOTER', text: footer }] : []),
    ...(buttons.length > 0 ? [{ type: 'BUTTONS', buttons: buttons.map(buttonOf) }] : []),
  ];
}

function headerOf(header: NonNullable<WrittenTemplate['header']>): Json {
  if (header.kind === 'text') {
    const { text: words, example } = header;
    return { type: 'HEADER', format: 'TEXT', text: words, ...(example && { example: { header_text: [example] } }) };
  }
  const { kind, sample } = header;
  return {
    type: 'HEADER',
    format: kind.toUpperCase(),
    ...(sample && { example: { header_handle: [sample] } }),
  };
}

function buttonOf(button: Button): Json {
  if (button.kind === 'reply') return { type: 'QUICK_REPLY', text: button.label };
  if (button.kind === 'phone') return { type: 'PHONE_NUMBER', text: button.label, phone_number: button.phone };
  const { label, url, example } = button;
  return { type: 'URL', text: label, url, ...(example && { example: [example] }) };
}

/** What Meta keeps, as far as it can be written here; the rest makes it foreign. Never throws. */
export function keptOf(given: Json): KeptTemplate | undefined {
  const [id, name, language] = [text(given.id), text(given.name), text(given.language)];
  if (!id || !name || !language) return undefined;
  const components = list(given.components);
  const of = (type: string): Json | undefined => components.find((one) => upper(one.type) === type);
  const body = of('BODY');
  const header = headerIn(of('HEADER'));
  const buttons = list(of('BUTTONS')?.buttons).map(buttonIn);
  const footer = text(of('FOOTER')?.text);
  const why = text(given.rejected_reason);
  const isNamed = upper(given.parameter_format) === 'NAMED';
  const isForeign =
    isNamed ||
    header === 'foreign' ||
    buttons.includes(undefined) ||
    components.some((one) => !['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].includes(upper(one.type)));
  return {
    ...{ id, name, language, body: text(body?.text) ?? '', examples: examplesIn(body) },
    ...{ category: upper(given.category), status: upper(given.status) },
    quality: upper(object(given.quality_score).score) || 'UNKNOWN',
    ...(header && header !== 'foreign' && { header }),
    ...(footer && { footer }),
    buttons: buttons.filter((one): one is Button => one !== undefined),
    ...(why && why !== 'NONE' && { why }),
    ...(isForeign && { isForeign }),
  };
}

function headerIn(header: Json | undefined): WrittenTemplate['header'] | 'foreign' {
  if (!header) return undefined;
  const format = upper(header.format);
  const kind = kinds[format];
  if (kind) return { kind };
  const words = text(header.text);
  if (format !== 'TEXT' || !words) return 'foreign';
  const [example] = strings(object(header.example).header_text);
  return { kind: 'text', text: words, ...(example && { example }) };
}

const examplesIn = (body: Json | undefined): string[] => {
  const all = object(body?.example).body_text;
  return Array.isArray(all) ? strings(all[0]) : [];
};

function buttonIn(button: Json): Button | undefined {
  const label = text(button.text) ?? '';
  const [url, phone] = [text(button.url), text(button.phone_number)];
  const [example] = strings(button.example);
  const type = upper(button.type);
  if (type === 'QUICK_REPLY') return { kind: 'reply', label };
  if (type === 'URL' && url) return { kind: 'url', label, url, ...(example && { example }) };
  return type === 'PHONE_NUMBER' && phone ? { kind: 'phone', label, phone } : undefined;
}

const upper = (value: unknown): string => (text(value) ?? '').toUpperCase();
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.map((one) => text(one) ?? '') : [text(value)].filter((one) => one !== undefined);
