import fc from 'fast-check';
import type { ChannelEvent } from '../../src/channel';
import { newId, unknownTenant } from '../../src/data/ids';
import { AccountWorker } from '../../src/inbox/account-worker';
import { lockLane, markHandled, nextWaiting } from '../../src/inbox/inbox.table';
import { openEvent } from '../../src/inbox/intake';
import { silentLog } from '../../src/log';
import { Dispatcher } from '../../src/queue/dispatcher';
import type { Work } from '../../src/queue/work';
import { testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { aMaster, aPhone } from '../support/ground';
import { testRedis } from '../support/redis';
import { aTenant, RecordingChannel, start, type World, wire } from '../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
const dispatchers: Dispatcher[] = [];

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
  await here.tenants.create({ name: 'unknown', legalName: 'unknown' }, start, unknownTenant);
});
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const works = (...work: Work[]) => {
  for (let one = 0; one < 3; one++) {
    const dispatcher = new Dispatcher(here.database, work, silentLog);
    dispatcher.start();
    dispatchers.push(dispatcher);
  }
};
type Tenant = Awaited<ReturnType<typeof aTenant>>;
const from = (tenant: Tenant, id = newId()) => ({
  channel: 'whatsapp',
  app: 'default',
  sender: tenant.providerId,
  id,
  at: start,
});
const said = (tenant: Tenant, phone: string, text: string, id?: string): ChannelEvent => ({
  ...from(tenant, id),
  kind: 'message',
  from: { phone },
  content: { type: 'text', text },
});
const rows = (tenant: string) =>
  here.in(tenant, (tx) =>
    tx.query<{ kind: string; lane: Buffer; sealed: Buffer; outcome: string | null }>(
      'SELECT kind, lane, sealed, outcome FROM inbox ORDER BY id',
    ),
  );

/** Handles a person's messages as the conversation does: oldest first, under the lane's lock, in one transaction. */
class Reader implements Work {
  readonly kind = 'turn';
  readonly heard = new Map<string, string[]>();
  readonly overlaps: string[] = [];
  private readonly busy = new Set<string>();

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    return here.in(tenant, async (tx) => {
      await lockLane(tx, lane);
      const row = await nextWaiting(tx, lane, 'turn');
      if (!row) return 'done';
      const key = lane.toString('hex');
      if (this.busy.has(key)) this.overlaps.push(key);
      this.busy.add(key);
      const event = openEvent(await here.keys.of(tx), row);
      const text = event.kind === 'message' && event.content.type === 'text' ? event.content.text : '';
      const phone = event.kind === 'message' ? (event.from.phone ?? '') : '';
      await markHandled(tx, lane, row.id, 'heard', undefined, start);
      this.heard.set(phone, [...(this.heard.get(phone) ?? []), text]);
      this.busy.delete(key);
      return 'again';
    });
  }
}

