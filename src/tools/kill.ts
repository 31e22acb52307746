import { parseArgs } from 'node:util';
import type { TenantTx } from '../data/database';
import { houseStopsTable, type StopKey, stopsTable } from '../domain/delivery/stops.table';
import { atCustomer, everyCustomer } from './at-customer';

const usage = `npm run kill -- stop [--channel sms]                        everything of every customer, or one channel
npm run kill -- stop --tenant andina [--channel sms]        the same of one customer
npm run kill -- resume [--tenant andina] [--channel sms]
npm run kill -- status [--tenant andina]
Within a second nothing of a campaign leaves; answers to people go on.`;

const channels = ['whatsapp', 'sms', 'email'];
type Act = 'stop' | 'resume' | 'status';

/** @returns what is said of it */
async function ofHouse(act: Act, channel: string): Promise<string> {
  return everyCustomer(async ({ database, rooms, customers, now }) => {
    const done = await database.withSystem('resolver', async (tx) => {
      if (act === 'stop') await houseStopsTable.insert(tx, channel, 'system:operator', now);
      return act !== 'resume' || (await houseStopsTable.remove(tx, channel));
    });
    // It stands first; then it is on record with each customer whose campaigns it holds.
    const entry = { actor: 'system:operator', act: `sending.house_${act === 'stop' ? 'stopped' : 'resumed'}` };
    for (const { id } of done && act !== 'status' ? customers : [])
      await database.withTenant(id, (tx) => rooms.audit.record(tx, { ...entry, subject: `channel:${channel}` }, now));
    if (!done) return 'It was not stopped.';
    return database.withSystem('resolver', async (tx) => {
      const stopped = await houseStopsTable.list(tx);
      const lines = stopped.map(
        (one) => `${one.channel === '*' ? 'everything' : one.channel}, since ${one.stopped_at.toISOString()}`,
      );
      return lines.length > 0
        ? `Stopped for every customer:\n${lines.join('\n')}`
        : 'Nothing is stopped for everybody.';
    });
  });
}

async function ofCustomer(act: Act, wanted: string, channel: string | undefined): Promise<string> {
  return atCustomer(wanted, async ({ tenant, name, database, rooms, now }) => {
    const key: StopKey = channel ? { scope: 'channel', what: channel } : { scope: 'company', what: '' };
    const record = (tx: TenantTx, done: string) =>
      rooms.audit.record(
        tx,
        { actor: 'system:operator', act: done, subject: `tenant:${tenant}`, detail: { ...key } },
        now,
      );
    return database.withTenant(tenant, async (tx) => {
      if (act === 'stop' && (await stopsTable.insert(tx, key, null, now))) await record(tx, 'sending.stopped');
      if (act === 'resume' && (await stopsTable.lock(tx, key))) {
        await stopsTable.remove(tx, key);
        await record(tx, 'sending.resumed');
      }
      const lines = (await stopsTable.list(tx)).map(({ scope, what }) => `${scope} ${what}`.trim());
      return lines.length > 0 ? `${name}, stopped: ${lines.join(', ')}` : `${name}: nothing is stopped.`;
    });
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tenant: { type: 'string' }, channel: { type: 'string' } },
  });
  const [act] = positionals;
  const { tenant, channel } = values;
  if (act !== 'stop' && act !== 'resume' && act !== 'status') throw new Error(usage);
  if (channel !== undefined && !channels.includes(channel))
    throw new Error(`--channel is one of ${channels.join(', ')}.`);
  const said = tenant === undefined ? await ofHouse(act, channel ?? '*') : await ofCustomer(act, tenant, channel);
  process.stdout.write(`${said}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
