import { newId } from '../../../src/data/ids';
import { disclosures } from '../../../src/domain/registers/disclosures';
import { disclosuresTable } from '../../../src/domain/registers/disclosures.table';
import { papersTable } from '../../../src/domain/registers/papers.table';
import { Providers } from '../../../src/domain/registers/providers';
import { subprocessors } from '../../../src/domain/registers/subprocessors';
import { eventually } from '../../support/eventually';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aPerson,
  arrived,
  aTenant,
  operator,
  people,
  RecordingChannel,
  reaches,
  start,
  type World,
} from '../../support/world';

let house: Installation;
let here: World;
const channel = new RecordingChannel();
const warned: string[] = [];
let providers: Providers;

beforeAll(async () => {
  house = await install({ channel });
  here = house.here;
  here.start();
  providers = new Providers(here.audit, {
    onEnding: async (_tx, { id }, days) => void warned.push(`${id} ${days}`),
    onChanged: async () => {},
  });
});
beforeEach(() => {
  here.clock.at = start;
});
afterAll(() => house?.close());

type Tenant = Awaited<ReturnType<typeof aTenant>>;
const owner = { id: '00000000-0000-7000-8000-00000000000a', roles: ['owner'] };
const sent = ({ providerId }: Tenant) => channel.sent.filter((one) => one.sender.id === providerId);
const obstacles = async (tenant: Tenant): Promise<string[]> => {
  const draft = await aCampaign(here, tenant.id, { until: 'drafted' });
  return draft.obstacles.map(({ code }) => code);
};
const [meta] = subprocessors;

describe('T-PRO-1: what a customer has on record', () => {
  it.each(['object', 'duration', 'purpose', 'data', 'subjects', 'duties'])(
    'when its contract leaves the point «%s» open, then nothing can be sent',
    async (point) => {
      const tenant = await aTenant(here);
      await people(here, tenant.id, 1);
      expect(await obstacles(tenant)).toEqual([]);
      await here.in(tenant.id, (tx) => tx.query(`UPDATE contract SET ${point} = ''`));
      expect(await obstacles(tenant)).toEqual(['CONTRACT_MISSING']);
    },
  );

  it('N-15t: when it has more people than the threshold and no assessment of the impact, then nothing can be sent until one is recorded', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 1);
    await here.in(tenant.id, async (tx) => {
      await tx.query('DELETE FROM impact_assessment');
      // One short of the threshold.
      await tx.query(
        `INSERT INTO contact (tenant_id, id, created_at) SELECT $1, gen_random_uuid(), $2 FROM generate_series(1, 9999)`,
        [tenant.id, start],
      );
    });
    expect(await obstacles(tenant)).toEqual([]);
    await people(here, tenant.id, 1);
    expect(await obstacles(tenant)).toEqual(['ASSESSMENT_MISSING']);
    await here.in(tenant.id, (tx) => providers.assess(tx, 'EIPD 2026-7', owner, start));
    expect(await obstacles(tenant)).toEqual([]);
    const { assessments } = await here.in(tenant.id, (tx) => providers.papers(tx));
    expect(assessments).toMatchObject([{ reference: 'EIPD 2026-7', people: 10_001 }]);
  });
});

describe('A30: when a contract with whoever carries it ends', () => {
  it('when its last day is there, then it is still sent; the day after nothing new can be asked for, and what was scheduled waits', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 2);
    const after = new Date('2030-01-02T15:00:00Z'); // a Wednesday; the contract ended with 2029
    const scheduled = await aCampaign(here, tenant.id, { at: after });
    here.clock.at = new Date('2029-12-31T15:00:00Z');
    expect(await obstacles(tenant)).not.toContain('SUBPROCESSOR_CONTRACT_OVER');
    here.clock.at = after;
    expect(await obstacles(tenant)).toContain('SUBPROCESSOR_CONTRACT_OVER');
    expect((await reaches(here, tenant.id, scheduled.id, 'held')).heldWhy).toBe('SUBPROCESSOR_CONTRACT_OVER');
    expect(sent(tenant)).toHaveLength(0);
  });

  it('when it ends soon, then each customer that relies on it is warned; one that does not is not', async () => {
    const [relying, other] = [await aTenant(here), await aTenant(here)];
    await here.in(other.id, (tx) => tx.query('UPDATE subprocessor_authorisation SET revoked_at = $1', [start]));
    const day = new Date('2029-12-03T15:00:00Z');
    for (const tenant of [relying, other]) await here.in(tenant.id, (tx) => providers.warn(tx, day));
    expect(warned).toEqual(subprocessors.map(({ id }) => `${id} 30`));
  });
});

