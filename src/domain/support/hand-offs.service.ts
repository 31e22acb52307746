import type { Content, InboundFile } from '../../channel';
import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Member, Members } from '../accounts/members.service';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import { templatesTable } from '../campaigns/templates.table';
import { askAlone } from '../delivery/campaign-facts';
import type { FileAnswer } from '../delivery/file-answers';
import { type GateCode, isWindowOpen } from '../delivery/gate';
import type { Outbox } from '../delivery/outbox';
import { refusalOfSingle } from '../delivery/singles.table';
import { type HandOffRow, handOffsTable } from './hand-offs.table';
import { worded } from './template-answers';
import { wayTo } from './way-to';
import { type Actor, mayAnswer, mustAnswer } from './who-answers';

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
    mustAnswer(by);
    if (!isId(contact)) throw new AppError('ACTION_INVALID');
    const way = await wayTo(tx, this.audience, contact);
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
    if (running) await this.said(tx, running, seq, by, now);
  }

  /**
   * A template that the provider approved, whenever they wrote last: it leaves if the gate lets a message of service to them through.
   * @returns why it may not leave. @throws ROLE_REQUIRED, ACTION_INVALID, HAND_OFF_OVER
   */
  async notify(
    tx: TenantTx,
    contact: string,
    { template: id, values }: { template: string; values: readonly string[] },
    by: Actor,
    now: Date,
  ): Promise<GateCode | undefined> {
    mustAnswer(by);
    const template = isId(id) ? await templatesTable.get(tx, id) : undefined;
    const way = isId(contact) ? await wayTo(tx, this.audience, contact) : undefined;
    if (!template || !way || template.channel !== way.channel) throw new AppError('ACTION_INVALID');
    const running = await handOffsTable.running(tx, contact);
    if (!running) throw new AppError('HAND_OFF_OVER');
    const { channel, sender } = way;
    const single = { contact, sender, channel, purpose: 'service', boundTo: template.id } as const;
    const content = worded(template, values, await this.audience.read(tx, contact));
    const refused =
      (await askAlone(tx, { ...template, body: content.words }, sender, now)) ??
      (await refusalOfSingle(tx, single, now));
    if (refused) return refused;
    const seq = await this.outbox.enqueue(tx, single, content, now);
    await this.note(tx, `member:${by.id}`, 'answered', contact, now);
    await this.said(tx, running, seq, by, now);
    return undefined;
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
    mustAnswer(by);
    const row = isId(id) ? await handOffsTable.forUpdate(tx, id) : undefined;
    if (!row) throw new AppError('ACTION_INVALID');
    if (row.state === 'open') return;
    const running = await handOffsTable.running(tx, row.contact_id);
    if (running?.state === 'open') throw new AppError('HAND_OFF_ELSEWHERE');
    if (running) await handOffsTable.resolve(tx, running.id, null, now);
    await handOffsTable.reopen(tx, row.id, by.id, now);
    await this.changed(tx, row, 'reopened', by, now);
  }

  /** A member wrote it: it stands in the thread, and who wrote first has the talk. */
  private async said(tx: TenantTx, running: HandOffRow, seq: string, by: Actor, now: Date): Promise<void> {
    await handOffsTable.answered(tx, { seq, handOff: running.id, member: by.id }, now);
    if (!running.assigned_to) await handOffsTable.assign(tx, running.id, by.id);
    await this.record(tx, running.contact_id, [{ seq, by: by.id }], now);
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

  private async changing(tx: TenantTx, id: string, by: Actor): Promise<HandOffRow> {
    mustAnswer(by);
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
