import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sayError } from '../conversation/texts';
import { analyze, restore } from '../data/backup/restore';
import { DeletionLedger } from '../domain/privacy/deletion-ledger';
import { AppError } from '../errors';
import { lendServers } from '../local/lend';
import { dataDirOf, reachBackups, reachOwner } from '../local/reach';
import { everyCustomer, nowOf } from './at-customer';

/**
 * `npm run restore [-- --from FOLDER --at 2026-12-01 --json]`: a backup into an empty database, of DATABASE_URL or of a DATA_DIR of this machine's own;
 * then whoever was erased since is erased again. The newest one, unless a time is named. Nothing is served before it ends.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, at: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const dataDir = dataDirOf();
  const given = reachOwner();
  const servers = given.url ? undefined : await lendServers({ dataDir, given: {} });
  try {
    const ownerUrl = given.url ?? (servers?.databaseUrl as string);
    const done = await fromBackup({ ownerUrl, withRoles: !given.hasRoles }, values.from, values.at, dataDir);
    const people = await replay(ownerUrl, dataDir);
    await analyze(ownerUrl);
    const said = `${done.file}: ${done.tables} tables, ${done.customers} customers with their keys. ${people} who were erased since are erased again.`;
    const { folder } = reachBackups();
    const isElsewhere = values.from !== undefined && resolve(values.from) !== folder;
    const keys = `\nTheir keys are still in ${values.from}: go on with BACKUP_DIR there, or destroy that folder and run npm run backup -- --here. Until then no certificate of an erasure is issued.`;
    process.stdout.write(
      `${values.json ? JSON.stringify({ ...done, erasedAgain: people, keysElsewhere: isElsewhere }) : `${said}${isElsewhere ? keys : ''}`}\n`,
    );
  } finally {
    await servers?.stop();
  }
}

async function fromBackup(
  to: { ownerUrl: string; withRoles: boolean },
  from: string | undefined,
  at: string | undefined,
  dataDir: string,
) {
  const reach = reachBackups();
  const folder = from ?? reach.folder;
  const options = { blobs: join(dataDir, 'blobs'), ledgers: join(dataDir, 'ledger'), ...(at && { wanted: at }) };
  for (const [index, key] of reach.keys.entries())
    try {
      return await restore(to.ownerUrl, { folder, key }, { ...options, withRoles: to.withRoles });
    } catch (error) {
      // It may be of before the master key was rotated.
      const isOther = error instanceof AppError && error.code === 'BACKUP_KEY_WRONG' && index + 1 < reach.keys.length;
      if (!isOther) throw error;
    }
  throw new AppError('BACKUP_NOT_FOUND');
}

/** @returns how many people */
async function replay(ownerUrl: string, dataDir: string): Promise<number> {
  return everyCustomer(
    async ({ database, keys, rooms, heads, customers, now: here }) => {
      const { audience, audit } = rooms;
      const removePosts = async () => {}; // nothing is posted or taken down here: what stands in Slack went when they were erased
      const ledger = new DeletionLedger({
        database,
        keys,
        audience,
        audit,
        folder: join(dataDir, 'ledger'),
        removePosts,
      });
      let people = 0;
      for (const { id } of customers) {
        const now = await database.withTenant(id, (tx) => nowOf(tx, here));
        for (const one of await ledger.replay([id], now)) people += one.people;
        // What was done since the backup is lost from the audit: its head is laid aside, and the entry says so.
        const kept = await database.withTenant(id, async (tx) => {
          const line = await heads.read(id);
          const head = line ? await audit.readHead(tx, line) : undefined;
          const lost = head && !(await audit.continues(tx, head)) ? head.seq : null;
          const entry = { actor: 'system:operator', act: 'backup.restored', subject: `tenant:${id}`, detail: { lost } };
          await audit.record(tx, entry, now);
          return lost === null;
        });
        if (!kept) await rename(heads.path(id), `${heads.path(id)}.before-restore-${now.getTime()}`);
      }
      return people;
    },
    undefined,
    { ownerUrl },
  );
}

main().catch((error: Error) => {
  const said =
    error instanceof AppError ? sayError(error.code, { language: 'en', zone: 'UTC' }, error.facts) : error.message;
  process.stderr.write(`${said}\n`);
  process.exitCode = 1;
});
