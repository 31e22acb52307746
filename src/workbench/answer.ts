import {
  type Entities,
  entitiesIn,
  type Names,
  type Understanding,
  type UnderstandingEngine,
} from '../conversation/understand';
import type { TestLine } from './lines';

/** What the product would do with one line, as a first message. */
export interface Answer {
  line: TestLine;
  /** The intent acted upon: a hold counts as opt-out, a choice between intents as none. */
  got: string;
  suppressed: boolean;
  held: boolean;
  erasureProposed: boolean;
  heard: Understanding;
  /** Reads any other text as the line's own is read. */
  read: (text: string) => Entities;
  zone: string;
  milliseconds: number;
}

/** Tuesday, 1 December 2026, 10:30 in Santiago: a text must not mean something else tomorrow. */
export const NOW = new Date('2026-12-01T13:30:00Z');
export const ZONES = { es: 'America/Santiago', en: 'America/Chicago', pt: 'America/Sao_Paulo' } as const;

/** Said to a team's bot, a courtesy is no act, and whoever is known needs no link. */
const NO_ACT: ReadonlySet<string> = new Set(['greeting', 'thanks', 'affirm', 'deny', 'link']);

/** Members know the tenant's names. */
export const answerTo = (engine: UnderstandingEngine, line: TestLine, names?: Names): Answer => {
  const { text, audience, language } = line;
  const zone = ZONES[language];
  const known = names && audience !== 'recipient' ? { names } : {};
  const question = { text, audience, language, now: NOW, zone, ...known };
  const began = process.hrtime.bigint();
  const heard = engine.understand(question);
  const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
  const idle = line.audience !== 'recipient' && heard.intent !== line.intent && NO_ACT.has(heard.intent);
  const leaves = heard.intent === 'opt-out';
  return {
    line,
    got: idle ? 'none' : heard.intent,
    suppressed: leaves && heard.strength === 'strong',
    held: leaves && heard.strength === 'weak',
    erasureProposed: [heard.intent, ...heard.also].includes('delete-data'),
    heard,
    read: (other) => entitiesIn({ text: other, audience, language, now: NOW, zone }, [heard.language]),
    zone,
    milliseconds,
  };
};

export const isRight = ({ line, got }: Answer): boolean => got === line.intent || line.also.includes(got);
