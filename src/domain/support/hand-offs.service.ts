import type { Content, InboundFile } from '../../channel';
import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Member, Members } from '../accounts/members.service';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { FileAnswer } from '../delivery/file-answers';
import { isWindowOpen, windowEnd } from '../delivery/gate';
import type { Outbox } from '../delivery/outbox';
import { type HandOffRow, handOffsTable } from './hand-offs.table';
import { type Line, lineOfAnswer, lineOfInbox, newestLines } from './talk-lines';
import { newestInbound } from './timeline.table';

/** @property medium image, audio, …; app and sender: the number of ours it came to */
export type HeardFile = InboundFile & { medium: string; channel: string; app: string; sender: string };
/** Something that was said, by the row that holds it. */
export type LineRef = { inbox: string; file?: HeardFile } | { seq: string; by?: string };
export interface HandOffPorts {
  /** Shows it to the team. @returns the post at the head of its thread; undefined: there is no place for it */
  onBegun(tx: TenantTx, of: { handOff: string; contact: string }, now: Date): Promise<string | undefined>;
  /** A line of its thread. */
  onLine(tx: TenantTx, of: { post: string; contact: string }, line: LineRef, now: Date): Promise<void>;
  onChanged(tx: TenantTx, contact: string): Promise<void>;
  /** Somebody is to look after it from here on. */
  onPassed(tx: TenantTx, of: { handOff: string; contact: string }, to: Member, note: string, now: Date): Promise<void>;
}
export interface HandOffView {
  id: string;
  contact: string;
  masked: string;
  language: string;
  state: HandOffRow['state'];
  /** Somebody of the company is taken to be writing from its own app, until then. */
  presentUntil?: Date;
  assignee?: string;
  resolvedBy?: string;
  resolvedAt?: Date;
  openedAt: Date;
  channel: string;
  /** Until when an answer may leave; none: whenever. */
  until?: Date;
  isLate: boolean;
  lines: readonly Line[];
  /** Since when what they said is not answered. */
  waitsSince?: Date;
}
interface Actor {
  id: string;
  roles: readonly string[];
}

/** Whoever speaks for the company: none of Connectus' own people. */
export const mayAnswer: readonly string[] = ['agent', 'owner'];
const mostLines = 8;
/** What is only shown goes on in the same thread for so long; then it is a new matter. */
const sameMatterMs = 24 * 3_600_000;
/** So long after they wrote by their own app somebody of the company is taken to be there. */
const presenceMs = 4 * 3_600_000;

/**
 * People of the company and a person talk, in a thread of Slack and where the person writes. While one is open the bot keeps quiet, but for
 * opting out and rights. The thread is made of lines in the transactions in which they were said: each once, in order.
 */
export class HandOffs {
  constructor(
    private readonly keys: Keys,
    private readonly members: Members,
    private readonly audience: Audience,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly ports: HandOffPorts,
  ) {}

  /** The person wants a person. @returns told: there is somebody to see it; else nothing is begun */
  async ask(tx: TenantTx, contact: string, now: Date): Promise<{ alreadyOpen: boolean; told: boolean }> {
    const running = await handOffsTable.running(tx, contact);
    if (running?.state === 'open') return { alreadyOpen: true, told: true };
    if (!(await this.begin(tx, contact, 'open', running, now))) return { alreadyOpen: false, told: false };
    await this.note(tx, `contact:${contact}`, 'opened', contact, now);
    return { alreadyOpen: false, told: true };
  }

  /** What they write is to be seen by the team; the bot goes on as it did. @returns whether there is one */
  async show(tx: TenantTx, contact: string, now: Date): Promise<boolean> {
    const running = await handOffsTable.running(tx, contact);
    const isSame = running?.state === 'open' || (running && now.getTime() - running.last_at.getTime() < sameMatterMs);
    return isSame || this.begin(tx, contact, 'shown', running, now);
  }

  /** Whether people talk with them: then the bot does not. */
  async isQuiet(tx: TenantTx, contact: string, now: Date): Promise<boolean> {
    const quiet = await handOffsTable.quiet(tx, contact);
    return quiet !== undefined && (quiet.since !== null || (quiet.until !== null && quiet.until > now));
  }

  /** Somebody of the company wrote to them by its own app: a person is there. */
  async present(tx: TenantTx, contact: string, at: Date): Promise<void> {
    await handOffsTable.setPresent(tx, contact, new Date(at.getTime() + presenceMs));
  }

  /** What was said in one turn, in its order: what came in, then what the bot answered. Nothing where no talk runs. */
  async record(tx: TenantTx, contact: string, lines: readonly LineRef[], now: Date): Promise<void> {
    const running = lines.length > 0 ? await handOffsTable.running(tx, contact) : undefined;
    if (!running) return;
    for (const line of lines) await this.ports.onLine(tx, { post: running.post_id, contact }, line, now);
    await handOffsTable.touch(tx, running.id, now);
    await this.ports.onChanged(tx, contact);
  }

