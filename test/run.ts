import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface Score {
  passed: number;
  failed: number;
}

const code = ['src', 'adapters', 'intents', 'simulator', 'test', 'bench'].filter((folder) => existsSync(folder));

/** What is asked of the whole tree before the tests; each counts as one. Each list goes on by itself. */
const stages: Readonly<Record<string, readonly string[]>>[] = [
  {
    lint: ['biome', 'check', '--error-on-warnings'],
    types: ['tsc', '--noEmit'],
    imports: ['depcruise', ...code],
    unused: ['knip', '--no-progress'],
  },
  // what is learnt here is read by all tests after it
  { intents: ['tsx', 'src/workbench/main.ts', 'test'] },
];

const children = new Set<ChildProcess>();
let isStopping = false;
const report = join('.data', `report-${process.pid}.json`);
process.once('exit', () => rmSync(report, { force: true }));

// All of these tools are programs for Node, so that nothing need be on the PATH.
function run(command: readonly string[], stdio: 'pipe' | 'inherit'): { output: () => string; code: Promise<number> } {
  const [tool = '', ...args] = command;
  const child = spawn(process.execPath, [join('node_modules', '.bin', tool), ...args], {
    stdio: stdio === 'pipe' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'ignore', 'inherit'],
    detached: true, // a group of its own, to be ended as a whole
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number>((done) => child.once('close', (exit) => void (isStopping || done(exit ?? 1))));
  return { output: () => output, code: ended.finally(() => children.delete(child)) };
}

const say = (isGood: boolean, name: string, since: number): void => {
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  process.stdout.write(`${isGood ? '✓' : '✗'} ${name} (${seconds} s)\n`);
};

async function check(name: string, command: readonly string[]): Promise<Score> {
  const since = performance.now();
  const { output, code } = run(command, 'pipe');
  const isGood = (await code) === 0;
  say(isGood, name, since);
  if (!isGood) process.stdout.write(`${output()}\n`);
  return isGood ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Jest speaks for itself while it runs; afterwards its tests are counted from its report. */
async function test(args: readonly string[]): Promise<Score> {
  const since = performance.now();
  const { code } = run(['jest', '--forceExit', '--json', `--outputFile=${report}`, ...args], 'inherit');
  const isGood = (await code) === 0;
  const { passed, failed } = count();
  say(isGood && failed === 0, 'tests', since);
  // A crash, a file that can't be loaded, or no test at all fails too.
  return { passed, failed: isGood && passed > 0 ? failed : Math.max(1, failed) };
}

function count(): Score {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests ?? 0, failed: (numFailedTests ?? 0) + (numRuntimeErrorTestSuites ?? 0) };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

async function main(): Promise<void> {
  const scores: Score[] = [];
  const inTurn = async (list: (typeof stages)[number]) => {
    for (const [name, command] of Object.entries(list)) scores.push(await check(name, command));
  };
  await Promise.all(stages.map(inTurn));
  scores.push(await test(process.argv.slice(2)));
  const total = (of: keyof Score) => scores.reduce((sum, score) => sum + score[of], 0);
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed\n`);
  process.exitCode = total('failed') === 0 ? 0 : 1;
}

// Asked to stop: nothing that was started here outlives us.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const)
  process.once(signal, async () => {
    isStopping = true;
    const gone = [...children].map((child) => new Promise((done) => child.once('close', done)));
    for (const { pid } of children)
      try {
        if (pid) process.kill(-pid, signal);
      } catch {} // it has just ended
    await Promise.all(gone);
    process.exit(128 + number);
  });

void main();
