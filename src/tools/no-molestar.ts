import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NoMolestar, type NoticesTaken } from '../domain/support/no-molestar/no-molestar.service';
import { atCustomer } from './at-customer';

const reasons: Readonly<Record<NoticesTaken['malformed'][number]['reason'], string>> = {
  no_address: 'has no phone and no email',
  phone: 'is no phone number',
  email: 'is no email address',
  digits_lost: 'has lost digits: a spreadsheet took the phone for a number',
  moment: 'has no date that can be read',
  future: 'is dated in the future',
  broken: 'can’t be read as a row',
};

function report(name: string, taken: NoticesTaken): string {
  const { rows, out, alreadyOut, cameBack, cancelled, late, unclear, malformed, sends } = taken;
  const list = (numbers: readonly number[]): string =>
    numbers.slice(0, 20).join(', ') + (numbers.length > 20 ? ', …' : '');
  return [
    `${name}: ${rows} rows. ${out} are out from now on, ${alreadyOut} were out already, ${cameBack} came back since by their own words. ${cancelled} waiting messages cancelled.`,
    ...(late.length > 0 ? [`Later than the working day the law gives: rows ${list(late)}.`] : []),
    ...(unclear.length > 0 ? [`Channel not understood, so out on all: rows ${list(unclear)}.`] : []),
    ...malformed.map(({ row, reason }) => `Row ${row} was not taken: it ${reasons[reason]}.`),
    ...sends.flatMap(({ row, masked, requested, messages }) =>
      messages.map(
        ({ campaign, at }) =>
          `Row ${row}: ${campaign} went to ${masked} on ${at.toISOString()}, after they had asked on ${requested.toISOString()}.`,
      ),
    ),
  ].join('\n');
}

/** `npm run no-molestar -- FILE --tenant andina [--json]`: those who asked for silence at SERNAC. Ends with 1 when a row could not be taken. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tenant: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [path] = positionals;
  if (!path) throw new Error('Which file? npm run no-molestar -- nomolestar.csv --tenant andina');
  const file = readFileSync(path);
  await atCustomer(values.tenant, async ({ tenant, name, database, rooms, now }) => {
    const { audience, consent, audit } = rooms;
    const taken = await new NoMolestar(database, audience, consent, audit).take(tenant, file, 'system', now);
    process.stdout.write(`${values.json ? JSON.stringify({ customer: name, ...taken }) : report(name, taken)}\n`);
    if (taken.malformed.length > 0) process.exitCode = 1;
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
