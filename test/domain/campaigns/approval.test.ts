import { campaignsTable } from '../../../src/domain/campaigns/campaigns.table';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTemplate,
  aTenant,
  later,
  operator,
  owner,
  people,
  RecordingChannel,
  type World,
  wire,
} from '../../support/world';
import { code } from './life';

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

/** A customer with a team: who prepares, and those who may approve. */
async function aTeam(...names: string[]) {
  const tenant = await aTenant(here);
  await people(here, tenant.id, 3);
  const join = (name: string, roles: ('operator' | 'approver' | 'owner')[]) =>
    here.in(tenant.id, (tx) => here.members.join(tx, { team: 'T1', user: `U${name}`, name }, roles, later(-60)));
  const author = await join('Ana', ['operator']);
  const others = [];
  for (const name of names) others.push(await join(name, ['approver']));
  return { tenant: tenant.id, author, others };
}
const asked = async (tenant: string, author: { id: string; roles: readonly string[] }, at?: Date, askedAfter = 0) => {
  const template = await aTemplate(here, tenant, { name: 'promo' });
  const group = await here.in(tenant, (tx) =>
    here.audience.addSegment(tx, { name: 'clientes RM', key: 'region', value: 'RM' }, later(0)),
  );
  return here.in(tenant, async (tx) => {
    const draft = await here.campaigns.draft(tx, { template, segment: group, ...(at && { at }) }, author, later(0));
    return here.campaigns.askApproval(tx, draft.id, draft.version, author, later(askedAfter));
  });
};
const tend = (tenant: string, id: string, minutes: number) =>
  here.in(tenant, async (tx) => {
    const row = await campaignsTable.lock(tx, id);
    if (!row) throw new Error('gone');
    return here.campaigns.waitForApproval(tx, row, later(minutes));
  });
const view = (tenant: string, id: string) => here.in(tenant, (tx) => here.campaigns.get(tx, id, later(0)));
/** Cards about it that were put before each member. */
const told = (tenant: string, card: string) =>
  here.in(tenant, async (tx) =>
    (
      await tx.query<{ user: string }>(
        `SELECT place->>'user' AS user FROM slack_post WHERE card->>'card' = $1 ORDER BY created_at`,
        [card],
      )
    ).map(({ user }) => user),
  );

describe('an approval that is waited for', () => {
  it('when its hour comes near, then whoever may approve is told again, once; when it has come, then it is over and its author knows', async () => {
    const { tenant, author } = await aTeam('Beto', 'Cata');
    const { id } = await asked(tenant, author, later(180));
    expect(await tend(tenant, id, 60)).toEqual(later(120));
    expect(await told(tenant, 'reminder')).toEqual([]);
    expect(await tend(tenant, id, 121)).toEqual(later(180));
    await tend(tenant, id, 122);
    expect((await told(tenant, 'reminder')).sort()).toEqual(['UBeto', 'UCata']);
    expect(await tend(tenant, id, 180)).toBeUndefined();
    expect(await view(tenant, id)).toMatchObject({ state: 'expired', queued: 0 });
    expect(await told(tenant, 'author')).toEqual(['UAna']);
  });

  it('when it has no hour, then it is reminded of after some hours and over after some days', async () => {
    const { tenant, author } = await aTeam('Beto');
    const { id } = await asked(tenant, author);
    await tend(tenant, id, 4 * 60);
    expect(await told(tenant, 'reminder')).toEqual(['UBeto']);
    await tend(tenant, id, 71 * 60);
    expect((await view(tenant, id)).state).toBe('awaiting_approval');
    await tend(tenant, id, 72 * 60);
    expect((await view(tenant, id)).state).toBe('expired');
  });

  it('when it is handed to another, then that one alone is told from then on, and still others may approve', async () => {
    const { tenant, author, others } = await aTeam('Beto', 'Cata');
    const [beto, cata] = others;
    const { id, version } = await asked(tenant, author, later(180));
    const hand = (to: string, by: { id: string; roles: readonly string[] }) =>
      here.in(tenant, (tx) => here.campaigns.delegate(tx, id, { version, to }, by, later(1)));
    await expect(hand(author.id, author).catch(code)).resolves.toBe('MEMBER_NOT_FOUND');
    await expect(hand(cata?.id ?? '', { id: 'x', roles: ['operator'] }).catch(code)).resolves.toBe('ROLE_REQUIRED');
    expect(await hand(cata?.id ?? '', author)).toMatchObject({ askedOf: 'Cata', version });
    await tend(tenant, id, 121);
    expect(await told(tenant, 'reminder')).toEqual(['UCata']);
    const approve = here.in(tenant, (tx) => here.campaigns.approve(tx, id, version, beto ?? owner, later(122)));
    await expect(approve).resolves.toMatchObject({ state: 'scheduled', approver: 'Beto' });
  });

  it('when its hour has passed before it was asked for, then it is refused with another hour to be told', async () => {
    const { tenant, author } = await aTeam('Beto');
    await expect(asked(tenant, author, later(1), 2).catch(code)).resolves.toBe('CAMPAIGN_LATE');
  });
});

