import type { TenantTx } from '../../data/database';
import type { CaseRow } from './cases.table';
import { dataMap } from './data-map';
import { type KeptRow, keptTable } from './erasure-kept.table';

export interface Hold {
  id: string;
  /** When it is looked at again; it does not end by itself. */
  until?: Date;
}
export interface KeepingPorts {
  holds?: {
    /** The legal hold that keeps this category of this person's data, if there is one. */
    covering(tx: TenantTx, contact: string, category: string, now: Date): Promise<Hold | undefined>;
  };
}
export type KeptNow = ReadonlyMap<string, KeptRow>;

/** What is told about people, and can be erased: requests are the proof of it, and a refusal must outlive whoever made it. */
const erasable: readonly string[] = [...new Set(Object.values(dataMap.tables).map(({ category }) => category))].filter(
  (category) => !['none', 'team', 'requests', 'refusals'].includes(category),
);

/** Sealed under the person's own key: it lives as long as any of these is kept. */
const sealedForThem: ReadonlySet<string> = new Set(['identifiers', 'profile', 'messages', 'conversations']);

/** What an erasure leaves standing: what the controller's decision keeps, and what a legal hold covers. A hold wins over everything. */
export class Keeping {
  constructor(private readonly ports: KeepingPorts) {}

  /** What stands of this case, with what came to it since. Holds first: what the decision names was often theirs already. */
  async of(tx: TenantTx, row: CaseRow, now: Date): Promise<KeptNow> {
    for (const one of await this.held(tx, row.contact_id, now)) await this.put(tx, row.id, one);
    for (const { category, ground, until } of row.kept ?? [])
      await this.put(tx, row.id, { category, ground, until: dayOf(until), hold_id: null });
    return new Map((await keptTable.of(tx, row.id)).map((one) => [one.category, one]));
  }

  /** What a legal hold covers, before anything is decided. */
  async held(tx: TenantTx, contact: string, now: Date): Promise<KeptRow[]> {
    const rows: KeptRow[] = [];
    for (const category of erasable) {
      const hold = await this.ports.holds?.covering(tx, contact, category, now);
      if (hold) rows.push({ category, ground: 'claims', until: hold.until ?? null, hold_id: hold.id });
    }
    return rows;
  }

  /** Categories that nothing covers any more: their day has come, and no hold is on them. */
  async free(tx: TenantTx, row: CaseRow, now: Date): Promise<string[]> {
    const free: string[] = [];
    for (const { category, until, hold_id } of await keptTable.of(tx, row.id)) {
      const decided = dayOf(row.kept?.find((one) => one.category === category)?.until);
      const end = hold_id === null ? until : decided;
      const isOver = end !== null ? end <= now : hold_id !== null;
      const isHeld = await this.ports.holds?.covering(tx, row.contact_id, category, now);
      if (isOver && !isHeld) free.push(category);
    }
    return free;
  }

  async end(tx: TenantTx, row: CaseRow, categories: readonly string[], now: Date): Promise<void> {
    for (const category of categories) await keptTable.erased(tx, row.id, category, now);
  }

  // A receipt without its message would belong to nobody.
  private async put(tx: TenantTx, id: string, row: KeptRow): Promise<void> {
    await keptTable.put(tx, id, row);
    if (row.category === 'receipts') await keptTable.put(tx, id, { ...row, category: 'messages' });
  }
}

const dayOf = (until: string | undefined): Date | null => (until ? new Date(until) : null);

/** What stands as long as something is kept, and only because of that: the key that opens it, and that the gate lets nothing through. */
export const supportOf = (kept: KeptNow): string[] => [
  ...(needsKey(kept) ? ['contact_key'] : []),
  ...(kept.size > 0 ? ['standing'] : []),
  ...(kept.has('identifiers') ? ['contact_alias'] : []),
];

export const needsKey = (kept: KeptNow): boolean => [...kept.keys()].some((category) => sealedForThem.has(category));
