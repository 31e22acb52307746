/** The steps that Meta tells of, in their order. */
export const steps = ['sent', 'delivered', 'read'] as const;

/** What became of one message, as the world outside knows it. */
export interface Delivery {
  /** batch.seq.mac, as it was sent with it. */
  reference: string;
  to: string;
  /** How often it was delivered: more than once is the worst that can happen. */
  count: number;
  /** Steps that were told, and those of them that the product has answered for with 200: a bit each, in the order of `steps`. */
  told: number;
  taken: number;
  /** The requests that brought it, by their own mark; only where they bear one. */
  marks?: string[];
}

/** Who got what: the one witness that the product can't touch. */
export class Ledger {
  private readonly deliveries = new Map<string, Delivery>();
  /** When each was delivered, on the clock that all processes of a machine share. */
  readonly times: number[] = [];

  deliver(reference: string, to: string, mark: string | undefined): Delivery {
    this.times.push(sharedMs());
    const found = this.deliveries.get(reference) ?? { reference, to, count: 0, told: 0, taken: 0 };
    found.count += 1;
    if (mark) found.marks = [...(found.marks ?? []), mark];
    this.deliveries.set(reference, found);
    return found;
  }

  get size(): number {
    return this.times.length;
  }

  /** One line each. */
  *lines(): Generator<string> {
    for (const delivery of this.deliveries.values()) yield `${JSON.stringify(delivery)}\n`;
  }

  forget(): void {
    this.deliveries.clear();
    this.times.length = 0;
  }
}

/** Milliseconds on a clock that nobody moves and that every process of this machine reads alike. */
export const sharedMs = (): number => Number(process.hrtime.bigint()) / 1e6;