  /**
   * What a member sends, bound to the last thing the person wrote: the gate lets it through only while their window is open.
   * @param inTalk it is part of a talk, which must run: what leaves stands in its thread
   * @throws ROLE_REQUIRED, ACTION_INVALID, ANSWER_TOO_LATE, HAND_OFF_OVER
   */
  async answer(
    tx: TenantTx,
    contact: string,
    content: Content | FileAnswer,
    by: Actor,
    now: Date,
    inTalk = false,
  ): Promise<void> {
    requireRole(by);
    if (!isId(contact)) throw new AppError('ACTION_INVALID');
    const way = await this.wayTo(tx, contact);
    if (!way) throw new AppError('ACTION_INVALID');
    if (way.channel === 'whatsapp' && !isWindowOpen(way.at, now)) throw new AppError('ANSWER_TOO_LATE');
    const running = await handOffsTable.running(tx, contact);
    if (inTalk && !running) throw new AppError('HAND_OFF_OVER');
    const single = {
      contact,
      sender: way.sender,
      channel: way.channel,
      purpose: 'answer',
      boundTo: way.inbox,
    } as const;
    const seq = await this.outbox.enqueue(
      tx,
      single,
      'kind' in content ? content : { kind: 'content', ...content },
      now,
    );
    await this.note(tx, `member:${by.id}`, 'answered', contact, now);
    if (!running) return;
    await handOffsTable.answered(tx, { seq, handOff: running.id, member: by.id }, now);
    if (!running.assigned_to) await handOffsTable.assign(tx, running.id, by.id);
    await this.record(tx, contact, [{ seq, by: by.id }], now);
  }

  /** They look after it, and the bot keeps quiet. @throws ROLE_REQUIRED, HAND_OFF_OVER */
  async take(tx: TenantTx, id: string, by: Actor, now: Date): Promise<void> {
    const row = await this.changing(tx, id, by);
    await handOffsTable.take(tx, row.id, by.id);
    await this.changed(tx, row, 'taken', by, now);
  }

  /** Another member looks after it, and is told. @throws ROLE_REQUIRED, HAND_OFF_OVER, ACTION_INVALID */
  async pass(tx: TenantTx, id: string, member: string, note: string, by: Actor, now: Date): Promise<Member> {
    const row = await this.changing(tx, id, by);
    const to = isId(member) ? await this.members.get(tx, member, now) : undefined;
    if (!to?.roles.some((role) => mayAnswer.includes(role))) throw new AppError('ACTION_INVALID');
    await handOffsTable.assign(tx, row.id, to.id);
    await this.changed(tx, row, 'passed', by, now);
    await this.ports.onPassed(tx, { handOff: row.id, contact: row.contact_id }, to, note, now);
    return to;
  }

  /** The bot answers again. Twice is once. @throws ROLE_REQUIRED, HAND_OFF_OVER */
  async resolve(tx: TenantTx, id: string, by: Actor, now: Date): Promise<void> {
    const row = await this.changing(tx, id, by);
    await handOffsTable.resolve(tx, row.id, by.id, now);
    await handOffsTable.setAbsent(tx, row.contact_id);
    await this.changed(tx, row, 'resolved', by, now);
  }

  /** It was not over: the same thread goes on, with whoever says so. @throws ROLE_REQUIRED, HAND_OFF_ELSEWHERE */
  async reopen(tx: TenantTx, id: string, by: Actor, now: Date): Promise<void> {
    requireRole(by);
    const row = isId(id) ? await handOffsTable.forUpdate(tx, id) : undefined;
    if (!row) throw new AppError('ACTION_INVALID');
    if (row.state === 'open') return;
    const running = await handOffsTable.running(tx, row.contact_id);
    if (running?.state === 'open') throw new AppError('HAND_OFF_ELSEWHERE');
    if (running) await handOffsTable.resolve(tx, running.id, null, now);
    await handOffsTable.reopen(tx, row.id, by.id, now);
    await this.changed(tx, row, 'reopened', by, now);
  }

