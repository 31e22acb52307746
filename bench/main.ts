import { parseArgs } from 'node:util';
import { type Bench, machine, withPlace } from './frame';
import { bench as gate } from './gate';
import { bench as importing } from './import';
import { bench as segment } from './segment';

/** One file each: bench/<name>.ts exports `bench`. */
const benches: Readonly<Record<string, Bench>> = { import: importing, gate, segment };

/** `npm run bench -- <name> [--rows N] [--json]`: measures on a database of its own. Ends with 1 when a figure misses its goal. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, rows: { type: 'string' } },
  });
  const [name = ''] = positionals;
  const bench = benches[name];
  if (!bench) throw new Error(`Unknown bench “${name}”. There are: ${Object.keys(benches).join(', ')}.`);
  const rows = values.rows === undefined ? undefined : Number(values.rows);
  if (rows !== undefined && !(Number.isInteger(rows) && rows > 0)) throw new Error('--rows is a number of people');
  const { figures, raw } = await withPlace((place) => bench(place, rows === undefined ? {} : { rows }));
  const all = { bench: name, machine: machine(), figures, raw };
  const lines = figures.map(
    ({ id, value, unit, goal, met }) => `${met ? '✓' : '✗'} ${id.padEnd(20)} ${value} ${unit} (goal ${goal})`,
  );
  process.stdout.write(`${values.json ? JSON.stringify(all, null, 2) : lines.join('\n')}\n`);
  if (figures.some(({ met }) => !met)) process.exitCode = 1;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
