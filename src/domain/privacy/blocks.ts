import type { TenantTx } from '../../data/database';
import { casesTable } from './cases.table';

/** Whatever shows something of the person is to show it no more, or again. */
export type OnBlocked = (tx: TenantTx, contact: string, isBlocked: boolean) => Promise<void>;

/** A person's data is only stored from here on (art. 8 ter), or in use again. */
export class Blocks {
  constructor(private readonly onBlocked?: OnBlocked) {}

  async freeze(tx: TenantTx, contact: string, now: Date): Promise<void> {
    await casesTable.freeze(tx, contact, now);
    await this.onBlocked?.(tx, contact, true);
  }

  /** Unless another case keeps it. @param of the case for which it was */
  async end(tx: TenantTx, contact: string, of: string): Promise<void> {
    if (await casesTable.isBlockedBesides(tx, contact, of)) return;
    await casesTable.freeze(tx, contact, null);
    await this.onBlocked?.(tx, contact, false);
  }
}
