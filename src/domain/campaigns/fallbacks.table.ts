import type { TenantTx } from '../../data/database';
import { type CampaignRow, campaignsTable } from './campaigns.table';
import { contentHash } from './content';
import { templatesTable, type Variable } from './templates.table';

/** By which other channel a campaign's message goes where the one before reached nobody. */
export interface Fallback {
  /** From 1, in the order in which they are tried. */
  place: number;
  template_id: string;
  template_name: string;
  body: string;
  variables: readonly Variable[];
  sender_id: string;
  batch_id: string;
  channel: string;
  content_hash: Buffer | null;
}

const select = `SELECT f.place, f.template_id, t.name AS template_name, t.body, t.variables, t.channel, f.sender_id, f.batch_id, f.content_hash
  FROM campaign_fallback f JOIN template t ON t.tenant_id = f.tenant_id AND t.id = f.template_id`;

export const fallbacksTable = {
  async of(tx: TenantTx, campaign: string): Promise<Fallback[]> {
    return tx.query<Fallback>(`${select} WHERE f.tenant_id = $1 AND f.campaign_id = $2 ORDER BY f.place`, [
      tx.tenant,
      campaign,
    ]);
  },

  /** Instead of those that were named before. Of a draft alone: its messages have no row yet. */
  async put(
    tx: TenantTx,
    campaign: string,
    fallbacks: readonly Pick<Fallback, 'template_id' | 'sender_id'>[],
  ): Promise<void> {
    await tx.query('DELETE FROM campaign_fallback WHERE tenant_id = $1 AND campaign_id = $2', [tx.tenant, campaign]);
    for (const [at, { template_id, sender_id }] of fallbacks.entries())
      await tx.query(
        'INSERT INTO campaign_fallback (tenant_id, campaign_id, place, template_id, sender_id) VALUES ($1, $2, $3, $4, $5)',
        [tx.tenant, campaign, at + 1, template_id, sender_id],
      );
  },

  /** What is approved with the campaign is what leaves. */
  async freeze(tx: TenantTx, row: CampaignRow): Promise<void> {
    for (const fallback of await fallbacksTable.of(tx, row.id)) {
      const template = await templatesTable.get(tx, fallback.template_id);
      if (template) await setHash(tx, row.id, fallback.place, contentHash(standIn(row, fallback), template));
    }
  },

  async thaw(tx: TenantTx, row: CampaignRow): Promise<void> {
    for (const { place } of await fallbacksTable.of(tx, row.id)) await setHash(tx, row.id, place, null);
  },

  /** The campaign as it goes by this batch of a fallback; undefined: it is the batch of none. */
  async byBatch(tx: TenantTx, batch: string): Promise<CampaignRow | undefined> {
    const [found] = await tx.query<{ id: string }>(
      'SELECT campaign_id AS id FROM campaign_fallback WHERE tenant_id = $1 AND batch_id = $2',
      [tx.tenant, batch],
    );
    const row = found && (await campaignsTable.get(tx, found.id));
    if (!row) return undefined;
    const all = await fallbacksTable.of(tx, row.id);
    const own = all.find((one) => one.batch_id === batch);
    if (!own) return undefined;
    const before = [row.batch_id, ...all.filter(({ place }) => place < own.place).map((one) => one.batch_id)];
    return { ...standIn(row, own), before };
  },
};

/** Nobody waits for an hour of their own or a wave once more. */
const standIn = (row: CampaignRow, fallback: Fallback): CampaignRow => ({ ...row, ...fallback, pace: { kind: 'now' } });

const setHash = (tx: TenantTx, campaign: string, place: number, hash: Buffer | null) =>
  tx.query('UPDATE campaign_fallback SET content_hash = $4 WHERE tenant_id = $1 AND campaign_id = $2 AND place = $3', [
    tx.tenant,
    campaign,
    place,
    hash,
  ]);
