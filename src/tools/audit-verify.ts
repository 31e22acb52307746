import { parseArgs } from 'node:util';
import type { Verdict } from '../domain/audit/audit.service';
import { everyCustomer } from './at-customer';

const whys: Readonly<Record<NonNullable<Verdict['broken']>['why'], string>> = {
  edited: 'says something else than it did',
  gone: 'was taken out',
  inserted: 'was put in by somebody else than this program',
  order: 'changed places with another',
  truncated: 'and what came after it was cut off',
  begin: 'is not where the chain was let begin',
};

const lineOf = (name: string, { entries, keptTo, broken }: Verdict): string => {
  if (broken)
    return `${name}: BROKEN. Entry ${broken.seq ?? '?'}${broken.entry ? ` (${broken.entry})` : ''} ${whys[broken.why]}.`;
  const kept =
    keptTo === undefined
      ? 'no head is kept here, so a cut at its end could not be seen'
      : `vouched for up to ${keptTo} by the head kept outside`;
  return `${name}: whole, ${entries} entries, ${kept}.`;
};

/** `npm run audit:verify [-- --tenant andina --json]`: walks the audit of every customer. Ends with 1 if one is broken. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { tenant: { type: 'string' }, json: { type: 'boolean', default: false } } });
  await everyCustomer(async ({ database, rooms, heads, customers }) => {
    const found = [];
    for (const { id, name } of customers) {
      const line = await heads.read(id);
      found.push({ tenant: id, name, ...(await database.withTenant(id, (tx) => rooms.audit.examine(tx, line))) });
    }
    const isWhole = found.every(({ broken }) => !broken);
    const said = values.json
      ? JSON.stringify({ whole: isWhole, customers: found })
      : found.map((one) => lineOf(one.name, one)).join('\n');
    process.stdout.write(`${said}\n`);
    if (!isWhole) process.exitCode = 1;
  }, values.tenant);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
