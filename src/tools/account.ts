import { parseArgs } from 'node:util';
import { unitsOf } from '../domain/billing/credit.service';
import { pricesFile } from '../domain/billing/own-prices.service';
import { type AtCustomer, atCustomer, nowOf } from './at-customer';
import { yamlFile } from './yaml-file';

const usage = `npm run account -- show  --tenant andina
npm run account -- terms --tenant andina --prepaid yes [--line 200000]   nothing leaves below what was paid in and this line
npm run account -- terms --tenant andina --prepaid no                    by contract, without a limit of ours
npm run account -- grant --tenant andina --amount 500000                 in its favour; a negative amount takes back
npm run account -- prices --tenant andina [--file prices.yaml]           its own prices; from the file, those that were agreed on
Amounts in the customer's own money, tax included. Campaigns that stopped today for lack of credit go on by themselves; of older ones their people are asked.`;

type Values = { tenant?: string; prepaid?: string; line?: string; amount?: string; file?: string };
const by = 'system:operator';

/** A whole amount in the money's own unit. @throws saying which is none */
function amountOf(name: string, said: string | undefined): number {
  if (!/^-?\d{1,9}$/.test(said ?? '')) throw new Error(`--${name} is a whole amount.\n\n${usage}`);
  return Number(said);
}

async function prices({ file }: Values, { database, tenant, name, rooms, now }: AtCustomer): Promise<string> {
  const agreed = file === undefined ? [] : yamlFile(file, pricesFile).prices;
  const all = await database.withTenant(tenant, async (tx) => {
    if (agreed.length > 0) await rooms.agreedPrices.agree(tx, agreed, by, await nowOf(tx, now));
    return rooms.agreedPrices.list(tx);
  });
  if (all.length === 0) return `${name}: no prices of its own, the list holds.`;
  const lines = all.map(({ channel, category, country, from, price, currency }) =>
    [
      channel,
      category,
      country,
      `from ${from}:`,
      price === null ? 'as in the list' : `${Number(price)} ${currency}`,
    ].join(' '),
  );
  return [`${name}:`, ...lines].join('\n');
}

async function run(act: string, values: Values, { database, tenant, name, rooms, now }: AtCustomer): Promise<string> {
  return database.withTenant(tenant, async (tx) => {
    const then = await nowOf(tx, now);
    const account = await rooms.credit.open(tx, then);
    if (!account) throw new Error('There is no account.');
    if (act === 'terms') {
      if (values.prepaid !== 'yes' && values.prepaid !== 'no') throw new Error(usage);
      const line = values.line === undefined ? 0 : amountOf('line', values.line);
      await rooms.credit.terms(tx, { prepaid: values.prepaid === 'yes', line }, by, then);
    }
    if (act === 'grant') {
      const amount = amountOf('amount', values.amount) * unitsOf(account.currency);
      await rooms.credit.enter(tx, { kind: amount > 0 ? 'grant' : 'correction', amount, by }, then);
    }
    const state = await rooms.credit.state(tx);
    if (!state) return `${name}: by contract, in ${account.currency}.`;
    return `${name}: prepaid, ${state.left.amount / unitsOf(account.currency)} ${account.currency} left (${state.level}).`;
  });
}

async function main(): Promise<void> {
  const option = { type: 'string' } as const;
  const options = { tenant: option, prepaid: option, line: option, amount: option, file: option };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [act = ''] = positionals;
  if (!['show', 'terms', 'grant', 'prices'].includes(act)) throw new Error(usage);
  process.stdout.write(
    `${await atCustomer(values.tenant, (at) => (act === 'prices' ? prices(values, at) : run(act, values, at)))}\n`,
  );
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
