import type { TenantTx } from '../../data/database';

export type Strength = 'stop' | 'hold';
export type SuppressedChannel = 'all' | 'whatsapp' | 'sms' | 'email';
export interface Suppression {
  strength: Strength;
  /** All of them unless one was chosen. */
  channel?: SuppressedChannel;
  /** Promotions, unless another use of theirs was objected to: a purpose of objections.yaml. */
  purpose?: string;
  effectiveAt: Date;
  /** `person`, `whatsapp_preference`, `case`, `sernac`, … Each is a row of its own, undone where it was said. */
  source: string;
  evidence?: string;
}
export type Standing = Required<Pick<Suppression, 'strength' | 'channel' | 'effectiveAt' | 'source'>> & {
  token: Buffer;
  evidence?: string;
};

/** The hold on a number that was left behind: it is of the number, not of a person, so it goes to none of their others. */
export const ofNumber = 'number_changed';

/** A stop is never weakened to a hold; the later moment is kept, so that an older wish to return clears nothing. */
const stronger = `strength = CASE WHEN 'stop' IN (s.strength, excluded.strength) THEN 'stop' ELSE 'hold' END,
  effective_at = greatest(s.effective_at, excluded.effective_at),
  evidence = CASE WHEN excluded.strength = 'hold' AND s.strength = 'stop' THEN s.evidence ELSE excluded.evidence END`;
const key = '(tenant_id, token, channel, purpose, source)';
const columns = 'tenant_id, token, channel, purpose, strength, effective_at, source, evidence, key_version';

