import { parseArgs } from 'node:util';
import { startSystem } from '../support/system';
import { Outside } from './outside';
import { takePictures } from './pictures';
import { rightsSteps } from './rights';
import { castOf, steps } from './steps';

interface Taken {
  name: string;
  ok: boolean;
  evidence: string;
}

/**
 * The whole story from outside: `npm run tour`, against a system of its own or, with `-- --url <page>`, one that runs.
 * With `-- --pictures <folder>` it takes the pictures of docs/rights.md instead. With `npm run -s tour -- --json` standard output is one document `{ steps, failed }` and nothing else.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, pictures: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const tell = (line: string) => void (values.json || process.stdout.write(`${line}\n`));
  if (!values.url) tell('Starting a system of its own…');
  const system = values.url ? undefined : await startSystem();
  const interrupted = () => void system?.close().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const url = values.url?.replace(/\/$/, '') ?? system?.worldUrl ?? '';
    if (values.pictures) return await takePictures(url, values.pictures, tell);
    const taken = await take(url, tell);
    const failed = taken.filter((step) => !step.ok).length;
    if (values.json) process.stdout.write(`${JSON.stringify({ steps: taken, failed }, null, 2)}\n`);
    else tell(`\n${taken.length} steps, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await system?.close();
  }
}

async function take(url: string, tell: (line: string) => void): Promise<Taken[]> {
  const tour = await castOf(new Outside(url, (line) => tell(`   ${line}`)));
  const taken: Taken[] = [];
  for (const step of [...steps, ...rightsSteps]) {
    tell(`\n${taken.length + 1}. ${step.name}`);
    const outcome = await step.run(tour).then(
      (evidence) => ({ ok: true, evidence }),
      (error: Error) => ({ ok: false, evidence: error.message }),
    );
    tell(`   ${outcome.ok ? '✓' : '✗'} ${outcome.evidence}`);
    taken.push({ name: step.name, ...outcome });
  }
  return taken;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
