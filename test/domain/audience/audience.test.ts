import fc from 'fast-check';
import type { TenantTx } from '../../../src/data/database';
import { tokenOf } from '../../../src/data/keys';
import { followers } from '../../../src/domain/audience/merge.table';
import { recognise } from '../../../src/domain/audience/recognise';
import { anId, aPerson, aPhone, later, start, type World, world } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

const from = { source: 'whatsapp', now: start };
const meet = (identity: object, now = start) =>
  here.in(async (tx) => (await here.audience.findOrCreate(tx, identity, { ...from, now })).contact);
const read = (contact: string) => here.in((tx) => here.audience.read(tx, contact));
const out = (contact: string) => here.in((tx) => here.consent.suppression(tx, contact));
const permitted = (contact: string) => here.in((tx) => here.consent.state(tx, contact, 'whatsapp', 'marketing'));
const leave = (contact: string) =>
  here.in((tx) => here.consent.withdraw(tx, contact, { source: 'person', evidence: 'm1', now: start }));

describe('tokens', () => {
  it('when the known number of the known tenant is hashed with the known key, then it is the published vector', () => {
    expect(tokenOf(Buffer.alloc(32), 'tenant_42', 'phone', '+56912345678').toString('hex')).toBe(
      'bbe2f30f5f91beef19427e0d989db62d45a1ec0e02a1d87561c1e8c3273e2786',
    );
  });

  it('when the same number is looked up and stopped in two tenants, then no two tokens are equal', async () => {
    const other = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    const tokens = await Promise.all(
      [here.tenant, other].map(async (tenant) => {
        const keys = await here.keys.tenant(tenant);
        return [keys.find('phone', '+56912345678'), keys.stop('phone', '+56912345678')];
      }),
    );
    expect(new Set(tokens.flat().map((token) => token.toString('hex'))).size).toBe(4);
  });
});

