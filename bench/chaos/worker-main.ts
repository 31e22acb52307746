import { adapter } from '../../adapters/whatsapp';
import { guards } from '../../src/domain/delivery/guards';
import { createLog } from '../../src/log';
import { wire } from '../../test/support/world';
import type { ProductOrder } from '../system/product';
import { sabotage } from './sabotage';

// The way out and the receipts' way in, wired as the product does, in a process of its own that may be broken at any call.
const order = JSON.parse(process.env.PRODUCT_ORDER ?? '') as ProductOrder;
const { DATABASE_APP_URL = '', REDIS_URL = '', MASTER_KEY = '', DATA_DIR = '', LOG_LEVEL = 'silent' } = order.settings;
if (order.watched) sabotage(order.watched.file);
// Here half of all people leave a campaign, and nobody is there to let it go on: the guard that would hold it has tests of its own.
for (const code of ['OPT_OUT_SPIKE', 'FAILURE_SPIKE'] as const) guards.spikes[code].count = Number.MAX_SAFE_INTEGER;
process.env.TEST_FOLDER = DATA_DIR;

const log = createLog(LOG_LEVEL);
const deps = { clock: { now: () => here.clock.now() }, log, sender: async () => undefined };
const channel = adapter.create(adapter.settings.parse(order.settings), deps);
const place = { appUrl: DATABASE_APP_URL, redis: { url: REDIS_URL, prefix: '{connectus}' }, master: MASTER_KEY };
const here = wire(place, { channel, log });
here.clock.at = new Date(order.at);

process.on('message', (message: { do?: string; at?: string }) => {
  if (message.do === 'clock') here.clock.at = new Date(message.at ?? '');
  if (message.do !== 'go') return;
  here.start();
  process.send?.({ is: 'started' });
});
process.once('disconnect', () => process.exit(0));
let stopping = false;
process.once('SIGTERM', () => {
  stopping = true;
  void here.stop().then(() => process.exit(0));
});
process.on('unhandledRejection', (error) => {
  if (stopping) return; // as src/main.ts
  process.stderr.write(`nobody caught: ${(error as Error).stack}\n`);
  process.exit(1);
});
process.send?.({ is: 'ready' });
