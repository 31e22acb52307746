import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Calls } from './calls';
import { Clock } from './clock';
import { worldControl } from './control';
import { page } from './page-files';
import { Router, serve } from './server';
import type { Settings } from './settings';
import { slackControl } from './slack/control';
import { recallSlack, rememberSlack, type SlackMemory } from './slack/memory';
import { Slack } from './slack/slack';
import { StateFile } from './state-file';
import { Stream } from './stream';
import { WebhookLog } from './webhook-log';
import { whatsappControl } from './whatsapp/control';
import { recallWhatsApp, rememberWhatsApp, type WhatsAppMemory } from './whatsapp/memory';
import { WhatsApp } from './whatsapp/whatsapp';
import { readWorld } from './world';

interface Memory {
  now: string;
  whatsapp: WhatsAppMemory;
  slack: SlackMemory;
}

/** The whole outside world behind one port. */
export class Simulator {
  readonly server: Server;
  private readonly clock: Clock;
  private readonly whatsapp: WhatsApp;
  private readonly slack: Slack;
  private readonly file: StateFile<Memory>;

  constructor(settings: Settings) {
    const world = readWorld();
    this.file = new StateFile<Memory>(settings.stateFile);
    const memory = this.file.read();
    this.clock = new Clock(new Date(memory?.now ?? settings.clockStart ?? world.start));
    const { clock } = this;
    const parts = { world, settings, clock, stream: new Stream(clock), calls: new Calls(), log: new WebhookLog() };
    this.whatsapp = new WhatsApp(parts);
    this.slack = new Slack(parts);
    this.server = serve(this.router(parts));
    // Only now is it known where the product can answer to.
    this.server.once('listening', () => this.begin(memory));
  }

  close(): void {
    this.save();
    this.server.close();
    this.server.closeAllConnections();
  }

  private router(parts: Parameters<typeof worldControl>[1]): Router {
    const { whatsapp, slack } = this;
    const router = new Router();
    worldControl(router, parts, whatsapp.people);
    whatsappControl(router, whatsapp);
    slackControl(router, slack);
    router.on('*', '/api/:method', (visit) => slack.webApi.visit(visit));
    router.on('*', '/*', async (visit) => (await page(visit)) ?? whatsapp.graph.visit(visit));
    return router;
  }

  private begin(memory: Memory | undefined): void {
    this.slack.listenAt(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
    if (memory) {
      recallWhatsApp(this.whatsapp, memory.whatsapp);
      recallSlack(this.slack, memory.slack);
    }
    this.clock.onMove(() => this.save());
    this.file.saveOften(() => this.save());
  }

  private save(): void {
    this.file.write(() => ({
      now: this.clock.now().toISOString(),
      whatsapp: rememberWhatsApp(this.whatsapp),
      slack: rememberSlack(this.slack),
    }));
  }
}
