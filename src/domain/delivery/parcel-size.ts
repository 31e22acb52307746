/**
 * How many rows a parcel takes. Where the machine has little time to give, many that are claimed at once would all be too old before their turn comes, go
 * back and be claimed again for ever: half as many as the last are taken when some of it were late, more again with each that left whole.
 */
export class ParcelSize {
  private size: number;

  constructor(private readonly most: number) {
    this.size = most;
  }

  get now(): number {
    return this.size;
  }

  /** What came of one. @param late so many of its rows could not begin in time */
  note(rows: number, late: number): void {
    if (late > 0) this.size = Math.max(1, Math.min(this.size, Math.floor(rows / 2)));
    else if (rows >= this.size) this.size = Math.min(this.most, this.size + Math.ceil(this.size / 4));
  }
}
