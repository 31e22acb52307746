import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import { type Proof as Ledger, statesAt } from '../consent/proof';
import type { GateCode } from '../delivery/gate';
import { standingRefusal } from '../delivery/standing.table';
import { type TrailRow, trail } from './trail.table';
import { mustBeShown, whom } from './whom';

export interface Standing {
  contact: string;
  masked: string;
  language: string;
  since: Date;
  /** Why promotions don't go to them. */
  refusal?: GateCode;
}
export interface Proof extends Ledger {
  masked: string;
  /** As it stood at the moment that was asked for. */
  past?: Ledger['states'];
}
export interface TakenOff {
  masked: string;
  /** Nobody here had that address: it stays on the list of those who must not be written to. */
  isUnknown: boolean;
  alreadyOut: boolean;
  cancelled: number;
}
/** Who orders it, and in which message. */
export interface Order {
  member: string;
  roles: readonly string[];
  evidence: string;
  at: Date;
  now: Date;
}
type Looker = Pick<Order, 'member' | 'roles' | 'now'>;

const mayLook = ['agent', 'support', 'operator', 'approver', 'owner', 'privacy'];
const mayReadTrail = ['owner', 'privacy'];
const mostEntries = 12;
const trailDays = 30;
const channel = 'whatsapp';

/** One person as the company has them on record: who, whether they may be written to and by which proof; and taking them off. Every look is written down. */
export class Records {
  constructor(
    private readonly audience: Audience,
    private readonly consent: Consent,
    private readonly audit: Audit,
  ) {}

  /** @returns undefined when nobody here has that address. @throws PERSON_BLOCKED */
  async find(tx: TenantTx, address: string, by: Looker): Promise<Standing | undefined> {
    const contact = await this.shown(tx, address, by);
    if (!contact) return undefined;
    const { language, createdAt: since } = await this.audience.read(tx, contact);
    const refusal = await standingRefusal(tx, contact, channel, by.now);
    return { contact, masked: await this.audience.masked(tx, contact), language, since, ...(refusal && { refusal }) };
  }

  /** What the ledger can show of this person. @returns undefined when nobody here has that address. @throws PERSON_BLOCKED */
  async proof(tx: TenantTx, address: string, by: Looker, then?: Date): Promise<Proof | undefined> {
    const contact = await this.shown(tx, address, by);
    if (!contact) return undefined;
    const proof = await this.consent.proof(tx, contact, by.now);
    const past = then && (await statesAt(tx, contact, then));
    return { masked: await this.audience.masked(tx, contact), ...proof, ...(past && { past }) };
  }

  /** No more promotions to this address, whoever it is. @returns undefined when it can be no address */
  async takeOff(tx: TenantTx, address: string, order: Order): Promise<TakenOff | undefined> {
    const { evidence, at, now } = order;
    const masked = await this.audience.maskedAddress(tx, address);
    if (!masked) return undefined;
    const wish = { source: 'member', by: `member:${order.member}`, evidence, at, now };
    await this.audience.afterLists(tx);
    const contact = await this.whose(tx, address, order);
    if (contact) return { masked, isUnknown: false, ...(await this.consent.withdraw(tx, contact, wish)) };
    const tokens = await this.audience.stopTokensOf(tx, address);
    return { masked, isUnknown: true, cancelled: 0, ...(await this.consent.refuse(tx, tokens, wish)) };
  }

  /** What was done lately, newest first; with an address, what touched that person. @throws ROLE_REQUIRED, PERSON_BLOCKED */
  async trail(tx: TenantTx, address: string | undefined, by: Looker): Promise<readonly TrailRow[]> {
    requireRole(by, mayReadTrail);
    const contact = address && ((await this.shown(tx, address, by)) ?? 'none');
    const since = new Date(by.now.getTime() - trailDays * 86_400_000);
    return trail(tx, since, mostEntries, contact ? `contact:${contact}` : undefined);
  }

  /** The same, of whom something is to be shown. @throws PERSON_BLOCKED */
  async shown(tx: TenantTx, address: string, by: Looker): Promise<string | undefined> {
    const contact = await this.whose(tx, address, by);
    if (contact) await mustBeShown(tx, contact);
    return contact;
  }

  /** The person with that address; the look is written down. */
  async whose(tx: TenantTx, address: string, by: Looker): Promise<string | undefined> {
    requireRole(by, mayLook);
    const contact = await whom(tx, this.audience, address);
    const entry = { actor: `member:${by.member}`, act: 'person.read', subject: `contact:${contact ?? 'none'}` };
    await this.audit.record(tx, entry, by.now);
    return contact;
  }
}

function requireRole(by: Looker, roles: readonly string[]): void {
  if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
}
