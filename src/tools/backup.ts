import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sayError } from '../conversation/texts';
import { pruneBackups } from '../data/backup/backup-folder';
import { dumpData } from '../data/backup/dump';
import { KeyBackups } from '../data/backup/key-backups';
import { unknownTenant } from '../data/ids';
import { before, retention } from '../domain/privacy/retention-rules';
import { AppError } from '../errors';
import { dataDirOf, reachBackups, reachDatabase } from '../local/reach';
import { everyCustomer, nowOf } from './at-customer';

/**
 * `npm run backup [-- --here] [-- --json]`: the data first, then the keys as they stand after it, one generation alone; what is older than its time goes.
 * Both are sealed. Either alone opens nothing that is a person's. Keys are kept in one folder alone, for what is
 * erased has to go from it; `--here`: the one of before is no more.
 */
async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { json: flag, here: flag } });
  const { ownerUrl } = await reachDatabase();
  if (!ownerUrl) throw new Error('A backup is made with the owner’s login: set DATABASE_URL.');
  const { folder, keys: sealing } = reachBackups();
  const place = { folder, key: sealing[0] as Buffer };
  await everyCustomer(async ({ database, rooms, customers, now: here }) => {
    let now = here;
    for (const { id } of customers) now = await database.withTenant(id, (tx) => nowOf(tx, now));
    const backups = new KeyBackups(database, place, join(dataDirOf(), 'ledger'));
    const all = [...customers.map(({ id }) => id), unknownTenant];
    for (const id of all) await backups.settle(id, values.here);
    const file = await dumpData(ownerUrl, place, { now, blobs: join(dataDirOf(), 'blobs') });
    for (const id of all) await backups.write(id);
    const pruned = await pruneBackups(place, before(now, retention.rules.backup?.keep ?? {}));
    for (const { id } of customers)
      await database.withTenant(id, async (tx) =>
        rooms.audit.record(
          tx,
          { actor: 'system:operator', act: 'backup.made', subject: `tenant:${id}`, detail: { pruned } },
          now,
        ),
      );
    const done = { file, customers: customers.length, pruned };
    const said = `${file}, and the keys of ${done.customers} customers. ${pruned} older backups are gone.`;
    process.stdout.write(`${values.json ? JSON.stringify(done) : said}\n`);
  });
}

main().catch((error: Error) => {
  const said =
    error instanceof AppError ? sayError(error.code, { language: 'en', zone: 'UTC' }, error.facts) : error.message;
  process.stderr.write(`${said}\n`);
  process.exitCode = 1;
});