  /** How it stands, for its card. @param id none: the newest with this person. @throws ACTION_INVALID */
  async view(tx: TenantTx, contact: string, id: string | undefined, now: Date): Promise<HandOffView> {
    const row = id && isId(id) ? await handOffsTable.get(tx, id) : undefined;
    const found = row ?? (isId(contact) ? await handOffsTable.newestOf(tx, contact) : undefined);
    if (!found) throw new AppError('ACTION_INVALID');
    const { contact_id: whose, state } = found;
    const way = await this.wayTo(tx, whose);
    const until = way?.channel === 'whatsapp' ? windowEnd(way.at) : undefined;
    const quiet = await handOffsTable.quiet(tx, whose);
    const name = async (member: string | null) => member && (await this.members.get(tx, member, now))?.name;
    const [assignee, resolvedBy] = [await name(found.assigned_to), await name(found.resolved_by)];
    return {
      ...{ id: found.id, contact: whose, state, openedAt: found.opened_at },
      masked: await this.audience.masked(tx, whose, way?.channel),
      language: (await this.audience.place(tx, whose))?.language ?? 'es',
      channel: way?.channel ?? 'whatsapp',
      isLate: until !== undefined && until <= now,
      lines: state === 'resolved' ? [] : await newestLines(tx, this.keys, whose, mostLines),
      ...(until && { until }),
      ...(quiet?.until && quiet.until > now && { presentUntil: quiet.until }),
      ...(assignee && { assignee }),
      ...(resolvedBy && { resolvedBy }),
      ...(found.resolved_at && { resolvedAt: found.resolved_at }),
    };
  }

  /** One line of a thread; `undefined`: what held it is gone. */
  async line(
    tx: TenantTx,
    contact: string,
    of: { inbox?: string; seq?: string; by?: string },
    now: Date,
  ): Promise<(Line & { by?: string; state?: string; reason?: string }) | undefined> {
    if (!isId(contact)) return undefined;
    if (of.inbox) return isId(of.inbox) ? lineOfInbox(tx, this.keys, contact, of.inbox) : undefined;
    const line = /^\d+$/.test(of.seq ?? '') ? await lineOfAnswer(tx, this.keys, contact, of.seq ?? '') : undefined;
    const by = of.by && (await this.members.get(tx, of.by, now))?.name;
    return line && { ...line, ...(by && { by }) };
  }

  /** One of Connectus' own people looked, which the company finds in its audit. @param contact none: at who waits */
  async looked(tx: TenantTx, contact: string | undefined, by: Actor, now: Date): Promise<void> {
    if (by.roles.some((role) => mayAnswer.includes(role))) return;
    const what = contact
      ? { act: 'person.read', subject: `contact:${contact}` }
      : { act: 'handoff.listed', subject: 'company' };
    await this.audit.record(tx, { actor: `member:${by.id}`, ...what }, now);
  }

  /** How many wait for the team, and for this member. */
  waiting(tx: TenantTx, member?: string) {
    return handOffsTable.count(tx, member);
  }

  /** Talks that nobody has ended: who waits the longest first. */
  async list(tx: TenantTx, most: number, now: Date): Promise<HandOffView[]> {
    const views: HandOffView[] = [];
    for (const { contact_id: whose, id, waits_since: since } of await handOffsTable.open(tx, most))
      views.push({ ...(await this.view(tx, whose, id, now)), ...(since && { waitsSince: since }) });
    return views;
  }

  private async begin(
    tx: TenantTx,
    contact: string,
    state: 'shown' | 'open',
    before: HandOffRow | undefined,
    now: Date,
  ): Promise<boolean> {
    const id = newId();
    const post = await this.ports.onBegun(tx, { handOff: id, contact }, now);
    if (!post) return false;
    if (before) await handOffsTable.resolve(tx, before.id, null, now);
    await handOffsTable.insert(tx, { id, contact, state, post }, now);
    if (before) await this.ports.onChanged(tx, contact);
    return true;
  }

  /** The last way by which they wrote, if it is still ours to answer by. */
  private async wayTo(tx: TenantTx, contact: string) {
    const last = await newestInbound(tx, await this.audience.findTokens(tx, contact));
    const senders = last ? await tenantsTable.senders(tx, last.channel, 'every') : [];
    const own = senders.find((one) => one.provider_id === last?.sender && one.app === last.app);
    return last && own && { inbox: last.id, at: last.at, channel: last.channel, sender: own.id };
  }

  private async changing(tx: TenantTx, id: string, by: Actor): Promise<HandOffRow> {
    requireRole(by);
    const row = isId(id) ? await handOffsTable.forUpdate(tx, id) : undefined;
    if (!row) throw new AppError('ACTION_INVALID');
    if (row.state === 'resolved') throw new AppError('HAND_OFF_OVER');
    return row;
  }

  private async changed(tx: TenantTx, row: HandOffRow, act: string, by: Actor, now: Date): Promise<void> {
    await this.note(tx, `member:${by.id}`, act, row.contact_id, now);
    await this.ports.onChanged(tx, row.contact_id);
  }

  private note(tx: TenantTx, actor: string, act: string, contact: string, now: Date): Promise<void> {
    return this.audit.record(tx, { actor, act: `handoff.${act}`, subject: `contact:${contact}` }, now);
  }
}

function requireRole(by: Actor): void {
  if (!by.roles.some((role) => mayAnswer.includes(role))) throw new AppError('ROLE_REQUIRED');
}
