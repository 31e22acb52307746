import type { Calls } from '../calls';
import type { Clock } from '../clock';
import { badRequest, notFound } from '../errors';
import { Faults } from '../faults';
import { type Json, text } from '../json';
import { get, post } from '../post';
import type { Settings } from '../settings';
import type { Stream } from '../stream';
import type { WebhookLog } from '../webhook-log';
import type { World } from '../world';
import { accountRoutes } from './account';
import { Chats, shown } from './chats';
import type { Fault } from './faults';
import { Graph, unknownObject } from './graph';
import { Media } from './media';
import { Messages } from './messages';
import type { Message } from './model';
import { Numbers, type Template } from './numbers';
import { Onboarding } from './onboarding';
import { People } from './people';
import { PeopleWrite } from './people-write';
import { Receipts } from './receipts';
import { metaJson, signature } from './signing';
import { TemplateDesk } from './template-desk';
import { Verdicts } from './verdicts';
import { Webhooks } from './webhooks';

const path = '/webhooks/whatsapp';
const patienceMs = 30_000;

interface Parts {
  world: World;
  settings: Settings;
  clock: Clock;
  stream: Stream;
  calls: Calls;
  log: WebhookLog;
}

/** Meta's side: people with phones, the Graph API, webhooks. */
export class WhatsApp {
  readonly numbers: Numbers;
  readonly people: People;
  readonly chats: Chats;
  readonly webhooks: Webhooks;
  readonly receipts: Receipts;
  readonly writing: PeopleWrite;
  readonly faults = new Faults<Fault>();
  readonly messages: Messages;
  readonly graph: Graph;
  readonly media: Media;
  readonly onboarding: Onboarding;
  private readonly verdicts: Verdicts;

  constructor(private readonly parts: Parts) {
    const { world, settings, clock, stream, calls, log } = parts;
    this.numbers = new Numbers(world.businesses);
    this.people = new People(world);
    this.chats = new Chats(this.people, this.numbers, (message) => stream.tell('whatsapp', () => told(message)));
    this.onboarding = new Onboarding(world.businesses, this.numbers);
    const isHeard = (waba: string) => this.onboarding.isHeard(waba);
    this.webhooks = new Webhooks(clock, `${settings.productUrl}${path}`, settings.whatsapp.appSecret, log, isHeard);
    this.receipts = new Receipts(clock, this.chats, this.webhooks);
    this.media = new Media(clock);
    this.writing = new PeopleWrite(clock, this.people, this.chats, this.webhooks, this.media);
    this.messages = new Messages(clock, this.people, this.numbers, this.chats, this.receipts, this.faults, (id) => {
      return this.media.look(id) !== undefined;
    });
    const ownToken = (token: string) => this.onboarding.token(token)?.waba;
    const ownerOf = (id: string) => this.numbers.find(id)?.waba ?? id;
    this.graph = new Graph(settings.whatsapp.token, calls, { ownToken, ownerOf });
    this.onboarding.join(this.graph);
    for (const [name, isMarketing] of [
      ['messages', false],
      ['marketing_messages', true],
    ] as const)
      this.graph.on('POST', new RegExp(`^/(\\d+)/${name}$`), (id, read, visit) => {
        const number = this.numbers.find(id);
        if (!number) throw unknownObject(id, 'POST');
        return this.messages.send(number, read(), isMarketing, visit);
      });
    this.media.join(this.graph, (id) => this.numbers.find(id) !== undefined);
    accountRoutes(this.graph, { numbers: this.numbers, people: this.people, chats: this.chats });
    this.verdicts = new Verdicts(clock, this.webhooks);
    new TemplateDesk(clock, this.numbers, this.verdicts.judge, this.verdicts.refile).join(this.graph);
  }

  /** Meta looks at a template again, and says what it thinks now: its status, its quality or its category. */
  review(name: string, given: Json): Json {
    const number = this.numbers.get(text(given.number) ?? '');
    const template = this.numbers.template(number.waba, name, text(given.language));
    if (!template) throw notFound(`template ${name}`);
    const [status, quality, category] = ['status', 'quality', 'category'].map((key) => text(given[key])?.toUpperCase());
    if (![status, quality, category].some((one) => one && /^[A-Z_]+$/.test(one))) throw badRequest('status is missing');
    if (quality) this.verdicts.rate(template, quality);
    if (category) this.verdicts.refile(template, category as Template['category']);
    if (status) this.verdicts.judge(template, status, text(given.reason));
    return { template };
  }

  /** Sends any body to the product at once, signed as asked. */
  async forge(given: Json): Promise<Json> {
    const { settings, log } = this.parts;
    const body = typeof given.body === 'string' ? given.body : metaJson(given.body ?? {});
    const times = Math.min(Math.max(Number(given.times ?? 1), 1), 1_000);
    const url = `${settings.productUrl}${text(given.path) ?? path}`;
    const kind = text(given.signature) ?? 'valid';
    const secret = kind === 'wrong' ? 'not the secret' : settings.whatsapp.appSecret;
    const signed = kind === 'none' ? {} : { 'x-hub-signature-256': signature(secret, body) };
    const headers = { 'content-type': 'application/json', ...signed, ...(given.headers as Record<string, string>) };
    const replies = await Promise.all(Array.from({ length: times }, () => post(url, headers, body, patienceMs)));
    for (const reply of replies) log.add(url, body, 1, reply);
    const [first] = replies;
    return {
      status: first?.status,
      text: first?.text,
      ...(first?.error && { error: first.error }),
      statuses: replies.map(({ status }) => status),
    };
  }

  /** Subscribes to the product's webhook, with the agreed word unless another is given. */
  async handshake(token = this.parts.settings.whatsapp.verifyToken): Promise<Json> {
    const challenge = String(Math.floor(Math.random() * 1e10));
    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.challenge': challenge,
      'hub.verify_token': token,
    });
    const reply = await get(`${this.parts.settings.productUrl}${path}?${query}`, patienceMs);
    return { status: reply.status, text: reply.text, isVerified: reply.status === 200 && reply.text === challenge };
  }

  tune(given: Json): Json {
    for (const name of ['duplicate', 'batch', 'delayMs'] as const) {
      if (given[name] === undefined) continue;
      const amount = Number(given[name]);
      if (!Number.isFinite(amount) || amount < 0) throw badRequest(`${name} is a number`);
      this.webhooks.tune({ [name]: amount });
    }
    if (given.shuffle !== undefined) this.webhooks.tune({ shuffle: given.shuffle === true });
    if (given.window !== undefined)
      this.messages.refusesClosedWindow = given.window === 'at_once' ? 'at_once' : 'later';
    if (given.throughput !== undefined)
      for (const number of this.numbers.all()) this.messages.throttle(number, Number(given.throughput));
    return { ...this.webhooks.state(), window: this.messages.refusesClosedWindow };
  }
}

const told = (message: Message) => ({ phone: message.person.id, number: message.number.id, message: shown(message) });
