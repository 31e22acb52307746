import { Support } from '../../../src/domain/support/support.service';
import { anId, aPerson, aPhone, later, start, type World, world } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

const out = (contact: string) => here.in((tx) => here.consent.suppression(tx, contact));
const permitted = (contact: string) => here.in((tx) => here.consent.state(tx, contact, 'whatsapp', 'marketing'));
const flags = (contact: string) =>
  here.in(async (tx) => {
    const [row] = await tx.query<{ flags: number }>('SELECT flags FROM standing WHERE contact_id = $1', [contact]);
    return row?.flags;
  });
const unconfirmed = 4;
const leave = (contact: string) =>
  here.in((tx) => here.consent.withdraw(tx, contact, { source: 'person', evidence: 'm1', now: start }));
const from = (minutes: number) => ({ source: 'whatsapp', now: later(minutes) });

describe('a number that may have a new holder', () => {
  it.each([
    ['another id is seen with it', 'other_id'],
    ['the person says that it is not theirs', 'wrong_number'],
    ['nothing reaches it after long silence', 'bounced'],
    ['the provider says that its holder changed numbers', 'number_changed'],
  ])('when %s, then what was allowed is to be confirmed anew', async (_, why) => {
    const [phone, bsuid] = [aPhone(), anId()];
    const contact = await aPerson(here, { identity: { phone, bsuid } });
    expect([await permitted(contact), await flags(contact)]).toEqual(['given', 0]);
    await here.in(async (tx) => {
      if (why === 'other_id') await here.audience.findOrCreate(tx, { phone, bsuid: anId() }, from(1));
      if (why === 'wrong_number') await here.audience.wrongNumber(tx, contact, later(1), later(1));
      if (why === 'bounced') await here.audience.bounced(tx, contact, later(-91 * 1_440), later(1));
      if (why === 'number_changed')
        await here.audience.identityChanged(tx, { bsuid }, { phone: aPhone(), bsuid: anId() }, from(1));
    });
    expect([await permitted(contact), await flags(contact)]).toEqual(['needs_reconfirmation', unconfirmed]);
    const ledger = await here.in((tx) => here.consent.ledger(tx, contact));
    expect(ledger.at(-1)).toMatchObject({ act: 'needs_reconfirmation', source: 'new_holder', evidence: why });
  });

  it('when it only bounces once after a short silence, then nobody doubts it', async () => {
    const contact = await aPerson(here);
    await here.in((tx) => here.audience.bounced(tx, contact, later(-89 * 1_440), later(0)));
    expect([await permitted(contact), await flags(contact)]).toEqual(['given', 0]);
  });

  it('when it had left, then it stays out, whoever has it now', async () => {
    const phone = aPhone();
    const contact = await aPerson(here, { identity: { phone } });
    await leave(contact);
    await here.in((tx) => here.audience.wrongNumber(tx, contact, later(1), later(1)));
    expect(await out(contact)).toBe('stop');
    const next = await here.in((tx) => here.audience.findOrCreate(tx, { phone, bsuid: anId() }, from(2)));
    expect(await out(next.contact)).toBe('stop');
  });

  it('when the new holder has not said who they are, then neither the name nor what happened before is theirs', async () => {
    const phone = aPhone();
    const contact = await aPerson(here, { identity: { phone }, name: 'Rosa' });
    await here.in((tx) => here.audience.setAttribute(tx, contact, 'ciudad', 'Arica'));
    const by = { id: 'x', roles: ['agent'] };
    const support = new Support(here.keys, here.audience, here.consent, here.audit);
    const history = () => here.in((tx) => support.history(tx, phone, by, later(5)));
    expect((await history())?.lines.map(({ what }) => what)).toEqual(['consent_given']);
    await here.in((tx) => here.audience.wrongNumber(tx, contact, later(1), later(1)));
    expect((await here.in((tx) => here.audience.read(tx, contact))).name).toBeUndefined();
    expect((await history())?.lines.map(({ what }) => what)).toEqual(['new_holder', 'consent_needs_reconfirmation']);
    expect(await here.in((tx) => here.audience.holder(tx, contact))).toEqual({
      epoch: 2,
      since: later(1),
      confirmed: false,
    });
  });

  it('when the new holder says yes themselves, then they are written to, and nothing of the former one comes along', async () => {
    const contact = await aPerson(here, { name: 'Rosa' });
    await here.in((tx) => here.audience.setAttribute(tx, contact, 'ciudad', 'Arica'));
    await here.in((tx) => here.audience.wrongNumber(tx, contact, later(1), later(1)));
    const yes = {
      channel: 'whatsapp',
      purpose: 'marketing',
      source: 'person',
      actor: `contact:${contact}`,
      evidence: 'm2',
      textVersion: 'v1',
      language: 'es',
    };
    await here.in((tx) => here.consent.give(tx, contact, { ...yes, at: later(2) }, later(2)));
    expect([await permitted(contact), await flags(contact)]).toEqual(['given', 0]);
    expect((await here.in((tx) => here.audience.read(tx, contact))).name).toBeUndefined();
    expect(await here.in((tx) => here.audience.attributes(tx, contact))).toEqual({});
  });

  it('when the same id has another number, then the old one leaves the person, held for whoever gets it', async () => {
    const [old, phone, bsuid] = [aPhone(), aPhone(), anId()];
    const contact = await aPerson(here, { identity: { phone: old, bsuid } });
    const change = () =>
      here.in((tx) => here.audience.identityChanged(tx, { phone: old, bsuid }, { phone, bsuid }, from(1)));
    expect(await change()).toBe(contact);
    expect(await change()).toBe(contact); // told once by each of our numbers
    expect((await here.in((tx) => here.audience.read(tx, contact))).identity).toEqual({ phone, bsuid });
    expect([await out(contact), await permitted(contact)]).toEqual([undefined, 'needs_reconfirmation']);
    const { contact: next } = await here.in((tx) => here.audience.findOrCreate(tx, { phone: old }, from(2)));
    expect(next).not.toBe(contact);
    expect(await out(next)).toBe('hold');
  });
});

