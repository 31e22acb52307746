import type { TenantTx } from '../../data/database';
import { contactsTable } from './contacts.table';
import { type IdentifierRow, identifiersTable } from './identifiers.table';
import type { AudiencePorts, NewHolder } from './ports';
import { refreshStanding } from './standing.table';
import type { Suppressions } from './suppressions';
import { ofNumber } from './suppressions.table';

/** Numbers are handed on. Refusals stay with the number, permissions are confirmed anew, and what is older is never shown to whoever has it now. */
export class Holders {
  constructor(
    private readonly suppressions: Suppressions,
    private readonly ports: Pick<AudiencePorts, 'onNewHolder'>,
  ) {}

  /** @param since what is older is hidden; undefined where the history stays with whom it is about */
  async suspect(tx: TenantTx, contact: string, why: NewHolder, now: Date, since?: Date): Promise<void> {
    const wasCertain = (await contactsTable.holder(tx, contact))?.confirmed;
    await contactsTable.nextHolder(tx, contact, since);
    if (wasCertain) await this.ports.onNewHolder(tx, contact, why, now);
    await refreshStanding(tx, [contact]);
  }

  /**
   * A person left a number behind: it is held, for it may soon be somebody else's.
   * @param find the number's; undefined: all of theirs. @returns those that were theirs
   */
  async left(tx: TenantTx, contact: string, find: Buffer | undefined, now: Date): Promise<readonly IdentifierRow[]> {
    await this.suppressions.tokensOf(tx, [contact]); // from here on their rows say how each is known now
    const numbers = (await identifiersTable.ofContact(tx, contact)).filter(
      (row) => row.kind === 'phone' && (!find || row.find.equals(find)),
    );
    if (numbers.length === 0 && find) return numbers;
    const tokens = numbers.map((row) => row.stop);
    await this.suppressions.put(tx, tokens, { strength: 'hold', effectiveAt: now, source: ofNumber });
    await this.suspect(tx, contact, 'number_changed', now, now);
    return numbers;
  }
}
