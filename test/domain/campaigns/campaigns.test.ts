import fc from 'fast-check';
import type { CampaignState } from '../../../src/domain/campaigns/campaign-state';
import { campaignsTable } from '../../../src/domain/campaigns/campaigns.table';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aPerson,
  aTemplate,
  aTenant,
  later,
  operator,
  owner,
  people,
  RecordingChannel,
  states,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const viewer = { id: '00000000-0000-7000-8000-00000000000c', roles: ['viewer'] };
const second = { id: '00000000-0000-7000-8000-00000000000d', roles: ['approver'] };
const code = (error: unknown): string => (error as { code?: string }).code ?? String(error);

const acts = ['ask', 'approve', 'changes', 'start', 'pause', 'halt', 'resume', 'finish', 'cancel'] as const;
type Act = (typeof acts)[number];
/** What a campaign may do, said once more. */
const leads: Record<Act, Partial<Record<CampaignState, CampaignState>>> = {
  ask: { draft: 'awaiting_approval' },
  approve: { awaiting_approval: 'scheduled' },
  changes: { awaiting_approval: 'draft' },
  start: { scheduled: 'sending' },
  pause: { scheduled: 'paused', sending: 'paused' },
  halt: { sending: 'paused' },
  resume: { paused: 'scheduled' },
  finish: { sending: 'done' },
  cancel: {
    draft: 'cancelled',
    awaiting_approval: 'cancelled',
    scheduled: 'cancelled',
    sending: 'cancelled',
    paused: 'cancelled',
  },
};
/** Acts of the product itself: where they lead nowhere they do nothing. */
const quiet: readonly Act[] = ['start', 'halt', 'finish'];

interface Step {
  act: Act;
  by: 'author' | 'other' | 'viewer';
  version: 'seen' | 'stale';
  /** Before it somebody joins or leaves the group, or the template changes. */
  before: 'nothing' | 'join' | 'leave' | 'reword';
}
const step = fc.record<Step>({
  act: fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...acts.slice(0, 4)) }, fc.constantFrom(...acts)),
  by: fc.oneof(
    { weight: 5, arbitrary: fc.constant('other' as const) },
    fc.constantFrom('author' as const, 'viewer' as const),
  ),
  version: fc.oneof({ weight: 6, arbitrary: fc.constant('seen' as const) }, fc.constant('stale' as const)),
  before: fc.oneof(
    { weight: 6, arbitrary: fc.constant('nothing' as const) },
    fc.constantFrom('join' as const, 'leave' as const, 'reword' as const),
  ),
});

const author = { ...operator, roles: ['operator', 'approver'] };
const actors = { author, other: owner, viewer };

class Life {
  state: CampaignState = 'draft';
  isReworded = false;

  constructor(
    private readonly tenant: string,
    private readonly id: string,
    private readonly batch: string,
    private readonly group: string[],
  ) {}

  async take(one: Step): Promise<void> {
    await this.prepare(one.before);
    const [before, rows] = [await this.view(), await this.rows()];
    const expected = this.expected(one);
    const version = one.version === 'seen' ? before.version : before.version - 1;
    const outcome = await this.act(one.act, actors[one.by], version).then(() => 'done', code);
    expect([one, this.state, outcome]).toEqual([one, this.state, expected]);
    const next = expected === 'done' ? leads[one.act][this.state] : undefined;
    const after = await this.view();
    expect(after.state).toBe(next ?? this.state);
    expect(after.version).toBe(before.version + (next ? 1 : 0));
    if (next) this.moved(one.act, next);
    await this.check(rows);
  }

  private async prepare(before: Step['before']): Promise<void> {
    if (before === 'join') await aPerson(here, this.tenant);
    if (before === 'leave')
      await here.in(this.tenant, (tx) =>
        here.consent.withdraw(tx, this.group.pop() ?? '', { source: 'person', evidence: 'x', now: later(1) }),
      );
    if (before !== 'reword') return;
    await here.in(this.tenant, (tx) => tx.query('UPDATE template SET version = version + 1'));
    this.isReworded = true;
  }

  /** The code that refuses it, or `done`. */
  private expected({ act, by, version }: Step): string {
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
    const { campaigns } = here;
    const now = later(2);
    return here.in(this.tenant, async (tx) => {
      const row = await campaignsTable.lock(tx, this.id);
      if (!row) throw new Error('gone');
      if (act === 'ask') return campaigns.askApproval(tx, this.id, version, by, now);
      if (act === 'approve') return campaigns.approve(tx, this.id, version, by, now);
      if (act === 'changes') return campaigns.askChanges(tx, this.id, version, 'otra hora', by, now);
      if (act === 'start') return campaigns.startIfDue(tx, row, now);
      if (act === 'halt') return campaigns.halt(tx, this.batch, 'WHATSAPP_190', now);
      if (act === 'finish') return campaigns.finish(tx, row, now);
      return campaigns[act](tx, this.id, by, now);
    });
  }

  private async check(before: ReadonlySet<string>): Promise<void> {
    const { state } = this;
    const row = await here.in(this.tenant, (tx) => campaignsTable.get(tx, this.id));
    const isFrozen = row?.content_hash != null;
    if (['awaiting_approval', 'scheduled', 'sending', 'paused', 'done'].includes(state)) expect(isFrozen).toBe(true);
    if (state === 'draft') expect([isFrozen, [...(await this.rows())]]).toEqual([false, []]);
    if (['scheduled', 'sending', 'paused', 'done'].includes(state)) expect(row?.approver_id).toBe(owner.id);
    // Frozen: nobody is added, whoever joins the group; what is to be sent only gets less.
    if (isFrozen && before.size > 0) for (const person of await this.rows()) expect(before).toContain(person);
  }

