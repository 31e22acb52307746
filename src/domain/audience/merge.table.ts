import type { TenantTx } from '../../data/database';

export interface SealedRow {
  batch_id: string;
  seq: string;
  sealed: Buffer;
}

/** Tables that speak of a contact and follow when two turn out to be one person. A test holds this list equal to the schema. */
export const followers = [
  'attribute',
  'consent',
  'contact_alias',
  'contact_key',
  'dialog',
  'hand_off',
  'identifier',
  'inbox',
  'legal_hold',
  'member_test_address',
  'message',
  'misunderstood',
  'package',
  'preference_change',
  'privacy_case',
  'rectified',
  'reveal',
  'slack_post',
  'standing',
  'unsorted_request',
] as const;

// Of two wishes the one that asks for less.
const rarer = `CASE WHEN 'monthly' IN (c.frequency, f.frequency) THEN 'monthly' WHEN 'weekly' IN (c.frequency, f.frequency) THEN 'weekly' ELSE 'all' END`;

export const mergeTable = {
  async sealedMessages(tx: TenantTx, contact: string): Promise<SealedRow[]> {
    return tx.query<SealedRow>(
      'SELECT batch_id::text, seq::text, sealed FROM message WHERE contact_id = $1 AND sealed IS NOT NULL',
      [contact],
    );
  },

  async moveMessage(tx: TenantTx, row: SealedRow, to: string): Promise<void> {
    await tx.query('UPDATE message SET contact_id = $3, sealed = $4 WHERE batch_id = $1 AND seq = $2', [
      row.batch_id,
      row.seq,
      to,
      row.sealed,
    ]);
  },

  async misunderstood(tx: TenantTx, contact: string): Promise<{ id: string; sealed: Buffer }[]> {
    return tx.query('SELECT id, sealed FROM misunderstood WHERE contact_id = $1', [contact]);
  },

  async moveMisunderstood(tx: TenantTx, row: { id: string; sealed: Buffer }, to: string): Promise<void> {
    await tx.query('UPDATE misunderstood SET contact_id = $2, sealed = $3 WHERE id = $1', [row.id, to, row.sealed]);
  },

  async corrections(tx: TenantTx, contact: string): Promise<{ case_id: string; field: string; sealed: Buffer }[]> {
    return tx.query(
      `SELECT r.case_id, r.field, r.sealed FROM rectification r
       JOIN privacy_case p ON p.tenant_id = r.tenant_id AND p.id = r.case_id WHERE p.contact_id = $1`,
      [contact],
    );
  },

  async resealCorrection(tx: TenantTx, row: { case_id: string; field: string; sealed: Buffer }): Promise<void> {
    await tx.query('UPDATE rectification SET sealed = $3 WHERE case_id = $1 AND field = $2', [
      row.case_id,
      row.field,
      row.sealed,
    ]);
  },

  async packages(tx: TenantTx, contact: string): Promise<{ id: string; sealed: Buffer }[]> {
    return tx.query('SELECT id, sealed FROM package WHERE contact_id = $1 AND sealed IS NOT NULL', [contact]);
  },

  async movePackage(tx: TenantTx, { id, sealed }: { id: string; sealed: Buffer }): Promise<void> {
    await tx.query('UPDATE package SET sealed = $2 WHERE id = $1', [id, sealed]);
  },

  /** Everything that carries no seal of the person. What the survivor already says wins. */
  async movePlain(tx: TenantTx, from: string, to: string): Promise<void> {
    await tx.query(
      `INSERT INTO attribute (tenant_id, key, value, contact_id)
       SELECT a.tenant_id, a.key, a.value, $2 FROM attribute a
       WHERE a.contact_id = $1 AND NOT EXISTS (SELECT 1 FROM attribute b WHERE b.contact_id = $2 AND b.key = a.key)`,
      [from, to],
    );
    await tx.query('DELETE FROM attribute WHERE contact_id = $1', [from]);
    await tx.query(
      `INSERT INTO rectified (tenant_id, contact_id, field, at)
       SELECT r.tenant_id, $2, r.field, r.at FROM rectified r WHERE r.contact_id = $1 ON CONFLICT DO NOTHING`,
      [from, to],
    );
    await tx.query('DELETE FROM rectified WHERE contact_id = $1', [from]);
    for (const table of [
      'message',
      'inbox',
      'dialog',
      'slack_post',
      'legal_hold',
      'privacy_case',
      'package',
      'preference_change',
      'contact_alias',
      'member_test_address',
      'unsorted_request',
      'reveal',
    ])
      await tx.query(`UPDATE ${table} SET contact_id = $2 WHERE contact_id = $1`, [from, to]);
    // Cards that speak of the first speak of the survivor.
    await tx.query(
      `UPDATE slack_post SET topic = replace(topic, $1::text, $2::text), card = jsonb_set(card, '{args,contact}', to_jsonb($2::text))
       WHERE contact_id = $2::uuid AND card->'args'->>'contact' = $1::text`,
      [from, to],
    );
    // Links that were sent to the first still mean this person.
    await tx.query('INSERT INTO contact_alias (tenant_id, id, contact_id) VALUES ($1, $2, $3)', [tx.tenant, from, to]);
    await tx.query(
      `UPDATE contact c SET
         blocked_at = coalesce(c.blocked_at, f.blocked_at), human_until = greatest(c.human_until, f.human_until),
         greeted_at = coalesce(c.greeted_at, f.greeted_at), offered_at = coalesce(c.offered_at, f.offered_at), last_inbound_at = greatest(c.last_inbound_at, f.last_inbound_at),
         holder_epoch = greatest(c.holder_epoch, f.holder_epoch),
         holder_since = greatest(c.holder_since, f.holder_since),
         -- Whoever of the two was in doubt is so still.
         confirmed_epoch = greatest(c.holder_epoch, f.holder_epoch)
           - CASE WHEN c.confirmed_epoch < c.holder_epoch OR f.confirmed_epoch < f.holder_epoch THEN 1 ELSE 0 END, age_band = coalesce(least(c.age_band, f.age_band), c.age_band, f.age_band),
         paused_until = greatest(c.paused_until, f.paused_until), frequency = ${rarer}, created_at = least(c.created_at, f.created_at)
       FROM contact f WHERE c.id = $2 AND f.id = $1`,
      [from, to],
    );
    // Single replies wait on a lane named by the contact; theirs now waits on the survivor's.
    await tx.query("SELECT edge.wake('reply', uuid_send($1::uuid), interval '0')", [to]);
  },

  async remove(tx: TenantTx, contact: string): Promise<void> {
    await tx.query('DELETE FROM contact WHERE id = $1', [contact]);
  },
};
