import type { TenantTx } from '../../data/database';
import { auditTable, type LinkedEntry } from './audit.table';
import { entryMac, isSame, legacyMac, linkHash, origin } from './chain';

export interface Head {
  tenant: string;
  seq: number;
  hash: string;
}
/** edited: an entry says something else than it did · gone: one was taken out · inserted: one was put in · order: two changed places · truncated: the end was cut off · begin: the beginning is not where we let it begin */
export interface Broken {
  seq?: number;
  entry?: string;
  why: 'edited' | 'gone' | 'inserted' | 'order' | 'truncated' | 'begin';
}

const pageSize = 1_000;
/** As many that were taken out at once are still told apart from one that was edited. */
const mostShift = 1_000;

interface Walk {
  tx: TenantTx;
  key: Buffer;
  kept: Head | undefined;
}

/** Walks the chain from where it begins. @returns the first place that does not hold. A head kept outside also shows what was cut off at the end. */
export async function firstBroken(
  walk: Walk,
  cutMac: (seq: string, hash: Buffer) => Buffer,
): Promise<Broken | undefined> {
  const { tx, key, kept } = walk;
  const cut = await auditTable.cut(tx);
  if (cut && !isSame(cut.mac, cutMac(cut.seq, cut.hash))) return { seq: Number(cut.seq), why: 'begin' };
  let seq = Number(cut?.seq ?? 0);
  let hash = cut?.hash ?? origin(tx.tenant);
  let legacy = seq === 0;
  for (;;) {
    const page = await auditTable.page(tx, String(seq), pageSize);
    for (const link of page) {
      if (Number(link.seq) !== seq + 1) return { seq: seq + 1, why: seq === 0 ? 'begin' : 'gone' };
      if (!link.entry) return { seq: seq + 1, entry: link.linked, why: 'gone' };
      if (!isSame(linkHash(key, seq + 1, hash, link.entry), link.hash)) return reasonOf(walk, hash, link);
      seq += 1;
      hash = link.hash;
      legacy &&= isSame(link.entry.mac, legacyMac);
      if (!legacy && !isSame(link.entry.mac, entryMac(key, link.entry)))
        return { seq, entry: link.entry.id, why: 'inserted' };
      if (kept?.seq === seq && kept.hash !== hash.toString('hex'))
        return { seq, entry: link.entry.id, why: 'truncated' };
    }
    if (page.length === 0) break;
  }
  if (kept && kept.seq > seq) return { seq: seq + 1, why: 'truncated' };
  const stray = await auditTable.stray(tx);
  return stray ? { entry: stray, why: 'inserted' } : undefined;
}

/** What was done to the first link that does not follow from the one before it. */
async function reasonOf({ tx, key, kept }: Walk, previous: Buffer, link: LinkedEntry): Promise<Broken> {
  const seq = Number(link.seq);
  const said = (why: Broken['why']): Broken => ({ seq, entry: link.linked, why });
  let before = link.hash;
  let isElsewhere = false;
  let belongsHere = false;
  const fits = (at: number, after: Buffer, { entry, hash }: LinkedEntry): boolean =>
    entry !== undefined && isSame(linkHash(key, at, after, entry), hash);
  for (let after = link.seq; ; ) {
    const page = await auditTable.page(tx, after, pageSize);
    for (const { seq: at, hash, entry } of page) {
      if (!entry) continue;
      const next = Number(at);
      const here = linkHash(key, seq, previous, entry);
      if (isSame(here, link.hash)) return said('order'); // another entry was written at this place
      belongsHere ||= isSame(here, hash);
      isElsewhere ||= link.entry !== undefined && [next, next + 1].some((its) => fits(its, hash, link));
      if (next === seq + 1 && followsLater(key, next, before, { hash, entry })) return said('gone');
      before = hash;
    }
    const last = page.at(-1);
    if (!last) break;
    after = last.seq;
  }
  if (belongsHere) return said(isElsewhere ? 'order' : 'inserted');
  if (isElsewhere) return said('order');
  if (kept && kept.seq > seq && kept.hash === link.hash.toString('hex')) return said('gone');
  return said('edited');
}

/** The next one holds, but at a later place: some were taken out and the rest moved up. */
function followsLater(
  key: Buffer,
  seq: number,
  previous: Buffer,
  { hash, entry }: Pick<LinkedEntry, 'hash' | 'entry'>,
): boolean {
  if (!entry || isSame(linkHash(key, seq, previous, entry), hash)) return false;
  for (let shift = 1; shift <= mostShift; shift++)
    if (isSame(linkHash(key, seq + shift, previous, entry), hash)) return true;
  return false;
}
