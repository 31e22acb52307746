import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import { ruleOf } from '../delivery/gate';
import { type History, historyOf } from './history';
import { type Line, newestLines, wordsOf } from './talk-lines';
import { heardSince, lastMessages, receiptsOf } from './timeline.table';
import { mustBeShown, whom } from './whom';

export interface Trace {
  contact: string;
  masked: string;
  campaign?: string;
  channel: string;
  at: Date;
  state: string;
  steps: readonly { status: string; at: Date }[];
  code?: string;
  /** Of a refusal of the gate: whose rule it is, and which. */
  refused?: { why: string; rule: string };
}
const mayLook = ['agent', 'support', 'operator', 'approver', 'owner', 'privacy'];
const mostWords = 10;

interface Actor {
  id: string;
  roles: readonly string[];
}

/** What staff ask about one person, masked; every look is written down. */
export class Support {
  constructor(
    private readonly keys: Keys,
    private readonly audience: Audience,
    private readonly consent: Consent,
    private readonly audit: Audit,
  ) {}

  /** @returns undefined when nobody here has that address: the same answer as for another customer's person. @throws PERSON_BLOCKED */
  async messages(tx: TenantTx, address: string, limit: number, by: Actor, now: Date): Promise<Trace[] | undefined> {
    const contact = await this.look(tx, address, by, now);
    if (!contact) return undefined;
    const masked = await this.audience.masked(tx, contact);
    const traces: Trace[] = [];
    for (const row of await lastMessages(tx, contact, limit)) {
      const receipts = await receiptsOf(tx, row.batch, row.seq);
      const steps = [
        ...(row.acceptedAt ? [{ status: 'accepted', at: row.acceptedAt }] : []),
        ...receipts.map(({ status, at }) => ({ status, at })),
      ].sort(inTurn);
      traces.push({
        contact,
        masked,
        ...(row.campaign && { campaign: `C-${row.number} · ${row.campaign}` }),
        channel: row.channel,
        at: row.createdAt,
        state: row.state,
        steps,
        ...(row.reason && { code: row.reason }),
        ...refusedBy(row.reason),
      });
    }
    return traces;
  }

  /** What happened with a person. @param before only what is older: the page before */
  async history(tx: TenantTx, address: string, by: Actor, now: Date, before = now): Promise<History | undefined> {
    const contact = await this.look(tx, address, by, now);
    // What happens in this very moment is told as well.
    const until = before === now ? new Date(now.getTime() + 1_000) : before;
    return contact ? historyOf(tx, { audience: this.audience, consent: this.consent }, contact, until) : undefined;
  }

  /** The person's own words since then, a message a paragraph. Whoever calls it has asked whether they may be read, and wrote it down. */
  async words(tx: TenantTx, contact: string, since: Date): Promise<string> {
    const keys = await this.keys.of(tx);
    const said = (await heardSince(tx, contact, since, mostWords)).flatMap((row) => wordsOf(keys, row) || []);
    return said.join('\n\n');
  }

  /** The newest lines of both sides, oldest first. Whoever calls it has asked whether they may be read. */
  lines(tx: TenantTx, contact: string, { most, letters }: { most: number; letters: number }): Promise<Line[]> {
    return newestLines(tx, this.keys, contact, most, letters);
  }

  private async look(tx: TenantTx, address: string, by: Actor, now: Date): Promise<string | undefined> {
    requireRole(by, mayLook);
    const contact = await whom(tx, this.audience, address);
    await this.audit.record(
      tx,
      { actor: `member:${by.id}`, act: 'person.read', subject: contact ? `contact:${contact}` : 'contact:none' },
      now,
    );
    if (contact) await mustBeShown(tx, contact);
    return contact;
  }
}

function refusedBy(reason: string | null) {
  const found = reason ? ruleOf(reason) : undefined;
  return found && { refused: { why: found.why, rule: found.rule } };
}

function requireRole(by: Actor, roles: readonly string[]): void {
  if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
}

/** Providers give whole seconds: what happened in the same one is told in the order in which it must have. */
const order = ['accepted', 'sent', 'delivered', 'read', 'failed'];
const inTurn = (a: { status: string; at: Date }, b: { status: string; at: Date }): number =>
  order.indexOf(a.status) - order.indexOf(b.status) || a.at.getTime() - b.at.getTime();
