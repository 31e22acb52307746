import { sharedMs } from '../stand-in/ledger';
import type { Customer, domainOf } from '../system/customer';
import { pause } from './crew';
import type { World } from './world';

/** People who leave while a campaign is being sent, just as theirs is about to go. */
export class Leaving {
  /** When it was committed, by number; as late as can be said from outside. */
  readonly left = new Map<string, number>();
  /** Those who left, and those who are leaving. */
  private readonly leaves = new Set<string>();
  private going: Promise<void> = Promise.resolve();
  private isOver = false;

  /** @param contacts by number, in the order in which they are written to */
  constructor(
    private readonly world: World,
    private readonly domain: ReturnType<typeof domainOf>,
    private readonly customer: Customer,
    private readonly contacts: ReadonlyMap<string, string>,
    private readonly random: () => number,
  ) {}

  /** @param everyMs one leaves, of each of so many lanes · most of them */
  begin({ everyMs, most, lanes }: { everyMs: number; most: number; lanes: number }): void {
    const all = Array.from({ length: lanes }, () => this.goOn(everyMs, most));
    this.going = Promise.all(all).then(() => {});
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.going;
  }

  private async goOn(everyMs: number, most: number): Promise<void> {
    const phones = [...this.contacts.keys()];
    while (!this.isOver && this.leaves.size < most) {
      const { sends } = await this.world.standIn.count();
      const at = (sends + Math.floor(this.random() * 60) - 10 + phones.length) % phones.length;
      const phone = phones[at] as string;
      if (!this.leaves.has(phone)) await this.leave(phone);
      await pause(everyMs);
    }
  }

  private async leave(phone: string): Promise<void> {
    this.leaves.add(phone);
    const { consent } = this.domain;
    const contact = this.contacts.get(phone) as string;
    const wish = { source: 'person', evidence: 'chaos', now: this.world.clock.now() } as const;
    for (let tries = 0; !this.isOver && tries < 100; tries++)
      try {
        await this.world.place.database.withTenant(this.customer.tenant, (tx) => consent.withdraw(tx, contact, wish));
        this.left.set(phone, sharedMs());
        return;
      } catch {
        await pause(100); // the server is away; whether it was taken is asked again
      }
  }
}

/** Everybody's contact by their number, in the order of their contacts. */
export async function contactsOf(
  { ask, place }: World,
  tenant: string,
  phones: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const keys = await place.database.withTenant(tenant, (tx) => place.keys.of(tx));
  const phoneBy = new Map(phones.map((phone) => [keys.find('phone', phone).toString('hex'), phone]));
  const rows = await ask<{ find: Buffer; contact: string }>(
    "SELECT find, contact_id AS contact FROM identifier WHERE tenant_id = $1 AND kind = 'phone' ORDER BY contact_id",
    [tenant],
  );
  return new Map(
    rows.flatMap(({ find, contact }) => {
      const phone = phoneBy.get(find.toString('hex'));
      return phone ? [[phone, contact] as const] : [];
    }),
  );
}
