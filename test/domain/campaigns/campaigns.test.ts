import fc from 'fast-check';
import { Client } from 'pg';
import { type CampaignAct, step } from '../../../src/domain/campaigns/campaign-state';
import { campaignsTable } from '../../../src/domain/campaigns/campaigns.table';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
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
import { acts, anyStep, code, every, Life, leads, names } from './life';

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

const second = { id: '00000000-0000-7000-8000-00000000000d', roles: ['approver'] };

async function born(): Promise<Life> {
  const tenant = await aTenant(here);
  const group = await people(here, tenant.id, 3);
  const { id } = await aCampaign(here, tenant.id, { until: 'drafted' });
  const batch = await here.in(tenant.id, async (tx) => (await campaignsTable.get(tx, id))?.batch_id ?? '');
  return new Life(here, tenant.id, id, batch, group);
}

describe('the life of a campaign', () => {
  it('when anything is tried in any state, then it leads where it should, or is refused', () => {
    for (const act of acts)
      for (const state of every) {
        const next = leads[act][state];
        const tried = () => step(state, names[act] ?? (act as CampaignAct));
        if (next) expect([act, state, tried()]).toEqual([act, state, next]);
        else expect(tried).toThrow(expect.objectContaining({ code: 'CAMPAIGN_STATE' }));
      }
  });

  it('when any acts come in any order, then only what may follow does, and each change makes older cards stale', async () => {
    const lived = fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 14 }), async (steps) => {
      const life = await born();
      for (const one of steps) await life.take(one);
    });
    await fc.assert(lived, { numRuns: 15 });
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
    let commit = (): void => {};
    const held = new Promise<void>((done) => {
      commit = done;
    });
    const approve = (by: typeof owner, before: () => Promise<void> = async () => {}) =>
      here
        .in(tenant.id, async (tx) => {
          await here.campaigns.approve(tx, asked.id, asked.version, by, later(1));
          await before();
        })
        .then(() => 'done', code);
    const first = approve(owner, () => held);
    const other = approve(second);
    await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
    commit();
    expect([await first, await other]).toEqual(['done', 'APPROVAL_STALE']);
  });

  it('when the wording changes after it was asked for, then the approval is stale, and asking again freezes the new one', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    const template = await aTemplate(here, tenant.id);
    const asked = await aCampaign(here, tenant.id, { template, until: 'asked' });
    await here.in(tenant.id, (tx) =>
      tx.query("UPDATE template SET body = 'Otra cosa. Responde BAJA para no recibir más.' WHERE id = $1", [template]),
    );
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
    await here.in(tenant.id, (tx) =>
      here.campaigns.pauseByTemplate(
        tx,
        { name: campaign.template, language: 'es_CL' },
        'TEMPLATE_NOT_APPROVED',
        later(1),
      ),
    );
    const view = await here.in(tenant.id, (tx) => here.campaigns.get(tx, campaign.id, later(1)));
    expect(view).toMatchObject({ state: 'held', heldWhy: 'TEMPLATE_NOT_APPROVED' });
  });

  it('when it is another customer’s, then nobody here finds it', async () => {
    const [mine, theirs] = [await aTenant(here), await aTenant(here)];
    const campaign = await aCampaign(here, theirs.id, { until: 'asked' });
    const touch = here.in(mine.id, (tx) => here.campaigns.approve(tx, campaign.id, campaign.version, second, later(1)));
    await expect(touch).rejects.toMatchObject({ code: 'CAMPAIGN_NOT_FOUND' });
  });
});

/** Transactions that wait for another's row. */
async function waiting(): Promise<number> {
  const owned = new Client({ connectionString: place.ownerUrl });
  await owned.connect();
  const { rowCount } = await owned.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  await owned.end();
  return rowCount ?? 0;
}