describe('what comes in', () => {
  it('when webhooks come doubled, batched with those of others and side by side, then each message is handled once, a person’s in order', async () => {
    const tenants = [await aTenant(here), await aTenant(here)];
    const reader = new Reader();
    works(reader);
    const webhook = fc.array(fc.record({ tenant: fc.nat({ max: 1 }), person: fc.nat({ max: 2 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    const property = fc.asyncProperty(
      fc.array(webhook, { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 3 }),
      async (webhooks, again) => {
        const phones = tenants.map(() => [aPhone(), aPhone(), aPhone()]);
        const expected = new Map<string, string[]>();
        let count = 0;
        const posts = webhooks.map((events) =>
          events.map(({ tenant, person }) => {
            const phone = phones[tenant]?.[person] ?? '';
            const text = String(++count);
            expected.set(phone, [...(expected.get(phone) ?? []), text]);
            return said(tenants[tenant] as Tenant, phone, text);
          }),
        );
        for (const events of posts) {
          await here.intake.receive(events);
          for (const dispatcher of dispatchers) dispatcher.poke();
        }
        const old = posts[again % posts.length] ?? [];
        await Promise.all([
          here.intake.receive(old),
          here.intake.receive([...old].reverse()),
          here.intake.receive([...old, ...old]),
        ]);
        await eventually(() => {
          for (const [phone, texts] of expected) expect(reader.heard.get(phone)).toEqual(texts);
        });
      },
    );
    await fc.assert(property, { numRuns: 25 });
    await eventually(async () => expect(await lanesWaiting()).toBe(0));
    const handled = [...reader.heard.values()].flat().length;
    const stored = (await Promise.all(tenants.map(({ id }) => rows(id)))).flat().length;
    expect([stored, reader.overlaps]).toEqual([handled, []]);
  });

  it('when a lease has ended while its worker is still at it, then the next worker waits for the lane, and nothing is handled twice', async () => {
    const tenant = await aTenant(here);
    const phone = aPhone();
    await here.intake.receive(['1', '2', '3'].map((text) => said(tenant, phone, text)));
    const lane = (await rows(tenant.id))[0]?.lane ?? Buffer.of();
    const reader = new Reader();
    await Promise.all(Array.from({ length: 5 }, () => reader.run(tenant.id, lane)));
    expect(reader.heard.get(phone)).toEqual(['1', '2', '3']);
  });

  it('when one webhook holds events of several customers and of a number nobody knows, then each lies with its own, and the unknown apart', async () => {
    const [one, two] = [await aTenant(here), await aTenant(here)];
    const stranger = { ...one, providerId: newId() };
    const receipt: ChannelEvent = { ...from(two), kind: 'receipt', providerId: 'wamid.1', status: 'read' };
    const account: ChannelEvent = { ...from(one), kind: 'account', field: 'x', value: {} };
    await here.intake.receive([
      said(one, aPhone(), 'a'),
      receipt,
      said(stranger, aPhone(), 'b'),
      account,
      said(two, aPhone(), 'c'),
    ]);
    const kinds = async (tenant: string) => (await rows(tenant)).map((row) => row.kind).sort();
    expect(await kinds(one.id)).toEqual(['account', 'turn']);
    expect(await kinds(two.id)).toEqual(['receipts', 'turn']);
    expect(await kinds(unknownTenant)).toEqual(['unknown']);
  });

  it('when it is stored, then neither the number nor the words can be read in it', async () => {
    const tenant = await aTenant(here);
    const phone = aPhone();
    await here.intake.receive([said(tenant, phone, 'tengo una alergia')]);
    const stored = await here.in(tenant.id, (tx) =>
      tx.query<{ row: string }>('SELECT to_jsonb(i)::text AS row FROM inbox i'),
    );
    const bytes = (await rows(tenant.id)).map((row) => row.sealed.toString('latin1')).join();
    for (const secret of [phone, phone.slice(4), 'alergia', Buffer.from(phone).toString('hex')])
      for (const text of [stored[0]?.row, bytes]) expect(text).not.toContain(secret);
  });

  it('when it can’t be stored, then whoever brought it is told, and nothing of it is kept', async () => {
    const tenant = await aTenant(here);
    const never = { ...said(tenant, aPhone(), 'a'), at: new Date(-8.64e15) }; // before Postgres knows time
    await expect(here.intake.receive([said(tenant, aPhone(), 'b'), never])).rejects.toThrow();
    expect(await rows(tenant.id)).toEqual([]);
  });

  it('when somebody’s id and number come together and apart, then their messages share the lane of the id', async () => {
    const tenant = await aTenant(here);
    const both = {
      ...said(tenant, aPhone(), 'a'),
      kind: 'message',
      from: { phone: aPhone(), bsuid: 'CL.77' },
    } as ChannelEvent;
    const idOnly = { ...both, id: newId(), from: { bsuid: 'CL.77' } } as ChannelEvent;
    await here.intake.receive([both, idOnly]);
    const lanes = (await rows(tenant.id)).map((row) => row.lane.toString('hex'));
    expect(new Set(lanes).size).toBe(1);
  });
});

describe('a row that can’t be handled', () => {
  it('when it has failed five times, then it is set aside and those behind it are handled', async () => {
    const tenant = await aTenant(here);
    const seen: string[] = [];
    const onTemplateStatus = async (_tx: unknown, { name }: { name: string }) => {
      seen.push(name);
      if (name === 'poison') throw new Error('no');
    };
    works(new AccountWorker(here.database, here.keys, here.clock, { ...deaf, onTemplateStatus }));
    const status = (name: string): ChannelEvent => ({
      ...from(tenant),
      kind: 'account',
      field: 'message_template_status_update',
      value: { message_template_name: name, message_template_language: 'es-CL', event: 'PAUSED' },
    });
    await here.intake.receive([status('one'), status('poison'), status('two')]);
    const expected = ['one', ...Array(5).fill('poison'), 'two'];
    await eventually(async () => {
      await timePasses();
      expect(seen).toEqual(expected);
    });
    await eventually(async () =>
      expect((await rows(tenant.id)).map((row) => row.outcome)).toEqual(['template', 'parked', 'template']),
    );
  });

  it('when it can’t even be opened, then it is set aside as well', async () => {
    const tenant = await aTenant(here);
    await here.intake.receive([{ ...from(tenant), kind: 'account', field: 'x', value: 1 }]);
    await here.in(tenant.id, (tx) => tx.query("UPDATE inbox SET sealed = '\\x01'"));
    works(new AccountWorker(here.database, here.keys, here.clock, deaf));
    await eventually(async () => {
      await timePasses();
      expect((await rows(tenant.id)).map((row) => row.outcome)).toEqual(['parked']);
    });
  });
});

const deaf = {
  onTemplateStatus: async () => {},
  onTemplateStanding: async () => {},
  onMessagingLimit: async () => {},
  onNumbersChanged: async () => {},
};

/** Whatever rests after a failure has rested long enough. A rest before the last try is of 16 s at most, a lease of 30: what is being worked on keeps its lease. */
const timePasses = () =>
  here.database.withSystem('dispatcher', (tx) =>
    tx.query(
      "UPDATE edge.ready SET due_at = clock_timestamp(), leased_until = NULL WHERE kind = 'account' AND leased_until < clock_timestamp() + interval '20 s'",
    ),
  );
const lanesWaiting = async (): Promise<number> =>
  (
    await here.database.withSystem('dispatcher', (tx) =>
      tx.query("SELECT 1 AS one FROM edge.ready WHERE kind = 'turn'"),
    )
  ).length;
