import { newId } from '../../../src/data/ids';
import { draftOf } from '../../../src/domain/registers/incident-drafts';
import { type IncidentReport, Incidents, type IncidentView } from '../../../src/domain/registers/incidents';
import { aPerson, later, start, type World, world } from '../world';

let here: World;
let incidents: Incidents;
const told: string[] = [];
beforeAll(async () => {
  here = await world();
  const note = (what: string) => async (_tx: unknown, view: IncidentView) => void told.push(`${what} ${view.number}`);
  incidents = new Incidents(here.audit, { onOpened: note('opened'), onChanged: note('changed'), onDue: note('due') });
});
beforeEach(() => void told.splice(0));
afterAll(() => here.close());

const paula = { id: '00000000-0000-7000-8000-000000000002', roles: ['privacy'] };
const report = (over: Partial<IncidentReport> = {}): IncidentReport => ({
  ...{ nature: 'leak', what: 'Se envió una lista a quien no era', effects: 'Llamadas no deseadas', measures: '' },
  ...{ scope: 'everybody', scope_of: '', since: later(-60), until: later(60), categories: ['contact'], foundAt: start },
  ...over,
});
const open = (over?: Partial<IncidentReport>) => here.in((tx) => incidents.open(tx, report(over), paula, start));
const wroteTo = (contact: string, purpose: string, channel = 'whatsapp', at = start) =>
  here.in((tx) =>
    tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, attempts, created_at, accepted_at)
       VALUES ($1, 77, nextval('message_seq'), $2, $3, $4, $5, 'accepted', 1, $6, $6)`,
      [here.tenant, contact, newId(), channel, purpose, at],
    ),
  );

describe('A38: an incident', () => {
  it('when it is put on record, then those affected are counted from the data, the company is told, and its time runs', async () => {
    const before = await open();
    for (let person = 0; person < 3; person++) await aPerson(here);
    const view = await open();
    expect(view.affected).toBe(before.affected + 3);
    expect(view.must_notify_subjects).toBe(false);
    expect([view.controller_told_at, view.controllerDue, view.agencyDue]).toEqual([
      start,
      later(24 * 60),
      later(72 * 60),
    ]);
    expect(told).toEqual([`opened ${before.number}`, `opened ${view.number}`]);
  });

  it('when it is of one channel and one hour, then only those count to whom something left by it then, each once', async () => {
    const [one, two, three] = [await aPerson(here), await aPerson(here), await aPerson(here)];
    await wroteTo(one, 'marketing', 'sms');
    await wroteTo(one, 'marketing', 'sms');
    await wroteTo(two, 'marketing', 'sms', later(-500));
    await wroteTo(three, 'marketing', 'email');
    expect((await open({ scope: 'channel', scope_of: 'sms' })).affected).toBe(1);
  });

  it('T-BRE-1: when it hits data of a debt, then each person must be told, whatever whoever reports it ticked', async () => {
    const debtor = await aPerson(here);
    await wroteTo(debtor, 'collections', 'email', later(30));
    const view = await open({
      scope: 'channel',
      scope_of: 'email',
      since: later(20),
      until: later(40),
      categories: [],
    });
    expect(view).toMatchObject({ affected: 1, in_debt: 1, categories: ['economic'], must_notify_subjects: true });
    const quiet = await aPerson(here);
    await wroteTo(quiet, 'marketing', 'email', later(50));
    const other = await open({
      scope: 'channel',
      scope_of: 'email',
      since: later(45),
      until: later(55),
      categories: [],
    });
    expect(other).toMatchObject({ affected: 1, in_debt: 0, must_notify_subjects: false });
  });

  it('when a child under fourteen is among them, or sensitive data, then each person must be told', async () => {
    const child = await aPerson(here);
    await here.in((tx) => tx.query("UPDATE contact SET age_band = 'lt14' WHERE id = $1", [child]));
    expect(await open()).toMatchObject({ minors: 1, must_notify_subjects: true });
    expect((await open({ scope: 'channel', scope_of: 'sms', categories: ['sensitive'] })).must_notify_subjects).toBe(
      true,
    );
  });

  it('C9, C10: when the authority does not know a day before its time ends, then whoever looks after it is told, once; told in time, nobody is', async () => {
    const view = await open({ scope: 'channel', scope_of: 'sms' });
    const quiet = await open({ scope: 'channel', scope_of: 'sms' });
    await here.in((tx) => incidents.toldAgency(tx, quiet.id, 'R-1', paula, later(10)));
    told.splice(0);
    const due = () => told.filter((one) => one.endsWith(view.number) || one.endsWith(quiet.number));
    await here.in((tx) => incidents.remind(tx, later(48 * 60 - 1)));
    expect(due()).toEqual([]);
    await here.in((tx) => incidents.remind(tx, later(48 * 60)));
    await here.in((tx) => incidents.remind(tx, later(49 * 60)));
    expect(due()).toEqual([`due ${view.number}`]);
    expect((await here.in((tx) => incidents.get(tx, view.id, later(72 * 60 + 1)))).overdue).toBe(true);
    expect((await here.in((tx) => incidents.get(tx, quiet.id, later(72 * 60 + 1)))).overdue).toBe(false);
  });

  it('when somebody must still be told, then it can’t be closed; not even past the service', async () => {
    const { id } = await open({ categories: ['sensitive'] });
    const close = () => here.in((tx) => incidents.close(tx, id, paula, later(9)));
    await expect(close()).rejects.toMatchObject({ code: 'INCIDENT_STATE' });
    await here.in((tx) => incidents.toldAgency(tx, id, 'R-2', paula, later(5)));
    await expect(close()).rejects.toMatchObject({ code: 'INCIDENT_STATE' });
    await expect(
      here.in((tx) => tx.query('UPDATE incident SET closed_at = now() WHERE id = $1', [id])),
    ).rejects.toThrow();
    await here.in((tx) => incidents.toldPeople(tx, id, paula, later(6)));
    expect((await close()).closed_at).toEqual(later(9));
  });

  it.each([
    ['is of no kind there is', { nature: 'ghost' }],
    ['says nothing', { what: '  ' }],
    ['ends before it begins', { until: later(-600) }],
    ['is of a channel there is not', { scope: 'channel', scope_of: 'fax' }],
    ['is of a campaign there is not', { scope: 'campaign', scope_of: '' }],
    ['was found tomorrow', { foundAt: later(60 * 24) }],
  ])('when it %s, then it is asked for again', async (_, over) => {
    await expect(open(over)).rejects.toMatchObject({ code: 'INCIDENT_INCOMPLETE' });
  });

  it('when somebody without that task opens one, or another customer names it, then it is refused', async () => {
    const operator = { ...paula, roles: ['operator'] };
    await expect(here.in((tx) => incidents.open(tx, report(), operator, start))).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    const { id } = await open();
    const theirs = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    await expect(here.in((tx) => incidents.get(tx, id), theirs)).rejects.toMatchObject({ code: 'INCIDENT_NOT_FOUND' });
  });

  it('when its letters are asked for, then each says which data, how many, what was done, in three languages, with nothing left open', async () => {
    const view = await open({ categories: ['economic', 'contact'], measures: 'Se cambió la clave' });
    const company = { legalName: 'Tienda Andina SpA', contact: 'privacidad@tienda.example', zone: 'America/Santiago' };
    for (const language of ['es', 'en', 'pt'] as const)
      for (const to of ['controller', 'agency', 'people'] as const) {
        const letter = draftOf(view, to, language, company);
        expect(letter).toContain('Tienda Andina SpA');
        expect(letter).toContain('Se cambió la clave');
        expect(letter).not.toMatch(/\{\w+\}/);
        if (to !== 'people') expect(letter).toContain(String(view.affected));
      }
    expect(draftOf(view, 'people', 'es', company)).toContain('obligaciones económicas');
  });
});
