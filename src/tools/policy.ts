import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../clock';
import { ledgerFile, type PolicyChange, policyHead } from '../domain/registers/policy-ledger';
import { lint } from '../policy/linter';
import { hashNow, house, languages, policyOf } from '../policy/policy';
import { atCustomer } from './at-customer';

const usage = `npm run policy -- lint                                     what the law asks (letters a to l) and our policy leaves out
npm run policy -- status                                   the newest version, and whether it is what is served
npm run policy -- release --version 1.1 --change minor     writes what is served now as a new version; or --change material
npm run policy -- announce --tenant andina                 tells everybody of a team of the newest version
--json: the same for programs.`;

interface Said {
  text: string;
  json: object;
  isWrong?: boolean;
}

const lacks = () =>
  languages.flatMap((language) =>
    lint(policyOf('house', house, language), house).map(({ letter, missing }) => ({ language, letter, missing })),
  );

const served = () => Object.fromEntries(languages.map((language) => [language, hashNow(language)]));
const isServed = (): boolean => languages.every((language) => policyHead.hashes[language] === hashNow(language));

function checked(): Said {
  const found = lacks();
  const lines = found.map(({ language, letter, missing }) => `${language}: ${letter}) ${missing.join('; ')}`);
  const text = found.length === 0 ? 'Every letter from a to l is there, in three languages.' : lines.join('\n');
  return { text, json: { lacks: found }, isWrong: found.length > 0 };
}

function status(): Said {
  const { version, date, change } = policyHead;
  const day = date.toISOString().slice(0, 10);
  const text = `Version ${version} of ${day} (${change}): ${isServed() ? 'it is what is served.' : 'what is served is another. Write it down: npm run policy -- release'}`;
  return { text, json: { version, date: day, change, served: served(), isServed: isServed() }, isWrong: !isServed() };
}

/** Nothing is published that lacks what the law asks. */
function release(version: string | undefined, change: string | undefined): Said {
  const checkedNow = checked();
  if (checkedNow.isWrong) return checkedNow;
  if (isServed())
    return { text: `Version ${policyHead.version} is what is served already.`, json: { version: policyHead.version } };
  if (!version || (change !== 'minor' && change !== 'material')) throw new Error(usage);
  const day = systemClock.now().toISOString().slice(0, 10);
  writeFileSync(ledgerFile, `${readFileSync(ledgerFile, 'utf8').trimEnd()}\n${entryOf(version, day, change)}`);
  return { text: `Version ${version} is written.`, json: { version, change, hashes: served() } };
}

const entryOf = (version: string, day: string, change: PolicyChange): string =>
  `- version: "${version}"\n  date: ${day}\n  change: ${change}\n  hashes:\n${languages.map((one) => `    ${one}: ${hashNow(one)}\n`).join('')}`;

async function announce(tenant: string | undefined): Promise<Said> {
  if (!tenant) throw new Error(usage);
  return atCustomer(tenant, async ({ tenant: id, name, database, rooms, now }) => {
    const told = await database.withTenant(id, (tx) => rooms.policyNotices.announce(tx, now));
    return { text: `${name}: ${told} were told.`, json: { tenant: id, told } };
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      version: { type: 'string' },
      change: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const acts: Readonly<Record<string, () => Said | Promise<Said>>> = {
    lint: checked,
    status,
    release: () => release(values.version, values.change),
    announce: () => announce(values.tenant),
  };
  const act = acts[positionals[0] ?? ''];
  if (!act) throw new Error(usage);
  const said = await act();
  process.stdout.write(`${values.json ? JSON.stringify(said.json) : said.text}\n`);
  if (said.isWrong) process.exitCode = 1;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
