// The first file that runs, before there are any dependencies: plain Node, nothing else.
// node src/boot.cjs <start|test|tour|migrate> [arguments]
const { createHash } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const modules = path.join(root, 'node_modules');
const programs = {
  start: 'src/main.ts',
  test: 'test/run.ts',
  tour: 'test/tour/main.ts',
  migrate: 'src/data/migrate-main.ts',
};

function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

function checkNode() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20 || major > 24) fail(`Connectus needs Node 20, 22 or 24; this is ${process.versions.node}.`);
}

/** What is installed is what the lock says, for this kind of start. */
function wanted(kind) {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  return createHash('sha256')
    .update(lock)
    .update(kind)
    .update(process.platform + process.arch)
    .digest('hex');
}

const kind = process.env.NODE_ENV === 'production' ? 'production' : 'development';

const mark = path.join(modules, '.connectus');

function isInstalled() {
  try {
    const have = fs.readFileSync(mark, 'utf8');
    // A checkout for development holds all that production needs.
    return have === wanted(kind) || have === wanted('development');
  } catch {
    return false;
  }
}

/** Two starts at once: the second waits for the first, and takes over from one that died. */
function withLock(work) {
  const lock = path.join(root, '.data', 'install.lock');
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  const end = Date.now() + 600_000;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(Number(fs.readFileSync(lock, 'utf8')))) fs.rmSync(lock, { force: true });
      else if (Date.now() > end) fail('Another start is still installing. Try again when it is done.');
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  }
  try {
    work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  if (isInstalled()) return;
  withLock(() => {
    if (isInstalled()) return;
    // Standard output may be one JSON document and nothing else.
    process.stderr.write('Installing what is missing (the first time takes a minute)…\n');
    const omit = kind === 'production' ? ['--omit=dev'] : ['--include=dev'];
    const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...omit], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (result.status !== 0) fail('npm could not install the dependencies; its message stands above.');
    fs.writeFileSync(mark, wanted(kind));
  });
}

const [program = '', ...rest] = process.argv.slice(2);
if (!programs[program]) fail(`Unknown program “${program}”. There are: ${Object.keys(programs).join(', ')}.`);
checkNode();
install();
process.chdir(root);
process.argv = [process.argv[0], path.join(root, programs[program]), ...rest];
require('tsx/cjs');
require(path.join(root, programs[program]));
