import type { Understanding, UnderstandingEngine } from '../conversation/understand';
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
  milliseconds: number;
}

/** Tuesday, 1 December 2026, 10:30 in Santiago: a text must not mean something else tomorrow. */
export const NOW = new Date('2026-12-01T13:30:00Z');
export const ZONES = { es: 'America/Santiago', en: 'America/Chicago', pt: 'America/Sao_Paulo' } as const;

/** Said to a team's bot, a courtesy is no act, and whoever is known needs no link. */
const NO_ACT: ReadonlySet<string> = new Set(['greeting', 'thanks', 'affirm', 'deny', 'link']);

export const answerTo = (engine: UnderstandingEngine, line: TestLine): Answer => {
  const began = process.hrtime.bigint();
  const heard = engine.understand({
    text: line.text,
    audience: line.audience,
    language: line.language,
    now: NOW,
    zone: ZONES[line.language],
  });
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
    milliseconds,
  };
};

export const isRight = ({ line, got }: Answer): boolean => got === line.intent || line.also.includes(got);
