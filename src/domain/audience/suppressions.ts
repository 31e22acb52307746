import type { TenantTx } from '../../data/database';
import type { Keys, TenantKeys } from '../../data/keys';
import { type IdentifierRow, identifiersTable } from './identifiers.table';
import { type Standing, type Suppression, suppressionsTable } from './suppressions.table';

/**
 * Who must not be written to, by stop tokens. The one way to them: while a new stop key is brought in, whatever changes under one key changes under
 * the other in the same transaction.
 */
export class Suppressions {
  constructor(private readonly keys: Keys) {}

  /** The tokens of all that these people are known by. */
  async tokensOf(tx: TenantTx, contacts: readonly string[]): Promise<Buffer[]> {
    const keys = await this.keys.current(tx);
    const rows = await identifiersTable.ofContacts(tx, contacts);
    if (keys.stopPhase === 'moving') return this.move(tx, keys, rows);
    return rows.map((row) => row.stop);
  }

  /** What is known of people goes over to the newest key; what is there already stays. @returns the tokens, in the same order */
  async move(tx: TenantTx, keys: TenantKeys, rows: readonly IdentifierRow[]): Promise<Buffer[]> {
    const people = await this.keys.people(tx, [...new Set(rows.map((row) => row.contact_id))]);
    const tokens = rows.map((row) => {
      const value = people.get(row.contact_id)?.open(row.sealed, `identifier|${row.kind}`).toString();
      return value === undefined ? row.stop : keys.stop(row.kind, value);
    });
    const behind = rows.flatMap((row, at) => {
      const stop = tokens[at];
      return stop && !stop.equals(row.stop) ? [{ ...row, stop }] : [];
    });
    await identifiersTable.setStop(tx, behind);
    return tokens;
  }

  /** @throws nothing; a stop is never weakened */
  async put(tx: TenantTx, tokens: readonly Buffer[], wish: Suppression): Promise<void> {
    const keys = await this.keys.current(tx);
    await suppressionsTable.put(tx, tokens, keys.stopVersion, wish);
    await this.mirror(tx, keys, tokens);
  }

  /** What stands, strongest first. @param channel what concerns that one; without, whatever there is */
  of(tx: TenantTx, tokens: readonly Buffer[], channel?: string): Promise<Standing[]> {
    return suppressionsTable.of(tx, tokens, channel);
  }

  /** Those of many tokens that are out on every channel, in hex. */
  async among(tx: TenantTx, tokens: readonly Buffer[]): Promise<ReadonlySet<string>> {
    return new Set((await suppressionsTable.among(tx, tokens)).map((token) => token.toString('hex')));
  }

  async releaseHolds(tx: TenantTx, tokens: readonly Buffer[], of: 'person' | 'case'): Promise<void> {
    const keys = await this.keys.current(tx);
    await suppressionsTable.releaseHolds(tx, tokens, of);
    await this.mirror(tx, keys, tokens);
  }

  /** The person came back to a channel: what they said of it before that moment ends. */
  async clearBefore(tx: TenantTx, contact: string, tokens: readonly Buffer[], moment: Date, channel: string) {
    const keys = await this.keys.current(tx);
    await suppressionsTable.clearBefore(tx, contact, tokens, moment, channel);
    await this.mirror(tx, keys, tokens);
  }

  /** What was said in one place is undone there. @returns whether anything was */
  async clearSource(tx: TenantTx, tokens: readonly Buffer[], source: string, moment: Date): Promise<boolean> {
    const keys = await this.keys.current(tx);
    const cleared = await suppressionsTable.clearSource(tx, tokens, source, moment);
    await this.mirror(tx, keys, tokens);
    return cleared > 0;
  }

  /** What one identifier's token says holds for all of them. */
  async spread(tx: TenantTx, tokens: readonly Buffer[]): Promise<void> {
    const keys = await this.keys.current(tx);
    await suppressionsTable.spread(tx, tokens, keys.stopVersion);
    await this.mirror(tx, keys, tokens);
  }

  /** Makes what stands under the next key equal to what stands under this one. */
  async mirror(tx: TenantTx, keys: TenantKeys, tokens: readonly Buffer[]): Promise<void> {
    if (keys.stopPhase !== 'copying') return;
    const twins = tokens.flatMap((token) => keys.twin(token) ?? []);
    await suppressionsTable.mirror(tx, tokens, twins, keys.stopVersion + 1);
  }
}
