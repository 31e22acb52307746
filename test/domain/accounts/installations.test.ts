import { Client } from 'pg';
import type { Installation, Installer, Renewed, Told } from '../../../src/channel';
import { newId, unknownTenant } from '../../../src/data/ids';
import { Connections } from '../../../src/domain/accounts/connections';
import { Installations } from '../../../src/domain/accounts/installations';
import { MasterRotation } from '../../../src/domain/accounts/master-rotation';
import { eventually } from '../../support/eventually';
import { later, start, type World, world } from '../world';

let here: World;
let rooms: Installations;
const begun: string[] = [];
beforeAll(async () => {
  here = await world();
  rooms = new Installations({ ...here, onBegun: async (_tx, owner) => void begun.push(owner.slackUser) });
});
afterAll(() => here.close());

let teams = 0;
const aTeam = () => `T${++teams}`;
const installed = (team: string, more: Partial<Installation> = {}): Installation => ({
  ...{ team, name: `Empresa ${team}`, user: 'U-dueña', botUser: 'U-bot', token: `xoxb-${team}`, scopes: ['commands'] },
  ...more,
});
const ending = (team: string): Partial<Installation> => ({ refresh: `xoxe-${team}`, endsInSeconds: 12 * 3_600 });
const tokenOf = async (team: string) => (await here.senders.senderBefore('slack', 'default', team))?.token;
const never = async (): Promise<never> => {
  throw new Error('not asked');
};
const renewing = (renew: (refresh: string) => Promise<Told<Renewed>>): Installer => ({
  authorize: () => '',
  exchange: never,
  renew,
});

describe('what goes to Slack and comes back', () => {
  it('when it comes back in its own browser, then it counts once', async () => {
    const state = await rooms.begin('browser', undefined, start);
    expect(await rooms.take(state, 'browser', later(9))).toEqual({ invitation: null });
    expect(await rooms.take(state, 'browser', later(9))).toBeUndefined();
  });

  it('when it was never given, is over, or comes back in another browser, then it is nothing, and stays so', async () => {
    expect(await rooms.take('guessed', 'browser', start)).toBeUndefined();
    const old = await rooms.begin('browser', undefined, start);
    expect(await rooms.take(old, 'browser', later(11))).toBeUndefined();
    const stolen = await rooms.begin('browser', undefined, start);
    expect(await rooms.take(stolen, 'another', later(1))).toBeUndefined();
    expect(await rooms.take(stolen, 'browser', later(1))).toBeUndefined();
  });
});

describe('a workspace that lets us in', () => {
  it('when it is new, then it is a customer of its own whose owner is whoever did it, and is told how to begin', async () => {
    const team = aTeam();
    const { outcome, tenant, owner } = await rooms.keep(installed(team), null, start);
    expect([outcome, owner?.roles]).toEqual(['new', ['owner']]);
    expect(tenant).not.toBe(here.tenant);
    expect(begun).toContain('U-dueña');
    expect(await here.members.resolve(team, 'U-dueña', start)).toBe(tenant);
    expect(await tokenOf(team)).toBe(`xoxb-${team}`);
  });

  it('when it lets us in again, then it has a new token, and nobody gets in by that', async () => {
    const team = aTeam();
    const { tenant } = await rooms.keep(installed(team), null, start);
    const again = await rooms.keep(installed(team, { token: 'xoxb-next', user: 'U-intruder' }), null, later(5));
    expect(again).toEqual({ outcome: 'again', tenant });
    expect(await tokenOf(team)).toBe('xoxb-next');
    expect(await here.members.resolve(team, 'U-intruder', start)).toBeUndefined();
  });

  it('when it was invited, then it joins that customer, once; one of another customer does not', async () => {
    const invite = () => here.in((tx) => rooms.invite(tx, 'member:x', start));
    const taken = async ({ invitation }: { invitation: string }) => {
      const state = await rooms.begin('browser', invitation, start);
      return (await rooms.take(state, 'browser', start))?.invitation ?? null;
    };
    const first = await invite();
    const team = aTeam();
    expect(await rooms.keep(installed(team), await taken(first), start)).toMatchObject({
      outcome: 'joined',
      tenant: here.tenant,
    });
    expect(await here.members.resolve(team, 'U-dueña', start)).toBeUndefined(); // they need a code, as everybody does
    const spent = rooms.keep(installed(aTeam()), await taken(first), start);
    await expect(spent).rejects.toMatchObject({ code: 'INSTALL_STATE' });
    const others = aTeam();
    await rooms.keep(installed(others), null, start);
    const elsewhere = rooms.keep(installed(others), await taken(await invite()), start);
    await expect(elsewhere).rejects.toMatchObject({ code: 'INSTALL_ELSEWHERE' });
  });
});

