import type { App, Receiver } from '@slack/bolt';
import { type Request, type Response, Router, raw } from 'express';
import type { ChannelDeps, ChannelEvent } from '../../src/channel';
import { checkSignature } from './signature';

type Json = Record<string, unknown>;
type Receive = (events: readonly ChannelEvent[]) => Promise<void>;

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
    router.post('/slack/events', raw({ type: () => true, limit, inflate: false }), (request, response) =>
      this.accept(request, response, receive),
    );
    return router;
  }

  private async accept(request: Request, response: Response, receive: Receive): Promise<void> {
    const bytes: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const headers = {
      signature: request.header('x-slack-signature'),
      timestamp: request.header('x-slack-request-timestamp'),
    };
    const signature = checkSignature(bytes, headers, this.secrets, this.deps.clock.now());
    if (signature !== 'ok') {
      this.deps.log.warn(
        { event: 'webhook.refused', adapter: 'slack', code: `SIGNATURE_${signature.toUpperCase()}` },
        'a request was not signed by Slack',
      );
      return void response.sendStatus(401);
    }
    const body = read(bytes, request.header('content-type') ?? '');
    if (!body) return void response.sendStatus(400);
    if (body.type === 'url_verification') return void response.json({ challenge: body.challenge });
    if (body.ssl_check === '1') return void response.sendStatus(200);
    const stored = await this.store(body, request, receive);
    response.status(stored ? 200 : 503).end();
  }

  private async store(body: Json, request: Request, receive: Receive): Promise<boolean> {
    const events: ChannelEvent[] = [];
    const work = async () => {
      await this.app?.processEvent({
        body,
        ack: async () => {},
        customProperties: { events },
        retryNum: Number(request.header('x-slack-retry-num') ?? 0),
      });
      await receive(events);
      return true;
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((done) => {
      timer = setTimeout(() => done(false), patienceMs);
    });
    return Promise.race([work().catch(() => false), late]).finally(() => clearTimeout(timer));
  }
}

/** Events come as JSON; commands and buttons as a form, the latter with JSON in its one field. */
function read(bytes: Buffer, contentType: string): Json | undefined {
  try {
    const text = bytes.toString('utf8');
    if (contentType.startsWith('application/json')) return object(JSON.parse(text));
    if (!contentType.startsWith('application/x-www-form-urlencoded')) return undefined;
    const form = Object.fromEntries(new URLSearchParams(text));
    return form.payload === undefined ? form : object(JSON.parse(form.payload));
  } catch {
    return undefined;
  }
}

const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