describe('recognising a person', () => {
  it('when the same person writes again, by number or by id, then it is the same contact', async () => {
    const [phone, bsuid] = [aPhone(), anId()];
    const contact = await meet({ phone });
    expect(await meet({ phone, bsuid })).toBe(contact);
    expect(await meet({ bsuid })).toBe(contact);
    expect((await read(contact)).identity).toEqual({ phone, bsuid });
  });

  it('when only a business-scoped id is known, then the person is a contact all the same', async () => {
    const bsuid = anId();
    const contact = await meet({ bsuid });
    expect((await read(contact)).identity).toEqual({ bsuid });
    expect(await here.in((tx) => here.audience.masked(tx, contact))).toBe(`CL.•••${bsuid.slice(-3)}`);
  });

  it('when staff type a number without its country, then it is read as dialled in the customer’s own', async () => {
    const tenant = await here.tenants.create({ name: 'Loja', legalName: 'Loja Ltda' }, start);
    const at = <T>(work: (tx: TenantTx) => Promise<T>) => here.in(work, tenant);
    await at((tx) => tx.query("UPDATE tenant SET country = 'BR' WHERE tenant_id = $1", [tenant]));
    const known = { phone: '+5511987650777', external: 'A-10492' };
    const { contact } = await at((tx) => here.audience.findOrCreate(tx, known, from));
    const find = (address: string) => at((tx) => here.audience.findByAddress(tx, address));
    expect(await find('11 98765-0777')).toBe(contact);
    expect(await find('A-10492')).toBe(contact);
    expect(await find('A-10493')).toBeUndefined();
    expect(await at((tx) => here.audience.maskedAddress(tx, '11 98765-0777'))).toMatch(/^\+55 .*777$/);
    const chilean = await meet({ phone: '+56987650777' });
    expect(await here.in((tx) => here.audience.findByAddress(tx, '9 8765 0777'))).toBe(chilean);
    expect(await find('9 8765 0777')).toBeUndefined();
  });

  it('when two workers meet an unknown person at once, then there is one contact', async () => {
    const identity = { phone: aPhone(), bsuid: anId() };
    const met = await Promise.all([meet(identity), meet({ phone: identity.phone }), meet(identity), meet(identity)]);
    expect(new Set(met).size).toBe(1);
  });

  it('when one event shows an id and a number of two contacts, then they become one with all that was sealed', async () => {
    const [phone, bsuid] = [aPhone(), anId()];
    const byPhone = await aPerson(here, { identity: { phone }, name: 'Rosa' });
    await here.in((tx) => here.audience.setAttribute(tx, byPhone, 'ciudad', 'Arica'));
    const byId = await meet({ bsuid });
    expect(await meet({ phone, bsuid })).toBe(byId);
    expect(await read(byId)).toMatchObject({ identity: { phone, bsuid }, name: 'Rosa' });
    expect(await here.in((tx) => here.audience.attributes(tx, byId))).toEqual({ ciudad: 'Arica' });
    expect(await permitted(byId)).toBe('given');
    await expect(read(byPhone)).rejects.toMatchObject({ code: 'PERSON_ERASED' });
  });

  it('when either of two contacts that become one had left, then the one has left and its permission is not widened', async () => {
    for (const who of ['phone', 'id'] as const) {
      const [phone, bsuid] = [aPhone(), anId()];
      const byPhone = await aPerson(here, { identity: { phone } });
      const byId = await aPerson(here, { identity: { bsuid } });
      await leave(who === 'phone' ? byPhone : byId);
      const one = await meet({ phone, bsuid }, later(5));
      expect(await out(one)).toBe('stop');
      expect(await permitted(one)).toBe('withdrawn');
    }
  });

  it('when a number is seen with another id than its contact has, then it has a new holder who inherits the refusal alone', async () => {
    const [phone, old, fresh] = [aPhone(), anId(), anId()];
    const before = await aPerson(here, { identity: { phone, bsuid: old } });
    const now = await meet({ phone, bsuid: fresh });
    expect(now).not.toBe(before);
    expect((await read(before)).identity).toEqual({ bsuid: old });
    expect((await read(now)).name).toBeUndefined();
    expect(await permitted(now)).toBe('none');
    const third = anId();
    await leave(now);
    expect(await out(await meet({ phone, bsuid: third }))).toBe('stop');
  });

  it('when the provider reports a changed number, then refusals go both ways, permissions nowhere, and the old number is held', async () => {
    const [oldPhone, oldId, phone, bsuid] = [aPhone(), anId(), aPhone(), anId()];
    const before = await aPerson(here, { identity: { phone: oldPhone, bsuid: oldId } });
    const change = (previous: object, current: object) =>
      here.in((tx) => here.audience.identityChanged(tx, previous, current, from));
    const now = await change({ bsuid: oldId }, { phone, bsuid });
    expect([await permitted(now), await out(now), await out(before)]).toEqual(['none', undefined, 'hold']);
    const stopped = await aPerson(here, { identity: { phone: aPhone(), bsuid: anId() } });
    await leave(stopped);
    const was = (await read(stopped)).identity;
    expect(await out(await change(was, { phone: aPhone() }))).toBe('stop');
  });

  it('when any event is seen, then people are merged only if it shows both and none has another id of its own', () => {
    const owner = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
    fc.assert(
      fc.property(owner, owner, fc.boolean(), fc.subarray(['a', 'b', 'c']), (byId, byPhone, showsId, withOther) => {
        const seen = [
          ...(showsId ? [{ kind: 'bsuid' as const, ...(byId && { owner: byId }) }] : []),
          { kind: 'phone' as const, ...(byPhone && { owner: byPhone }) },
        ];
        const plan = recognise(seen, (contact) => withOther.includes(contact) && contact !== byId);
        const shown = seen.map((one) => one.owner);
        for (const other of plan.merge) {
          expect(shown).toContain(other);
          expect(shown).toContain(plan.contact);
          expect(showsId && withOther.includes(other)).toBe(false);
        }
        if (showsId && byId) expect(plan.contact).toBe(byId);
      }),
    );
  });
});

describe('a list of people', () => {
  it('T-OPT-3, T-OPT-4, T-OPT-5: when somebody who left is on a list, then nothing of them is stored here, and another customer may still keep them', async () => {
    const phone = aPhone();
    await leave(await aPerson(here, { identity: { phone } }));
    const person = { identity: { phone }, name: 'Rosa' };
    const take = (tenant: string) => here.in((tx) => here.audience.importPerson(tx, person, from), tenant);
    expect(await take(here.tenant)).toEqual({ leftOut: 'stopped' });
    const other = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    expect(await take(other)).toHaveProperty('contact');
  });

  it('T-OPT-8: when a Brazilian number left without its ninth digit, then the list with it is refused too', async () => {
    await leave(await aPerson(here, { identity: { phone: '+551187654321' } }));
    const person = { identity: { phone: '+5511987654321' } };
    expect(await here.in((tx) => here.audience.importPerson(tx, person, from))).toEqual({ leftOut: 'stopped' });
  });
});

it('when a table speaks of a contact, then merging takes it along', async () => {
  const { Client } = await import('pg');
  const owner = new Client({ connectionString: here.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query(
    "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'contact_id' ORDER BY 1",
  );
  await owner.end();
  expect(rows.map((row) => row.table_name)).toEqual([...followers]);
});
