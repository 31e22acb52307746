import { readdirSync } from 'node:fs';
import { importsTable } from '../../../../src/domain/audience/import/import.table';
import { ImportWork } from '../../../../src/domain/audience/import/import-work';
import { refreshStanding } from '../../../../src/domain/audience/standing.table';
import { aPhone } from '../../../support/ground';
import { type Installation, install } from '../../../support/installation';
import { aTenant, blobsFolder, RecordingChannel, start, type World } from '../../../support/world';
import { attested, desk, list, member, pieces } from './desk';

let house: Installation;
let here: World;
let tenant: string;
let at: ReturnType<typeof desk>;
beforeAll(async () => {
  house = await install({ channel: new RecordingChannel() });
  here = house.here;
});
beforeEach(async () => {
  tenant = (await aTenant(here)).id;
  here.imports.deps.batch = 100;
  at = desk(here, tenant);
});
afterAll(() => house?.close());

/** A dozen batches of a hundred. */
const many = (count = 1_200) => {
  const phones = Array.from({ length: count }, aPhone);
  const rows = phones.map((phone, n) => `P${n};${n % 50 === 0 ? '12' : phone};${n % 2 ? 'Talca' : 'Maipú'}`);
  return { phones: phones.filter((_, n) => n % 50 !== 0), file: list(rows) };
};
/** Everything that a list leaves behind, without the ids and keys that differ by chance. */
const end = async (of: string) =>
  here.in(of, (tx) =>
    tx.query(
      `SELECT (SELECT count(*)::int FROM contact) AS contacts, (SELECT count(*)::int FROM contact_key) AS keys,
         (SELECT count(*)::int FROM identifier) AS identifiers, (SELECT count(*)::int FROM attribute) AS attributes,
         (SELECT count(*)::int FROM consent) AS consents, (SELECT count(DISTINCT (contact_id, channel))::int FROM consent) AS permissions,
         (SELECT count(*)::int FROM standing WHERE consented = 3) AS consented,
         (SELECT jsonb_agg(counts - 'sha' ORDER BY id) FROM import) AS counts`,
    ),
  );
const started = async (file: string | Buffer, who = at) => {
  const id = await who.take(file);
  await who.work.work(tenant, id);
  await here.in(tenant, (tx) => here.imports.start(tx, id, attested, member));
  return id;
};

/** Dies as a killed process does: in the middle, and nothing of its transaction stays. */
class Killed extends Error {}
const dying = (times: number) => {
  let left = times;
  const { deps } = here.imports;
  const ports = {
    ...deps.ports,
    grant: async (...all: Parameters<typeof deps.ports.grant>) => {
      await deps.ports.grant(...all);
      if (left-- === 0) throw new Killed();
    },
  };
  const imports = Object.assign(Object.create(here.imports), { deps: { ...deps, ports } });
  return new ImportWork(imports, async () => {});
};

