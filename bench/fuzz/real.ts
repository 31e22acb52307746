import { createHash, randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import type { Identity } from '../../src/channel';
import { Posts } from '../../src/conversation/posts';
import type { Database, TenantTx } from '../../src/data/database';
import { newId } from '../../src/data/ids';
import type { Keys } from '../../src/data/keys';
import { SystemKeys } from '../../src/data/system-keys';
import { localVault } from '../../src/data/vault';
import { createDomain, type Rooms } from '../../src/domain';
import { type ClaimAsk, claimParcel } from '../../src/domain/delivery/parcels.table';
import { Destruction } from '../../src/domain/privacy/destruction';
import { silentLog } from '../../src/log';
import { type Name, namesOf, preference } from './names';
import { type Ids, pools, type Step } from './steps';

export interface RealPlace {
  database: Database;
  keys: Keys;
  /** Without row-level security: makes the campaign that claims are of. */
  owner: Client;
  tenant: string;
}
/** How a person of the database is shown: all the names they are known by. */
export type Signature = string;
export const signature = (names: Iterable<Name>): Signature => [...names].sort().join(' + ');
export interface Seen {
  standing: Map<Signature, { reach: number; consented: number; stopped: number; held: number; flags: number }>;
  /** Of each name: channel, source, strength and minute of what it refuses. */
  refusals: Map<Name, string[]>;
}
class Cut extends Error {}

const beginning = new Date('2026-12-01T13:30:00Z');
const minute = (count: number): Date => new Date(beginning.getTime() + count * 60_000);
const batch = '9000000';
const identityOf = ({ bsuid, phone, email }: Ids): Identity => ({
  ...(bsuid !== undefined && { bsuid: `CL.FUZZ${bsuid}` }),
  ...(phone !== undefined && { phone: `+5698100000${phone}` }),
  ...(email !== undefined && { email: `p${email}@ejemplo.cl` }),
});
const everybody: readonly Ids[] = (Object.keys(pools) as (keyof typeof pools)[]).flatMap((kind) =>
  Array.from({ length: pools[kind] }, (_, at) => ({ [kind]: at })),
);
/** What does not depend on the person is open: it is not what is tried here. */
const claims: ClaimAsk = {
  batch,
  purpose: 'marketing',
  lifted: ['QUIET_HOURS', 'FREQUENCY_CAP', 'UNREAD_INBOUND'],
  cap: null,
  sender: newId(),
  prices: '{}',
  hours: { open: ['CL|America/Santiago'], peace: {}, someClosed: false },
};

/** One customer on a real Postgres, by the product's own verbs. */
const words = 'Acepto recibir promociones de Bench SpA. Salgo con BAJA.';
/** Whoever comes in was shown these. */
const shown = { version: 'v1', language: 'es', hash: createHash('sha256').update(words).digest() };

export class Real {
  private readonly rooms: Rooms;
  private readonly finds = new Map<string, Name>();
  private seq = 0;

  constructor(private readonly place: RealPlace) {
    const { database, keys } = place;
    const vault = localVault([randomBytes(32).toString('base64')]);
    const nowhere = async () => {
      throw new Error('nothing leaves here');
    };
    const surface = { post: nowhere, update: nowhere, remove: nowhere, form: nowhere };
    const outside = { log: silentLog, surface, draw: nowhere, workspace: async () => undefined, wake: () => {} };
    this.rooms = createDomain({
      ...{ database, keys, systemKeys: new SystemKeys([], vault), clock: { now: () => beginning } },
      ...{ posts: new Posts({ database, keys, ...outside }), wake: () => {}, publicUrl: '', blobs: {} as never },
    });
  }

  async prepare(): Promise<void> {
    const { owner, tenant, keys } = this.place;
    await owner.query("SET session_replication_role = 'replica'"); // a campaign alone, whatever it refers to
    await fill(owner, 'campaign', { tenant_id: tenant, batch_id: batch, state: 'sending', number: 1 });
    await owner.query("SET session_replication_role = 'origin'");
    await this.in((tx) => this.rooms.consent.addText(tx, shown.version, shown.language, words, { now: beginning }));
    const all = await keys.tenant(tenant);
    for (const ids of everybody)
      for (const [kind, value] of Object.entries(identityOf(ids)))
        this.finds.set(all.find(kind as 'phone', value).toString('hex'), namesOf(ids)[0] as Name);
  }

  /** @returns who was claimed */
  async step(step: Step): Promise<[Signature, string][]> {
    if (step.kind === 'claim') return this.claim(step);
    if (step.kind === 'crash' && step.inner) await this.crash(step.inner, step.cut);
    else await this.in((tx) => this.act(tx, step));
    return [];
  }

  async look(): Promise<Seen> {
    return this.in(async (tx) => {
      const keys = await this.place.keys.current(tx);
      const tokens = new Map(
        everybody.flatMap((ids) =>
          Object.entries(identityOf(ids)).map(([kind, value]) => [
            keys.stop(kind as 'phone', value).toString('hex'),
            namesOf(ids)[0] as Name,
          ]),
        ),
      );
      const rows = await tx.query<{ hex: string; said: string; at: Date }>(
        `SELECT encode(token, 'hex') AS hex, channel || ' ' || source || ' ' || strength AS said, effective_at AS at
         FROM suppression WHERE token = ANY($1::bytea[]) ORDER BY 1, 2`,
        [[...tokens.keys()].map((hex) => Buffer.from(hex, 'hex'))],
      );
      const refusals = new Map<Name, string[]>();
      for (const { hex, said, at } of rows) {
        const name = tokens.get(hex) as Name;
        const minutes = (at.getTime() - beginning.getTime()) / 60_000;
        refusals.set(name, [...(refusals.get(name) ?? []), `${said} ${minutes}`]);
      }
      const people = await tx.query<Standing>(
        `SELECT s.reach, s.consented, s.stopped, s.held, s.flags, array_agg(encode(i.find, 'hex')) AS finds
         FROM identifier i LEFT JOIN standing s ON s.tenant_id = i.tenant_id AND s.contact_id = i.contact_id GROUP BY i.contact_id, 1, 2, 3, 4, 5`,
      );
      const standing: Seen['standing'] = new Map();
      for (const { finds, ...row } of people) standing.set(this.signatureOf(finds), row);
      return { standing, refusals };
    });
  }

  /** Somebody with the owner's login takes all refusals of one number away, for one of several may hide behind another: what looks at this must see it. @returns whether there was one */
  async sabotage(): Promise<boolean> {
    const { owner, tenant } = this.place;
    const { rowCount } = await owner.query(
      'DELETE FROM suppression WHERE tenant_id = $1 AND token = (SELECT token FROM suppression WHERE tenant_id = $1 ORDER BY token LIMIT 1)',
      [tenant],
    );
    return (rowCount ?? 0) > 0;
  }

  private in<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.place.database.withTenant(this.place.tenant, work);
  }

  private signatureOf(finds: readonly string[]): Signature {
    return signature(finds.map((find) => this.finds.get(find) ?? '?'));
  }

  /** The transaction ends after so many queries, or just before its commit: nothing of it has happened. */
  private async crash(inner: Step, cut: number): Promise<void> {
    const cutting = this.in(async (tx) => {
      let left = cut;
      const query: TenantTx['query'] = async (sql, bind) => {
        if (left-- <= 0) throw new Cut();
        return tx.query(sql, bind);
      };
      await this.act(Object.assign(Object.create(tx), { query }), inner);
      throw new Cut();
    });
    await cutting.catch((error: Error) => {
      if (!(error instanceof Cut)) throw error;
    });
  }

  private async meet(tx: TenantTx, { ids, now }: Step): Promise<string> {
    const origin = { source: 'whatsapp', now: minute(now) };
    return (await this.rooms.audience.findOrCreate(tx, identityOf(ids), origin)).contact;
  }

  private async act(tx: TenantTx, step: Step): Promise<void> {
    const { audience, consent } = this.rooms;
    const { ids, channel } = step;
    const [now, at] = [minute(step.now), minute(step.at)];
    const one = channel === 'all' ? 'whatsapp' : channel;
    const wish = { source: 'person', evidence: 'm', now, at };
    const identity = identityOf(ids);
    switch (step.kind) {
      case 'meet':
        return void (await this.meet(tx, step));
      case 'leave':
        return void (await consent.withdraw(tx, await this.meet(tx, step), { ...wish, channel }));
      case 'prefer':
        return void (await consent.withdraw(tx, await this.meet(tx, step), { ...wish, source: preference }));
      case 'hold':
        return void (await consent.hold(tx, await this.meet(tx, step), wish));
      case 'release':
        return consent.release(tx, await this.meet(tx, step), now);
      case 'optIn': {
        const contact = await this.meet(tx, step);
        const evidence = await this.wrote(tx, step);
        return void (await consent.optIn(tx, contact, { evidence, channels: [one], text: shown, now, at }));
      }
      case 'resume': {
        const contact = await this.meet(tx, step);
        const evidence = await this.wrote(tx, step);
        return void (await consent.resume(tx, contact, { ...wish, source: preference, evidence }));
      }
      case 'refuse': {
        const contact = await audience.find(tx, identity);
        const said = { ...wish, source: 'member', channel };
        const tokens = await audience.stopTokensOf(tx, identity.phone ?? identity.email ?? '');
        return void (contact ? await consent.withdraw(tx, contact, said) : await consent.refuse(tx, tokens, said));
      }
      case 'list': {
        const taken = await audience.importPerson(tx, { identity }, { source: 'import:fuzz', now });
        const told = { channel: one, purpose: 'marketing', at, source: 'form', actor: 'import:fuzz', evidence: 'row' };
        const text = { textVersion: 'v1', language: 'es' };
        return void ('contact' in taken && (await consent.give(tx, taken.contact, { ...told, ...text }, now)));
      }
      case 'renumber':
        return void (await audience.identityChanged(tx, identity, identityOf(step.to), { source: 'whatsapp', now }));
    }
    const contact = await audience.find(tx, identity);
    if (!contact) return;
    if (step.kind === 'wrong') await audience.wrongNumber(tx, contact, now, now);
    if (step.kind === 'bounce') await audience.bounced(tx, contact, new Date(0), now);
    if (step.kind === 'erase') await this.erase(tx, contact, now);
    if (step.kind === 'plan') await this.plan(tx, contact, one, now);
  }

  private async wrote(tx: TenantTx, { ids, now, at }: Step): Promise<string> {
    const keys = await this.place.keys.of(tx);
    const { bsuid, phone = '' } = identityOf(ids);
    const lane = bsuid ? keys.find('bsuid', bsuid) : keys.find('phone', phone);
    const id = newId(minute(now));
    await tx.query(
      `INSERT INTO inbox (tenant_id, lane, id, kind, channel, app, sender, dedup, at, received_at, sealed, handled_at)
       VALUES ($1, $2, $3, 'turn', 'whatsapp', 'default', '1', $4, $5, $6, $4, $6)`,
      [tx.tenant, lane, id, randomBytes(16), minute(at), minute(now)],
    );
    return id;
  }

  private async erase(tx: TenantTx, contact: string, now: Date): Promise<void> {
    await this.rooms.consent.withdraw(tx, contact, { source: 'case', evidence: 'case', now });
    const lanes = await this.rooms.audience.findTokens(tx, contact);
    await new Destruction(this.place.keys).all(tx, { contact, lanes, kept: new Map() }, now);
  }

  private async plan(tx: TenantTx, contact: string, channel: string, now: Date): Promise<void> {
    this.seq += 1;
    await tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, created_at)
       VALUES ($1, $2, $3, $4, $4, $5, 'marketing', 'planned', $6)`,
      [tx.tenant, batch, this.seq, contact, channel, now],
    );
  }

  private async claim({ now }: Step): Promise<[Signature, string][]> {
    return this.in(async (tx) => {
      const { taken } = await claimParcel(tx, claims, '0', 10_000, minute(now), async () => {});
      const rows = await tx.query<{ finds: string[]; channel: string }>(
        `SELECT m.channel, array_agg(encode(i.find, 'hex')) AS finds
         FROM message m JOIN identifier i ON i.tenant_id = m.tenant_id AND i.contact_id = m.contact_id
         WHERE m.batch_id = $1 AND m.seq = ANY($2::bigint[]) GROUP BY m.seq, m.channel`,
        [batch, taken.map(({ seq }) => seq)],
      );
      await tx.query('DELETE FROM message WHERE batch_id = $1', [batch]);
      return rows.map(({ finds, channel }) => [this.signatureOf(finds), channel]);
    });
  }
}

type Standing = { finds: string[]; reach: number; consented: number; stopped: number; held: number; flags: number };

/** A row with something of the right type in every column that must have it. */
async function fill(owner: Client, table: string, known: Record<string, unknown>): Promise<void> {
  const { rows } = await owner.query<{ name: string; type: string }>(
    `SELECT column_name AS name, udt_name AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL`,
    [table],
  );
  const samples: Record<string, unknown> = {
    ...{ uuid: newId(), bytea: randomBytes(8), timestamptz: beginning, date: '2026-12-01', jsonb: '{}', _text: '{}' },
    ...{ bool: false, int2: 1, int4: 1, int8: 1, numeric: 1, text: 'x' },
  };
  const values = { ...Object.fromEntries(rows.map(({ name, type }) => [name, samples[type]])), ...known };
  const names = Object.keys(values);
  await owner.query(
    `INSERT INTO "${table}" (${names.map((name) => `"${name}"`)}) VALUES (${names.map((_, at) => `$${at + 1}`)})`,
    Object.values(values),
  );
}