describe('a workspace that shows us out', () => {
  it('when it does, then its tokens are destroyed; what was told before it let us in again changes nothing', async () => {
    const team = aTeam();
    const { tenant } = await rooms.keep(installed(team, ending(team)), null, start);
    const end = (at: Date, heard = at) =>
      here.in((tx) => rooms.end(tx, team, { why: 'app_uninstalled', at, heard }, later(90)), tenant);
    expect(await end(later(10))).toBe(true);
    expect(await tokenOf(team)).toBeUndefined();
    expect(await here.in((tx) => here.senders.workspace(tx, team, start), tenant)).toBeUndefined();
    expect(await end(later(10))).toBe(false);
    await rooms.keep(installed(team, { token: 'xoxb-back' }), null, later(60));
    expect(await end(later(11))).toBe(false); // it comes late
    expect(await tokenOf(team)).toBe('xoxb-back');
    expect(await end(later(61))).toBe(true);
  });

  it('when it lets us in again within the same second, then what was heard before that changes nothing, and what was heard after does', async () => {
    const team = aTeam();
    const { tenant } = await rooms.keep(installed(team), null, start);
    const second = later(60);
    const after = (ms: number) => new Date(second.getTime() + ms);
    await rooms.keep(installed(team, { token: 'xoxb-back' }), null, after(500));
    const end = (heard: Date) =>
      here.in((tx) => rooms.end(tx, team, { why: 'app_uninstalled', at: second, heard }, later(90)), tenant);
    expect(await end(after(400))).toBe(false);
    expect(await tokenOf(team)).toBe('xoxb-back');
    expect(await end(after(600))).toBe(true);
    expect(await tokenOf(team)).toBeUndefined();
  });

  it('when another customer’s workspace is let in, then nothing of it is stored', async () => {
    const team = aTeam();
    await rooms.keep(installed(team), null, start);
    const theirs = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    await expect(here.tenants.addWorkspace(theirs, team, 'xoxb-stolen')).rejects.toMatchObject({
      code: 'TENANT_REQUIRED',
    });
    expect(await tokenOf(team)).toBe(`xoxb-${team}`);
  });

  it('when another customer’s transaction says so, then nothing happens', async () => {
    const team = aTeam();
    await rooms.keep(installed(team), null, start);
    expect(
      await here.in((tx) => rooms.end(tx, team, { why: 'app_uninstalled', at: later(1), heard: later(1) }, later(1))),
    ).toBe(false);
    expect(await tokenOf(team)).toBe(`xoxb-${team}`);
  });
});

