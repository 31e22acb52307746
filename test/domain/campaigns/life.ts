import fc from 'fast-check';
import type { CampaignAct, CampaignState } from '../../../src/domain/campaigns/campaign-state';
import { campaignsTable } from '../../../src/domain/campaigns/campaigns.table';
import { aPerson, later, operator, owner, type World } from '../../support/world';

const viewer = { id: '00000000-0000-7000-8000-00000000000c', roles: ['viewer'] };
export const code = (error: unknown): string => (error as { code?: string }).code ?? String(error);

export const acts = [
  'ask',
  'approve',
  'changes',
  'expire',
  'start',
  'pause',
  'halt',
  'resume',
  'finish',
  'cancel',
] as const;
export type Act = (typeof acts)[number];
/** What a campaign may do, said once more. */
export const leads: Record<Act, Partial<Record<CampaignState, CampaignState>>> = {
  ask: { draft: 'awaiting_approval' },
  approve: { awaiting_approval: 'scheduled' },
  changes: { awaiting_approval: 'draft' },
  start: { scheduled: 'sending' },
  pause: { scheduled: 'paused', sending: 'paused' },
  halt: { scheduled: 'held', sending: 'held' },
  resume: { paused: 'scheduled', held: 'scheduled' },
  expire: { awaiting_approval: 'expired' },
  finish: { sending: 'done' },
  cancel: {
    draft: 'cancelled',
    awaiting_approval: 'cancelled',
    scheduled: 'cancelled',
    sending: 'cancelled',
    paused: 'cancelled',
    held: 'cancelled',
  },
};
export const names: Partial<Record<Act, CampaignAct>> = { ask: 'ask_approval', changes: 'ask_changes' };
export const every: readonly CampaignState[] = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'sending',
  'paused',
  'held',
  'done',
  'cancelled',
  'expired',
];
/** Acts of the product itself: where they lead nowhere they do nothing. */
const quiet: readonly Act[] = ['start', 'halt', 'finish', 'expire'];

interface Step {
  /** Of those that lead somewhere, unless it is wild. */
  pick: number;
  isWild: boolean;
  by: 'author' | 'other' | 'viewer';
  version: 'seen' | 'stale';
  /** Before it somebody joins or leaves the group, or the template changes. */
  before: 'nothing' | 'join' | 'leave' | 'reword';
}
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
export const anyStep = fc.record<Step>({
  pick: fc.nat({ max: 100 }),
  isWild: mostly(false, true),
  by: mostly<Step['by']>('other', 'author', 'viewer'),
  version: mostly<Step['version']>('seen', 'stale'),
  before: mostly<Step['before']>('nothing', 'join', 'leave', 'reword'),
});

const author = { ...operator, roles: ['operator', 'approver'] };
const actors = { author, other: owner, viewer };

/** A campaign beside what it should be: each step is taken on both. */
export class Life {
  state: CampaignState = 'draft';
  isReworded = false;

  constructor(
    private readonly here: World,
    private readonly tenant: string,
    private readonly id: string,
    private readonly batch: string,
    private readonly group: string[],
  ) {}

  async take(one: Step): Promise<void> {
    const leading = acts.filter((act) => leads[act][this.state]);
    const among = one.isWild || leading.length === 0 ? acts : leading;
    const act = among[one.pick % among.length] as Act;
    await this.prepare(one.before);
    const [before, rows] = [await this.view(), await this.rows()];
    const expected = this.expected(act, one);
    const version = one.version === 'seen' ? before.version : before.version - 1;
    const outcome = await this.act(act, actors[one.by], version).then(() => 'done', code);
    expect([act, one, this.state, outcome]).toEqual([act, one, this.state, expected]);
    const next = expected === 'done' ? leads[act][this.state] : undefined;
    const after = await this.view();
    expect(after.state).toBe(next ?? this.state);
    expect(after.version).toBe(before.version + (next ? 1 : 0));
    if (next) this.moved(act, next);
    await this.check(rows);
  }

  private async prepare(before: Step['before']): Promise<void> {
    if (before === 'join') await aPerson(this.here, this.tenant);
    const leaver = before === 'leave' && this.group.pop();
    const wish = { source: 'person', evidence: 'x', now: later(1) };
    if (leaver) await this.here.in(this.tenant, (tx) => this.here.consent.withdraw(tx, leaver, wish));
    if (before !== 'reword') return;
    await this.here.in(this.tenant, (tx) => tx.query('UPDATE template SET version = version + 1'));
    this.isReworded = true;
  }

  /** The code that refuses it, or `done`. */
  private expected(act: Act, { by, version }: Step): string {
    const isQuiet = quiet.includes(act);
    if (!isQuiet && by === 'viewer') return 'ROLE_REQUIRED';
    const isVersioned = ['ask', 'approve', 'changes'].includes(act);
    if (isVersioned && version === 'stale') return 'APPROVAL_STALE';
    if (act === 'approve' && by === 'author') return 'APPROVAL_BY_AUTHOR';
    if (!leads[act][this.state]) return isQuiet ? 'done' : 'CAMPAIGN_STATE';
    return act === 'approve' && this.isReworded ? 'APPROVAL_STALE' : 'done';
  }

  private moved(act: Act, next: CampaignState): void {
    this.state = next;
    if (act === 'ask') this.isReworded = false;
  }

  private act(act: Act, by: typeof owner, version: number): Promise<unknown> {
    const { campaigns } = this.here;
    const now = later(2);
    return this.here.in(this.tenant, async (tx) => {
      const row = await campaignsTable.lock(tx, this.id);
      if (!row) throw new Error('gone');
      if (act === 'ask') return campaigns.askApproval(tx, this.id, version, by, now);
      if (act === 'approve') return campaigns.approve(tx, this.id, version, by, now);
      if (act === 'changes') return campaigns.askChanges(tx, this.id, version, 'otra hora', by, now);
      if (act === 'expire')
        return row.state === 'awaiting_approval' && campaigns.waitForApproval(tx, row, later(100 * 3_600));
      if (act === 'start') return campaigns.startIfDue(tx, row, now);
      if (act === 'halt') return campaigns.halt(tx, this.batch, 'WHATSAPP_190', now);
      if (act === 'finish') return campaigns.finish(tx, row, now);
      return campaigns[act](tx, this.id, by, now);
    });
  }

  private async check(before: ReadonlySet<string>): Promise<void> {
    const { state } = this;
    const row = await this.here.in(this.tenant, (tx) => campaignsTable.get(tx, this.id));
    const isFrozen = row?.content_hash != null;
    if (['awaiting_approval', 'scheduled', 'sending', 'paused', 'held', 'done'].includes(state))
      expect(isFrozen).toBe(true);
    if (state === 'draft') expect([isFrozen, [...(await this.rows())]]).toEqual([false, []]);
    if (['scheduled', 'sending', 'paused', 'held', 'done'].includes(state)) expect(row?.approver_id).toBe(owner.id);
    // Frozen: nobody is added, whoever joins the group; what is to be sent only gets less.
    if (isFrozen && before.size > 0) for (const person of await this.rows()) expect(before).toContain(person);
  }

  /** Who is still to be written to. */
  private rows(): Promise<Set<string>> {
    return this.here.in(this.tenant, async (tx) => {
      const rows = await tx.query<{ contact_id: string }>(
        "SELECT contact_id FROM message WHERE batch_id = $1 AND state = 'planned'",
        [this.batch],
      );
      return new Set(rows.map((row) => row.contact_id));
    });
  }

  private view() {
    return this.here.in(this.tenant, (tx) => this.here.campaigns.get(tx, this.id, later(2)));
  }
}
