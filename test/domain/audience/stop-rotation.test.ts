import { Keys, type StopPhase } from '../../../src/data/keys';
import { StopRotation } from '../../../src/domain/audience/stop-rotation';
import { Suppressions } from '../../../src/domain/audience/suppressions';
import { aPerson, aPhone, later, start, type World, world, wrote } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

const tenantOf = () => here.tenants.create({ name: 'Girada', legalName: 'Girada SpA' }, start);
const leave = (tenant: string, contact: string, minutes = 0) =>
  here.in(
    (tx) => here.consent.withdraw(tx, contact, { source: 'person', evidence: 'm1', now: later(minutes) }),
    tenant,
  );
const meet = (tenant: string, phone: string) =>
  here.in(
    async (tx) => (await here.audience.findOrCreate(tx, { phone }, { source: 'whatsapp', now: start })).contact,
    tenant,
  );
/** What the claim of a message asks: their tokens as they are stored, against what is stored as refused. */
const claimable = (tenant: string, contact: string) =>
  here.in(async (tx) => {
    const rows = await tx.query(
      'SELECT 1 FROM identifier i JOIN suppression s ON s.token = i.stop WHERE i.contact_id = $1',
      [contact],
    );
    return rows.length === 0;
  }, tenant);
const listed = async (tenant: string, phone: string) => {
  const origin = { source: 'import:lista', now: later(60) };
  const taken = await here.in((tx) => here.audience.importPerson(tx, { identity: { phone } }, origin), tenant);
  return 'contact' in taken;
};
const comeBack = async (tenant: string, contact: string, phone: string, minutes: number) => {
  const evidence = await wrote(here, { phone }, later(minutes), tenant);
  await here.in(
    (tx) => here.consent.optIn(tx, contact, { evidence, channels: ['whatsapp'], now: later(minutes) }),
    tenant,
  );
};
const versions = (tenant: string) =>
  here.in(async (tx) => {
    const rows = await tx.query<{ version: number }>('SELECT DISTINCT key_version AS version FROM suppression');
    return rows.map(({ version }) => version);
  }, tenant);
const rotation = (page = 2) => new StopRotation(here.database, here.keys, page);

describe('a new stop key', () => {
  it('T-OPT-4: when the key changes, then whoever left stays out: known, erased, or never stored; and nothing of the old key is left', async () => {
    const tenant = await tenantOf();
    const [known, erased, stranger, stays] = [aPhone(), aPhone(), aPhone(), aPhone()];
    const contact = await meet(tenant, known);
    await leave(tenant, contact);
    const gone = await meet(tenant, erased);
    await leave(tenant, gone);
    await here.in((tx) => tx.query('DELETE FROM identifier WHERE contact_id = $1', [gone]), tenant);
    const before = await here.in(async (tx) => {
      const tokens = await here.audience.stopTokensOf(tx, stranger);
      await here.consent.refuse(tx, tokens, { source: 'member', evidence: 'm', now: start });
      return tokens[0] as Buffer;
    }, tenant);
    await meet(tenant, stays);
    const { version, refusals, identifiers } = await rotation().run(tenant);
    expect([version, refusals, identifiers]).toEqual([2, 3, 2]);
    expect(await versions(tenant)).toEqual([2]);
    for (const phone of [known, erased, stranger]) expect(await listed(tenant, phone)).toBe(false);
    expect(await listed(tenant, stays)).toBe(true);
    expect(await claimable(tenant, contact)).toBe(false);
    const [after] = await here.in((tx) => here.audience.stopTokensOf(tx, stranger), tenant);
    expect(after?.equals(before)).toBe(false);
    expect((await here.keys.tenant(tenant)).lift(before, 1)).toEqual(after);
    await rotation().run(tenant);
    expect(await versions(tenant)).toEqual([3]);
    for (const phone of [known, erased, stranger]) expect(await listed(tenant, phone)).toBe(false);
  });

  it('when people leave, come back and are listed between any two pages, also by another process, then each stands as they said', async () => {
    const tenant = await tenantOf();
    const elsewhere = new Suppressions(new Keys(here.database, here.vault));
    const people: { phone: string; contact: string; out: boolean }[] = [];
    for (let at = 0; at < 12; at++) {
      const phone = aPhone();
      const contact = await meet(tenant, phone);
      if (at % 2 === 0) await leave(tenant, contact);
      people.push({ phone, contact, out: at % 2 === 0 });
    }
    // The other process knows the keys as they were.
    await here.in((tx) => elsewhere.tokensOf(tx, [people[0]?.contact ?? '']), tenant);
    let step = 0;
    const seen = new Set<StopPhase>();
    const fresh: { phone: string; contact: string }[] = [];
    await rotation().run(tenant, async (phase) => {
      seen.add(phase);
      const someone = people[step++ % people.length];
      if (!someone) return;
      if (someone.out) await comeBack(tenant, someone.contact, someone.phone, step);
      else if (step % 3 === 0) {
        const wish = { strength: 'stop', effectiveAt: later(step), source: 'person' } as const;
        await here.in(async (tx) => elsewhere.put(tx, await elsewhere.tokensOf(tx, [someone.contact]), wish), tenant);
      } else await leave(tenant, someone.contact, step);
      someone.out = !someone.out;
      const phone = aPhone();
      const contact = await meet(tenant, phone);
      await leave(tenant, contact, step);
      fresh.push({ phone, contact });
      for (const one of people) expect(await claimable(tenant, one.contact)).toBe(!one.out);
    });
    expect([...seen]).toEqual(['copying', 'moving', 'used']);
    expect(await versions(tenant)).toEqual([2]);
    for (const one of people) {
      expect(await claimable(tenant, one.contact)).toBe(!one.out);
      expect(await listed(tenant, one.phone)).toBe(!one.out);
    }
    for (const one of fresh) {
      expect(await claimable(tenant, one.contact)).toBe(false);
      expect(await listed(tenant, one.phone)).toBe(false);
    }
  });

  it('when it is broken off anywhere, then the next run ends it, and nobody was let through meanwhile', async () => {
    for (const phase of ['copying', 'moving', 'used'] as const) {
      const tenant = await tenantOf();
      const phones = Array.from({ length: 5 }, aPhone);
      const contacts = [];
      for (const phone of phones) {
        const contact = await meet(tenant, phone);
        await leave(tenant, contact);
        contacts.push(contact);
      }
      const broken = rotation().run(tenant, async (now) => {
        if (now === phase) throw new Error('killed');
      });
      await expect(broken).rejects.toThrow('killed');
      for (const contact of contacts) expect(await claimable(tenant, contact)).toBe(false);
      for (const phone of phones) expect(await listed(tenant, phone)).toBe(false);
      await rotation().run(tenant);
      for (const contact of contacts) expect(await claimable(tenant, contact)).toBe(false);
      for (const phone of phones) expect(await listed(tenant, phone)).toBe(false);
    }
  });

  it('when somebody writes tokens for long, then the key waits and nobody waits behind it', async () => {
    const tenant = await tenantOf();
    const contact = await aPerson(here);
    const other = await meet(tenant, aPhone());
    let release = () => {};
    const long = here.in(async (tx) => {
      await here.audience.stopTokens(tx, other);
      await new Promise<void>((done) => {
        release = done;
      });
    }, tenant);
    const rotating = rotation().run(tenant);
    await leave(tenant, other); // would hang if the rotation stood in line
    release();
    await long;
    expect((await rotating).version).toBe(2);
    expect(await claimable(tenant, other)).toBe(false);
    expect(await claimable(here.tenant, contact)).toBe(true);
  });
});