  /** Who is still to be written to. */
  private rows(): Promise<Set<string>> {
    return here.in(this.tenant, async (tx) => {
      const rows = await tx.query<{ contact_id: string }>(
        "SELECT contact_id FROM message WHERE batch_id = $1 AND state = 'planned'",
        [this.batch],
      );
      return new Set(rows.map((row) => row.contact_id));
    });
  }

  private view() {
    return here.in(this.tenant, (tx) => here.campaigns.get(tx, this.id, later(2)));
  }
}

async function born(): Promise<Life> {
  const tenant = await aTenant(here);
  const group = await people(here, tenant.id, 3);
  const { id } = await aCampaign(here, tenant.id, { until: 'drafted' });
  const batch = await here.in(tenant.id, async (tx) => (await campaignsTable.get(tx, id))?.batch_id ?? '');
  return new Life(tenant.id, id, batch, group);
}

describe('the life of a campaign', () => {
  it('when any acts come in any order, then only what may follow does, and each change makes older cards stale', async () => {
    const lived = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const life = await born();
      for (const one of steps) await life.take(one);
    });
    await fc.assert(lived, { numRuns: 40 });
  });

  it('when its author approves, whatever their roles, then it is refused; a second member may', async () => {
    const tenant = await aTenant(here);
    const asked = await aCampaign(here, tenant.id, { until: 'asked' });
    const approve = (by: typeof owner) =>
      here.in(tenant.id, (tx) => here.campaigns.approve(tx, asked.id, asked.version, by, later(1)));
    const self = approve({ id: operator.id, roles: ['owner', 'approver', 'operator'] });
    await expect(self).rejects.toMatchObject({ code: 'APPROVAL_BY_AUTHOR' });
    await expect(approve({ ...second, roles: ['operator'] })).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    expect(await approve(second)).toMatchObject({ state: 'scheduled', authorId: operator.id });
  });

  it('when two approve at the same moment, then one of them does', async () => {
    const tenant = await aTenant(here);
    const asked = await aCampaign(here, tenant.id, { until: 'asked' });
    const approve = (by: typeof owner) =>
      here
        .in(tenant.id, (tx) => here.campaigns.approve(tx, asked.id, asked.version, by, later(1)))
        .then(() => 'done', code);
    expect((await Promise.all([approve(owner), approve(second)])).sort()).toEqual(['APPROVAL_STALE', 'done']);
  });

  it('when the wording changes after it was asked for, then the approval is stale, and asking again freezes the new one', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    const template = await aTemplate(here, tenant.id);
    const asked = await aCampaign(here, tenant.id, { template, until: 'asked' });
    await here.in(tenant.id, (tx) => tx.query("UPDATE template SET body = 'otra cosa' WHERE id = $1", [template]));
    const approve = (version: number) =>
      here.in(tenant.id, (tx) => here.campaigns.approve(tx, asked.id, version, owner, later(1)));
    await expect(approve(asked.version)).rejects.toMatchObject({ code: 'APPROVAL_STALE' });
    const again = await here.in(tenant.id, async (tx) => {
      const back = await here.campaigns.askChanges(tx, asked.id, asked.version, 'revisar', owner, later(1));
      return here.campaigns.askApproval(tx, asked.id, back.version, operator, later(1));
    });
    expect(await approve(again.version)).toMatchObject({ state: 'scheduled', selected: 2 });
  });

  it('when somebody joins the group after it was frozen, then they are not in it; when somebody leaves, then theirs does not go', async () => {
    const tenant = await aTenant(here);
    const [first] = await people(here, tenant.id, 3);
    const asked = await aCampaign(here, tenant.id, { until: 'asked' });
    await aPerson(here, tenant.id);
    const left = { source: 'person', evidence: 'x', now: later(1) };
    const { cancelled } = await here.in(tenant.id, (tx) => here.consent.withdraw(tx, first ?? '', left));
    expect(cancelled).toBe(1);
    expect(await states(here, tenant.id, asked.id)).toEqual({ planned: 2, cancelled: 1 });
    const view = await here.in(tenant.id, (tx) => here.campaigns.get(tx, asked.id, later(1)));
    expect(view).toMatchObject({ selected: 3, queued: 2, cancelled: 1, optedOut: 1 });
  });

  it('when its template loses the approval, then it waits and its card can say why', async () => {
    const tenant = await aTenant(here);
    const campaign = await aCampaign(here, tenant.id, { at: later(60) });
    await here.in(tenant.id, (tx) => here.campaigns.pauseByTemplate(tx, campaign.template, 'es_CL', later(1)));
    const view = await here.in(tenant.id, (tx) => here.campaigns.get(tx, campaign.id, later(1)));
    expect(view).toMatchObject({ state: 'paused', comment: 'TEMPLATE_NOT_APPROVED' });
  });

  it('when it is another customer’s, then nobody here finds it', async () => {
    const [mine, theirs] = [await aTenant(here), await aTenant(here)];
    const campaign = await aCampaign(here, theirs.id, { until: 'asked' });
    const touch = here.in(mine.id, (tx) => here.campaigns.approve(tx, campaign.id, campaign.version, second, later(1)));
    await expect(touch).rejects.toMatchObject({ code: 'CAMPAIGN_NOT_FOUND' });
  });
});
