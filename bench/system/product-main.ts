import { createApp } from '../../src/app';
import { FollowingClock } from '../../src/clock';
import { loadConfig } from '../../src/config';
import { loadAdapters, settingsOf } from '../../src/load';
import { createLog } from '../../src/log';
import { sabotage } from '../chaos/sabotage';
import { makePlain } from './plain';
import type { ProductOrder } from './product';

/** One process of the product, as src/main.ts has it, but with servers and an outside world that somebody else started. */
async function main(): Promise<void> {
  const order = JSON.parse(process.env.PRODUCT_ORDER ?? '') as ProductOrder;
  if (order.plain) makePlain();
  if (order.watched) sabotage(order.watched.file);
  const adapters = loadAdapters();
  const config = loadConfig(settingsOf(adapters), order.settings, order.settings.DATA_DIR ?? '');
  const clock = new FollowingClock();
  clock.follow(new Date(order.at));
  const app = await createApp({ config, log: createLog(config.LOG_LEVEL ?? 'silent'), clock, adapters });
  process.on('message', async (message: { do?: string; at?: string }) => {
    if (message.do === 'clock') clock.follow(new Date(message.at ?? ''));
    if (message.do !== 'go') return;
    await app.start();
    process.send?.({ is: 'started' });
  });
  process.once('disconnect', () => process.exit(0));
  let stopping = false;
  process.once('SIGTERM', () => {
    stopping = true;
    void app.stop().then(() => process.exit(0));
  });
  process.on('unhandledRejection', (error) => {
    if (stopping) return; // as src/main.ts
    process.stderr.write(`nobody caught: ${(error as Error).stack}\n`);
    process.exit(1);
  });
  process.send?.({ is: 'ready' });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
