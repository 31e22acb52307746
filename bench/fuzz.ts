import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { SystemKeys } from '../src/data/system-keys';
import { localVault } from '../src/data/vault';
import { Tenants } from '../src/domain/accounts/tenants.service';
import { benchStart, machine, withPlace } from './frame';
import { type Control, type Part, runControls, runModel, runReal } from './fuzz/run';

const usual = { postgres: 20_000, model: 1_000_000 };

function report(parts: readonly Part[], controls: readonly Control[], seed: number): string {
  return [
    `seed ${seed}`,
    ...parts.map(
      ({ world, steps, stepsPerSecond, violations }) =>
        `${violations.length === 0 ? '✓' : '✗'} ${world}: ${steps} steps, ${violations.length} violations, ${stepsPerSecond} steps/s`,
    ),
    ...parts.flatMap(({ violations }) =>
      violations
        .slice(0, 10)
        .map(({ at, what, step }) => `  step ${at}: ${what}${step ? `\n    ${JSON.stringify(step)}` : ''}`),
    ),
    ...controls.map(({ broken, seenAt }) =>
      seenAt === undefined ? `✗ without “${broken}”: NOT SEEN` : `✓ without “${broken}”: seen at step ${seenAt}`,
    ),
  ].join('\n');
}

/**
 * `npm run fuzz -- consent [--seed S] [--steps N] [--model-only] [--json]`: random orders of leaving, coming back, lists, claims, changed numbers, new
 * holders, erasure, a new stop key and crashes, on a model by itself and on Postgres beside it. Ends with 1 on any violation, or when a guard that was
 * switched off is not missed.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      steps: { type: 'string' },
      'model-only': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals[0] !== 'consent') throw new Error('What is tried? npm run fuzz -- consent --seed 7');
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const steps = values.steps === undefined ? undefined : Number(values.steps);
  for (const [name, value] of Object.entries({ seed, steps }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 0)) throw new Error(`--${name} is a whole number`);
  const controls = runControls(seed);
  const isAlone = values['model-only'];
  const parts = [runModel(seed, (isAlone ? steps : undefined) ?? usual.model)];
  if (!isAlone) {
    const { part, control } = await onPostgres(seed, steps ?? usual.postgres);
    parts.push(part);
    controls.push(control);
  }
  const isGood =
    parts.every((part) => part.violations.length === 0) && controls.every((one) => one.seenAt !== undefined);
  const all = { fuzz: 'consent', seed, machine: machine(), parts, controls, ok: isGood };
  process.stdout.write(`${values.json ? JSON.stringify(all, null, 2) : report(parts, controls, seed)}\n`);
  if (!isGood) process.exitCode = 1;
}

const onPostgres = (seed: number, steps: number) =>
  withPlace(async ({ database, keys, owner, tenant, tell }) => {
    const vault = localVault([randomBytes(32).toString('base64')]);
    const tenants = new Tenants(database, keys, new SystemKeys([], vault));
    const other = await tenants.create({ name: 'Other', legalName: 'Other SpA' }, benchStart);
    const shared = { database, keys, owner };
    return runReal(
      [
        { ...shared, tenant },
        { ...shared, tenant: other },
      ],
      { seed, steps, every: 4 },
      (done) => tell(`${done} steps`),
    );
  });

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
