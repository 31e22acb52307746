import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { TenantTx } from '../../../src/data/database';
import { Holds } from '../../../src/domain/privacy/holds';
import { Retention } from '../../../src/domain/privacy/retention';
import type { Period } from '../../../src/domain/privacy/retention-rules';
import { aPerson, start, world } from '../world';

export const boss = { member: '00000000-0000-7000-8000-00000000b055', roles: ['privacy'] };

/** Where things are kept and let go of, on a real database, with an owner who puts rows in as old as they need to be. */
export async function keepingWorld() {
  const here = await world();
  const owner = new Client({ connectionString: here.ownerUrl });
  await owner.connect();
  const told = { released: [] as (string | undefined)[], review: [] as string[], woken: [] as string[] };
  const holds = new Holds(here.keys, here.audience, here.audit, {
    onReleased: async (_tx, contact) => void told.released.push(contact),
    onChanged: async () => {},
    onReview: async (_tx, id) => void told.review.push(id),
  });
  const retention = new Retention({
    ...{ database: here.database, audit: here.audit, holds },
    ports: { wakeKept: async () => {}, wake: (kind) => void told.woken.push(kind) },
  });
  /** A row as the owner puts it in, out of sight of every trigger and reference. */
  const put = async (table: string, row: Record<string, unknown>): Promise<void> => {
    const full = { tenant_id: here.tenant, ...(table === 'privacy_case' && { authorities: [row.regime] }), ...row };
    const names = Object.keys(full).map((name) => `"${name}"`);
    await owner.query("SET session_replication_role = 'replica'");
    await owner.query(
      `INSERT INTO ${table} (${names}) VALUES (${names.map((_, at) => `$${at + 1}`)})`,
      Object.values(full),
    );
    await owner.query("SET session_replication_role = 'origin'");
  };
  const count = async (table: string, where = 'true', bind: unknown[] = []): Promise<number> =>
    (await owner.query(`SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = '${here.tenant}' AND ${where}`, bind))
      .rows[0].n;
  return {
    ...here,
    owner,
    told,
    holds,
    retention,
    put,
    count,
    person: () => aPerson(here),
    /** What this night's run lets go of. */
    run: (now: Date) => retention.run(here.tenant, now.toISOString().slice(0, 10), now),
    forecast: (now: Date) => here.in((tx: TenantTx) => retention.forecast(tx, now)),
    async close() {
      await owner.end();
      await here.close();
    },
  };
}
export type KeepingWorld = Awaited<ReturnType<typeof keepingWorld>>;

/** The moment at which something of `start` has served its time. */
export function dueAt({ hours = 0, days = 0, months = 0, years = 0 }: Period, from = start): Date {
  const at = new Date(from.getTime() + (hours + 24 * days) * 3_600_000);
  at.setUTCMonth(at.getUTCMonth() + months + 12 * years);
  return at;
}
export const minutes = (at: Date, n: number): Date => new Date(at.getTime() + n * 60_000);
export const bytes = (): Buffer => randomBytes(16);

let seqs = 10_000;
export const aSeq = (): number => ++seqs;

/** A message of theirs, of a campaign or an answer, as old as `at`. */
export async function aMessage(
  here: KeepingWorld,
  contact: string,
  at: Date,
  row: Record<string, unknown> = {},
): Promise<{ batch: number; seq: number }> {
  const key = { batch: Number(row.batch_id ?? 0), seq: aSeq() };
  await here.put('message', {
    ...{ batch_id: key.batch, seq: key.seq, contact_id: contact, sender_id: contact, channel: 'whatsapp' },
    ...{ purpose: key.batch > 0 ? 'marketing' : 'answer', state: 'delivered', sealed: bytes(), body_hash: bytes() },
    ...{ created_at: at, accepted_at: at, ...row },
  });
  return key;
}

/** A campaign that stands with a batch of its own. */
export async function aBatch(here: KeepingWorld, batch: number): Promise<string> {
  const { rows } = await here.owner.query('SELECT gen_random_uuid() AS id');
  await here.put('campaign', {
    ...{ id: rows[0].id, number: batch, batch_id: batch, name: `promo ${batch}`, state: 'done' },
    ...{ template_id: rows[0].id, segment_id: rows[0].id, sender_id: rows[0].id, author_id: rows[0].id },
    ...{ created_at: start, frozen_at: start, started_at: start, done_at: start },
  });
  return rows[0].id;
}