describe('T-PRO-2: a single message', () => {
  /** Somebody who wrote, and what became of our answer. */
  async function answered(tenant: Tenant) {
    const phone = aPhone();
    const contact = await aPerson(here, tenant.id, { identity: { phone } });
    const id = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id: newId(), at: start };
    const event = { ...id, kind: 'message', from: { phone }, content: { type: 'text', text: 'hola' } } as const;
    const row = await arrived(here, tenant.id, event, { phone });
    const seq = await here.in(tenant.id, async (tx) => {
      await tx.query('UPDATE contact SET last_inbound_at = $2 WHERE id = $1', [contact, start]);
      const single = {
        contact,
        sender: tenant.sender,
        channel: 'whatsapp',
        purpose: 'answer' as const,
        boundTo: row.id,
      };
      return here.outbox.enqueue(tx, single, { kind: 'content', text: 'hola Rosa' }, start);
    });
    const state = () =>
      here.in(tenant.id, async (tx) => {
        const sql = 'SELECT state, reason FROM message WHERE batch_id = 0 AND seq = $1';
        const [found] = await tx.query<{ state: string; reason: string | null }>(sql, [seq]);
        return found;
      });
    await eventually(async () => expect((await state())?.state).toMatch(/accepted|failed/));
    return { phone, contact, ...(await state()) };
  }

  it('when the customer has not authorised who would carry it, then even an answer does not leave; authorised, it does', async () => {
    const tenant = await aTenant(here);
    await here.in(tenant.id, (tx) => providers.revoke(tx, meta?.id ?? '', owner, start));
    expect(await answered(tenant)).toMatchObject({ state: 'failed', reason: 'SUBPROCESSOR_NOT_AUTHORISED' });
    expect(sent(tenant)).toHaveLength(0);
    await here.in(tenant.id, (tx) => providers.authorise(tx, meta?.id ?? '', owner, start));
    expect(await answered(tenant)).toMatchObject({ state: 'accepted' });
  });

  it('A31: when no ground of the transfer is on record, then it does not leave either; to authorise records it', async () => {
    const tenant = await aTenant(here);
    await here.in(tenant.id, (tx) => tx.query('DELETE FROM transfer'));
    expect(await answered(tenant)).toMatchObject({ state: 'failed', reason: 'TRANSFER_MISSING' });
    await here.in(tenant.id, (tx) => providers.authorise(tx, 'meta', owner, start));
    const grounds = await here.in(tenant.id, (tx) => papersTable.transfers(tx));
    expect(grounds).toMatchObject([
      { subprocessor: 'meta', country: 'US', ground: 'clauses', document: 'RAEX202503748' },
    ]);
    expect(await answered(tenant)).toMatchObject({ state: 'accepted' });
  });

  it('when another ground than the law’s five is put on record, then Postgres itself refuses it', async () => {
    const tenant = await aTenant(here);
    const row = { subprocessor: 'meta', country: 'US', ground: 'derogation', document: '' };
    await expect(here.in(tenant.id, (tx) => papersTable.transfer(tx, row, start))).rejects.toThrow();
  });

  it('when somebody who may not decides, or of nobody, then it is refused', async () => {
    const tenant = await aTenant(here);
    const by = { ...operator };
    await expect(here.in(tenant.id, (tx) => providers.revoke(tx, 'meta', by, start))).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    await expect(here.in(tenant.id, (tx) => providers.authorise(tx, 'nobody', owner, start))).rejects.toMatchObject({
      code: 'SUBPROCESSOR_UNKNOWN',
    });
  });

  it('A22: when something left for a person, then it is told who got which fields of it, never a value; nobody else is told of it', async () => {
    const tenant = await aTenant(here);
    const answer = await answered(tenant);
    const waiting = await aPerson(here, tenant.id, { segment: 'Nadie' });
    await here.in(tenant.id, (tx) => tx.query('UPDATE inbox SET handled_at = $1', [start])); // nobody's message is unread
    const campaign = await aCampaign(here, tenant.id, { segment: 'RM' });
    await reaches(here, tenant.id, campaign.id, 'done');
    const of = (contact: string) => here.in(tenant.id, (tx) => disclosures.of(tx, contact));
    expect(await of(answer.contact)).toEqual([
      {
        ...{ subprocessor: 'meta', name: meta?.name, country: 'US', since: start, count: 2 },
        fields: ['message', 'name', 'phone', 'reference', 'whatsapp_id'],
      },
    ]);
    expect(await of(waiting)).toEqual([]);
    const each = await here.in(tenant.id, (tx) => disclosuresTable.byMessage(tx, answer.contact));
    expect(each.map(({ batch, fields }) => [batch === '0', fields.includes('name')])).toEqual([
      [true, false],
      [false, true],
    ]);
    const rows = await here.in(tenant.id, (tx) => tx.query<Record<string, unknown>>('SELECT * FROM disclosure'));
    expect(JSON.stringify(rows)).not.toContain(answer.phone.slice(1));
    for (const { fields } of rows) for (const field of fields as string[]) expect(meta?.fields).toContain(field);
  });
});
