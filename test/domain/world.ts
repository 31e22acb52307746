import { randomBytes } from 'node:crypto';
import type { Identity } from '../../src/channel';
import type { TenantTx } from '../../src/data/database';
import { newId } from '../../src/data/ids';
import { Members } from '../../src/domain/accounts/members.service';
import { Senders } from '../../src/domain/accounts/senders.service';
import { Tenants } from '../../src/domain/accounts/tenants.service';
import { Audience } from '../../src/domain/audience/audience.service';
import { Audit } from '../../src/domain/audit/audit.service';
import { Consent } from '../../src/domain/consent/consent.service';
import { testDatabase } from '../support/database';
import { aMaster, aPhone, ground, later, start } from '../support/ground';

export { aPhone, later, start };

/** What people agree to here: version, language, words. */
export const agreed = [
  'v1',
  'es',
  'Acepto recibir promociones de Tienda Andina. Salgo cuando quiera con BAJA.',
] as const;

/** The lower rooms of the domain on a real database, with one customer. */
export async function world() {
  const place = await testDatabase();
  const { database, vault, keys, systemKeys } = ground(place.appUrl, aMaster(), 6);
  const audit = new Audit(keys);
  const tenants = new Tenants(database, keys, systemKeys);
  const members = new Members(database, systemKeys, audit);
  const senders = new Senders(database, systemKeys);
  const cancelled: string[] = [];
  const audience: Audience = new Audience(keys, {
    onMerged: (tx, from, into, now) => consent.merged(tx, from, into, now),
    onNewHolder: (tx, contact, why, now) =>
      consent.needsConfirmation(tx, contact, { source: 'new_holder', evidence: why, now }),
  });
  const consent: Consent = new Consent(audience, audit, {
    onWithdrawn: async (_tx, contact) => {
      cancelled.push(contact);
      return 1;
    },
  });
  const tenant = await tenants.create({ name: 'Tienda Andina', legalName: 'Tienda Andina SpA' }, start);
  await database.withTenant(tenant, (tx) => consent.addText(tx, ...agreed, { now: start }));
  return {
    ...place,
    database,
    vault,
    keys,
    systemKeys,
    audit,
    tenants,
    members,
    senders,
    audience,
    consent,
    cancelled,
    tenant,
    in: <T>(work: (tx: TenantTx) => Promise<T>, whose = tenant): Promise<T> => database.withTenant(whose, work),
    async close() {
      await database.close();
      await place.drop();
    },
  };
}
export type World = Awaited<ReturnType<typeof world>>;

export const anId = (): string => `CL.${randomBytes(8).toString('hex').toUpperCase()}`;

/** Somebody the customer may write to, unless told otherwise. */
export async function aPerson(
  here: World,
  {
    identity = { phone: aPhone() },
    consented = true,
    name = 'Rosa',
  }: { identity?: Identity; consented?: boolean; name?: string } = {},
): Promise<string> {
  return here.in(async (tx) => {
    const { contact } = await here.audience.findOrCreate(tx, identity, { source: 'import:clientes', now: start });
    await here.audience.setName(tx, contact, name);
    const permission = {
      channel: 'whatsapp',
      purpose: 'marketing',
      source: 'form',
      actor: 'import:clientes',
      evidence: 'row 1',
      textVersion: agreed[0],
      language: agreed[1],
    };
    if (consented) await here.consent.give(tx, contact, { ...permission, at: later(-9_000) }, start);
    return contact;
  });
}

/** A message of theirs in the inbox. Returns its id. */
export async function wrote(here: World, identity: Identity, at: Date = start, whose = here.tenant): Promise<string> {
  return here.in(async (tx) => {
    const keys = await here.keys.of(tx);
    const lane = identity.bsuid ? keys.find('bsuid', identity.bsuid) : keys.find('phone', identity.phone ?? '');
    const id = newId(at);
    const sealed = keys.seal(JSON.stringify({ kind: 'message', from: identity }), `inbox|${id}`);
    const values = [tx.tenant, lane, id, 'turn', 'whatsapp', 'default', '1055', randomBytes(16), at, at, sealed];
    await tx.query(
      `INSERT INTO inbox (tenant_id, lane, id, kind, channel, app, sender, dedup, at, received_at, sealed)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values,
    );
    return id;
  }, whose);
}
