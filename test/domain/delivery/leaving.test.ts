import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { adapter } from '../../../adapters/whatsapp';
import { silentLog } from '../../../src/log';
import { type Answer, Provider } from '../../adapters/provider';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster, aPhone } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aPerson,
  aTenant,
  crowd,
  later,
  RecordingChannel,
  reaches,
  start,
  states,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let graph: Provider;
const master = aMaster();
const worlds: World[] = [];
const wired = (options: Parameters<typeof wire>[1]): World => {
  const world = wire({ appUrl: place.appUrl, redis: testRedis(), master }, options);
  worlds.push(world);
  return world;
};

beforeAll(async () => {
  place = await testDatabase();
  graph = await Provider.start();
});
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});
afterAll(async () => {
  await graph.stop();
  await place.drop();
});

const leave = (here: World, tenant: string, contact: string) =>
  here.in(tenant, (tx) => here.consent.withdraw(tx, contact, { source: 'person', evidence: 'x', now: later(1) }));

/** When the first bytes of the nth request on a line were written, by our own port and n. */
const begun = new Map<string, number>();
const counts = new WeakMap<Socket, number>();
const next = (socket: Socket): number => {
  const count = (counts.get(socket) ?? 0) + 1;
  counts.set(socket, count);
  return count;
};
subscribe('undici:client:sendHeaders', (message) => {
  const { socket } = message as { socket: Socket };
  begun.set(`${socket.localPort} ${next(socket)}`, performance.now());
});

describe('leaving while a campaign is being sent', () => {
  // The one bound of the product that is a promise: measured where the bytes are written.
  it('T-OPT-2: when somebody leaves, then no message to them begins later than 100 ms after the commit, and what was queued is cancelled and counted', async () => {
    const settings = { WHATSAPP_APP_SECRET: 'x', WHATSAPP_VERIFY_TOKEN: 'x', WHATSAPP_GRAPH_URL: graph.url };
    const deps = { clock: { now: () => start }, log: silentLog, sender: async () => undefined };
    const here = wired({ channel: adapter.create(adapter.settings.parse(settings), deps) });
    const tenant = await aTenant(here, { ratePerSecond: 40 });
    // Of fewer than a hundred no share of leavers is taken for a spike.
    const phones = Array.from({ length: 99 }, aPhone);
    const everybody = phones.map((phone) => ({ identity: { phone } }));
    const contacts = await crowd(here, tenant.id, everybody);
    const sent: { to: string; line: string }[] = [];
    const takes: Answer = (response, asked) => {
      const { to } = JSON.parse(asked.body) as { to: string };
      const socket = response.socket as Socket;
      sent.push({ to, line: `${socket.remotePort} ${next(socket)}` });
      const body = { messaging_product: 'whatsapp', messages: [{ id: `wamid.${to}` }] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    graph.answer = takes;
    const campaign = await aCampaign(here, tenant.id);
    here.start();
    await eventually(() => expect(sent.length).toBeGreaterThan(5), { every: 1 });

    // They leave just as theirs is about to go, a little before or a little after.
    const left = new Map<string, number>();
    let cancelled = 0;
    for (let at = 0; at < phones.length; at = sent.length + left.size + randomInt(-2, 12)) {
      const phone = phones[at] ?? '';
      if (left.has(phone)) continue;
      cancelled += (await leave(here, tenant.id, contacts[at] ?? '')).cancelled;
      left.set(phone, performance.now());
    }
    const done = await reaches(here, tenant.id, campaign.id, 'done');

    const late = sent.flatMap(({ to, line }) => {
      const ms = (begun.get(line) ?? Number.NaN) - (left.get(to) ?? Number.POSITIVE_INFINITY);
      return ms <= 100 ? [] : [{ to, ms }];
    });
    expect(late).toEqual([]);
    expect(new Set(sent.map((one) => one.to)).size).toBe(sent.length);
    const wentFirst = sent.filter((one) => left.has(one.to)).length;
    expect(done).toMatchObject({ sent: sent.length, cancelled: left.size - wentFirst, optedOut: left.size, queued: 0 });
    expect(cancelled).toBeGreaterThan(0);
    expect(wentFirst).toBeGreaterThan(0);
    expect(cancelled).toBeLessThanOrEqual(done.cancelled);
  });

  it('when a worker is held up between its claim and the first byte, and the person leaves meanwhile, then theirs does not go', async () => {
    const channel = new RecordingChannel();
    let leaver = '';
    let isHeldUp = false;
    const here = wired({
      channel,
      onMoment: (moment) => {
        if (moment !== 'claimed' || !leaver || isHeldUp) return;
        isHeldUp = true;
        leaveElsewhere(leaver);
      },
    });
    const tenant = await aTenant(here);
    const phone = aPhone();
    const contact = await aPerson(here, tenant.id, { identity: { phone } });
    await aPerson(here, tenant.id);
    leaver = contact;
    const campaign = await aCampaign(here, tenant.id);
    here.start();
    await reaches(here, tenant.id, campaign.id, 'done');
    expect(isHeldUp).toBe(true);
    expect(await states(here, tenant.id, campaign.id)).toEqual({ accepted: 1, cancelled: 1 });
    expect(channel.sent.map((one) => one.to.phone)).not.toContain(phone);
  });

  it('T-OPT-2, T-OPT-5: when somebody in several campaigns leaves, then none of theirs goes, and another customer’s goes on', async () => {
    const here = wired({ channel: new RecordingChannel() });
    const [one, other] = [await aTenant(here), await aTenant(here)];
    const phone = aPhone();
    const contact = await aPerson(here, one.id, { identity: { phone } });
    await aPerson(here, other.id, { identity: { phone } });
    const theirs = [await aCampaign(here, one.id), await aCampaign(here, one.id, { until: 'asked' })];
    const another = await aCampaign(here, other.id);
    expect(await leave(here, one.id, contact)).toMatchObject({ alreadyOut: false, cancelled: 2 });
    expect(await leave(here, one.id, contact)).toMatchObject({ alreadyOut: true, cancelled: 0 });
    for (const { id } of theirs) expect(await states(here, one.id, id)).toEqual({ cancelled: 1 });
    expect(await states(here, other.id, another.id)).toEqual({ planned: 1 });
  });

  it('when it is not clear yet whether somebody wants to leave, then theirs waits for nothing: it is cancelled as on hold', async () => {
    const here = wired({ channel: new RecordingChannel() });
    const tenant = await aTenant(here);
    const contact = await aPerson(here, tenant.id);
    const campaign = await aCampaign(here, tenant.id);
    await here.in(tenant.id, (tx) =>
      here.consent.hold(tx, contact, { source: 'person', evidence: 'x', now: later(1) }),
    );
    const report = await here.in(tenant.id, (tx) => here.campaigns.report(tx, campaign.id, later(1)));
    expect(report).toMatchObject({ cancelled: 1, failures: [{ code: 'ON_HOLD', count: 1 }] });
  });
});

/** Another process writes it down and has it committed, while this one stands still. */
function leaveElsewhere(contact: string): void {
  const script = `
    const { Client } = require('pg');
    const client = new Client({ connectionString: process.argv[1] });
    client.connect().then(() => client.query(\`
      BEGIN;
      INSERT INTO suppression (tenant_id, token, strength, effective_at, source)
        SELECT tenant_id, stop, 'stop', now(), 'person' FROM identifier WHERE contact_id = '\${process.argv[2]}';
      UPDATE message SET state = 'cancelled' WHERE contact_id = '\${process.argv[2]}' AND state = 'planned';
      COMMIT\`)).then(() => client.end());`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, place.ownerUrl, contact], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
