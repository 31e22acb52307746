import { createUnderstanding, cuesIn, type Explained } from '../conversation/understand';
import type { Language } from '../intent';
import { NOW, ZONES } from './answer';
import { INTENTS, MODELS } from './folders';
import type { TestLine } from './lines';
import type { Report } from './report';

export interface Trial {
  text: string;
  audience: TestLine['audience'];
  language: Language;
}

/** `npm run intents:try -- "text"`: how the answer to one sentence comes about. */
export const tryOut = async ({ text, audience, language }: Trial, asJson: boolean): Promise<Report> => {
  const engine = await createUnderstanding(INTENTS, MODELS);
  const explained = engine.explain({ text, audience, language, now: NOW, zone: ZONES[language] });
  const cues = cuesIn(explained.reading.text, explained.reading.languages);
  return {
    text: asJson ? JSON.stringify({ ...explained, cues }, null, 2) : told(explained, cues).join('\n'),
    failed: false,
  };
};

const line = (label: string, said: string): string => `${label.padEnd(12)}${said}`;

const told = (
  { understanding, reading, heard, decision, classified }: Explained,
  cues: ReturnType<typeof cuesIn>,
): string[] => {
  const { intent, strength, also, candidates, slots, unclear, because } = understanding;
  const flags = Object.entries(heard).flatMap(([name, value]) =>
    value === false || value === undefined || (Array.isArray(value) && value.length === 0)
      ? []
      : [value === true ? name : `${name}: ${value}`],
  );
  return [
    line('read as', reading.text),
    line('language', reading.languages.join(', then ')),
    ...cues.map(({ cue, words }, at) => line(at === 0 ? 'cues' : '', `${cue}: “${words}”`)),
    line('words say', flags.join(', ') || 'nothing'),
    ...(classified?.guesses.slice(0, 5) ?? []).map(({ intent: id, activation }, at) =>
      line(at === 0 ? 'resembles' : '', `${id.padEnd(20)} ${activation.toFixed(2)}`),
    ),
    ...(classified ? [line('unknown', `${Math.round(classified.unknown * 100)} % of its words`)] : []),
    ...(decision.guarded ? [line('guarded', decision.guarded)] : []),
    line(
      'decided',
      `${intent}, ${strength}${intent === 'opt-out' && strength === 'weak' ? ' (holds promotions and asks)' : ''}`,
    ),
    ...(also.length > 0 ? [line('and then', also.join(', '))] : []),
    ...(candidates.length > 0 ? [line('or asks', candidates.join(' or '))] : []),
    ...Object.entries(slots).map(([slot, value]) =>
      line(slot, value instanceof Date ? value.toISOString() : String(value)),
    ),
    ...(unclear ? [line(unclear, 'said, but past or ambiguous: to be asked')] : []),
    line('because', because.join(', ')),
  ];
};
