import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { AppError } from '../../errors';

/** On what data may go abroad as a matter of course. The law's exceptions are for single transfers: messaging is none. */
export const mechanisms = ['adequacy', 'clauses', 'bcr', 'certification', 'agency_authorization'] as const;
export type Mechanism = (typeof mechanisms)[number];

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const entry = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z-]*$/),
    name: z.string().min(1),
    country: z.string().regex(/^[A-Z]{2}$/),
    channels: z.array(z.string()),
    hosts: z.array(z.string()),
    /** What may be told them. */
    fields: z.array(z.string()).min(1),
    contract: z.strictObject({ reference: z.string().min(1), until: day }),
    review: day,
    transfer: z.strictObject({ mechanism: z.enum(mechanisms), document: z.string().min(1), since: day }).optional(),
  })
  .refine(({ country, transfer }) => country === home || transfer, { error: 'abroad, and no ground of the transfer' });
const register = z.strictObject({
  zone: z.string(),
  warn_days: z.array(z.number().int().positive()),
  subprocessors: z.array(entry),
});
const home = 'CL';

export type Subprocessor = z.infer<typeof entry>;
export type Register = z.infer<typeof register>;

/** @throws naming the line that does not fit: a country without a ground, an exception as a ground, a contract without an end */
export function readRegister(text: string): Register {
  const result = register.safeParse(load(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`subprocessors.yaml: ${issue?.path.join('.')}: ${issue?.message}`);
}

const own = readRegister(readFileSync(join(__dirname, 'subprocessors.yaml'), 'utf8'));

/** Everybody who works for Connectus on its customers' data. */
export const subprocessors: readonly Subprocessor[] = own.subprocessors;

export const subprocessor = (id: string): Subprocessor | undefined => subprocessors.find((one) => one.id === id);

/** Who carries a channel's messages beside us. */
export const routeOf = (channel: string, among: readonly Subprocessor[] = subprocessors): readonly Subprocessor[] =>
  among.filter(({ channels }) => channels.includes(channel));

/** @throws ADAPTER_UNREGISTERED when nobody on record carries this channel: it does not start */
export function mustBeRegistered(channel: string, among: readonly Subprocessor[] = subprocessors): void {
  if (routeOf(channel, among).length === 0) throw new AppError('ADAPTER_UNREGISTERED', { channel });
}

/** Whether data may go abroad on this, as a matter of course. @throws TRANSFER_GROUND */
export function mustBeMechanism(ground: string): asserts ground is Mechanism {
  if (!(mechanisms as readonly string[]).includes(ground)) throw new AppError('TRANSFER_GROUND', { ground });
}

const dates = new Intl.DateTimeFormat('en-CA', { timeZone: own.zone });
const dayMs = 86_400_000;

/** How a contract stands: its last day counts whole, in Connectus' own zone. `days`: of the warnings, the latest that is due. */
export function contractStanding(
  { contract }: Pick<Subprocessor, 'contract'>,
  now: Date,
): { is: 'valid' } | { is: 'ending'; days: number } | { is: 'over' } {
  const left = (Date.parse(contract.until) - Date.parse(dates.format(now))) / dayMs;
  if (left < 0) return { is: 'over' };
  const due = own.warn_days.filter((days) => left <= days);
  return due.length > 0 ? { is: 'ending', days: Math.min(...due) } : { is: 'valid' };
}
