import { createWriteStream, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type AtCustomer, atCustomer } from './at-customer';

const usage = `npm run tenant:exit -- status  --tenant andina
npm run tenant:exit -- ask     --tenant andina                     nothing is sent from here on
npm run tenant:exit -- export  --tenant andina --to andina.zip     everything of theirs, for them
npm run tenant:exit -- confirm --tenant andina --sha256 <of the file they got>
npm run tenant:exit -- erase   --tenant andina [--to andina.json]  when its time has come; the certificate is what is left
npm run tenant:exit -- back    --tenant andina                     they stay after all, while nothing was erased
On the customer's written word alone. [--json]`;

const by = { actor: 'system:operator', roles: ['owner'] };
interface Options {
  to?: string | undefined;
  sha256?: string | undefined;
}
type Said = Record<string, unknown>;

const acts: Readonly<Record<string, (at: AtCustomer, options: Options) => Promise<Said>>> = {
  status: async (at) => statusOf(at),

  ask: async (at) => {
    await at.database.withTenant(at.tenant, (tx) => at.rooms.exit.ask(tx, by, at.now));
    return statusOf(at);
  },

  export: async (at, { to }) => {
    if (!to) throw new Error(usage);
    const file = createWriteStream(resolve(to), { mode: 0o600 });
    const write = (piece: Buffer): Promise<void> =>
      new Promise((done, failed) => file.write(piece, (error) => (error ? failed(error) : done())));
    const { sha256, people, refusals } = await at.rooms.exit.handOver(at.tenant, by, at.now, write);
    file.end();
    await finished(file);
    return { file: resolve(to), sha256: sha256.toString('hex'), people, refusals };
  },

  confirm: async (at, { sha256 }) => {
    if (!sha256) throw new Error(usage);
    await at.database.withTenant(at.tenant, (tx) => at.rooms.exit.confirm(tx, sha256, by, at.now));
    return statusOf(at);
  },

  erase: async (at, { to }) => {
    const document = await at.rooms.exit.erase(at.tenant, at.now);
    if (document === undefined) return { ...(await statusOf(at)), erased: false };
    if (to) writeFileSync(resolve(to), document, { mode: 0o600 });
    return { erased: true, ...(to ? { certificate: resolve(to) } : { document }) };
  },

  back: async (at) => {
    await at.database.withTenant(at.tenant, (tx) => at.rooms.exit.takeBack(tx, by, at.now));
    return { leaving: false };
  },
};

async function statusOf({ database, tenant, rooms }: AtCustomer): Promise<Said> {
  const row = await database.withTenant(tenant, (tx) => rooms.exit.status(tx));
  if (!row) return { leaving: false };
  const { export_sha256, ...rest } = row;
  return { leaving: true, ...rest, export_sha256: export_sha256?.toString('hex') ?? null };
}

const lines = (said: Said): string =>
  Object.entries(said)
    .map(
      ([name, value]) => `${name.replaceAll('_', ' ')}: ${value instanceof Date ? value.toISOString() : String(value)}`,
    )
    .join('\n');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      to: { type: 'string' },
      sha256: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const act = acts[positionals[0] ?? ''];
  // Whose it is must be said: this is no act for whoever happens to be the only one.
  if (!act || !values.tenant) throw new Error(usage);
  await atCustomer(values.tenant, async (at) => {
    const said = { customer: at.name, ...(await act(at, values)) };
    process.stdout.write(`${values.json ? JSON.stringify(said) : lines(said)}\n`);
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
