const mostRows = 500;

interface Waiting<Row> {
  rows: readonly Row[];
  done(): void;
  failed(error: unknown): void;
}

/**
 * What comes while others are being committed is committed together after them: a transaction for a hundred webhooks costs little more than for one, and
 * they do not stand in line for the same lane. Nobody waits for company: with nothing under way it goes at once.
 */
export class GroupCommit<Row> {
  private waiting: Waiting<Row>[] = [];
  private isWriting = false;

  /** @param commit all of them or none, in a transaction of its own · isOfRows: whether it failed for what one of them holds, not for everybody */
  constructor(
    private readonly commit: (rows: readonly Row[]) => Promise<void>,
    private readonly isOfRows: (error: unknown) => boolean,
  ) {}

  /** Resolves after the commit of these. @throws what kept them from it */
  write(rows: readonly Row[]): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ rows, done, failed });
      if (!this.isWriting) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) await this.together(this.next());
    this.isWriting = false;
  }

  /** The first, and whoever follows while there is room. */
  private next(): Waiting<Row>[] {
    let rows = 0;
    const end = this.waiting.findIndex((one, at) => {
      rows += one.rows.length;
      return at > 0 && rows > mostRows;
    });
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }

  private async together(group: readonly Waiting<Row>[]): Promise<void> {
    try {
      await this.commit(group.flatMap(({ rows }) => rows));
      for (const { done } of group) done();
    } catch (error) {
      // One spoilt it for the others: none of them is in, and each is tried by itself.
      if (group.length > 1 && this.isOfRows(error)) for (const one of group) await this.together([one]);
      else for (const { failed } of group) failed(error);
    }
  }
}
