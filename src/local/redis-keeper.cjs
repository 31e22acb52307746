// A Redis in JavaScript, in a process of its own: it ends when its parent does, however that ends.
const { createRedisServer } = require('js-redis-server');

process.once('disconnect', () => process.exit(0));
// A signal may reach the whole group; the parent lets go of us after it has finished what it holds.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
createRedisServer({ port: Number(process.argv[2]) }).catch(() => process.exit(1));
