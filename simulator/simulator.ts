import type { Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { browseControl } from './browse';
import { Calls } from './calls';
import { Clock } from './clock';
import { worldControl } from './control';
import { emailControl } from './email/control';
import { Email } from './email/email';
import { page } from './page-files';
import { Gateway, type Order } from './payments/gateway';
import { Router, serve } from './server';
import type { Settings } from './settings';
import { slackControl } from './slack/control';
import { recallSlack, rememberSlack, type SlackMemory } from './slack/memory';
import { Slack } from './slack/slack';
import { smsControl } from './sms/control';
import { Sms } from './sms/sms';
import { StateFile } from './state-file';
import { Stream } from './stream';
import { shownTalk, type TalkMessage, type TalksMemory } from './talks';
import { WebhookLog } from './webhook-log';
import { whatsappControl } from './whatsapp/control';
import { recallWhatsApp, rememberWhatsApp, type WhatsAppMemory } from './whatsapp/memory';
import { WhatsApp } from './whatsapp/whatsapp';
import { linesOf, readWorld } from './world';

interface Memory {
  now: string;
  whatsapp: WhatsAppMemory;
  slack: SlackMemory;
  sms?: TalksMemory;
  email?: TalksMemory;
  payments?: readonly Order[];
}

/** The whole outside world behind one port. */
export class Simulator {
  readonly server: Server;
  private readonly clock: Clock;
  private readonly whatsapp: WhatsApp;
  private readonly slack: Slack;
  private readonly sms: Sms;
  private readonly email: Email;
  private readonly gateway = new Gateway(() => this.own);
  /** Where it is reached itself. */
  private own = '';
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
    const tell = (channel: 'sms' | 'email') => (message: TalkMessage) =>
      parts.stream.tell(channel, () => ({
        person: message.person,
        number: message.number,
        message: shownTalk(message),
      }));
    const { password } = settings.sms;
    this.sms = new Sms({ clock, password, numbers: linesOf(world, 'sms'), changed: tell('sms') });
    const { port: _own, ...mail } = settings.email;
    this.email = new Email({ clock, ...mail, addresses: linesOf(world, 'email'), changed: tell('email') });
    this.server = serve(
      this.router({
        ...parts,
        isIn: (team) => this.slack.access.isIn(team),
        isHeard: (waba) => this.whatsapp.onboarding.isHeard(waba),
      }),
    );
    this.slack.sockets.listen(this.server);
    // Only now is it known where the product can answer to.
    this.server.once('listening', () => this.begin(memory));
  }

  /** The carrier and the mail server beside the one that the page is on. @returns their ports */
  async listen({ sms, email }: Pick<Settings, 'sms' | 'email'>): Promise<{ smpp: number; smtp: number }> {
    const listening = (server: NetServer, port: number) =>
      new Promise<number>((done, failed) => {
        server.once('error', failed);
        server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port));
      });
    return {
      smpp: await listening(this.sms.centre.server, sms.port),
      smtp: await listening(this.email.server.server as NetServer, email.port),
    };
  }

  close(): void {
    this.save();
    this.sms.centre.close();
    this.email.close();
    this.slack.sockets.close();
    this.server.close();
    this.server.closeAllConnections();
  }

  private router(parts: Parameters<typeof worldControl>[1]): Router {
    const { whatsapp, slack, sms, email } = this;
    const router = new Router();
    worldControl(router, parts, whatsapp.people);
    whatsappControl(router, whatsapp);
    slackControl(router, slack);
    smsControl(router, sms);
    emailControl(router, email);
    this.gateway.mount(router);
    browseControl(router, parts.settings);
    router.on('*', '/api/:method', (visit) => slack.webApi.visit(visit));
    router.on('*', '/*', async (visit) => (await page(visit)) ?? whatsapp.graph.visit(visit));
    return router;
  }

  private begin(memory: Memory | undefined): void {
    this.own = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.slack.listenAt(this.own);
    if (memory) {
      for (const order of memory.payments ?? []) this.gateway.orders.push(order);
      recallWhatsApp(this.whatsapp, memory.whatsapp);
      recallSlack(this.slack, memory.slack);
      for (const message of memory.sms ?? []) this.sms.talks.restore(message);
      for (const message of memory.email ?? []) this.email.talks.restore(message);
    }
    this.clock.onMove(() => this.save());
    this.file.saveOften(() => this.save());
  }

  private save(): void {
    this.file.write(() => ({
      now: this.clock.now().toISOString(),
      whatsapp: rememberWhatsApp(this.whatsapp),
      slack: rememberSlack(this.slack),
      sms: this.sms.talks.remember(),
      email: this.email.talks.remember(),
      payments: this.gateway.orders.items,
    }));
  }
}
