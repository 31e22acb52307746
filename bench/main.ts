import { parseArgs } from 'node:util';
import { bench as fairness } from './fairness';
import { type Bench, type BenchOptions, machine, withPlace } from './frame';
import { bench as gate } from './gate';
import { bench as importing } from './import';
import { bench as inbound } from './inbound';
import { bench as overhead } from './overhead';
import { bench as pipeline } from './pipeline';
import { bench as report } from './report';
import { bench as segment } from './segment';

/** One file each: bench/<name>.ts exports `bench`. */
const benches: Readonly<Record<string, Bench>> = {
  import: importing,
  gate,
  segment,
  pipeline,
  inbound,
  fairness,
  report,
  overhead,
};
/** Those that time the product as a whole do it on a server that writes as durably as the product's own. */
const durable: readonly string[] = ['pipeline', 'inbound', 'fairness', 'overhead'];

/** `npm run bench -- <name> [--rows N] [--messages N] [--workers 1,2,4] [--plain] [--json]`: measures on a database of its own. Ends with 1 when a figure misses its goal. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rows: { type: 'string' },
      messages: { type: 'string' },
      workers: { type: 'string' },
      plain: { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  const bench = benches[name];
  if (!bench) throw new Error(`Unknown bench “${name}”. There are: ${Object.keys(benches).join(', ')}.`);
  const options = optionsOf(values);
  const { figures, raw } = await withPlace((place) => bench(place, options), durable.includes(name));
  const all = { bench: name, machine: machine(), figures, raw };
  const lines = figures.map(
    ({ id, value, unit, goal, met }) => `${met ? '✓' : '✗'} ${id.padEnd(20)} ${value} ${unit} (goal ${goal})`,
  );
  process.stdout.write(`${values.json ? JSON.stringify(all, null, 2) : lines.join('\n')}\n`);
  if (figures.some(({ met }) => !met)) process.exitCode = 1;
}

function optionsOf({ rows, messages, workers, plain }: Record<string, string | boolean | undefined>): BenchOptions {
  const numbers = (name: string, given: string | boolean | undefined): number[] | undefined => {
    const all = given === undefined ? undefined : String(given).split(',').map(Number);
    if (all?.some((one) => !(Number.isInteger(one) && one > 0))) throw new Error(`--${name} is a whole number`);
    return all;
  };
  const [mostRows] = numbers('rows', rows) ?? [];
  const [mostMessages] = numbers('messages', messages) ?? [];
  const counts = numbers('workers', workers);
  return {
    ...(mostRows && { rows: mostRows }),
    ...(mostMessages && { messages: mostMessages }),
    ...(counts && { workers: counts }),
    plain: plain === true,
  };
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
