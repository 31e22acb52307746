import { adapter } from '../../adapters/whatsapp';
import { silentLog } from '../../src/log';
import { start } from './ground';
import type { WorkerOrder } from './workers';
import { wire } from './world';

// A worker of the product as a process of its own: it may be killed at any moment.
const { place, graphUrl, killAt } = JSON.parse(process.env.WORKER_ORDER ?? '') as WorkerOrder;
const settings = { WHATSAPP_APP_SECRET: 'x', WHATSAPP_VERIFY_TOKEN: 'x', WHATSAPP_GRAPH_URL: graphUrl };
const deps = { clock: { now: () => start }, log: silentLog, sender: async () => undefined };
const channel = adapter.create(adapter.settings.parse(settings), deps);

let seen = 0;
const here = wire(place, {
  channel,
  onMoment: (moment) => {
    if (moment === killAt?.moment && ++seen === killAt.nth) process.kill(process.pid, 'SIGKILL');
  },
});

process.once('message', () => here.start());
process.once('disconnect', () => process.exit(0));
let stopping = false;
process.once('SIGTERM', () => {
  stopping = true;
  void here.stop().then(() => process.exit(0));
});
process.on('unhandledRejection', () => stopping || process.exit(1)); // as src/main.ts
process.send?.('ready');
