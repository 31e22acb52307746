import { createHash } from 'node:crypto';
import { Authorities, type AuthorityWish } from '../../../src/domain/registers/authorities';
import { aPerson, aPhone, later, start, type World, world } from '../world';

let here: World;
let authorities: Authorities;
const cards: string[] = [];
beforeAll(async () => {
  here = await world();
  authorities = new Authorities(here.keys, here.audit, {
    find: (tx, address) => here.audience.findByAddress(tx, address),
    read: (tx, contact) => here.audience.read(tx, contact),
    onChanged: async (_tx, { state }) => void cards.push(state),
  });
});
afterAll(() => here.close());

const who = (id: string, ...roles: string[]) => ({ id: `00000000-0000-7000-8000-0000000000${id}`, roles });
const [sofia, paula, diego, camila] = [
  who('01', 'support'),
  who('02', 'privacy'),
  who('03', 'owner'),
  who('04', 'operator'),
] as const;
const phone = aPhone();
const wish = (over: Partial<AuthorityWish> = {}): AuthorityWish => ({
  ...{ authority: 'Fiscalía Centro Norte', basis: 'CPP art. 180', document: 'Oficio 77/2026', addresses: [phone] },
  ...{ fields: ['phone', 'consents'], since: later(-99_999), until: later(60) },
  ...over,
});
let other: string;
beforeAll(async () => {
  await aPerson(here, { identity: { phone }, name: 'Rosa Paz' });
  other = aPhone();
  await aPerson(here, { identity: { phone: other }, name: 'Juan Soto' });
});

const recorded = (over?: Partial<AuthorityWish>) => here.in((tx) => authorities.record(tx, wish(over), sofia, start));
const approve = (id: string, by: typeof sofia) => here.in((tx) => authorities.approve(tx, id, by, start));
const handOver = (id: string) => here.in((tx) => authorities.export(tx, id, 'system:operator', start));

describe('A19: what an authority asks for', () => {
  it('when two people who did not write it down approve, then exactly those fields of that person are handed over, once', async () => {
    const { id, number } = await recorded();
    await expect(handOver(id)).rejects.toMatchObject({ code: 'AUTHORITY_STATE' });
    expect((await approve(id, paula)).state).toBe('half');
    await expect(handOver(id)).rejects.toMatchObject({ code: 'AUTHORITY_STATE' });
    expect((await approve(id, diego)).state).toBe('approved');
    const { name, content } = await handOver(id);
    const file = JSON.parse(content.toString());
    expect([name, file.request, file.basis]).toEqual([`${number}.json`, number, 'CPP art. 180']);
    expect(file.people).toEqual([
      { phone, consents: [expect.objectContaining({ act: 'given', purpose: 'marketing' })] },
    ]);
    const text = content.toString();
    for (const never of ['Rosa', 'Juan', other]) expect(text).not.toContain(never);
    await expect(handOver(id)).rejects.toMatchObject({ code: 'AUTHORITY_STATE' });
    const view = await here.in((tx) => authorities.get(tx, number));
    expect(view).toMatchObject({ state: 'handed_over', items: 1, people: 1 });
    const [row] = await here.in((tx) =>
      tx.query<{ sha: Buffer }>('SELECT sha256 AS sha FROM authority_request WHERE id = $1', [id]),
    );
    expect(row?.sha).toEqual(createHash('sha256').update(content).digest());
    expect(cards).toEqual(['waiting', 'half', 'approved', 'handed_over']);
  });

  it('when whoever wrote it down approves, or the same person twice, or somebody without that task, then it is refused', async () => {
    const { id } = await here.in((tx) => authorities.record(tx, wish(), paula, start));
    await expect(approve(id, paula)).rejects.toMatchObject({ code: 'AUTHORITY_NEEDS_ANOTHER' });
    await approve(id, diego);
    await expect(approve(id, diego)).rejects.toMatchObject({ code: 'AUTHORITY_NEEDS_ANOTHER' });
    for (const by of [sofia, camila]) await expect(approve(id, by)).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    await expect(handOver(id)).rejects.toMatchObject({ code: 'AUTHORITY_STATE' });
  });

  it('when it is refused, then nothing is handed over and nobody can approve it any more', async () => {
    const { id } = await recorded();
    await here.in((tx) => authorities.refuse(tx, id, 'no es una orden', paula, start));
    await expect(approve(id, diego)).rejects.toMatchObject({ code: 'AUTHORITY_STATE' });
    await expect(handOver(id)).rejects.toMatchObject({ code: 'AUTHORITY_STATE' });
  });

  it.each([
    ['no law is named', { basis: ' ' }],
    ['no paper is named', { document: '' }],
    ['nobody is named', { addresses: [] }],
    ['somebody is nobody here', { addresses: ['+56900000001'] }],
    ['nothing is asked for', { fields: [] }],
    ['more is asked for than there is', { fields: ['phone', 'everything'] }],
    ['it spans more than a year', { since: later(-60 * 24 * 400) }],
    ['it ends before it begins', { until: later(-999_999) }],
  ])('when %s, then it is not even written down', async (_, over) => {
    await expect(recorded(over)).rejects.toMatchObject({ code: 'AUTHORITY_INCOMPLETE' });
  });

  it('when the file would be marked as handed over past the service, then Postgres itself refuses it', async () => {
    const { id } = await recorded();
    const mark = (set: string) => here.in((tx) => tx.query(`UPDATE authority_request SET ${set} WHERE id = $1`, [id]));
    await expect(mark("exported_at = now(), sha256 = 'x'")).rejects.toThrow();
    await expect(mark('approved_by = recorded_by')).rejects.toThrow();
    await expect(mark(`approved_by = '${paula.id}', seconded_by = '${paula.id}'`)).rejects.toThrow();
    await expect(mark(`seconded_by = '${paula.id}'`)).rejects.toThrow();
  });

  it('when another customer names it, then it is not found, as one that there never was', async () => {
    const { id, number } = await recorded();
    const theirs = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    for (const name of [id, number, 'AUT-999999', 'x'])
      await expect(here.in((tx) => authorities.get(tx, name), theirs)).rejects.toMatchObject({
        code: 'AUTHORITY_NOT_FOUND',
      });
  });

  it('when the person was erased meanwhile, then there is nothing of them to hand over', async () => {
    const gone = aPhone();
    const contact = await aPerson(here, { identity: { phone: gone } });
    const { id } = await recorded({ addresses: [gone], fields: ['phone', 'name', 'consents'] });
    await approve(id, paula);
    await approve(id, diego);
    await here.in((tx) => here.keys.destroyPerson(tx, contact));
    expect(JSON.parse((await handOver(id)).content.toString()).people).toEqual([{ erased: true }]);
  });
});
