import type { TenantTx } from '../../data/database';

/** Channels of promotions as bits of `reach`, `consented`, `stopped` and `held`. */
export const channelBits = { whatsapp: 1, sms: 2, email: 4 } as const;
export type PromoChannel = keyof typeof channelBits;
/** Bits of `flags`. */
export const standingFlags = { blocked: 1, minor: 2, unconfirmed: 4 } as const;

const bits = (channel: string): string =>
  `CASE ${channel} WHEN 'all' THEN 7 WHEN 'whatsapp' THEN 1 WHEN 'sms' THEN 2 WHEN 'email' THEN 4 ELSE 0 END`;

/**
 * Whether the ledger permits one channel, of a person's lines `g`: their own yes counts after their last no, a company's record only without any no;
 * to be confirmed anew is as good as a no. A line of the future never counts. A permission that ends by itself counts until its end is written down:
 * the same as `stateOf` in consent/consent-state.ts, and a test holds both equal.
 */
const consents = Object.entries(channelBits).map(([channel, bit]) => {
  const here = `g.channel IN ('${channel}', 'all')`;
  const lasts = `(g.until IS NULL OR NOT EXISTS (SELECT 1 FROM consent e WHERE e.tenant_id = g.tenant_id AND e.contact_id = g.contact_id
    AND e.purpose = 'marketing' AND e.channel IN ('${channel}', 'all') AND e.act = 'expired' AND e.at >= g.until))`;
  const given = `${here} AND g.act IN ('given', 'renewed') AND g.at <= g.recorded_at AND g.text_hash IS NOT NULL AND g.evidence IS NOT NULL AND ${lasts}`;
  const left = `max(g.at) FILTER (WHERE ${here} AND g.act IN ('withdrawn', 'needs_reconfirmation'))`;
  return `CASE WHEN max(g.at) FILTER (WHERE ${given} AND g.source = 'person') > coalesce(${left}, '-infinity')
    OR (${left} IS NULL AND bool_or(${given} AND g.source <> 'person')) THEN ${bit} ELSE 0 END`;
});

const truth = `WITH reach AS (
    SELECT i.contact_id, bit_or(CASE i.kind WHEN 'email' THEN 4 WHEN 'phone' THEN 3 WHEN 'bsuid' THEN 1 ELSE 0 END) AS reach,
      bit_or(CASE x.strength WHEN 'stop' THEN ${bits('x.channel')} ELSE 0 END) AS stopped,
      bit_or(CASE x.strength WHEN 'hold' THEN ${bits('x.channel')} ELSE 0 END) AS held
    FROM identifier i LEFT JOIN suppression x ON x.tenant_id = i.tenant_id AND x.token = i.stop AND x.purpose = 'marketing'
    WHERE i.tenant_id = $1 AND i.contact_id = ANY($2::uuid[]) GROUP BY 1),
  ledger AS (
    SELECT g.contact_id, ${consents.join(' + ')} AS consented
    FROM consent g WHERE g.tenant_id = $1 AND g.contact_id = ANY($2::uuid[]) AND g.purpose = 'marketing' GROUP BY 1)
  SELECT c.tenant_id, c.id, coalesce(r.reach, 0), coalesce(l.consented, 0), coalesce(r.stopped, 0), coalesce(r.held, 0),
    CASE WHEN c.blocked_at IS NULL THEN 0 ELSE ${standingFlags.blocked} END
      + CASE WHEN c.age_band IN ('lt14', '14_15', '16_17') THEN ${standingFlags.minor} ELSE 0 END
      + CASE WHEN c.holder_epoch > c.confirmed_epoch THEN ${standingFlags.unconfirmed} ELSE 0 END,
    c.zone, c.country, c.language, c.paused_until
  FROM contact c LEFT JOIN reach r ON r.contact_id = c.id LEFT JOIN ledger l ON l.contact_id = c.id
  WHERE c.tenant_id = $1 AND c.id = ANY($2::uuid[])`;

const columns = ['reach', 'consented', 'stopped', 'held', 'flags', 'zone', 'country', 'language', 'paused_until'];
const listed = (of: string): string => columns.map((name) => `${of}${name}`).join(', ');

/**
 * Makes these people's narrow rows equal to what the tokens, the ledger and the contact say; made where there is none. Called in the transaction of
 * every change to any of them. Cheap for thousands at once. Plans: identifier_contact, consent_contact, suppression's and contact's keys.
 */
export async function refreshStanding(tx: TenantTx, contacts: readonly string[]): Promise<void> {
  if (contacts.length === 0) return;
  await tx.query(
    `INSERT INTO standing AS s (tenant_id, contact_id, ${listed('')}) ${truth} ORDER BY c.id
     ON CONFLICT (tenant_id, contact_id) DO UPDATE SET (${listed('')}) = ROW (${listed('excluded.')})
     WHERE (${listed('s.')}) IS DISTINCT FROM (${listed('excluded.')})`,
    [tx.tenant, contacts],
  );
}

/** Nobody stands here any more. Plan: standing's key. */
export async function forgetStanding(tx: TenantTx, contact: string): Promise<void> {
  await tx.query('DELETE FROM standing WHERE tenant_id = $1 AND contact_id = $2', [tx.tenant, contact]);
}

export interface Standing {
  reach: number;
  consented: number;
  stopped: number;
  held: number;
  flags: number;
  zone: string;
  country: string;
  language: string;
  paused_until: Date | null;
}

/** Plan: standing's key. */
export async function standingOf(tx: TenantTx, contact: string): Promise<Standing | undefined> {
  const [row] = await tx.query<Standing>(
    `SELECT ${listed('')} FROM standing WHERE tenant_id = $1 AND contact_id = $2`,
    [tx.tenant, contact],
  );
  return row;
}
