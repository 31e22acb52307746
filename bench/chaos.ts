import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { failEveryCall } from './chaos/every-call';
import { type FaultName, faultNames } from './chaos/faults';
import { type ChaosOptions, type Outcome, runChaos } from './chaos/run';

const usual = { kills: 100, messages: 20_000, people: 2_000 };
/** Beside the faults that are mixed: every call in turn, and a campaign that every second person leaves. */
const modes = ['calls', 'leaving'] as const;
type Mode = (typeof modes)[number];

/**
 * `npm run chaos [-- --kills N --messages M --faults kill,stop,redis,postgres,provider,webhooks,clock,slow,lose --seed S] [--json]`: the product as
 * processes of its own, broken in every way that is named, and what came of it looked at from outside. `--faults calls` fails the nth call of every kind, for
 * every n; `--faults leaving` has half of all people leave meanwhile. Ends with 1 on any violation, or when a guard that was switched off is not missed.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...{ kills: { type: 'string' }, messages: { type: 'string' }, faults: { type: 'string' } },
      ...{ seed: { type: 'string' }, json: { type: 'boolean', default: false } },
    },
  });
  const number = (name: 'kills' | 'messages' | 'seed', otherwise: number): number => {
    const given = values[name] === undefined ? otherwise : Number(values[name]);
    if (!(Number.isInteger(given) && given >= 0)) throw new Error(`--${name} is a whole number`);
    return given;
  };
  const mode = modes.find((one) => one === values.faults);
  const [kills, messages] = [mode ? 0 : number('kills', usual.kills), number('messages', usual.messages)];
  const options: ChaosOptions = {
    ...{ kills, messages, seed: number('seed', randomInt(2 ** 31)), faults: mode ? [] : faultsIn(values.faults) },
    ...optionsOf(mode, messages),
    ...{ workers: 2, patienceMs: 3_000 },
    tell: (line) => void process.stderr.write(`${line}\n`),
  };
  const outcome = await (mode === 'calls' ? failEveryCall(options) : runChaos(options));
  process.stdout.write(`${values.json ? JSON.stringify(outcome, null, 2) : said(outcome)}\n`);
  if (outcome.violations.length > 0) process.exitCode = 1;
}

const optionsOf = (mode: Mode | undefined, messages: number) =>
  mode === 'leaving'
    ? { people: messages, perSecond: 200, leaving: { most: messages / 2, everyMs: 0, lanes: 4 } }
    : {
        people: Math.min(messages, usual.people),
        perSecond: 400,
        leaving: { most: messages / 100, everyMs: 150, lanes: 1 },
      };

function faultsIn(given: string | undefined): readonly FaultName[] {
  const names = (given?.split(',') ?? [...faultNames]) as FaultName[];
  const strange = names.find((name) => !faultNames.includes(name));
  if (strange === undefined) return names;
  throw new Error(`Unknown fault “${strange}”. There are: ${faultNames.join(', ')}; or one of ${modes.join(', ')}.`);
}

const said = ({ violations, killedAt, ...outcome }: Outcome): string =>
  [
    ...Object.entries(outcome).map(([name, value]) => `${name.padEnd(12)} ${JSON.stringify(value)}`),
    `${'killed at'.padEnd(12)} ${Object.keys(killedAt).length} calls`,
    ...violations.map((violation) => `✗ ${violation}`),
    violations.length === 0 ? '✓ nothing lost, nothing twice' : `✗ ${violations.length} violations`,
  ].join('\n');

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
