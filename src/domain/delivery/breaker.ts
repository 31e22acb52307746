import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../../data/database';
import { type BreakerRules, breakerOf, countTroubles, forgetTroubles, takeProbe } from './breaker.table';
import type { OutcomeRow } from './outcomes.table';

const usual = load(readFileSync(join(__dirname, 'breaker.yaml'), 'utf8')) as BreakerRules;

/** The team is told when it opens and when it closes. @param since when it opened: one opening, one message */
export type OnBreaker = (tx: TenantTx, sender: string, since: Date, now: Date) => Promise<void>;

/** How many may leave from a number: all, one that is tried, or none. */
export type Passage = 'all' | 'one' | 'none';

/** Stops campaigns from a number by which nothing goes through. While all is well it costs one look a slice. */
export class Breaker {
  /** Numbers with troubles, as far as this process knows. */
  private readonly troubled = new Set<string>();

  constructor(
    private readonly onBreaker: OnBreaker,
    private readonly rules = usual,
  ) {}

  async passage(tx: TenantTx, sender: string): Promise<Passage> {
    const found = await breakerOf(tx, sender);
    if (found) this.troubled.add(sender);
    else this.troubled.delete(sender);
    if (!found?.opened_at) return 'all';
    return (await takeProbe(tx, sender, this.rules)) ? 'one' : 'none';
  }

  /** Takes note of what came of messages. @returns whether it is open now */
  async note(tx: TenantTx, sender: string, rows: readonly OutcomeRow[], now: Date): Promise<boolean> {
    const troubles = rows.filter(({ trouble }) => trouble);
    if (rows.some(wentThrough)) {
      if (this.troubled.delete(sender) || troubles.length > 0) await this.close(tx, sender, now);
      return false;
    }
    if (troubles.length === 0) return false;
    this.troubled.add(sender);
    const last = { count: troubles.length, code: troubles.at(-1)?.reason ?? 'UNKNOWN' };
    const opens = await countTroubles(tx, sender, last, this.rules, now);
    if (opens) await this.onBreaker(tx, sender, now, now);
    return opens;
  }

  private async close(tx: TenantTx, sender: string, now: Date): Promise<void> {
    const since = await forgetTroubles(tx, sender);
    if (since) await this.onBreaker(tx, sender, since, now);
  }
}

/** The provider took it, or refused this one alone. */
const wentThrough = ({ state, trouble }: OutcomeRow): boolean =>
  !trouble && (state === 'accepted' || state === 'failed');
