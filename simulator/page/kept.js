/** Messages by their id, in the order they came. What is heard while the simulator is asked for all is not lost. */
export class Kept {
  items = new Map();
  heard = [];
  turn = 0;

  constructor(idOf) {
    this.idOf = idOf;
  }

  all() {
    return [...this.items.values()];
  }

  has(message) {
    return this.items.has(this.idOf(message));
  }

  set(message) {
    this.heard.push(message);
    this.items.set(this.idOf(message), message);
  }

  delete(message) {
    this.heard = this.heard.filter((one) => this.idOf(one) !== this.idOf(message));
    this.items.delete(this.idOf(message));
  }

  /** Empties it; an answer that is still under way is for nobody any more. */
  clear() {
    this.turn += 1;
    this.items.clear();
  }

  /** Everything anew from `ask`. @returns false if the answer came too late, or not at all */
  async fill(ask) {
    this.turn += 1;
    const { turn } = this;
    this.heard = [];
    const messages = await ask().catch(() => undefined);
    if (!messages || turn !== this.turn) return false;
    this.items = new Map([...messages, ...this.heard].map((message) => [this.idOf(message), message]));
    return true;
  }
}
