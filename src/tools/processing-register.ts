import { parseArgs } from 'node:util';
import { tenantsTable } from '../domain/accounts/tenants.table';
import { processingRegister, registerCsv, registerHtml } from '../domain/privacy/processing-register';
import { atCustomer } from './at-customer';

/** `npm run processing-register -- [--tenant andina] [--as html|csv] [--lang es|en|pt] [--json]`: a company's register of processing, on standard output. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tenant: { type: 'string' },
      as: { type: 'string', default: 'html' },
      lang: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (!['html', 'csv'].includes(values.as)) throw new Error('--as is html or csv');
  const written = await atCustomer(values.tenant, ({ database, tenant, now }) =>
    database.withTenant(tenant, async (tx) => {
      const { language = 'es', zone = 'America/Santiago' } = (await tenantsTable.get(tx)) ?? {};
      const register = await processingRegister(tx, { language: values.lang ?? language, zone }, now);
      if (values.json) return `${JSON.stringify(register, null, 2)}\n`;
      return values.as === 'csv' ? registerCsv(register) : registerHtml(register, zone);
    }),
  );
  process.stdout.write(written);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
