import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Members } from '../accounts/members.service';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import { windowEnd } from '../delivery/gate';
import { type HandOffRow, handOffsTable } from './hand-offs.table';
import { quietRules } from './quiet-talks';
import { type Line, lineOfAnswer, lineOfInbox, newestLines } from './talk-lines';
import { wayTo } from './way-to';
import { type Actor, mayAnswer } from './who-answers';
import { isBlocked, mustBeShown } from './whom';

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
  /** It was over by itself, after so many days without a word. */
  lapsedAfter?: number;
  resolvedAt?: Date;
  openedAt: Date;
  channel: string;
  /** Until when an answer may leave; none: whenever. */
  until?: Date;
  isLate: boolean;
  lines: readonly Line[];
  /** Their data is only stored: nothing of what was said is shown. */
  isBlocked: boolean;
  /** Since when what they said is not answered. */
  waitsSince?: Date;
}
const mostLines = 8;

/** How talks of the team with people stand, for whoever looks. */
export class TalkViews {
  constructor(
    private readonly keys: Keys,
    private readonly members: Members,
    private readonly audience: Audience,
    private readonly audit: Audit,
  ) {}

  /** How it stands, for its card. @param id none: the newest with this person. @throws ACTION_INVALID */
  async view(tx: TenantTx, contact: string, id: string | undefined, now: Date): Promise<HandOffView> {
    const row = id && isId(id) ? await handOffsTable.get(tx, id) : undefined;
    const found = row ?? (isId(contact) ? await handOffsTable.newestOf(tx, contact) : undefined);
    if (!found) throw new AppError('ACTION_INVALID');
    const { contact_id: whose, state } = found;
    const way = await wayTo(tx, this.audience, whose);
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
      isBlocked: await isBlocked(tx, whose),
      lines:
        state === 'resolved' || (await isBlocked(tx, whose)) ? [] : await newestLines(tx, this.keys, whose, mostLines),
      ...(until && { until }),
      ...(quiet?.until && quiet.until > now && { presentUntil: quiet.until }),
      ...(found.lapsed && { lapsedAfter: quietRules.endAfterDays }),
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
    await mustBeShown(tx, contact);
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
}
