import { setUpDatabase } from './set-up';

/** Brings the database of DATABASE_URL to the newest schema, under its owner's login. */
async function main(): Promise<void> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) throw new Error('DATABASE_URL is missing: the owner’s login of the database to migrate.');
  const applied = await setUpDatabase(DATABASE_URL, !process.env.DATABASE_APP_URL);
  process.stdout.write(applied.length === 0 ? 'The schema is up to date.\n' : `${applied.join('\n')}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
