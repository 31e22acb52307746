import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Calls } from './calls';
import { Clock } from './clock';
import { worldControl } from './control';
import { page } from './page-files';
import { Router, serve } from './server';
import type { Settings } from './settings';
import { slackControl } from './slack/control';
import { Slack } from './slack/slack';
import { Stream } from './stream';
import { WebhookLog } from './webhook-log';
import { whatsappControl } from './whatsapp/control';
import { WhatsApp } from './whatsapp/whatsapp';
import { readWorld } from './world';

/** The whole outside world behind one port. */
export class Simulator {
  readonly server: Server;

  constructor(settings: Settings) {
    const world = readWorld();
    const clock = new Clock(new Date(settings.clockStart ?? world.start));
    const stream = new Stream(clock);
    const calls = new Calls();
    const log = new WebhookLog();
    const parts = { world, settings, clock, stream, calls, log };
    const whatsapp = new WhatsApp(parts);
    const slack = new Slack(parts);
    const router = new Router();
    worldControl(router, parts);
    whatsappControl(router, whatsapp);
    slackControl(router, slack);
    router.on('*', '/api/:method', (visit) => slack.webApi.visit(visit));
    router.on('*', '/*', async (visit) => (await page(visit)) ?? whatsapp.graph.visit(visit));
    this.server = serve(router);
    this.server.on('listening', () => {
      slack.responseUrls.base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
