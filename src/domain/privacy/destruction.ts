import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { meter, recountedSince } from '../billing/metering';
import { type Erased, erasureTable } from './erasure.table';
import { type KeptNow, needsKey } from './erasure-kept';

/** Whose data, under which lanes it may lie, and what of it stays. */
export interface Whose {
  contact: string;
  lanes: readonly Buffer[];
  kept: KeptNow;
  /** The message that carries the answer: it goes last. */
  answer?: string | null;
}

/** The one way a person's rows and key are destroyed: by an erasure, and again by whatever a restored backup brings back. All of it may be repeated. */
export class Destruction {
  constructor(private readonly keys: Keys) {}

  async messages(tx: TenantTx, { contact, kept, answer = null }: Whose, now: Date): Promise<Erased> {
    if (kept.has('receipts')) return {};
    // What they were sent is counted while it is known to which country: afterwards nobody knows.
    if (await erasureTable.wasSentSince(tx, contact, recountedSince(now))) await meter(tx, now);
    const receipts = await erasureTable.receipts(tx, contact, answer);
    return kept.has('messages') ? receipts : { ...receipts, ...(await erasureTable.messages(tx, contact, answer)) };
  }

  async conversations(tx: TenantTx, { contact, lanes, kept }: Whose): Promise<Erased> {
    return {
      ...(kept.has('conversations') ? {} : await erasureTable.inbox(tx, contact, lanes)),
      ...(kept.has('consents') ? {} : await erasureTable.signUps(tx, lanes)),
    };
  }

  async profile(tx: TenantTx, { contact, kept }: Whose): Promise<Erased> {
    const erased: Erased[] = [];
    for (const [category, erase] of Object.entries(erasureTable.byCategory))
      if (!kept.has(category)) erased.push(await erase(tx, contact));
    return Object.assign({}, ...erased);
  }

  /** The number, what is known beside it, and the key: from here on there is nobody. What is kept is out of use. */
  async person(tx: TenantTx, { contact, lanes, kept }: Whose, now: Date): Promise<Erased> {
    await erasureTable.tries(tx, lanes);
    const identifiers = kept.has('identifiers') ? {} : await erasureTable.identity(tx, contact);
    if (kept.size > 0) await erasureTable.putOutOfUse(tx, contact, now);
    else await erasureTable.empty(tx, contact);
    if (!needsKey(kept)) await this.keys.destroyPerson(tx, contact);
    return identifiers;
  }

  async all(tx: TenantTx, whose: Whose, now: Date): Promise<Erased> {
    return {
      ...(await this.messages(tx, whose, now)),
      ...(await this.conversations(tx, whose)),
      ...(await this.profile(tx, whose)),
      ...(await this.person(tx, whose, now)),
    };
  }
}