describe('the only member of a team', () => {
  const alone = async () => {
    const { tenant, author } = await aTeam();
    const campaign = await asked(tenant, author);
    const approve = (peopleTold: number) =>
      here
        .in(tenant, (tx) =>
          here.campaigns.approveAlone(
            tx,
            campaign.id,
            { version: campaign.version, people: peopleTold },
            author,
            later(1),
          ),
        )
        .then(({ state }) => state, code);
    const allow = (most: number | null, roles = ['owner']) =>
      here.in(tenant, (tx) => here.campaigns.allowAlone(tx, most, { id: author.id, roles }, later(0))).catch(code);
    return { tenant, author, campaign, approve, allow };
  };

  it('when its owner allowed nothing, or fewer people, then they may not approve their own', async () => {
    const { approve, allow } = await alone();
    expect(await approve(3)).toBe('APPROVAL_BY_AUTHOR');
    expect(await allow(2, ['operator'])).toBe('ROLE_REQUIRED');
    await allow(2);
    expect(await approve(3)).toBe('APPROVAL_BY_AUTHOR');
  });

  it('when it is allowed, then they must say to how many it goes; with the number it is approved, and on record as theirs alone', async () => {
    const { tenant, approve, allow, campaign } = await alone();
    await allow(3);
    expect(await approve(4)).toBe('APPROVAL_COUNT');
    expect(await approve(3)).toBe('scheduled');
    const acts = await here.in(tenant, (tx) =>
      tx.query('SELECT detail FROM audit WHERE act = $1 AND subject = $2', [
        'campaign.approve',
        `campaign:${campaign.id}`,
      ]),
    );
    expect(acts).toEqual([{ detail: { alone: 'yes', people: '3' } }]);
  });

  it('when a second member joins, then it takes them', async () => {
    const { tenant, approve, allow } = await alone();
    await allow(100);
    await here.in(tenant, (tx) =>
      here.members.join(tx, { team: 'T1', user: 'UBeto', name: 'Beto' }, ['approver'], later(0)),
    );
    expect(await approve(3)).toBe('APPROVAL_BY_AUTHOR');
  });
});

