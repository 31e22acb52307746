import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { auditTable } from './audit.table';
import { linkHash, origin } from './chain';

/** Ids, codes and counts; never a person's words, name or number. */
export interface AuditEntry {
  /** `member:<id>`, `contact:<id>`, `system:<what>` */
  actor: string;
  /** `campaign.approved` */
  act: string;
  /** `campaign:<id>` */
  subject: string;
  detail?: Readonly<Record<string, string | number | boolean | null>>;
}
export interface Head {
  tenant: string;
  seq: number;
  hash: string;
}
export type Broken = {
  seq?: number;
  entry?: string;
  why: 'edited' | 'gone' | 'order' | 'stray' | 'truncated' | 'head';
};

/** What was done, by whom, on what. Entries wait unlinked; the sealer gives each its place in a chain of hashes. */
export class Audit {
  constructor(private readonly keys: Keys) {}

  async record(tx: TenantTx, entry: AuditEntry, now: Date): Promise<void> {
    await auditTable.insert(tx, newId(now), now, entry.actor, entry.act, entry.subject, entry.detail ?? {});
  }

  /** Links what waits. Returns how many entries; call it again while that is `limit`. */
  async seal(tx: TenantTx, limit = 500): Promise<number> {
    await auditTable.lock(tx);
    const waiting = await auditTable.pending(tx, limit);
    if (waiting.length === 0) return 0;
    const head = await auditTable.head(tx);
    let seq = Number(head?.seq ?? 0);
    let hash = head?.hash ?? origin(tx.tenant);
    const links = waiting.map((entry) => {
      hash = linkHash(hash, entry);
      return { seq: ++seq, entry: entry.id, hash };
    });
    await auditTable.link(tx, links);
    return links.length;
  }

  /** Walks the chain: the first place that does not hold, or undefined. A head kept outside also shows what was cut off at the end. */
  async verify(tx: TenantTx, kept?: Head): Promise<Broken | undefined> {
    let seq = 0;
    let hash = origin(tx.tenant);
    for (;;) {
      const page = await auditTable.page(tx, String(seq), 1_000);
      for (const link of page) {
        if (Number(link.seq) !== seq + 1) return { seq: seq + 1, why: 'gone' };
        seq += 1;
        if (!link.entry) return { seq, why: 'gone' };
        hash = linkHash(hash, link.entry);
        if (!hash.equals(link.hash)) return { seq, entry: link.entry.id, why: 'edited' };
        if (kept?.seq === seq && kept.hash !== hash.toString('hex')) return { seq, entry: link.entry.id, why: 'head' };
      }
      if (page.length === 0) break;
    }
    if (kept && kept.seq > seq) return { seq: seq + 1, why: 'truncated' };
    const stray = await auditTable.stray(tx);
    return stray ? { entry: stray, why: 'stray' } : undefined;
  }

  /** The end of the chain as one signed line, to be kept outside the database. */
  async head(tx: TenantTx): Promise<string | undefined> {
    const head = await auditTable.head(tx);
    if (!head) return undefined;
    const body = JSON.stringify({ tenant: tx.tenant, seq: Number(head.seq), hash: head.hash.toString('hex') });
    return `${body} ${(await this.sign(tx, body)).toString('hex')}`;
  }

  /** Reads a line that `head` wrote. @returns undefined if its signature is not ours */
  async readHead(tx: TenantTx, line: string): Promise<Head | undefined> {
    const cut = line.trimEnd().lastIndexOf(' ');
    const body = line.slice(0, cut);
    const given = Buffer.from(line.slice(cut + 1).trim(), 'hex');
    const ours = await this.sign(tx, body);
    if (given.length !== ours.length || !timingSafeEqual(given, ours)) return undefined;
    const head = JSON.parse(body) as Head;
    return head.tenant === tx.tenant ? head : undefined;
  }

  private async sign(tx: TenantTx, body: string): Promise<Buffer> {
    return createHmac('sha256', (await this.keys.of(tx)).derived('audit head'))
      .update(body)
      .digest();
  }
}
