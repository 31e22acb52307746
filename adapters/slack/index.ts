import { App, LogLevel } from '@slack/bolt';
import { z } from 'zod';
import type { Adapter, Channel, ChannelDeps, ChannelEvent } from '../../src/channel';
import { describeError } from '../../src/log';
import { loading, staying, toOptions } from './blocks';
import { examine } from './examine';
import { SlackInstaller } from './install';
import type { Json } from './json';
import {
  type From,
  isForeign,
  parseAction,
  parseCommand,
  parseEvent,
  parseShortcut,
  parseSubmission,
  parseSuggestion,
  teamOf,
} from './parse';
import { app, type Heard, StoringReceiver } from './receiver';
import { Sending } from './send';
import { Socket } from './socket';

const settings = z.object({
  SLACK_SIGNING_SECRET: z
    .string()
    .min(1)
    .describe(
      'secret of the Slack app that signs its requests; during a rotation the new and the old one, with a comma between',
    ),
  SLACK_CLIENT_ID: z
    .string()
    .optional()
    .describe('id of the Slack app; with its secret, workspaces let us in by themselves at /slack/install'),
  SLACK_CLIENT_SECRET: z.string().optional().describe('secret of the Slack app for OAuth, which renews tokens too'),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-')
    .optional()
    .describe('app-level token (connections:write); with it Slack is heard over a connection that we open'),
  SLACK_API_URL: z.url().default('https://slack.com/api/').describe("base address of Slack's Web API"),
});

type Settings = z.infer<typeof settings>;

function create(config: Settings, deps: ChannelDeps): Channel {
  const secrets = config.SLACK_SIGNING_SECRET.split(',').map((secret) => secret.trim());
  const sending = new Sending(config.SLACK_API_URL);
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret } = config;
  const installer =
    clientId && clientSecret ? new SlackInstaller(config.SLACK_API_URL, { clientId, clientSecret }) : undefined;
  const receiver = new StoringReceiver(secrets, deps);
  let socket: Socket | undefined;
  listen(boltApp(config, deps, receiver), deps, sending);
  return {
    routes: (receive) => {
      const { SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl } = config;
      if (appToken)
        socket = new Socket({ appToken, apiUrl }, deps.log, (body) =>
          receiver.take(body, Buffer.from(JSON.stringify(body)), receive),
        );
      socket?.open();
      return receiver.routes(receive);
    },
    send: async (sender, to, content, reference) => {
      if (content.kind === 'template') return { outcome: 'refused', code: 'SLACK_NO_TEMPLATE', treatment: 'bug' };
      if (!to.slack) return { outcome: 'refused', code: 'SLACK_NO_ADDRESS', treatment: 'permanent' };
      return sending.post(sender, to.slack, content, reference);
    },
    surface: sending,
    examine: (sender) => examine(config.SLACK_API_URL, sender),
    ...(installer && { installer }),
    close: async () => {
      await socket?.close();
      await sending.close();
      await installer?.close();
    },
  };
}

/** Bolt routes what comes in; it keeps nothing, answers nothing and talks to nobody by itself, so it needs no token. */
function boltApp(config: Settings, deps: ChannelDeps, receiver: StoringReceiver): App {
  const bolt = new App({
    receiver,
    ignoreSelf: false, // who spoke is read from the event: a bot's words are never heard
    convoStore: false,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: config.SLACK_API_URL },
    authorize: async () => ({}),
  });
  bolt.error(async (error) =>
    deps.log.warn(
      { event: 'webhook.unusual', adapter: 'slack', ...describeError(error) },
      'Bolt could not route a request',
    ),
  );
  return bolt;
}

/** Each listener says what happened in one event; acting is somebody else's. */
function listen(bolt: App, deps: ChannelDeps, sending: Sending): void {
  const say = (context: Json, event: ChannelEvent | undefined) => void (context.heard as Heard).push(event);
  const from = (context: Json) => context.from as From;
  bolt.event(/.*/ as unknown as 'message', async ({ body, context }) =>
    say(context, parseEvent(body as unknown as Json, from(context))),
  );
  bolt.command(/.*/, async ({ body, context, ack }) => {
    await ack();
    say(context, parseCommand(body as unknown as Json, from(context)));
  });
  bolt.action(/.*/, async ({ body, action, context, ack }) => {
    await ack();
    const json = body as unknown as Json;
    const isForm = String((action as unknown as Json).action_id).startsWith('form:');
    const view = isForm ? await openForm(json, deps, sending) : undefined;
    say(context, parseAction(json, action as unknown as Json, from(context), view));
  });
  bolt.shortcut(/.*/, async ({ body, context, ack }) => {
    await ack();
    const json = body as unknown as Json;
    const view = body.callback_id.startsWith('form:') ? await openForm(json, deps, sending) : undefined;
    say(context, parseShortcut(json, from(context), view));
  });
  // Asked while somebody types: nothing happens by it, so nothing is stored.
  bolt.options(/.*/, async ({ body, context, ack }) => {
    say(context, undefined);
    const asked = parseSuggestion(body as unknown as Json, from(context));
    await ack({ options: toOptions((await deps.choices?.(asked)) ?? []) as never });
  });
  bolt.view({ callback_id: /.*/, type: 'view_submission' }, async ({ body, context, ack }) => {
    const stays = body.view.callback_id === staying;
    await (stays ? ack({ response_action: 'update', view: loading as never }) : ack());
    say(context, parseSubmission(body as unknown as Json, from(context), stays));
  });
}

/** @returns nothing where none could be opened: what was pressed is told all the same */
async function openForm(body: Json, deps: ChannelDeps, sending: Sending): Promise<string | undefined> {
  if (isForeign(body)) return undefined;
  try {
    const sender = await deps.sender(app, teamOf(body));
    return sender && (await sending.open(sender, String(body.trigger_id)));
  } catch (error) {
    deps.log.warn({ event: 'form.not_opened', adapter: 'slack', ...describeError(error) }, 'a form did not open');
    return undefined;
  }
}

export const adapter: Adapter<Settings> = { name: 'slack', settings, create };
