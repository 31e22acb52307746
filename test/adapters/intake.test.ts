import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { adapter } from '../../adapters/whatsapp';
import { conformance } from '../../adapters/whatsapp/conformance';
import { parse } from '../../adapters/whatsapp/parse';
import { unknownTenant } from '../../src/data/ids';
import { Intake, type IntakeDeps, openEvent } from '../../src/inbox/intake';
import { root } from '../../src/load';
import { silentLog } from '../../src/log';
import { testDatabase } from '../support/database';
import { testRedis } from '../support/redis';
import { aTenant, RecordingChannel, start, type World, wire } from '../support/world';
import { type Door, now, open } from './door';
import { fixture } from './fixtures';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let door: Door;
let andina: string;
let sur: string;

beforeAll(async () => {
  place = await testDatabase();
  const master = randomBytes(32).toString('base64');
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master }, { channel: new RecordingChannel() });
  andina = (await aTenant(here, { providerId: '106540352242922' })).id;
  sur = (await aTenant(here, { providerId: '106540352242933' })).id;
  await here.tenants.addAccount(andina, {
    channel: 'whatsapp',
    app: 'default',
    providerId: '208840352242901',
    token: 't',
  });
  await here.tenants.create({ name: 'unknown', legalName: 'unknown' }, start, unknownTenant);
  const { database, keys, clock, senders } = here;
  const tenantOf: IntakeDeps['tenantOf'] = async ({ channel, app, sender }) =>
    (await senders.senderOf(channel, app, sender))?.tenant;
  const intake = new Intake({ database, keys, clock, log: silentLog, tenantOf, wake: () => {} });
  door = await open(adapter, conformance.settings);
  door.receive = (events) => intake.receive(events);
});
afterAll(async () => {
  await door.close();
  await here.stop();
  await place.drop();
});

const deliver = async (payload: unknown): Promise<number> => {
  const { body } = conformance.write(payload);
  const url = `${door.url}${conformance.path}`;
  return (await fetch(url, { method: 'POST', body, headers: conformance.sign(body) })).status;
};
type Row = { id: string; kind: string; at: Date; sealed: Buffer };
const stored = (tenant: string) =>
  here.in(tenant, async (tx) => {
    const rows = await tx.query<Row>('SELECT id, kind, at, sealed FROM inbox ORDER BY id');
    const keys = await here.keys.of(tx);
    return rows.map((row) => ({ ...row, event: openEvent(keys, row) }));
  });

describe('what comes from WhatsApp', () => {
  it('when payloads of every kind come, then every event is a row of its customer, as it was told', async () => {
    for (const file of readdirSync(join(root, 'adapters', 'whatsapp', 'fixtures'))) {
      const payload = fixture('whatsapp', file.replace('.json', ''));
      const own = parse(payload, 'default', now).filter((event) => event.sender !== '106540352242933');
      const before = (await stored(andina)).length;
      expect(await deliver(payload)).toBe(200);
      const rows = (await stored(andina)).slice(before);
      expect([file, ...rows.map((row) => row.event.id)]).toEqual([file, ...own.map((event) => event.id)]);
      expect(rows.map((row) => row.at)).toEqual(own.map((event) => event.at));
    }
    expect((await stored(sur)).map((row) => row.event.id)).toEqual(['wamid.QjU=']);
  });

  it('when everything comes again, then no row is added', async () => {
    const before = [await stored(andina), await stored(sur)].map((rows) => rows.length);
    for (const file of readdirSync(join(root, 'adapters', 'whatsapp', 'fixtures')))
      await deliver(fixture('whatsapp', file.replace('.json', '')));
    expect([await stored(andina), await stored(sur)].map((rows) => rows.length)).toEqual(before);
  });

  it('when an update is about an account, then it belongs to the customer whose numbers hang on it', async () => {
    const rows = (await stored(andina)).filter((row) => row.event.sender === '208840352242901');
    expect(rows.map((row) => row.kind)).toEqual(['account', 'account', 'account']);
  });

  it('when it is for a number that nobody has registered, then it is kept apart', async () => {
    const payload = fixture('whatsapp', 'text');
    payload.entry[0].changes[0].value.metadata.phone_number_id = '999';
    expect(await deliver(payload)).toBe(200);
    expect((await stored(unknownTenant)).map((row) => [row.kind, row.event.sender])).toEqual([['unknown', '999']]);
  });
});
