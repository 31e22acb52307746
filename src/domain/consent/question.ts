import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

const languages = ['es', 'en', 'pt'] as const;
type Said = Readonly<Record<string, string>>;
const words = load(readFileSync(join(__dirname, 'question.yaml'), 'utf8')) as Readonly<{
  months: number | null;
  question: Said;
  frequencies: Readonly<Record<string, Said>>;
  channels: Readonly<Record<string, Said>>;
  and: Said;
  join: Said;
}>;

export type SignUpFrequency = 'weekly' | 'fortnightly' | 'monthly';

export interface Asking {
  company: string;
  legal: string;
  channels: readonly string[];
  frequency: SignUpFrequency;
  /** Where rights and the policy are told. */
  link: string;
}

export interface Question {
  version: string;
  bodies: Readonly<Record<string, string>>;
  /** How long a yes to it holds; null: until it is taken back. */
  months: number | null;
}

/** The question in each language, and the version that these very words have: other words are another version by themselves. */
export function questionOf(asking: Asking): Question {
  const { months } = words;
  const bodies = Object.fromEntries(languages.map((language) => [language, inLanguage(asking, language)]));
  const hash = createHash('sha256')
    .update(JSON.stringify(months ? { ...bodies, months } : bodies))
    .digest('hex');
  return { version: `alta-${hash.slice(0, 8)}`, bodies, months };
}

function inLanguage({ channels, frequency, ...asking }: Asking, language: string): string {
  const vars: Said = {
    ...asking,
    // The sentence has its own full stop: “S.A.” ends in it.
    legal: asking.legal.replace(/\.$/, ''),
    channels: listed(
      channels.map((channel) => words.channels[channel]?.[language] ?? channel),
      words.and[language] ?? '',
    ),
    frequency: words.frequencies[frequency]?.[language] ?? '',
  };
  return (words.question[language] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => vars[name] ?? '').trim();
}

/** `ALTA tienda-7f3k`: what the link has the person send. */
export const joinMessage = (code: string, language: string): string =>
  `${words.join[language] ?? words.join.es} ${code}`;

const listed = (names: readonly string[], and: string): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${and} ${names.at(-1)}`;
