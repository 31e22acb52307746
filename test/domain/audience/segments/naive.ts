import fc from 'fast-check';
import type { Condition, DayBound, Expression } from '../../../../src/domain/audience/segments/expression';

/** One person as the test knows them. Days are counted back from today. */
export interface Someone {
  id: string;
  attributes: readonly { key: string; value: string }[];
  consented: number;
  stopped: number;
  held: number;
  language: string;
  country: string;
  joined: number;
  wrote: number | undefined;
  messages: readonly {
    campaign: number;
    state: string;
    accepted: number | undefined;
    did: readonly ('clicked' | 'replied' | 'reacted')[];
  }[];
}

/** Noon of Tuesday 1 December 2026 in Santiago. */
export const noon = new Date('2026-12-01T15:00:00Z');
export const zone = 'America/Santiago';
const dayMs = 86_400_000;
export const daysAgo = (days: number): Date => new Date(noon.getTime() - days * dayMs);
const dayOf = (days: number): string => daysAgo(days).toISOString().slice(0, 10);
const bits = { whatsapp: 1, sms: 2, email: 4 };

const boundDay = (bound: DayBound): string => ('day' in bound ? bound.day : dayOf(bound.ago));
type Ends = { over?: unknown; under?: unknown; from?: unknown; to?: unknown };
const within = <T extends string | number>(value: T | undefined, range: Ends, read: (bound: never) => T): boolean => {
  if (value === undefined) return false;
  const { over, under, from, to } = range;
  return (
    (over === undefined || value > read(over as never)) &&
    (under === undefined || value < read(under as never)) &&
    (from === undefined || value >= read(from as never)) &&
    (to === undefined || value <= read(to as never))
  );
};
const asNumber = (value: string): number | undefined =>
  /^-?\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : undefined;
const asDay = (value: string): string | undefined =>
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value) ? value : undefined;

/** Whether an expression means a person, as plainly as it can be written. */
export function isMeant(expression: Expression, one: Someone): boolean {
  if ('and' in expression) return expression.and.every((child) => isMeant(child, one));
  if ('or' in expression) return expression.or.some((child) => isMeant(child, one));
  if ('not' in expression && !('attribute' in expression)) return !isMeant(expression.not, one);
  return fits(expression as Condition, one);
}

function fits(condition: Condition, one: Someone): boolean {
  if ('unknown' in condition) return false;
  if ('tag' in condition) return one.attributes.some(({ key, value }) => key === 'tag' && value === condition.tag);
  if ('language' in condition) return one.language === condition.language;
  if ('country' in condition) return one.country === condition.country;
  if ('consent' in condition) return consentOf(one, bits[condition.channel]) === condition.consent;
  if ('date' in condition) {
    const days = condition.date === 'joined' ? one.joined : one.wrote;
    return within(days === undefined ? undefined : dayOf(days), condition as Ends, boundDay);
  }
  if ('did' in condition) return hasDone(condition, one);
  const values = one.attributes.filter(({ key }) => key === condition.attribute).map(({ value }) => value);
  return values.some((value) => compares(condition, value));
}

function compares(condition: Extract<Condition, { attribute: string }>, value: string): boolean {
  if ('known' in condition) return true;
  if ('in' in condition) return condition.in.includes(value);
  if ('is' in condition) return (typeof condition.is === 'number' ? asNumber(value) : value) === condition.is;
  if ('not' in condition) {
    const known = typeof condition.not === 'number' ? asNumber(value) : value;
    return known !== undefined && known !== condition.not;
  }
  const isNumeric = Object.values(condition).some((end) => typeof end === 'number');
  return isNumeric
    ? within(asNumber(value), condition as Ends, (bound: number) => bound)
    : within(asDay(value), condition as Ends, boundDay);
}

const consentOf = ({ consented, stopped, held }: Someone, bit: number): string => {
  if (stopped & bit) return 'left';
  if (held & bit) return 'held';
  return consented & bit ? 'given' : 'none';
};

function hasDone(condition: Extract<Condition, { did: string }>, one: Someone): boolean {
  const isRecent = (days: number | undefined, last: number) => days !== undefined && days < last;
  if ('days' in condition && condition.did === 'replied') return isRecent(one.wrote, condition.days);
  return one.messages.some(({ campaign, state, accepted, did }) => {
    if ('campaign' in condition ? campaign !== condition.campaign : !isRecent(accepted, condition.days)) return false;
    if (condition.did === 'read') return state === 'read';
    if (condition.did === 'received') return ['delivered', 'read'].includes(state);
    return did.some((one) => one === condition.did);
  });
}

