/** A rate: so many at once, and then so many a second. Time is given, so that it may be the world's. */
export class Bucket {
  private left: number;
  private at: number;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    nowMs: number,
  ) {
    this.left = burst;
    this.at = nowMs;
  }

  /** @returns 0 when one was taken, else how many milliseconds from now one will be there */
  take(nowMs: number): number {
    this.left = Math.min(this.burst, this.left + ((nowMs - this.at) / 1000) * this.perSecond);
    this.at = nowMs;
    if (this.left < 1) return Math.ceil(((1 - this.left) / this.perSecond) * 1000);
    this.left -= 1;
    return 0;
  }

  /** Nothing was taken for so long that a new one would be the same. */
  isFull(nowMs: number): boolean {
    return this.left + ((nowMs - this.at) / 1000) * this.perSecond >= this.burst;
  }
}

const mostBuckets = 50_000;

/** One bucket for each of many names. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {}

  take(name: string, nowMs: number): number {
    const bucket = this.buckets.get(name) ?? new Bucket(this.burst, this.perSecond, nowMs);
    if (this.buckets.size > mostBuckets) this.forgetFull(nowMs);
    this.buckets.set(name, bucket);
    return bucket.take(nowMs);
  }

  private forgetFull(nowMs: number): void {
    for (const [name, bucket] of this.buckets) if (bucket.isFull(nowMs)) this.buckets.delete(name);
  }
}
