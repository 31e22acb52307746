import { Router } from 'express';
import { z } from 'zod';
import type { Adapter, Channel, ChannelDeps } from '../../src/channel';
import { MetaConnecting } from './connecting';
import { examineAccount, examineNumber } from './examine';
import { forget } from './forget';
import { fetch, upload } from './media';
import { Sending } from './send';
import { handshake } from './signature';
import { standing } from './standing';
import { Desk } from './templates';
import { webhooks } from './webhook';

const settings = z.object({
  WHATSAPP_APP_SECRET: z
    .string()
    .min(1)
    .describe(
      'secret of the Meta application that signs the webhooks; during a rotation the new and the old one, with a comma between',
    ),
  WHATSAPP_APP_ID: z
    .string()
    .regex(/^\d+$/)
    .optional()
    .describe('id of that application: a token that a customer made for another one is then refused when it is pasted'),
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

const deadlineMs = 15_000;

function create(config: Settings, deps: ChannelDeps): Channel {
  const graph = { baseUrl: config.WHATSAPP_GRAPH_URL, version: config.WHATSAPP_GRAPH_VERSION, deadlineMs };
  const sending = new Sending(graph);
  return {
    routes: () => subscription(config),
    webhooks: (receive) => webhooks(secretsByApp(config), deps, receive),
    send: (...message) => sending.send(...message),
    seen: (sender, id) => sending.seen(sender, id),
    forget: (sender, who) => forget(graph, sender, who),
    upload: (sender, medium) => upload(graph, sender, medium),
    standing: (sender) => standing(graph, sender),
    fetch: (sender, file, most) => fetch(graph, sender, file, most),
    templates: new Desk(graph),
    examine: (sender, what) => (what === 'account' ? examineAccount : examineNumber)(graph, sender),
    connecting: new MetaConnecting(graph, config.WHATSAPP_APP_ID),
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

/** How Meta makes sure that it speaks to us. Express decodes and matches; what it says afterwards goes past it. */
function subscription({ WHATSAPP_VERIFY_TOKEN }: Settings): Router {
  const router = Router();
  router.get(['/webhooks/whatsapp', '/webhooks/whatsapp/:app'], (request, response) => {
    const query = new URL(request.originalUrl, 'http://localhost').searchParams;
    const challenge = handshake(query, WHATSAPP_VERIFY_TOKEN);
    if (challenge === undefined) return void response.sendStatus(403);
    response.type('text/plain').send(challenge);
  });
  return router;
}

export const adapter: Adapter<Settings> = { name: 'whatsapp', settings, create };
