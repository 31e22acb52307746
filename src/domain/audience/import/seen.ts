/** Which of up to some million tokens were met before, in 16 bytes or less each: the first 64 bits of a keyed hash stand for it. */
export class Seen {
  private table = new Uint32Array(2 * 4_096);
  private count = 0;

  /** @returns whether it was met before; it is, from now on */
  add(token: Buffer): boolean {
    if (this.count * 4 >= this.table.length) this.grow();
    const isNew = this.put(this.table, token.readUInt32LE(0) || 1, token.readUInt32LE(4));
    if (isNew) this.count += 1;
    return !isNew;
  }

  has(token: Buffer): boolean {
    return this.table[this.slot(this.table, token.readUInt32LE(0) || 1, token.readUInt32LE(4))] !== 0;
  }

  private put(table: Uint32Array, high: number, low: number): boolean {
    const at = this.slot(table, high, low);
    if (table[at] !== 0) return false;
    table[at] = high;
    table[at + 1] = low;
    return true;
  }

  /** Where it stands, or would. */
  private slot(table: Uint32Array, high: number, low: number): number {
    const mask = table.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask)
      if (table[2 * slot] === 0 || (table[2 * slot] === high && table[2 * slot + 1] === low)) return 2 * slot;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2)
      if (old[at] !== 0) this.put(this.table, old[at] as number, old[at + 1] as number);
  }
}
