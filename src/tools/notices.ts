import { parseArgs } from 'node:util';
import { noticeFile } from '../domain/registers/service-notices';
import { serviceNoticesTable } from '../domain/registers/service-notices.table';
import { everyCustomer, nowOf } from './at-customer';
import { yamlFile } from './yaml-file';

const usage = `npm run notices -- publish FILE [--tenant andina]   to those of every customer, or of one, who have one of its roles
npm run notices -- unread ID [--tenant andina]      who was told and has not read it
FILE is YAML: id (a UUID: the same twice is one notice), roles, words: { es: { title, text }, en, pt }, and until, where it ends by itself.`;

async function publish(file: string, tenant: string | undefined): Promise<string> {
  const notice = yamlFile(file, noticeFile);
  return everyCustomer(async ({ customers, database, rooms, now }) => {
    const lines: string[] = [];
    for (const { id, name } of customers)
      await database.withTenant(id, async (tx) => {
        const isNew = await rooms.serviceNotices.publish(tx, notice, 'system:operator', await nowOf(tx, now));
        lines.push(`${name}: ${isNew ? 'published; its members are told within a minute' : 'was published already'}`);
      });
    return lines.join('\n');
  }, tenant);
}

async function unread(notice: string, tenant: string | undefined): Promise<string> {
  return everyCustomer(async ({ customers, database }) => {
    const lines: string[] = [];
    for (const { id, name } of customers) {
      const all = await database.withTenant(id, (tx) => serviceNoticesTable.standing(tx, notice));
      const names = all.flatMap((one) => (one.read_at ? [] : [one.name]));
      lines.push(
        `${name}: ${all.length - names.length} of ${all.length} read it${names.length > 0 ? `; not yet: ${names.join(', ')}` : ''}`,
      );
    }
    return lines.join('\n');
  }, tenant);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { tenant: { type: 'string' } } });
  const [act, what] = positionals;
  if (!what || (act !== 'publish' && act !== 'unread')) throw new Error(usage);
  const work = act === 'publish' ? publish : unread;
  process.stdout.write(`${await work(what, values.tenant)}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
