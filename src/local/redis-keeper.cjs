// A Redis that ends when its parent does, however that ends: node redis-keeper.cjs <port> [binary]
// The first message from the parent is the password, so that it stands in no list of processes.
const { spawn } = require('node:child_process');
const { Server } = require('node:net');

const [port, binary] = process.argv.slice(2);
let end = () => process.exit(0);

process.once('disconnect', () => end());
process.once('SIGTERM', () => end());
// Ctrl-C reaches the whole group; the parent stops us after it has finished what it holds.
process.on('SIGINT', () => {});
process.once('message', (password) => (binary ? startBinary(password) : startPackaged(password)));

function startBinary(password) {
  const redis = spawn(binary, ['-'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  end = () => redis.kill('SIGTERM');
  redis.once('error', () => process.exit(1));
  redis.once('exit', (code) => process.exit(code ?? 0));
  const settings = { bind: '127.0.0.1', port, save: '""', appendonly: 'no', requirepass: password };
  redis.stdin.end(
    Object.entries({ ...settings, 'maxmemory-policy': 'noeviction' })
      .map((line) => `${line.join(' ')}\n`)
      .join(''),
  );
}

/** The one in JavaScript. By itself it would listen to the whole network, and ask nobody for a password. */
async function startPackaged(password) {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (at) {
    return listen.call(this, at, '127.0.0.1');
  };
  const { createRedisServer } = require('js-redis-server');
  const { state } = await createRedisServer({ port: Number(port) });
  state.requirepass = password;
}
