import type { ChannelEvent, Content, InboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import type { Keys, TenantKeys } from '../../data/keys';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import { isWindowOpen, ruleOf } from '../delivery/gate';
import type { Outbox } from '../delivery/outbox';
import { type History, historyOf } from './history';
import {
  answeredLines,
  heardLines,
  heardSince,
  isHandedOff,
  lastMessages,
  newestInbound,
  receiptsOf,
  setHandOff,
} from './timeline.table';
import { whom } from './whom';

export interface Trace {
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
export interface Talk {
  masked: string;
  language: string;
  open: boolean;
  lines: readonly { at: Date; from: 'person' | 'us'; text: string; media?: string }[];
}

const mayLook = ['agent', 'support', 'operator', 'approver', 'owner', 'privacy'];
const mayAnswer = ['agent', 'support', 'owner'];
const mostTalkLines = 8;
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
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  /** @returns undefined when nobody here has that address: the same answer as for another customer's person */
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

  /** The person wants a person: the bot keeps quiet until it is resolved. */
  async handOff(tx: TenantTx, contact: string, now: Date): Promise<{ open: boolean }> {
    const isNew = await setHandOff(tx, contact, now);
    if (isNew)
      await this.audit.record(
        tx,
        { actor: `contact:${contact}`, act: 'handoff.opened', subject: `contact:${contact}` },
        now,
      );
    return { open: !isNew };
  }

  async resolve(tx: TenantTx, contact: string, by: Actor, now: Date): Promise<void> {
    requireRole(by, mayAnswer);
    if (!isId(contact)) throw new AppError('ACTION_INVALID');
    await setHandOff(tx, contact, null);
    await this.audit.record(
      tx,
      { actor: `member:${by.id}`, act: 'handoff.resolved', subject: `contact:${contact}` },
      now,
    );
  }

  /** How the talk with a person stands, for its card: the newest lines of both sides. */
  async talk(tx: TenantTx, contact: string): Promise<Talk> {
    if (!isId(contact)) throw new AppError('ACTION_INVALID');
    const masked = await this.audience.masked(tx, contact);
    const place = await this.audience.place(tx, contact);
    const lines = await this.lines(tx, contact);
    return { masked, language: place?.language ?? 'es', open: await isHandedOff(tx, contact), lines };
  }

  /** Whether the team has taken over. */
  async isHandedOff(tx: TenantTx, contact: string): Promise<boolean> {
    return isHandedOff(tx, contact);
  }

  /** The person's own words since then, a message a paragraph. Whoever calls it has asked whether they may be read, and wrote it down. */
  async words(tx: TenantTx, contact: string, since: Date): Promise<string> {
    const keys = await this.keys.of(tx);
    const said = (await heardSince(tx, contact, since, mostWords)).flatMap((row) => {
      const content = contentOf(keys, row);
      const text = content?.type === 'media' ? content.caption : content?.type === 'text' && content.text;
      return text ? [text] : [];
    });
    return said.join('\n\n');
  }

  /** The newest lines of both sides, oldest first. Whoever calls it has asked whether they may be read. */
  async lines(
    tx: TenantTx,
    contact: string,
    { most, letters }: { most: number; letters: number } = { most: mostTalkLines, letters: 300 },
  ): Promise<Talk['lines']> {
    const keys = await this.keys.of(tx);
    const person = await this.keys.person(tx, contact);
    const theirs = (await heardLines(tx, contact, most)).flatMap((row) => {
      const content = contentOf(keys, row);
      const line = content && lineOf(content);
      return line ? [{ ...line, at: row.at, from: 'person' as const, text: line.text.slice(0, letters) }] : [];
    });
    const ours = (await answeredLines(tx, contact, most)).flatMap((row) => {
      const content = JSON.parse(person.open(row.sealed, `message|0|${row.seq}`).toString('utf8')) as { text?: string };
      return content.text ? [{ at: row.at, from: 'us' as const, text: content.text.slice(0, letters) }] : [];
    });
    // A provider's time counts whole seconds: within one, the order in which they came.
    return [...theirs.reverse(), ...ours.reverse()].sort((a, b) => a.at.getTime() - b.at.getTime()).slice(-most);
  }

  /** A member's own words. @throws as `send` */
  async answer(tx: TenantTx, contact: string, text: string, by: Actor, now: Date): Promise<void> {
    await this.send(tx, contact, { text }, by, now);
  }

  /**
   * What a member sends, bound to the last thing the person wrote: the gate lets it through only while their window is open.
   * @throws ROLE_REQUIRED, ACTION_INVALID, ANSWER_TOO_LATE
   */
  async send(tx: TenantTx, contact: string, content: Content, by: Actor, now: Date): Promise<void> {
    requireRole(by, mayAnswer);
    if (!isId(contact)) throw new AppError('ACTION_INVALID');
    const last = await newestInbound(tx, await this.audience.findTokens(tx, contact));
    const sender =
      last &&
      (await tenantsTable.senders(tx, last.channel, 'every')).find(
        (one) => one.provider_id === last.sender && one.app === last.app,
      );
    if (!last || !sender) throw new AppError('ACTION_INVALID');
    if (!isWindowOpen(last.at, now)) throw new AppError('ANSWER_TOO_LATE');
    await this.outbox.enqueue(
      tx,
      { contact, sender: sender.id, channel: last.channel, purpose: 'answer', boundTo: last.id },
      { kind: 'content', ...content },
      now,
    );
    await this.audit.record(
      tx,
      { actor: `member:${by.id}`, act: 'handoff.answered', subject: `contact:${contact}` },
      now,
    );
  }

  private async look(tx: TenantTx, address: string, by: Actor, now: Date): Promise<string | undefined> {
    requireRole(by, mayLook);
    const contact = await whom(tx, this.audience, address);
    await this.audit.record(
      tx,
      { actor: `member:${by.id}`, act: 'person.read', subject: contact ? `contact:${contact}` : 'contact:none' },
      now,
    );
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

function contentOf(keys: TenantKeys, row: { id: string; sealed: Buffer }): InboundContent | undefined {
  const event = JSON.parse(keys.open(row.sealed, `inbox|${row.id}`).toString('utf8')) as ChannelEvent;
  return event.kind === 'message' ? event.content : undefined;
}

function lineOf(content: InboundContent): { text: string; media?: string } | undefined {
  if (content.type === 'text') return content.text ? { text: content.text } : undefined;
  if (content.type === 'button') return { text: `[${content.label}]` };
  if (content.type === 'media') return { text: content.caption ?? '', media: content.media };
  return content.type === 'unsupported' ? { text: '', media: 'other' } : undefined;
}

/** Providers give whole seconds: what happened in the same one is told in the order in which it must have. */
const order = ['accepted', 'sent', 'delivered', 'read', 'failed'];
const inTurn = (a: { status: string; at: Date }, b: { status: string; at: Date }): number =>
  order.indexOf(a.status) - order.indexOf(b.status) || a.at.getTime() - b.at.getTime();
