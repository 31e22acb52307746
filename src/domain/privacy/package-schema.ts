import { z } from 'zod';

const text = z.string().min(1);
const item = z.strictObject({
  field: text,
  value: z.union([z.string(), z.number(), z.boolean()]),
  /** Where it came from (art. 5 a). */
  origin: text,
});
const category = z
  .strictObject({
    category: text,
    origin: text,
    purpose: text,
    recipients: text,
    items: z.array(item).optional(),
    files: z.array(z.strictObject({ file: text, rows: z.number().int().nonnegative() })).optional(),
  })
  .refine((one) => one.items || one.files, { error: 'neither items nor files' });

const complaint = z.strictObject({ authority: text, term: text, url: z.url().nullable() });

/** The copy of art. 5, as it is handed over. A letter of the article that is missing makes it no copy. */
export const accessSchema = z.strictObject({
  schema: z.literal('cl.dsr.access/1'),
  case: z.string().regex(/^SOL-\d{6,}$/),
  generated_at: z.iso.datetime(),
  language: z.enum(['es', 'en', 'pt']),
  controller: z.strictObject({
    name: text,
    rut: z.string(),
    representative: z.string(),
    contact: z.string(),
    address: z.string(),
  }),
  processor: z.strictObject({ name: text, rut: text }),
  subject: z.strictObject({
    identifiers: z.array(z.strictObject({ type: text, value: text, holder_epoch: z.number().int() })).min(1),
    verification: z.enum(['L0', 'L1', 'L2', 'L3']),
  }),
  confirmation: z.literal(true),
  data: z.array(category).min(1),
  purposes: z.array(z.strictObject({ purpose: text, basis: text, legitimate_interest: text.nullable() })).min(1),
  recipients: z.strictObject({
    categories: z.array(text).min(1),
    identities_on_request: z.array(z.strictObject({ name: text, country: text, since: z.iso.datetime() })),
  }),
  retention: z.array(z.strictObject({ category: text, period: text, ends: z.iso.date().nullable() })).min(1),
  automated_decisions: z
    .strictObject({ exists: z.boolean(), logic: text.nullable(), consequences: text.nullable() })
    .refine(({ exists, logic, consequences }) => !exists || (logic && consequences), { error: 'unexplained' }),
  transfers: z.array(z.strictObject({ country: text, recipient: text, mechanism: text, adequate: z.boolean() })),
  redactions: z.array(z.strictObject({ reason: text, count: z.number().int().positive() })),
  rights: z.array(text).min(1),
  /** `also`: of another country whose law applies too. */
  complaint: complaint.extend({ also: z.array(complaint).min(1).optional() }),
});
export type AccessCopy = z.infer<typeof accessSchema>;

/** Which letter of art. 5 stands where. */
const letters: Readonly<Record<string, string>> = {
  data: 'a',
  purposes: 'b',
  recipients: 'c',
  retention: 'd',
  legitimate_interest: 'e',
  automated_decisions: 'f',
};
const letterOf = (path: readonly PropertyKey[]): string => {
  const names = path.map(String).filter((one) => one in letters || Number.isNaN(Number(one)));
  return letters[names.at(-1) ?? ''] ?? letters[names[0] ?? ''] ?? names[0] ?? 'copy';
};

/**
 * What a copy lacks: letters of art. 5, else what else is wrong with it. Empty: it may be handed over.
 * @param categories all that must be told, be it that there is nothing of it
 */
export function lacks(copy: unknown, categories: readonly string[]): string[] {
  const checked = accessSchema.safeParse(copy);
  if (!checked.success) return [...new Set(checked.error.issues.map(({ path }) => letterOf(path)))].sort();
  const told = checked.data.data.map((one) => one.category);
  const kept = new Set(checked.data.retention.map((one) => one.category));
  return [
    ...(categories.every((one) => told.includes(one)) ? [] : ['a']),
    ...(told.every((one) => kept.has(one)) ? [] : ['d']),
  ];
}
