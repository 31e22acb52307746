import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { atCustomer } from './at-customer';

const usage = `npm run authority -- --tenant andina                              what authorities have asked for
npm run authority -- AUT-000004 --tenant andina --out file.json   the file for one that two people have approved; once
--json: the same for programs.`;

interface Wish {
  tenant: string;
  number: string | undefined;
  out: string | undefined;
}

/** Hands out what was approved, and nothing else; without two approvals there is no file. */
async function handOver({ tenant: wanted, number, out }: Wish): Promise<{ text: string; json: object }> {
  return atCustomer(wanted, ({ tenant, name, database, rooms, now }) =>
    database.withTenant(tenant, async (tx) => {
      if (!number) {
        const all = await rooms.authorities.list(tx);
        const lines = all.map((one) => `${one.number} ${one.state} ${one.authority}`);
        const json = { requests: all.map((one) => ({ number: one.number, state: one.state, fields: one.fields })) };
        return { text: [`${name}: ${all.length}`, ...lines].join('\n'), json };
      }
      const { id } = await rooms.authorities.get(tx, number);
      const file = await rooms.authorities.export(tx, id, 'system:operator', now);
      const path = out ?? file.name;
      writeFileSync(path, file.content, { mode: 0o600 });
      return { text: `${number}: written to ${path}.`, json: { number, file: path, bytes: file.content.length } };
    }),
  );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tenant: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean' } },
  });
  if (!values.tenant) throw new Error(usage);
  const said = await handOver({ tenant: values.tenant, number: positionals[0], out: values.out });
  process.stdout.write(`${values.json ? JSON.stringify(said.json) : said.text}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
