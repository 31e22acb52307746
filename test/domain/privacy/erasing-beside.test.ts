import { touchInbound } from '../../../src/domain/audience/contacts.table';
import { CaseWorker } from '../../../src/domain/privacy/case-worker';
import { eventually } from '../../support/eventually';
import { type Installation, install } from '../../support/installation';
import { needlesOf, scanDatabase } from '../../support/scanner';
import {
  aCampaign,
  aPerson,
  arrived,
  aTenant,
  people,
  RecordingChannel,
  reaches,
  states,
  type World,
} from '../../support/world';
import { attested, desk, list, member } from '../audience/import/desk';
import { aPhone } from '../world';
import { boss, laneOf } from './office';

let house: Installation;
let here: World;
let channel: RecordingChannel;
beforeAll(async () => {
  channel = new RecordingChannel();
  house = await install({ channel });
  here = house.here;
  here.start();
});
afterAll(() => house.close());

/** The whole way of an erasure, by the rooms as the product wires them. */
async function erased(tenant: string, contact: string): Promise<string> {
  const now = here.clock.now();
  const { privacy, consent, executions, database, clock } = here;
  const worker = new CaseWorker({
    ...{ database, clock, consent, privacy, executions: () => executions },
    onNotice: async () => {},
  });
  const id = await here.in(tenant, async (tx) => {
    await touchInbound(tx, contact, now);
    const opened = await privacy.open(tx, { contact, right: 'erase', channel: 'whatsapp', receivedAt: now, now });
    await privacy.confirm(tx, opened.id, now);
    await privacy.accept(tx, opened.id, {}, boss, now);
    return opened.id;
  });
  await eventually(
    async () => {
      await worker.run(tenant, laneOf(id));
      expect((await here.in(tenant, (tx) => privacy.get(tx, id, now))).state).toBe('closed');
    },
    { within: 40_000, every: 300 },
  );
  return id;
}
const leftOf = async (phone: string): Promise<string[]> =>
  (await scanDatabase(house.ownerUrl, needlesOf({ phone }))).map(({ where, form }) => `${where}: ${form}`);
const residueOf = async (tenant: string): Promise<number> =>
  here.in(tenant, async (tx) => {
    const [row] = await tx.query<{ n: number }>('SELECT coalesce(sum(count), 0)::int AS n FROM receipt_residue');
    return row?.n ?? 0;
  });

it('when somebody is erased while a campaign sends, then nothing of it leaves for them any more, its figures stay whole, and a late receipt is a figure of nobody’s', async () => {
  const { id: tenant, providerId } = await aTenant(here, { ratePerSecond: 60 });
  const phones = [aPhone(), aPhone()];
  const [early = '', late = ''] = phones;
  const first = await aPerson(here, tenant, { identity: { phone: early } });
  await people(here, tenant, 300);
  const last = await aPerson(here, tenant, { identity: { phone: late } });
  const campaign = await aCampaign(here, tenant);
  const toThem = (phone: string) =>
    channel.sent.filter(({ to, variables }) => to.phone === phone && variables.length > 0);
  await eventually(() => expect(toThem(early)).toHaveLength(1), { within: 30_000 });
  const reference = toThem(early)[0]?.reference ?? '';
  await Promise.all([erased(tenant, first), erased(tenant, last)]);
  const sentBefore = toThem(late).length;
  await reaches(here, tenant, campaign.id, 'done');
  expect(toThem(late)).toHaveLength(sentBefore);
  const counted = await states(here, tenant, campaign.id);
  expect(Object.values(counted).reduce((sum, one) => sum + one, 0)).toBe(302);
  expect([await leftOf(early), await leftOf(late)]).toEqual([[], []]);

  const before = await residueOf(tenant);
  const receipt = { kind: 'receipt', providerId: 'x', status: 'read', reference } as const;
  const event = {
    ...receipt,
    channel: 'whatsapp',
    app: 'default',
    sender: providerId,
    id: 'late',
    at: here.clock.now(),
  };
  const { lane } = await arrived(here, tenant, event, Buffer.from('late receipts'));
  await here.receipts.run(tenant, lane);
  expect(await residueOf(tenant)).toBe(before + 1);
  const receipts = await here.in(tenant, (tx) =>
    tx.query(
      "SELECT 1 FROM receipt r JOIN message m USING (tenant_id, batch_id, seq) WHERE m.contact_id = '00000000-0000-7000-8000-000000000001'",
    ),
  );
  expect(receipts).toEqual([]);
});

it('when somebody is erased while a list with them is brought in, then they are not in it, and the same list does not bring them back', async () => {
  const { id: tenant } = await aTenant(here);
  here.imports.deps.batch = 20;
  const lists = desk(here, tenant);
  const phones = Array.from({ length: 400 }, aPhone);
  const phone = phones.at(-1) ?? '';
  const contact = await aPerson(here, tenant, { identity: { phone } });
  const file = list(phones.map((one, n) => `P${n};${one};Talca`));
  const id = await lists.take(file);
  await lists.work.work(tenant, id);
  await here.in(tenant, (tx) => here.imports.start(tx, id, attested, member));
  await Promise.all([lists.work.work(tenant, id), erased(tenant, contact)]);
  expect(await here.in(tenant, (tx) => here.audience.find(tx, { phone }))).toBeUndefined();
  await lists.bring(list([`Otra vez;${phone};Talca`]), attested);
  expect(await here.in(tenant, (tx) => here.audience.find(tx, { phone }))).toBeUndefined();
  expect(await leftOf(phone)).toEqual([]);
});
