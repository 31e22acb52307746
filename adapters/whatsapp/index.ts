import { type Request, type Response, Router, raw } from 'express';
import { z } from 'zod';
import type { Adapter, Channel, ChannelDeps, ChannelEvent } from '../../src/channel';
import { describeError } from '../../src/log';
import { isTooDeep } from './depth';
import { upload } from './media';
import { parse } from './parse';
import { Sending } from './send';
import { checkSignature, handshake } from './signature';
import { Desk } from './templates';

const settings = z.object({
  WHATSAPP_APP_SECRET: z
    .string()
    .min(1)
    .describe(
      'secret of the Meta application that signs the webhooks; during a rotation the new and the old one, with a comma between',
    ),
  WHATSAPP_OTHER_APPS: z
    .string()
    .regex(/^[\w-]+=[^,=\s]+(,[\w-]+=[^,=\s]+)*$/)
    .optional()
    .describe(
      'Meta applications that customers bring, as name=secret,name=secret; each calls /webhooks/whatsapp/<name>',
    ),
  WHATSAPP_VERIFY_TOKEN: z.string().min(1).describe('the word that Meta repeats when it subscribes to the webhook'),
  WHATSAPP_GRAPH_URL: z.url().default('https://graph.facebook.com').describe('base address of the Graph API'),
  WHATSAPP_GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/)
    .default('v25.0')
    .describe('version of the Graph API'),
});

type Settings = z.infer<typeof settings>;
type Receive = (events: readonly ChannelEvent[]) => Promise<void>;

const deadlineMs = 15_000;
const limit = '3mb'; // what Meta sends at most

function create(config: Settings, deps: ChannelDeps): Channel {
  const graph = { baseUrl: config.WHATSAPP_GRAPH_URL, version: config.WHATSAPP_GRAPH_VERSION, deadlineMs };
  const sending = new Sending(graph);
  return {
    routes: (receive) => routes(config, deps, receive),
    send: (...message) => sending.send(...message),
    seen: (sender, id) => sending.seen(sender, id),
    upload: (sender, medium) => upload(graph, sender, medium),
    templates: new Desk(graph),
    close: () => sending.close(),
  };
}

/** Each application vouches for its own numbers only. */
function secretsByApp({ WHATSAPP_APP_SECRET, WHATSAPP_OTHER_APPS }: Settings): ReadonlyMap<string, readonly string[]> {
  const secrets = new Map([['default', WHATSAPP_APP_SECRET.split(',').map((secret) => secret.trim())]]);
  for (const [app = '', secret = ''] of WHATSAPP_OTHER_APPS?.split(',').map((pair) => pair.split('=')) ?? [])
    secrets.set(app, [...(secrets.get(app) ?? []), secret]);
  return secrets;
}

function routes(config: Settings, deps: ChannelDeps, receive: Receive): Router {
  const secrets = secretsByApp(config);
  const router = Router();
  const paths = ['/webhooks/whatsapp', '/webhooks/whatsapp/:app'];
  router.get(paths, (request, response) => {
    const query = new URL(request.originalUrl, 'http://localhost').searchParams;
    const challenge = handshake(query, config.WHATSAPP_VERIFY_TOKEN);
    if (challenge === undefined) return void response.sendStatus(403);
    response.type('text/plain').send(challenge);
  });
  // The signature is over the bytes as they came: nothing may parse them first.
  router.post(paths, raw({ type: () => true, limit, inflate: false }), (request, response) =>
    accept(request, response, secrets, deps, receive),
  );
  return router;
}

async function accept(
  request: Request,
  response: Response,
  secrets: ReadonlyMap<string, readonly string[]>,
  { log, clock }: ChannelDeps,
  receive: Receive,
): Promise<void> {
  const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const { app = 'default' } = request.params as { app?: string };
  const signature = checkSignature(body, request.header('x-hub-signature-256'), secrets.get(app) ?? []);
  if (signature !== 'ok') {
    const code = `SIGNATURE_${signature.toUpperCase()}`;
    log.warn({ event: 'webhook.refused', adapter: 'whatsapp', code }, 'a webhook was not signed by Meta');
    return void response.sendStatus(401);
  }
  const payload = read(body);
  if (payload === undefined) return void response.sendStatus(400);
  try {
    await receive(parse(payload, app, clock.now()));
    response.sendStatus(200); // only now is it ours: an answer of 200 is never followed by another delivery
  } catch (error) {
    log.error(
      { event: 'webhook.not_stored', adapter: 'whatsapp', ...describeError(error) },
      'a webhook could not be stored; Meta brings it again',
    );
    response.sendStatus(503);
  }
}

/** `undefined` for what is no JSON object, or is nested deeper than anything of Meta's. */
function read(body: Buffer): object | undefined {
  if (isTooDeep(body)) return undefined;
  try {
    const payload: unknown = JSON.parse(body.toString('utf8'));
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

export const adapter: Adapter<Settings> = { name: 'whatsapp', settings, create };
