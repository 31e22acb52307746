import { parseArgs } from 'node:util';
import { systemClock } from '../clock';
import { type Config, ConfigError, loadConfig, readDotEnv } from '../config';
import type { Language } from '../intent';
import { loadAdapters, root, settingsOf } from '../load';
import { signingKeyHere } from '../local/key-file';
import { dataDirOf, reachable } from '../local/reach';
import { newSecrets, simulatedWorld } from '../local/simulator';
import { examine } from './examine';
import { type Finding, wrong } from './finding';
import { lineOf, sumOf } from './say';

/** The settings that a start would have. Where nothing is given, what this machine lends to a system that runs. @throws ConfigError */
function settingsHere(adapters: ReturnType<typeof loadAdapters>): Config {
  const environment = process.env;
  const given = { ...readDotEnv(root), ...environment };
  if (given.NODE_ENV === 'production') return loadConfig(settingsOf(adapters), environment, root);
  const port = Number(given.SIMULATOR_PORT) || (Number(given.PORT) || 3000) + 1;
  const world = simulatedWorld(given.SIMULATOR_URL || `http://127.0.0.1:${port}`, newSecrets());
  const config = loadConfig(settingsOf(adapters), environment, root, { ...world, DATA_DIR: dataDirOf() });
  const { url, masterKey } = reachable();
  const signing = signingKeyHere();
  return {
    ...config,
    ...(url && { DATABASE_APP_URL: url }),
    ...(masterKey && { MASTER_KEY: masterKey }),
    ...(signing && { SIGNING_KEY: signing }),
  };
}

async function findings(): Promise<Finding[]> {
  const adapters = loadAdapters();
  try {
    return await examine(settingsHere(adapters), adapters, systemClock);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => wrong('SETTING', problem.split(' ')[0], { problem }));
  }
}

/** `npm run doctor [-- --json]`: a line for each thing that settings can get wrong. Ends with 1 if one is. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const language = (/^(es|en|pt)/.exec(process.env.LANG ?? '')?.[1] ?? 'en') as Language;
  const found = await findings();
  const isWell = found.every(({ state }) => state !== 'wrong');
  const lines = found.map((one) => ({ ...one, text: lineOf(one, language) }));
  if (values.json) process.stdout.write(`${JSON.stringify({ well: isWell, findings: lines })}\n`);
  else process.stdout.write(`${[...lines.map(({ text }) => text), '', sumOf(found, language)].join('\n')}\n`);
  if (!isWell) process.exitCode = 1;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
