import { AUDIENCES } from '../conversation/understand';
import { type Answer, isRight } from './answer';
import type { EntityFigures } from './entity-figures';

interface Score {
  n: number;
  accuracy: number;
  macroF1: number;
}
interface IntentScore {
  n: number;
  precision: number;
  recall: number;
  f1: number;
}

/** Rates are fractions of 1, times milliseconds. Where nothing was counted a rate is null. */
export interface Figures extends Score {
  perAudience: Record<string, Score>;
  perLang: Record<string, Score>;
  perIntent: Record<string, IntentScore>;
  optOut: {
    n: number;
    recall: number | null;
    suppressed: number | null;
    held: number | null;
    falseAlarms: number;
    falseAlarmRate: number | null;
    falseHolds: number;
    falseHoldRate: number | null;
  };
  deleteData: { n: number; recall: number | null; falseProposals: number; falseProposalRate: number | null };
  none: { n: number; recall: number | null };
  entities: EntityFigures;
  latency: { p50: number; p99: number; perSecond: number };
  errors: { text: string; expected: string; got: string }[];
}

/** Whoever says one of these wants less of us: to stop writing to them is no mistake. */
const WANTS_LESS = ['opt-out', 'delete-data', 'object-processing', 'block-processing', 'report-spam', 'is-minor'];
const TAGS = { es: 'es-CL', en: 'en', pt: 'pt-BR' } as const;

const rate = (part: number, of: number): number | null => (of === 0 ? null : part / of);
const count = <T>(all: readonly T[], that: (one: T) => boolean): number => all.filter(that).length;

/** The answer as it is scored: another right one counts as the one that was asked for. */
const scored = (answer: Answer): string => (isRight(answer) ? answer.line.intent : answer.got);

const intentScores = (answers: readonly Answer[]): Record<string, IntentScore> => {
  const ids = new Set(answers.flatMap((answer) => [answer.line.intent, scored(answer)]));
  return Object.fromEntries(
    [...ids].sort().map((id) => {
      const n = count(answers, ({ line }) => line.intent === id);
      const said = count(answers, (answer) => scored(answer) === id);
      const right = count(answers, (answer) => answer.line.intent === id && scored(answer) === id);
      const precision = said === 0 ? 0 : right / said;
      const recall = n === 0 ? 0 : right / n;
      const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
      return [id, { n, precision, recall, f1 }];
    }),
  );
};

const score = (answers: readonly Answer[]): Score => {
  const asked = Object.values(intentScores(answers)).filter(({ n }) => n > 0);
  return {
    n: answers.length,
    accuracy: rate(count(answers, isRight), answers.length) ?? 0,
    macroF1:
      rate(
        asked.reduce((sum, { f1 }) => sum + f1, 0),
        asked.length,
      ) ?? 0,
  };
};

const leaving = (answers: readonly Answer[]): Figures['optOut'] => {
  const recipients = answers.filter(({ line }) => line.audience === 'recipient');
  const wishes = recipients.filter(({ line }) => line.intent === 'opt-out');
  const others = recipients.filter(({ line }) => !WANTS_LESS.some((id) => [line.intent, ...line.also].includes(id)));
  const falseAlarms = count(others, ({ suppressed }) => suppressed);
  const falseHolds = count(others, ({ held }) => held);
  return {
    n: wishes.length,
    recall: rate(
      count(wishes, ({ suppressed, held }) => suppressed || held),
      wishes.length,
    ),
    suppressed: rate(
      count(wishes, ({ suppressed }) => suppressed),
      wishes.length,
    ),
    held: rate(
      count(wishes, ({ held }) => held),
      wishes.length,
    ),
    falseAlarms,
    falseAlarmRate: rate(falseAlarms, others.length),
    falseHolds,
    falseHoldRate: rate(falseHolds, others.length),
  };
};

const erasing = (answers: readonly Answer[]): Figures['deleteData'] => {
  const recipients = answers.filter(({ line }) => line.audience === 'recipient');
  const wishes = recipients.filter(({ line }) => line.intent === 'delete-data');
  const others = recipients.filter(({ line }) => ![line.intent, ...line.also].includes('delete-data'));
  const falseProposals = count(others, ({ erasureProposed }) => erasureProposed);
  return {
    n: wishes.length,
    recall: rate(
      count(wishes, ({ erasureProposed }) => erasureProposed),
      wishes.length,
    ),
    falseProposals,
    falseProposalRate: rate(falseProposals, others.length),
  };
};

const latency = (answers: readonly Answer[]): Figures['latency'] => {
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  const all = times.reduce((sum, time) => sum + time, 0);
  return { p50: at(0.5), p99: at(0.99), perSecond: all === 0 ? 0 : Math.round((1000 * times.length) / all) };
};

const per = (answers: readonly Answer[], keys: readonly string[], keyOf: (answer: Answer) => string) =>
  Object.fromEntries(keys.map((key) => [key, score(answers.filter((answer) => keyOf(answer) === key))]));

/** Everything that is counted over a test set. */
export const figuresOf = (answers: readonly Answer[], entities: EntityFigures): Figures => {
  const nothing = answers.filter(({ line }) => line.intent === 'none');
  return {
    ...score(answers),
    perAudience: per(answers, AUDIENCES, ({ line }) => line.audience),
    perLang: per(answers, Object.values(TAGS), ({ line }) => TAGS[line.language]),
    perIntent: intentScores(answers),
    optOut: leaving(answers),
    deleteData: erasing(answers),
    none: { n: nothing.length, recall: rate(count(nothing, isRight), nothing.length) },
    entities,
    latency: latency(answers),
    errors: answers
      .filter((answer) => !isRight(answer))
      .map(({ line, got }) => ({ text: line.text, expected: line.intent, got })),
  };
};
