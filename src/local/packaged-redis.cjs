// A Redis in JavaScript, in a process of its own: it ends when its parent does, however that ends.
const { createRedisServer } = require('js-redis-server');

process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent stops us after it has finished what it holds.
process.on('SIGINT', () => {});
createRedisServer({ port: Number(process.argv[2]) }).catch(() => process.exit(1));
