import { insist } from './insist';
import type { OutcomeRow } from './outcomes.table';

const gapMs = 20;

/** Gathers outcomes for a moment and writes them together, one write at a time. What can't be written is given up as unknown by its lease. */
export class OutcomeWriter {
  private waiting: OutcomeRow[] = [];
  private writing: Promise<void> | undefined;
  private failed: { error: unknown } | undefined;

  /** @param write all of them, in a transaction of its own */
  constructor(private readonly write: (rows: readonly OutcomeRow[]) => Promise<void>) {}

  add(row: OutcomeRow): void {
    this.waiting.push(row);
    this.writing ??= this.flush();
  }

  /** Everything that was added is written. @throws what kept it from being written */
  async drain(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.failed) throw this.failed.error;
  }

  private async flush(): Promise<void> {
    await new Promise((done) => setTimeout(done, gapMs));
    while (this.waiting.length > 0) {
      const rows = this.waiting;
      this.waiting = [];
      // What gathered behind them is written all the same.
      await insist(() => this.write(rows)).catch((error) => {
        this.failed = { error };
      });
    }
    this.writing = undefined; // in the same step as the last look: what is added from now on begins a flush of its own
  }
}