describe('a list of people', () => {
  it('when a row shows two whom we know apart, then they stay two: a company’s word makes nobody one', async () => {
    const [phone, email] = [aPhone(), `${anId().toLowerCase()}@ejemplo.cl`];
    const byPhone = await aPerson(here, { identity: { phone } });
    const byMail = await aPerson(here, { identity: { email } });
    const origin = { source: 'import:lista', now: later(1) };
    const taken = await here.in((tx) => here.audience.importPerson(tx, { identity: { phone, email } }, origin));
    expect(taken).toEqual({ contact: byPhone });
    expect((await here.in((tx) => here.audience.read(tx, byMail))).identity).toEqual({ email });
  });

  it('when the customer has its own id for a person, then the person is known by it, and by it left out once they left', async () => {
    const [external, phone] = [`K-${anId()}`, aPhone()];
    const origin = { source: 'import:lista', now: start };
    const take = (identity: object) => here.in((tx) => here.audience.importPerson(tx, { identity }, origin));
    const taken = await take({ external: ` ${external} `, phone });
    expect(await here.in((tx) => here.audience.find(tx, { external }))).toBe((taken as { contact: string }).contact);
    await leave((taken as { contact: string }).contact);
    expect(await take({ external, phone: aPhone() })).toEqual({ leftOut: 'stopped' });
  });
});

describe('where language, zone and country are known from', () => {
  const place = (contact: string) =>
    here.in(async (tx) => ({
      ...(await here.audience.place(tx, contact)),
      from: await here.audience.placeFrom(tx, contact),
    }));

  it('when nothing is known, then it is the company’s; a number, a list, the person’s own words each are surer', async () => {
    const phone = aPhone();
    const { contact } = await here.in((tx) => here.audience.findOrCreate(tx, { phone }, from(0)));
    const company = { language: 'company', zone: 'company', country: 'company' };
    expect(await place(contact)).toMatchObject({ language: 'es', country: 'CL', from: company });
    const listed = { source: 'import:l', now: start, place: { language: 'pt' }, placeFrom: 'import' } as const;
    await here.in((tx) => here.audience.importPerson(tx, { identity: { phone } }, listed));
    expect(await place(contact)).toMatchObject({ language: 'pt', from: { ...company, language: 'import' } });
    await here.in((tx) => here.audience.setLanguage(tx, contact, 'en'));
    await here.in((tx) => here.audience.importPerson(tx, { identity: { phone } }, listed));
    expect(await place(contact)).toMatchObject({ language: 'en', from: { ...company, language: 'person' } });
  });

  it('when a number is of another country, then its prefix says the country, the language and the zone', async () => {
    const there = { country: 'BR', language: 'pt', zone: 'America/Sao_Paulo' };
    const { contact } = await here.in((tx) =>
      here.audience.findOrCreate(tx, { phone: '+5511961234567' }, { ...from(0), place: there }),
    );
    expect(await place(contact)).toEqual({
      ...there,
      from: { language: 'prefix', zone: 'prefix', country: 'prefix' },
    });
  });
});