describe('tokens that end', () => {
  const next = (team: string): Told<Renewed> => ({
    outcome: 'accepted',
    value: { token: `next-${team}`, refresh: `again-${team}`, endsInSeconds: 12 * 3_600, scopes: ['commands'] },
  });

  it('when one ends within two hours, then it is renewed, by one of several workers alone', async () => {
    const team = aTeam();
    await rooms.keep(installed(team, ending(team)), null, start);
    const asked: string[] = [];
    const installer = renewing(async (refresh) => {
      asked.push(refresh);
      return next(team);
    });
    expect(await rooms.renew(installer, later(9 * 60))).toEqual([]);
    const done = await Promise.all([1, 2, 3].map(() => rooms.renew(installer, later(11 * 60))));
    expect(done.flat()).toEqual([{ team }]);
    expect(asked).toEqual([`xoxe-${team}`]);
    expect(await tokenOf(team)).toBe(`next-${team}`);
    await rooms.renew(installer, later(23 * 60));
    expect(asked).toEqual([`xoxe-${team}`, `again-${team}`]);
  });

  it('when the keys are changed while Slack is asked for another, then neither stands in the other’s way, and what Slack gave is kept', async () => {
    const team = aTeam();
    await rooms.keep(installed(team, ending(team)), null, later(24 * 60));
    const owner = new Client({ connectionString: here.ownerUrl });
    await owner.connect();
    await here.tenants.create({ name: 'unknown', legalName: 'unknown' }, start, unknownTenant);
    let isAsked = () => {};
    const asked = new Promise<void>((done) => {
      isAsked = done;
    });
    const changing = asked.then(() => new MasterRotation(here.database, here.keys, here.systemKeys).run([]));
    const installer = renewing(async () => {
      isAsked();
      await eventually(async () => {
        const { rowCount } = await owner.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        expect(rowCount).toBeGreaterThan(0);
      });
      return next(team);
    });
    await rooms.renew(installer, later(35 * 60));
    await changing;
    await owner.end();
    expect(await tokenOf(team)).toBe(`next-${team}`);
  });

  it('when Slack does not answer, then the old one is kept and it is tried again; when it knows no such token, then not any more', async () => {
    const team = aTeam();
    await rooms.keep(installed(team, ending(team)), null, later(24 * 60));
    const at = later(35 * 60);
    const silent = renewing(async () => ({ outcome: 'unknown', code: 'NETWORK_TIMEOUT' }));
    expect(await rooms.renew(silent, at)).toContainEqual({ team, code: 'NETWORK_TIMEOUT' });
    expect(await tokenOf(team)).toBe(`xoxb-${team}`);
    // Something on the way, or an application of ours that is set up wrongly, says nothing of the token.
    for (const code of ['SLACK_HTTP_407', 'SLACK_HTTP_403', 'SLACK_bad_redirect_uri']) {
      const onTheWay = renewing(async () => ({ outcome: 'refused', code, treatment: 'permanent' }));
      expect(await rooms.renew(onTheWay, at)).toContainEqual({ team, code });
    }
    const code = 'SLACK_invalid_refresh_token';
    const dead = renewing(async () => ({ outcome: 'refused', code, treatment: 'permanent' }));
    expect(await rooms.renew(dead, at)).toContainEqual({ team, code });
    expect(await rooms.renew(dead, at)).not.toContainEqual(expect.objectContaining({ team }));
  });
});

describe('a number that is being connected', () => {
  it('when another token is given while the first is asked about, then what is found out about the first changes nothing', async () => {
    const asked: string[] = [];
    const connections = new Connections({
      ...{ ...here, clock: { now: () => start }, wake: () => {} },
      onChanged: async () => {},
      onConnected: async () => {},
      connecting: () => ({
        token: async (token) => {
          asked.push(token);
          if (asked.length === 1) await offer('second');
          return {
            outcome: 'accepted',
            value: { isValid: false, isOurs: true, isOfSystem: true, lacks: [], accounts: [] },
          };
        },
        numbers: never,
        subscribe: never,
        register: never,
      }),
    });
    const offer = (token: string) => here.in((tx) => connections.offer(tx, token, '', newId(start), start));
    const standing = async () => (await here.in((tx) => connections.view(tx)))?.state;
    await offer('first');
    await connections.run(here.tenant);
    expect(await standing()).toBe('checking');
    await connections.run(here.tenant);
    expect([asked, await standing()]).toEqual([['first', 'second'], 'wrong']);
  });
});

describe('who runs the account', () => {
  const owner = (name: string) =>
    here.in((tx) => here.members.join(tx, { team: 'T-own', user: name, name }, ['owner'], start));
  const take = (member: string, by: string) =>
    here.in((tx) => here.members.changeRole(tx, member, { role: 'owner', has: false }, by, start));

  it('when two owners take it from each other at the same moment, then one of them keeps it', async () => {
    const [one, other] = [await owner('U-1'), await owner('U-2')];
    const outcomes = await Promise.allSettled([take(one.id, `member:${other.id}`), take(other.id, `member:${one.id}`)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const owners = await here.in((tx) => here.members.list(tx, start, 'owner'));
    expect(owners).toHaveLength(1);
    const [last] = owners;
    const leave = here.in((tx) => here.members.leave(tx, last?.id ?? '', 'member:x', start));
    await expect(leave).rejects.toMatchObject({ code: 'MEMBER_LAST_OWNER' });
  });

  it('when a role of our own staff’s is given, then it is refused', async () => {
    const somebody = await here.in((tx) =>
      here.members.join(tx, { team: 'T-own', user: 'U-3', name: 'U-3' }, ['viewer'], start),
    );
    const give = here.in((tx) =>
      here.members.changeRole(tx, somebody.id, { role: 'platform', has: true }, 'member:x', start),
    );
    await expect(give).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
  });
});
