// The first file that runs, before there are any dependencies: plain Node, nothing else.
// node src/boot.cjs <start|test|tour|migrate|intents|…> [arguments]

const least = { 20: 19, 22: 13, 24: 0 };
const [major, minor] = process.versions.node.split('.').map(Number);
// Before anything that an old Node would not understand.
if (!(minor >= least[major]))
  fail(`Connectus needs Node 20 (from 20.19), 22 (from 22.13) or 24; this is ${process.versions.node}.`);
if (process.platform === 'win32') fail('Connectus runs on Linux and macOS; on Windows, inside WSL.');

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const lock = path.join(root, '.data', 'install.lock');
const isProduction = process.env.NODE_ENV === 'production';
const programs = {
  start: 'src/main.ts',
  test: 'test/run.ts',
  tour: 'test/tour/main.ts',
  migrate: 'src/data/migrate-main.ts',
  'no-molestar': 'src/tools/no-molestar.ts',
  'keys:rotate-stop': 'src/tools/rotate-stop.ts',
  fuzz: 'bench/fuzz.ts',
  intents: 'src/workbench/main.ts',
  'intents:bench': 'bench/understanding.ts',
  import: 'src/importing/main.ts',
  bench: 'bench/main.ts',
  chaos: 'bench/chaos.ts',
  'policy:prove': 'bench/policy.ts',
  'gate:explain': 'src/tools/gate-explain.ts',
  'processing-register': 'src/tools/processing-register.ts',
  kill: 'src/tools/kill.ts',
  account: 'src/tools/account.ts',
  notices: 'src/tools/notices.ts',
  policy: 'src/tools/policy.ts',
  authority: 'src/tools/authority.ts',
  'audit:verify': 'src/tools/audit-verify.ts',
  retention: 'src/tools/retention.ts',
  backup: 'src/tools/backup.ts',
  restore: 'src/tools/restore.ts',
  'keys:rotate-master': 'src/tools/rotate-master.ts',
  verify: 'src/tools/verify.ts',
  doctor: 'src/doctor/main.ts',
  'tenant:exit': 'src/tools/tenant-exit.ts',
  'slack:manifest': 'adapters/slack/manifest-main.ts',
};

function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

const packagesOf = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages;

/** npm writes down what it installed as its last step: it must hold all that the lock asks for, on this kind of machine. */
function isInstalled() {
  try {
    const have = packagesOf('node_modules/.package-lock.json');
    const wanted = Object.entries(packagesOf('package-lock.json')).filter(
      ([at, { optional, devOptional, dev }]) => at && !optional && !devOptional && !(isProduction && dev),
    );
    const isThisMachines = `node_modules/@esbuild/${process.platform}-${process.arch}` in have;
    return isThisMachines && wanted.every(([at, { version }]) => have[at]?.version === version);
  } catch {
    return false;
  }
}

/** Two starts at once: the second waits for the first, and takes over from one that died. */
async function installOnce() {
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  for (let tries = 0; !takeLock(); tries++) {
    if (tries === 1) process.stderr.write('Another start is installing; waiting for it…\n');
    await new Promise((done) => setTimeout(done, 250 + Math.random() * 250));
  }
  process.once('exit', () => fs.rmSync(lock, { force: true }));
  if (!isInstalled()) await install();
  fs.rmSync(lock, { force: true });
}

// A link comes into being together with what it says: who installs.
function takeLock() {
  try {
    fs.symlinkSync(String(process.pid), lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isInstalling(holder())) fs.rmSync(lock, { force: true });
    return false;
  }
}

function holder() {
  try {
    return Number(fs.readlinkSync(lock));
  } catch {
    return 0; // let go of in this moment
  }
}

function isInstalling(pid) {
  try {
    process.kill(pid, 0);
    // The number of a process that is gone may be another program's by now.
    return process.platform !== 'linux' || /boot\.cjs|npm/.test(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  // Standard output may be one JSON document and nothing else.
  process.stderr.write('Installing what is missing (the first time takes a minute)…\n');
  const kind = isProduction ? '--omit=dev' : '--include=dev';
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', kind], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (npm.pid) holdFor(npm.pid);
  const pass = (signal) => npm.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((done) => {
    npm.once('error', () => fail('npm is not on the PATH; it comes with Node.'));
    npm.once('exit', (code) => {
      for (const signal of signals) process.off(signal, pass);
      if (code === 0) done();
      else fail('npm could not install the dependencies; its message stands above.');
    });
  });
}

// npm goes on when we are killed; until it ends nobody else may begin.
function holdFor(pid) {
  fs.symlinkSync(String(pid), `${lock}.npm`);
  fs.renameSync(`${lock}.npm`, lock);
}

async function main([program = '', ...rest]) {
  if (!programs[program]) fail(`Unknown program “${program}”. There are: ${Object.keys(programs).join(', ')}.`);
  if (!isInstalled()) await installOnce();
  process.chdir(root);
  process.argv = [process.argv[0], path.join(root, programs[program]), ...rest];
  require('tsx/cjs');
  require(process.argv[1]);
}

main(process.argv.slice(2)).catch((error) =>
  fail(
    ['EACCES', 'EROFS', 'EPERM'].includes(error.code)
      ? `This user may not write to ${error.path}. Give them the folder, or start as its owner.`
      : error.stack,
  ),
);
