import { parseArgs } from 'node:util';
import { MasterRotation } from '../domain/accounts/master-rotation';
import { reachDatabase } from '../local/reach';
import { everyCustomer } from './at-customer';

/**
 * `npm run keys:rotate-master [-- --json]`: everything that MASTER_KEY_PREVIOUS opens goes over to MASTER_KEY, while programs that were started with both
 * go on. Afterwards the previous key is left out of the settings. May be run again.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  if ((await reachDatabase()).masterKeys.length < 2)
    throw new Error(
      'Set MASTER_KEY to the new key and MASTER_KEY_PREVIOUS to the one in use, for every program, and start them anew first.',
    );
  await everyCustomer(async ({ database, keys, systemKeys, rooms, customers, now }) => {
    const done = await new MasterRotation(database, keys, systemKeys).run(customers.map(({ id }) => id));
    for (const { id } of customers)
      await database.withTenant(id, (tx) =>
        rooms.audit.record(tx, { actor: 'system:operator', act: 'keys.master_rotated', subject: 'key:master' }, now),
      );
    const said = `${done.keys} keys of ${done.customers} customers, ${done.tokens} tokens of addresses and ${done.members} members went over. MASTER_KEY_PREVIOUS may be left out now.`;
    process.stdout.write(`${values.json ? JSON.stringify(done) : said}\n`);
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