const hostile = ["O'Higgins", `x'; DROP TABLE contact; --`, '$1', '%', '\\', 'a"b', '$$', '🌵', 'ñandú'];
export const keys = ['region', 'compras', 'última compra', "k'y; --"];
const words = fc.constantFrom('RM', 'Valparaíso', '', ...hostile).filter((word) => word !== '');
const numbers = fc.constantFrom('0', '1', '3', '3.5', '-2', '12x');
const dates = fc.integer({ min: 0, max: 40 }).map(dayOf);
const value = fc.oneof(words, numbers, dates);

export const someone = (id: string): fc.Arbitrary<Someone> =>
  fc.record({
    id: fc.constant(id),
    attributes: fc
      .uniqueArray(fc.record({ key: fc.constantFrom(...keys, 'tag'), value }), {
        maxLength: 6,
        selector: ({ key, value: of }) => `${key} ${of}`,
      })
      // one value a key, but of tags as many as there are
      .map((all) => all.filter((one, at) => one.key === 'tag' || all.findIndex(({ key }) => key === one.key) === at)),
    consented: fc.integer({ min: 0, max: 7 }),
    stopped: fc.constantFrom(0, 0, 1, 7),
    held: fc.constantFrom(0, 0, 1, 4),
    language: fc.constantFrom('es', 'en', 'pt'),
    country: fc.constantFrom('CL', 'BR'),
    joined: fc.integer({ min: 0, max: 40 }),
    wrote: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
    messages: fc.uniqueArray(
      fc.record({
        campaign: fc.constantFrom(101, 102),
        state: fc.constantFrom('planned', 'left_out', 'accepted', 'delivered', 'read', 'read', 'failed'),
        accepted: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
        did: fc.subarray(['clicked', 'replied', 'reacted'] as const),
      }),
      { maxLength: 2, selector: ({ campaign }) => campaign },
    ),
  });

const bound: fc.Arbitrary<DayBound> = fc.oneof(
  dates.map((day) => ({ day })),
  fc.integer({ min: 1, max: 40 }).map((ago) => ({ ago })),
);
const number = fc.constantFrom(-2, 0, 1, 2.5, 3, 3.5);
const range = <B>(of: fc.Arbitrary<B>) =>
  fc.oneof(
    of.map((over) => ({ over })),
    of.map((under) => ({ under })),
    fc.tuple(of, of).map(([from, to]) => ({ from, to })),
    of.map((from) => ({ from })),
    of.map((to) => ({ to })),
  );
const compared = fc.oneof(
  fc.oneof(value, number).map((is) => ({ is })),
  fc.oneof(value, number).map((not) => ({ not })),
  fc.uniqueArray(value, { minLength: 2, maxLength: 4 }).map((list) => ({ in: list })),
  fc.constant({ known: true as const }),
  range(number),
  range(bound),
);
const did = fc.constantFrom('received' as const, 'read' as const, 'clicked' as const, 'replied' as const);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...keys), compared).map(([attribute, how]) => ({ attribute, ...how })),
  },
  value.map((tag) => ({ tag })),
  fc.tuple(did, fc.constantFrom(101, 102, 999)).map(([what, campaign]) => ({ did: what, campaign })),
  fc.tuple(did, fc.integer({ min: 1, max: 40 })).map(([what, days]) => ({ did: what, days })),
  fc.tuple(fc.constantFrom('joined' as const, 'wrote' as const), range(bound)).map(([date, how]) => ({ date, ...how })),
  fc.record({
    consent: fc.constantFrom('given' as const, 'none' as const, 'left' as const, 'held' as const),
    channel: fc.constantFrom('whatsapp' as const, 'sms' as const, 'email' as const),
  }),
  fc.constantFrom('es' as const, 'en' as const, 'pt' as const).map((language) => ({ language })),
  fc.constantFrom('CL', 'BR', 'US').map((country) => ({ country })),
) as fc.Arbitrary<Condition>;

/** Any expression that may be stored. */
export const expression: fc.Arbitrary<Expression> = fc.letrec<{ any: Expression }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    condition,
    fc.array(tie('any'), { maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
    tie('any').map((not) => ({ not })),
  ),
})).any;
