import { z } from 'zod';

export const actions = ['received', 'read', 'clicked', 'replied', 'failed'] as const;
export type Action = (typeof actions)[number];
export const consentStates = ['given', 'none', 'left', 'held'] as const;
export type ConsentState = (typeof consentStates)[number];
export const channels = ['whatsapp', 'sms', 'email'] as const;
export type SegmentChannel = (typeof channels)[number];

/** What one person can take in, and the planner too. */
export const limits = { depth: 6, conditions: 30, values: 50, text: 100, days: 3650, size: 8000 } as const;

// No NUL and no half of a sign: Postgres takes neither.
const text = z
  .string()
  .min(1)
  .max(limits.text)
  .refine((value) => !/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value));
const day = z.strictObject({ day: z.string().refine(isDay) });
const ago = z.strictObject({ ago: z.int().min(1).max(limits.days) });
const number = z
  .number()
  .refine((value) => Number.isFinite(value) && Math.abs(value) < 1e15 && Number(value.toFixed(6)) === value);

/** A day of the calendar, or one so many days before today in the customer's zone. */
export type DayBound = z.infer<typeof day> | z.infer<typeof ago>;
export type Bound = number | DayBound;

/** What is compared: more than, less than, or from … to, either alone or both, themselves included. */
const span = <B extends z.ZodType>(of: B) =>
  [{ over: of }, { under: of }, { from: of, to: of }, { from: of }, { to: of }] as const;
const numbers = span(number);
const days = span(z.union([day, ago]));
const attribute = { attribute: text };
const did = { did: z.enum(actions) };
const date = { date: z.enum(['joined', 'wrote']) };

const condition = z.union([
  z.strictObject({ ...attribute, is: z.union([text, number]) }),
  // has the attribute, with another value
  z.strictObject({ ...attribute, not: z.union([text, number]) }),
  z.strictObject({ ...attribute, in: z.array(text).min(2).max(limits.values) }),
  z.strictObject({ ...attribute, known: z.literal(true) }),
  ...numbers.map((range) => z.strictObject({ ...attribute, ...range })),
  ...days.map((range) => z.strictObject({ ...attribute, ...range })),
  z.strictObject({ tag: text }),
  /** A campaign by its number, or the messages of the last so many days. */
  z.strictObject({ ...did, campaign: z.int().min(1).max(2_000_000_000) }),
  z.strictObject({ ...did, days: z.int().min(1).max(limits.days) }),
  ...days.map((range) => z.strictObject({ ...date, ...range })),
  z.strictObject({ consent: z.enum(consentStates), channel: z.enum(channels) }),
  z.strictObject({ language: z.enum(['es', 'en', 'pt']) }),
  z.strictObject({ country: z.string().regex(/^[A-Z]{2}$/) }),
  // Words that meant nothing yet: asked about, never guessed. Only in what is not saved.
  z.strictObject({ unknown: text }),
]);
type Range<B> = { over: B } | { under: B } | { from: B; to: B } | { from: B } | { to: B };
export type Condition =
  | ({ attribute: string } & (
      | { is: string | number }
      | { not: string | number }
      | { in: string[] }
      | { known: true }
      | Range<number>
      | Range<DayBound>
    ))
  | { tag: string }
  | ({ did: Action } & ({ campaign: number } | { days: number }))
  | ({ date: 'joined' | 'wrote' } & Range<DayBound>)
  | { consent: ConsentState; channel: SegmentChannel }
  | { language: 'es' | 'en' | 'pt' }
  | { country: string }
  | { unknown: string };

/** Who is meant: conditions under and, or, not. `{ and: [] }` is everybody. */
export type Expression = Condition | { and: Expression[] } | { or: Expression[] } | { not: Expression };

function isDay(value: string): boolean {
  const at = new Date(`${value}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

/** Reads what is stored or comes from outside; too deep, too long or unknown is `undefined`, never a part of it. */
export function readExpression(value: unknown): Expression | undefined {
  if (JSON.stringify(value)?.length > limits.size) return undefined;
  const left = { conditions: limits.conditions };
  const read = (node: unknown, depth: number): Expression | undefined => {
    if (depth > limits.depth || typeof node !== 'object' || node === null) return undefined;
    const [key, ...more] = Object.keys(node);
    if (more.length === 0 && (key === 'and' || key === 'or')) {
      const list = (node as Record<string, unknown>)[key];
      if (!Array.isArray(list) || list.length > limits.conditions || (key === 'or' && list.length === 0))
        return undefined;
      const children = list.map((child) => read(child, depth + 1));
      return children.every((child) => child !== undefined) ? ({ [key]: children } as Expression) : undefined;
    }
    if (more.length === 0 && key === 'not') {
      const child = read((node as { not: unknown }).not, depth + 1);
      return child && { not: child };
    }
    left.conditions -= 1;
    const found = left.conditions < 0 ? undefined : condition.safeParse(node);
    return found?.success ? (found.data as Condition) : undefined;
  };
  const found = read(value, 0);
  return found && simplest(found);
}

/** The same people, said once: no and in an and, no not of a not, no lone child. */
export function simplest(expression: Expression): Expression {
  if ('not' in expression && !('attribute' in expression)) {
    const inner = simplest(expression.not);
    return 'not' in inner && !('attribute' in inner) ? inner.not : { not: inner };
  }
  const key = 'and' in expression ? 'and' : 'or' in expression ? 'or' : undefined;
  if (!key) return expression;
  const children = (expression as Record<string, Expression[]>)[key] ?? [];
  const flat = children
    .map(simplest)
    .flatMap((child) => (key in child ? ((child as Record<string, Expression[]>)[key] ?? []) : [child]));
  const [only, ...others] = flat;
  return only && others.length === 0 ? only : ({ [key]: flat } as Expression);
}

export const everybody: Expression = { and: [] };
export const isEverybody = (expression: Expression): boolean => 'and' in expression && expression.and.length === 0;

/** Every condition of it, in order. */
function conditionsOf(expression: Expression): Condition[] {
  if ('and' in expression) return expression.and.flatMap(conditionsOf);
  if ('or' in expression) return expression.or.flatMap(conditionsOf);
  if (isNot(expression)) return conditionsOf(expression.not);
  return [expression];
}

/** `not` is also how an attribute says "another value": told apart here, once. */
export const isNot = (expression: Expression): expression is { not: Expression } =>
  'not' in expression && !('attribute' in expression);

/** The first words that meant nothing, if any: such an expression selects nobody yet. */
export const unknownIn = (expression: Expression): string | undefined =>
  conditionsOf(expression).flatMap((one) => ('unknown' in one ? [one.unknown] : []))[0];

/** The same with its first unknown words told. */
export function withKnown(expression: Expression, told: Expression): Expression {
  let isDone = false;
  const fill = (node: Expression): Expression => {
    if ('and' in node) return { and: node.and.map(fill) };
    if ('or' in node) return { or: node.or.map(fill) };
    if (isNot(node)) return { not: fill(node.not) };
    if (isDone || !('unknown' in node)) return node;
    isDone = true;
    return told;
  };
  return simplest(fill(expression));
}