describe('one that the product holds', () => {
  const held = async (why: string) => {
    const { tenant, author, others } = await aTeam('Beto', 'Cata');
    const { id } = await aCampaign(here, tenant);
    await here.in(tenant, async (tx) => {
      const row = await campaignsTable.lock(tx, id);
      if (row) await here.campaigns.halt(tx, row.batch_id, why, later(1));
    });
    const resume = (by: { id: string; roles: readonly string[] }) =>
      here
        .in(tenant, (tx) => here.campaigns.resume(tx, id, by, later(2)))
        .then(({ state, resumedBy }) => [state, resumedBy], code);
    return { tenant, author, others, id, resume };
  };

  it('when the provider stopped it, then one person lets it go on', async () => {
    const { tenant, id, resume, author } = await held('WHATSAPP_190');
    expect(await view(tenant, id)).toMatchObject({ state: 'held', heldWhy: 'WHATSAPP_190', resumesWithTwo: false });
    expect(await resume(author)).toEqual(['scheduled', undefined]);
  });

  it('when a guard stopped it, then it takes two, one of whom may approve; the same one twice is one', async () => {
    const { tenant, resume, author, others } = await held('OPT_OUT_SPIKE');
    const second = await here.in(tenant, (tx) =>
      here.members.join(tx, { team: 'T1', user: 'UDora', name: 'Dora' }, ['operator'], later(0)),
    );
    expect(await resume(author)).toEqual(['held', 'Ana']);
    expect(await resume(author)).toBe('RESUME_NEEDS_ANOTHER');
    expect(await resume(second)).toBe('ROLE_REQUIRED');
    expect(await resume(others[0] ?? owner)).toEqual(['scheduled', undefined]);
  });

  it('when it is held, then nothing of it starts, whatever the hour', async () => {
    const { tenant, id } = await held('OPT_OUT_SPIKE');
    const starts = here.in(tenant, async (tx) => {
      const row = await campaignsTable.lock(tx, id);
      return row && here.campaigns.startIfDue(tx, row, later(10_000));
    });
    expect(await starts).toBe(false);
  });
});

describe('a template that is still in review', () => {
  const waiting = async (at?: Date) => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    const template = await aTemplate(here, tenant.id, { name: 'promo_navidad', status: 'PENDING' });
    const campaign = await aCampaign(here, tenant.id, { template, ...(at && { at }) });
    const start = (minutes: number) =>
      here.in(tenant.id, async (tx) => {
        const row = await campaignsTable.lock(tx, campaign.id);
        await (row && here.campaigns.startIfDue(tx, row, later(minutes)));
        return (await here.campaigns.get(tx, campaign.id, later(minutes))).state;
      });
    const review = (status: string) =>
      here.in(tenant.id, (tx) => tx.query('UPDATE template SET status = $1', [status]));
    return { campaign, start, review };
  };

  it('when its hour comes, then the campaign waits, and goes once it is approved', async () => {
    const { campaign, start, review } = await waiting(later(60));
    expect(campaign).toMatchObject({ state: 'scheduled', templateInReview: true });
    expect(await start(61)).toBe('scheduled');
    await review('APPROVED');
    expect(await start(100)).toBe('sending');
  });

  it('when the review takes too long, then it is held and a person decides', async () => {
    const { start, review } = await waiting(later(60));
    expect(await start(60 + 119)).toBe('scheduled');
    expect(await start(60 + 120)).toBe('held');
    await review('APPROVED');
    expect(await start(60 + 130)).toBe('held');
  });

  it('when it was refused, then nobody can ask for approval with it', async () => {
    const tenant = await aTenant(here);
    const template = await aTemplate(here, tenant.id, { name: 'promo_x', status: 'REJECTED' });
    await expect(aCampaign(here, tenant.id, { template }).catch(code)).resolves.toBe('TEMPLATE_NOT_APPROVED');
  });
});

describe('the same words to the same group', () => {
  it('when they went out a few days ago, then the draft says so, and to whoever approves it, too; after a week it does not', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    const first = await aCampaign(here, tenant.id);
    const again = await here.in(tenant.id, async (tx) => {
      const row = await campaignsTable.lock(tx, first.id);
      await (row && here.campaigns.startIfDue(tx, row, later(5)));
      const wish = { template: first.templateId, segment: first.segmentId };
      return here.campaigns.draft(tx, wish, operator, later(60));
    });
    expect(again.before).toEqual({ number: first.number, at: later(5) });
    const week = await here.in(tenant.id, (tx) => here.campaigns.get(tx, again.id, later(8 * 24 * 60)));
    expect(week.before).toBeUndefined();
    const asked = await here.in(tenant.id, (tx) =>
      here.campaigns.askApproval(tx, again.id, again.version, operator, later(61)),
    );
    expect(asked).toMatchObject({ state: 'awaiting_approval', before: { number: first.number } });
  });
});