describe('a list that meets something', () => {
  it('when its worker dies in any batch and it is begun again, then the end is the same', async () => {
    const { file } = many();
    await at.work.work(tenant, await started(file));
    const [whole] = await end(tenant);
    for (const batch of [0, 3, 11]) {
      tenant = (await aTenant(here)).id;
      const again = desk(here, tenant);
      const id = await started(file, again);
      await expect(dying(batch).work(tenant, id)).rejects.toThrow(Killed);
      expect((await again.row(id)).state).toBe('running');
      // The same file brought once more goes on where it was.
      expect(await again.take(file)).toBe(id);
      await again.work.work(tenant, id);
      expect(await end(tenant)).toEqual([whole]);
    }
  });

  it('when it is under way and the file of that name is another one, then it is refused; not decided on yet, the new one counts', async () => {
    const one = await at.take(list([`Ana;${aPhone()};Talca`]), 'lista.csv');
    const two = await at.take(list([`Ana;${aPhone()};Talca`]), 'lista.csv');
    expect([(await at.row(one)).state, two === one]).toEqual(['discarded', false]);
    await at.work.work(tenant, two);
    await here.in(tenant, (tx) => here.imports.start(tx, two, undefined, member));
    await expect(at.take(list([`Ana;${aPhone()};Talca`]), 'lista.csv')).rejects.toMatchObject({
      code: 'IMPORT_CHANGED',
    });
  });

  it('when two lists with the same people are stored at once, then everybody is there once and nobody is lost', async () => {
    const { phones, file } = many();
    const reversed = list([...phones].reverse().map((phone, n) => `Q${n};${phone};Talca`));
    const [one, two] = [await started(file), await started(reversed)];
    await Promise.all([at.work.work(tenant, one), at.work.work(tenant, two)]);
    const counts = [await at.counts(one), await at.counts(two)];
    expect(counts.map(({ created, updated }) => created + updated)).toEqual([phones.length, phones.length]);
    const [left] = (await end(tenant)) as unknown as Record<string, number>[];
    expect(left).toMatchObject({ contacts: phones.length, identifiers: phones.length, consented: phones.length });
  });

  it('when the same list is worked on by two at once, then one of them does it', async () => {
    const { phones, file } = many();
    const id = await started(file);
    await Promise.all([at.work.work(tenant, id), at.work.work(tenant, id)]);
    await at.work.work(tenant, id);
    expect(await at.counts(id)).toMatchObject({ created: phones.length, rows: 1_200 });
    expect(await at.people()).toBe(phones.length);
  });

  it('when people leave, write for the first time or are refused while it is stored, then none of them is promoted to', async () => {
    const { phones, file } = many();
    const id = await started(file);
    const goers = phones.filter((_, n) => n % 23 === 0);
    const storing = at.work.work(tenant, id);
    const outs = (async () => {
      for (const [n, phone] of goers.entries()) {
        const wish = { source: 'person', evidence: `m${n}`, now: start };
        if (n % 3 === 0)
          await here.in(tenant, (tx) =>
            here.records.takeOff(tx, phone, {
              member,
              roles: ['owner'],
              evidence: 'x',
              now: start,
              at: start,
            } as never),
          );
        else
          await again(() =>
            here.in(tenant, async (tx) => {
              const { contact } = await here.audience.findOrCreate(tx, { phone }, { source: 'whatsapp', now: start });
              await here.consent.withdraw(tx, contact, wish);
            }),
          );
      }
    })();
    await Promise.all([storing, outs]);
    await here.in(tenant, async (tx) => {
      for (const phone of goers) {
        const contact = await here.audience.find(tx, { phone });
        const tokens = await here.audience.stopTokensOf(tx, phone);
        expect((await here.audience.suppressedAmong(tx, tokens)).size).toBe(1);
        if (!contact) continue;
        const before = await tx.query('SELECT * FROM standing WHERE contact_id = $1', [contact]);
        await refreshStanding(tx, [contact]);
        expect(await tx.query('SELECT * FROM standing WHERE contact_id = $1', [contact])).toEqual(before);
        expect(before).toMatchObject([{ stopped: 7 }]);
      }
    });
    const strays = await here.in(tenant, (tx) =>
      tx.query('SELECT id FROM contact c WHERE NOT EXISTS (SELECT 1 FROM identifier i WHERE i.contact_id = c.id)'),
    );
    expect(strays).toEqual([]);
  });

  it('when somebody was erased and is on it again, then they are still out (T-OPT-4)', async () => {
    const phone = aPhone();
    await at.bring(list([`Ana;${phone};Talca`]), attested);
    const contact = (await at.find(phone)) as string;
    await here.in(tenant, async (tx) => {
      await here.consent.withdraw(tx, contact, { source: 'case', evidence: 'SOL-1', now: start });
      await tx.query('DELETE FROM identifier WHERE contact_id = $1', [contact]);
      await here.keys.destroyPerson(tx, contact);
    });
    expect(await at.bring(list([`Ana;${phone};Talca`]), attested)).toMatchObject({ suppressed: 1, created: 0 });
  });

  it('when a Brazilian who left is on it without the ninth digit, then they are out (T-OPT-8)', async () => {
    await here.in(tenant, async (tx) => {
      const { contact } = await here.audience.findOrCreate(
        tx,
        { phone: '+5511987650001' },
        { source: 'whatsapp', now: start },
      );
      await here.consent.withdraw(tx, contact, { source: 'person', evidence: 'SAIR', now: start });
    });
    expect(await at.bring(list(['João;551187650001;SP', 'José;+55 11 98765-0001;SP']), attested)).toMatchObject({
      suppressed: 1,
      duplicate: 1,
    });
  });

  it('when it ends, however it ends, then nothing of its file is left', async () => {
    const before = readdirSync(blobsFolder);
    await at.bring(list([`Ana;${aPhone()};Talca`, 'Beto;1;Talca']), attested);
    const id = await at.take(list([`Ana;${aPhone()};Talca`]));
    await here.in(tenant, (tx) => here.imports.discard(tx, id, member));
    async function* breaking() {
      yield Buffer.from('fono\n912345678\n');
      throw new Error('the wire broke');
    }
    await expect(at.take(breaking())).rejects.toThrow('the wire broke');
    expect(readdirSync(blobsFolder)).toEqual(before);
    expect(await here.in(tenant, (tx) => importsTable.standing(tx))).toEqual([]);
  });

  it('when nobody decides on it for a week, then it goes', async () => {
    const id = await at.take(pieces(list([`Ana;${aPhone()};Talca`])));
    await here.imports.sweep([tenant]);
    expect((await at.row(id)).state).toBe('counting');
    here.clock.at = new Date(start.getTime() + 8 * 86_400_000);
    await here.imports.sweep([tenant]);
    here.clock.at = start;
    expect(await at.row(id)).toMatchObject({ state: 'discarded', blob: null });
  });
});

/** As the inbox does with what failed because somebody was first. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}
