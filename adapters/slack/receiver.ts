import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { App, Receiver } from '@slack/bolt';
import { type Request, type Response, Router, raw } from 'express';
import type { ChannelDeps, ChannelEvent } from '../../src/channel';
import { describeError } from '../../src/log';
import type { Json } from './json';
import { eventsPath } from './manifest';
import { type From, parseOther } from './parse';
import { checkSignature } from './signature';

type Receive = (events: readonly ChannelEvent[]) => Promise<void>;
/** What Bolt's listeners made of a request; `undefined` where somebody spoke, but not to us. */
export type Heard = (ChannelEvent | undefined)[];

export const app = 'default';
/** Slack waits three seconds, and asks again later when we are not done. */
const patienceMs = 2_500;
const limit = '1mb';

/** Stores, then acknowledges: Bolt's listeners turn a request into events, and only after those are committed is it answered. */
export class StoringReceiver implements Receiver {
  private app: App | undefined;

  constructor(
    private readonly secrets: readonly string[],
    private readonly deps: ChannelDeps,
  ) {}

  init(app: App): void {
    this.app = app;
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  routes(receive: Receive): Router {
    const router = Router();
    router.post(eventsPath, raw({ type: () => true, limit, inflate: false }), (request, response) =>
      this.accept(request, response, receive),
    );
    return router;
  }

  private async accept(request: Request, response: Response, receive: Receive): Promise<void> {
    const bytes: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const contentType = request.header('content-type') ?? '';
    // Slack looks at our certificate so, unsigned.
    if (contentType.startsWith(formType) && bytes.toString('latin1').split('&').includes('ssl_check=1'))
      return void response.sendStatus(200);
    const headers = {
      signature: request.header('x-slack-signature'),
      timestamp: request.header('x-slack-request-timestamp'),
    };
    const { clock, log } = this.deps;
    const signature = checkSignature(bytes, headers, this.secrets, clock.now());
    if (signature !== 'ok') {
      const code = `SIGNATURE_${signature.toUpperCase()}`;
      log.warn({ event: 'webhook.refused', adapter: 'slack', code }, 'a request was not signed by Slack');
      return void response.sendStatus(401);
    }
    const body = read(bytes, contentType);
    if (!body) return void response.sendStatus(400);
    if (body.type === 'url_verification') return void response.json({ challenge: body.challenge });
    const { stored, said } = await this.take(body, bytes, receive);
    if (stored && said) response.json(said);
    else response.status(stored ? 200 : 503).end();
  }

  /** Durable before it is acknowledged, whichever way it came; or not at all. @param bytes as they came */
  async take(body: Json, bytes: Buffer, receive: Receive): Promise<{ stored: boolean; said?: unknown }> {
    const late = AbortSignal.timeout(patienceMs);
    const answer: { said?: unknown } = {};
    const stored = await Promise.race([
      this.store(body, this.from(bytes), receive, late, answer),
      once(late, 'abort').then(() => false),
    ]).catch((error) => {
      this.deps.log.error(
        { event: 'webhook.not_stored', adapter: 'slack', ...describeError(error) },
        'a request could not be stored; Slack brings events again',
      );
      return false;
    });
    return { stored, ...answer };
  }

  private from(bytes: Buffer): From {
    return { app, now: this.deps.clock.now(), digest: createHash('sha256').update(bytes).digest('base64url') };
  }

  private async store(
    body: Json,
    from: From,
    receive: Receive,
    late: AbortSignal,
    answer: { said?: unknown },
  ): Promise<boolean> {
    const heard: Heard = [];
    const ack = async (said?: unknown) => {
      answer.said = said;
    };
    // Bolt throws at shapes it does not expect: they are kept like those that it does not know.
    await this.app?.processEvent({ body, ack, customProperties: { heard, from } }).catch(() => {});
    if (heard.length === 0) heard.push(parseOther(body, from));
    if (late.aborted) return false; // it was told as failed, so it must not happen
    await receive(heard.filter((event) => event !== undefined));
    return true;
  }
}

const formType = 'application/x-www-form-urlencoded';

/** Events come as JSON; commands and buttons as a form, the latter with JSON in its one field. */
function read(bytes: Buffer, contentType: string): Json | undefined {
  try {
    const text = bytes.toString('utf8');
    if (contentType.startsWith('application/json')) return object(JSON.parse(text));
    if (!contentType.startsWith(formType)) return undefined;
    const form = Object.fromEntries(new URLSearchParams(text));
    return form.payload === undefined ? form : object(JSON.parse(form.payload));
  } catch {
    return undefined;
  }
}

const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
