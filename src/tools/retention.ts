import { parseArgs } from 'node:util';
import { dayIn } from '../domain/privacy/calendar';
import { everyCustomer, nowOf } from './at-customer';

/** `npm run retention -- --dry-run [--tenant andina --json]`: what the next run would let go of; without --dry-run, it does. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tenant: { type: 'string' },
      json: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const isDry = values['dry-run'];
  await everyCustomer(async ({ database, rooms, customers, now: here }) => {
    const found = [];
    for (const { id, name } of customers) {
      const { now, zone } = await database.withTenant(id, async (tx) => ({
        now: await nowOf(tx, here),
        zone: (await rooms.tenants.get(tx)).zone,
      }));
      const rows = await database.withTenant(id, (tx) => rooms.retention.forecast(tx, now));
      if (!isDry) await rooms.retention.run(id, dayIn(now, zone), now);
      found.push({ tenant: id, name, at: now, rows: rows.filter(({ due, held }) => due + held > 0) });
    }
    if (values.json) process.stdout.write(`${JSON.stringify({ dryRun: isDry, customers: found })}\n`);
    else for (const one of found) process.stdout.write(`${said(one, isDry)}\n`);
  }, values.tenant);
}

function said({ name, at, rows }: { name: string; at: Date; rows: readonly Row[] }, isDry: boolean): string {
  const head = `${name}, ${at.toISOString()}: ${rows.length === 0 ? 'nothing is over.' : isDry ? 'would go:' : 'gone:'}`;
  const lines = rows.map(
    ({ rule, table, due, held }) => `  ${rule}: ${due} of ${table}${held > 0 ? `, ${held} stay for a legal hold` : ''}`,
  );
  return [head, ...lines].join('\n');
}
interface Row {
  rule: string;
  table: string;
  due: number;
  held: number;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