/** Stop tokens of those who must not be written to. Holds no number and no name, and outlives the person's data. Plans: suppression's key. */
export const suppressionsTable = {
  async put(tx: TenantTx, tokens: readonly Buffer[], version: number, wish: Suppression): Promise<void> {
    await tx.query(
      `INSERT INTO suppression AS s (${columns})
       SELECT $1, t, $3, $9, $4, $5, $6, $7, $8 FROM unnest($2::bytea[]) t ORDER BY t
       ON CONFLICT ${key} DO UPDATE SET ${stronger}`,
      [
        tx.tenant,
        tokens,
        wish.channel ?? 'all',
        wish.strength,
        wish.effectiveAt,
        wish.source,
        wish.evidence ?? null,
        version,
        wish.purpose ?? 'marketing',
      ],
    );
  },

  /** What stands, strongest first. @param channel what concerns that one; without, whatever there is */
  async of(tx: TenantTx, tokens: readonly Buffer[], channel?: string): Promise<Standing[]> {
    const rows = await tx.query<Standing & { evidence: string | null }>(
      `SELECT token, channel, strength, effective_at AS "effectiveAt", source, evidence FROM suppression
       WHERE tenant_id = $1 AND token = ANY($2::bytea[]) AND purpose = 'marketing' AND ($3::text IS NULL OR channel IN ($3, 'all'))
       ORDER BY strength DESC, effective_at DESC, source`,
      [tx.tenant, tokens, channel ?? null],
    );
    return rows.map(({ evidence, ...row }) => ({ ...row, ...(evidence && { evidence }) }));
  },

  /** Who of these people objected to another use of their data. Plans: identifier_contact, suppression's key. */
  async objectors(tx: TenantTx, contacts: readonly string[], purpose: string): Promise<string[]> {
    const rows = await tx.query<{ contact: string }>(
      `SELECT DISTINCT i.contact_id AS contact FROM identifier i JOIN suppression x ON x.tenant_id = i.tenant_id AND x.token = i.stop
       WHERE i.tenant_id = $1 AND i.contact_id = ANY($2::uuid[]) AND x.purpose = $3 AND x.strength = 'stop'`,
      [tx.tenant, contacts, purpose],
    );
    return rows.map(({ contact }) => contact);
  },

  /** Whoever objected to that use, whom this customer knows: few. Plan: suppression_use, identifier_contact's range. @param of only people from behind one to another */
  async allObjectors(tx: TenantTx, purpose: string, of?: { after: string; until: string }): Promise<string[]> {
    const rows = await tx.query<{ contact: string }>(
      `SELECT DISTINCT i.contact_id AS contact FROM suppression x JOIN identifier i ON i.tenant_id = x.tenant_id AND i.stop = x.token
       WHERE x.tenant_id = $1 AND x.purpose = $2 AND x.purpose <> 'marketing' AND x.strength = 'stop'
         ${of ? 'AND i.contact_id > $3::uuid AND i.contact_id <= $4::uuid' : ''}`,
      [tx.tenant, purpose, ...(of ? [of.after, of.until] : [])],
    );
    return rows.map(({ contact }) => contact);
  },

  /** Those of many tokens that are out on every channel. */
  async among(tx: TenantTx, tokens: readonly Buffer[]): Promise<Buffer[]> {
    const rows = await tx.query<{ token: Buffer }>(
      `SELECT DISTINCT token FROM suppression
       WHERE tenant_id = $1 AND token = ANY($2::bytea[]) AND channel = 'all' AND purpose = 'marketing'`,
      [tx.tenant, tokens],
    );
    return rows.map(({ token }) => token);
  },

  /** Ends holds; stops stay. Those of cases end with the last open case, all others by the person's word. */
  async releaseHolds(tx: TenantTx, tokens: readonly Buffer[], of: 'person' | 'case'): Promise<void> {
    await tx.query(
      `DELETE FROM suppression WHERE token = ANY($1::bytea[]) AND strength = 'hold' AND (source = 'case') = $2`,
      [tokens, of === 'case'],
    );
  },

  /** The person came back to a channel: what they said of it before that moment ends. A stop of the same moment wins, and an open case of theirs goes on holding. */
  async clearBefore(tx: TenantTx, contact: string, tokens: readonly Buffer[], moment: Date, channel: string) {
    const [open] = await tx.query<{ id: string }>(
      `SELECT id FROM privacy_case WHERE contact_id = $1 AND state NOT IN ('answered', 'closed', 'withdrawn')
       ORDER BY received_at DESC, number DESC LIMIT 1`,
      [contact],
    );
    await tx.query(
      `DELETE FROM suppression WHERE token = ANY($1::bytea[]) AND purpose = 'marketing' AND effective_at < $2 AND channel IN ($3, 'all') AND (source <> 'case' OR $4)`,
      [tokens, moment, channel, open === undefined],
    );
    if (open)
      await tx.query(
        "UPDATE suppression SET evidence = $2 WHERE token = ANY($1::bytea[]) AND purpose = 'marketing' AND source = 'case' AND evidence IS DISTINCT FROM $2",
        [tokens, open.id],
      );
  },

  /** What was said in one place is undone there. @returns how many rows */
  async clearSource(tx: TenantTx, tokens: readonly Buffer[], source: string, moment: Date): Promise<number> {
    const rows = await tx.query(
      `DELETE FROM suppression WHERE token = ANY($1::bytea[]) AND purpose = 'marketing' AND source = $2 AND effective_at < $3 RETURNING 1 AS one`,
      [tokens, source, moment],
    );
    return rows.length;
  },

  /** What one identifier's token says holds for all of them: a person who left by one address has left by each. */
  async spread(tx: TenantTx, tokens: readonly Buffer[], version: number): Promise<void> {
    await tx.query(
      `INSERT INTO suppression AS s (${columns})
       SELECT $1, t, k.channel, k.purpose, k.strength, k.effective_at, k.source, k.evidence, $3
       FROM (SELECT DISTINCT ON (channel, purpose, source) * FROM suppression WHERE token = ANY($2::bytea[]) AND source <> '${ofNumber}'
             ORDER BY channel, purpose, source, strength DESC, effective_at DESC) k, unnest($2::bytea[]) t
       ORDER BY t ON CONFLICT ${key} DO UPDATE SET ${stronger}`,
      [tx.tenant, tokens, version],
    );
  },

  /** Makes what stands under the next key equal to what stands under this one. */
  async mirror(tx: TenantTx, tokens: readonly Buffer[], twins: readonly Buffer[], version: number): Promise<void> {
    await tx.query('DELETE FROM suppression WHERE token = ANY($1::bytea[])', [twins]);
    await tx.query(
      `INSERT INTO suppression AS s (${columns})
       SELECT s.tenant_id, p.twin, s.channel, s.purpose, s.strength, s.effective_at, s.source, s.evidence, $4
       FROM unnest($2::bytea[], $3::bytea[]) p (token, twin) JOIN suppression s ON s.tenant_id = $1 AND s.token = p.token
       ORDER BY p.twin ON CONFLICT ${key} DO UPDATE SET ${stronger}`,
      [tx.tenant, tokens, twins, version],
    );
  },

  /** A page of tokens of one key, each once; all their rows are held until the end of the transaction. */
  async page(tx: TenantTx, version: number, after: Buffer, limit: number): Promise<Buffer[]> {
    const rows = await tx.query<{ token: Buffer }>(
      `SELECT token FROM suppression WHERE tenant_id = $1 AND token IN (
         SELECT DISTINCT token FROM suppression WHERE tenant_id = $1 AND token > $2 AND key_version = $3 ORDER BY token LIMIT $4)
       ORDER BY token FOR UPDATE`,
      [tx.tenant, after, version, limit],
    );
    return [...new Map(rows.map(({ token }) => [token.toString('hex'), token])).values()];
  },

  /** What nobody is known by any more. @returns how many rows went */
  async dropOld(tx: TenantTx, version: number, limit: number): Promise<number> {
    const rows = await tx.query(
      `DELETE FROM suppression WHERE tenant_id = $1 AND token IN (
         SELECT token FROM suppression WHERE tenant_id = $1 AND key_version < $2 LIMIT $3) AND key_version < $2 RETURNING 1 AS one`,
      [tx.tenant, version, limit],
    );
    return rows.length;
  },
};
