/** A list that forgets its oldest entries, a tenth at a time. */
export class Bounded<T> {
  readonly items: T[] = [];

  constructor(
    private readonly most: number,
    private readonly forget: (gone: T) => void = () => {},
  ) {}

  push(item: T): void {
    this.items.push(item);
    if (this.items.length <= this.most) return;
    for (const gone of this.items.splice(0, Math.max(1, Math.floor(this.most / 10)))) this.forget(gone);
  }

  last(count: number): T[] {
    return count > 0 ? this.items.slice(-count) : [];
  }
}
