import { createHmac } from 'node:crypto';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { auditTable } from './audit.table';
import { entryMac, isSame, linkHash, origin } from './chain';
import { type Broken, firstBroken, type Head } from './verifying';

export type { Broken, Head } from './verifying';

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
/** How the chain was found. */
export interface Verdict {
  entries: number;
  /** Up to which place a head kept outside vouches for it; without one a cut at the end can't be seen. */
  keptTo?: number;
  broken?: Broken;
}

/** So many entries are let go of in one transaction. */
const mostCut = 5_000;

/** What was done, by whom, on what. Entries wait unlinked; the sealer gives each its place in a chain of hashes. */
export class Audit {
  constructor(private readonly keys: Keys) {}

  async record(tx: TenantTx, { actor, act, subject, detail = {} }: AuditEntry, now: Date): Promise<void> {
    // As it will be read again: what JSON leaves out is not part of it.
    const kept: unknown = JSON.parse(JSON.stringify(detail));
    const entry = { id: newId(now), at: `${now.getTime()}000`, actor, act, subject, detail: kept };
    await auditTable.insert(tx, entry, now, entryMac(await this.key(tx), entry));
  }

  /** Links what waits. Returns how many entries; call it again while that is `limit`. */
  async seal(tx: TenantTx, limit = 500): Promise<number> {
    await auditTable.lock(tx);
    const waiting = await auditTable.pending(tx, limit);
    if (waiting.length === 0) return 0;
    const key = await this.key(tx);
    const head = (await auditTable.head(tx)) ?? (await auditTable.cut(tx));
    let seq = Number(head?.seq ?? 0);
    let hash = head?.hash ?? origin(tx.tenant);
    const links = waiting.map((entry) => {
      seq += 1;
      hash = linkHash(key, seq, hash, entry);
      return { seq, entry: entry.id, hash };
    });
    await auditTable.link(tx, links);
    return links.length;
  }

  /** Walks the chain: the first place that does not hold, or undefined. A head kept outside also shows what was cut off at the end. */
  async verify(tx: TenantTx, kept?: Head): Promise<Broken | undefined> {
    const key = await this.key(tx);
    const signer = await this.signer(tx);
    return firstBroken({ tx, key, kept }, (seq, hash) => signer(cutText(tx, seq, hash)));
  }

  /** The same, with how much there is. @param line the head that was kept outside, if there is one */
  async examine(tx: TenantTx, line: string | undefined): Promise<Verdict> {
    const kept = line === undefined ? undefined : await this.readHead(tx, line);
    const broken = await this.verify(tx, kept);
    const { entries } = await auditTable.extent(tx);
    return { entries, ...(kept && { keptTo: kept.seq }), ...(broken && { broken }) };
  }

  /** Whether the chain still holds what that head saw. */
  async continues(tx: TenantTx, head: Head): Promise<boolean> {
    const cut = await auditTable.cut(tx);
    if (cut && Number(cut.seq) >= head.seq) return true;
    return (await auditTable.hashAt(tx, head.seq))?.toString('hex') === head.hash;
  }

  /** Lets go of what is older, from the beginning of the chain, so many at most. The place where it begins since is signed. @returns how many entries */
  async cut(tx: TenantTx, before: Date, now: Date): Promise<number> {
    await auditTable.lock(tx);
    const last = await auditTable.lastBefore(tx, before, mostCut);
    if (!last) return 0;
    const mac = (await this.signer(tx))(cutText(tx, last.seq, last.hash));
    return auditTable.cutAt(tx, last, mac, now);
  }

  /** The end of the chain as one signed line, to be kept outside the database. */
  async head(tx: TenantTx): Promise<string | undefined> {
    const head = await auditTable.head(tx);
    if (!head) return undefined;
    const body = JSON.stringify({ v: 2, tenant: tx.tenant, seq: Number(head.seq), hash: head.hash.toString('hex') });
    return `${body} ${(await this.signer(tx))(body).toString('hex')}`;
  }

  /** Reads a line that `head` wrote. @returns undefined if its signature is not ours, or it is of a chain without a key */
  async readHead(tx: TenantTx, line: string): Promise<Head | undefined> {
    const cut = line.trimEnd().lastIndexOf(' ');
    const body = line.slice(0, cut);
    const given = Buffer.from(line.slice(cut + 1).trim(), 'hex');
    if (!isSame(given, (await this.signer(tx))(body))) return undefined;
    const { v, ...head } = JSON.parse(body) as Head & { v?: number };
    return v === 2 && head.tenant === tx.tenant ? head : undefined;
  }

  private async key(tx: TenantTx): Promise<Buffer> {
    return (await this.keys.of(tx)).derived('audit chain');
  }

  private async signer(tx: TenantTx): Promise<(text: string) => Buffer> {
    const key = (await this.keys.of(tx)).derived('audit head');
    return (text) => createHmac('sha256', key).update(text).digest();
  }
}

const cutText = (tx: TenantTx, seq: string, hash: Buffer): string => `cut|${tx.tenant}|${seq}|${hash.toString('hex')}`;
