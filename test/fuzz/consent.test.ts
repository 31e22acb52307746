import { randomInt } from 'node:crypto';
import { Client } from 'pg';
import { runControls, runModel, runReal } from '../../bench/fuzz/run';
import { type World, world } from '../domain/world';
import { start } from '../support/ground';

let here: World;
let owner: Client;
beforeAll(async () => {
  here = await world();
  owner = new Client({ connectionString: here.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await here.close();
});

// A failing run names its seed: npm run fuzz -- consent --seed S
const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));

describe('random orders of leaving, coming back, lists, claims, changed numbers, erasure, a new stop key and crashes', () => {
  it('when the model goes by itself, then nobody who is out is written to and no refusal is lost', () => {
    expect({ seed, ...runModel(seed, 20_000) }).toMatchObject({ seed, violations: [] });
  });

  it('when one guard is switched off, then it is missed', () => {
    for (const { broken, seenAt } of runControls(seed))
      expect({ seed, broken, seenAt }).toMatchObject({ seenAt: expect.any(Number) });
  });

  it('T-OPT-2, T-OPT-4, T-OPT-5, T-OPT-6, T-CON-2: when the product goes beside the model, then both say the same of everybody', async () => {
    const other = await here.tenants.create({ name: 'Otra', legalName: 'Otra SpA' }, start);
    const shared = { database: here.database, keys: here.keys, owner };
    const { part, control } = await runReal(
      [
        { ...shared, tenant: here.tenant },
        { ...shared, tenant: other },
      ],
      { seed, steps: 500, every: 1 },
    );
    expect({ seed, violations: part.violations }).toEqual({ seed, violations: [] });
    expect({ seed, ...control }).toMatchObject({ seenAt: 500 });
  });
});
