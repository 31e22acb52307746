import { App, LogLevel } from '@slack/bolt';
import { z } from 'zod';
import type { Adapter, Channel, ChannelDeps, ChannelEvent } from '../../src/channel';
import { parseAction, parseCommand, parseEvent, parseSubmission, teamOf } from './parse';
import { StoringReceiver } from './receiver';
import { Sending } from './send';

const settings = z.object({
  SLACK_SIGNING_SECRET: z
    .string()
    .min(1)
    .describe(
      'secret of the Slack app that signs its requests; during a rotation the new and the old one, with a comma between',
    ),
  SLACK_API_URL: z.url().default('https://slack.com/api/').describe("base address of Slack's Web API"),
});

type Settings = z.infer<typeof settings>;
type Json = Record<string, unknown>;

const app = 'default';

function create(config: Settings, deps: ChannelDeps): Channel {
  const secrets = config.SLACK_SIGNING_SECRET.split(',').map((secret) => secret.trim());
  const sending = new Sending(config.SLACK_API_URL);
  const receiver = new StoringReceiver(secrets, deps);
  listen(boltApp(config, deps, receiver), deps, sending);
  return {
    routes: (receive) => receiver.routes(receive),
    send: (sender, to, content, reference) =>
      content.kind === 'template' || !to.slack
        ? Promise.resolve({ outcome: 'refused', code: 'SLACK_NO_TEMPLATE', treatment: 'bug' })
        : sending.post(sender, { team: to.slack.team, user: to.slack.user }, content, reference),
    surface: sending,
  };
}

/** Bolt routes what comes in; it keeps nothing, answers nothing and talks to nobody by itself. */
function boltApp(config: Settings, deps: ChannelDeps, receiver: StoringReceiver): App {
  return new App({
    receiver,
    ignoreSelf: false, // who spoke is read from the event: a bot's words are never heard
    convoStore: false,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: config.SLACK_API_URL },
    authorize: async ({ teamId }) => ({ botToken: (await deps.sender(app, teamId ?? ''))?.token ?? 'none' }),
  });
}

/** Each listener says what happened in one event; acting is somebody else's. */
function listen(bolt: App, deps: ChannelDeps, sending: Sending): void {
  const say = (context: Json, event: ChannelEvent | undefined) =>
    void (event && (context.events as ChannelEvent[]).push(event));
  const from = () => ({ app, now: deps.clock.now() });
  bolt.event(/.*/ as unknown as 'message', async ({ body, context }) =>
    say(context, parseEvent(body as unknown as Json, from())),
  );
  bolt.command(/.*/, async ({ body, context, ack }) => {
    await ack();
    say(context, parseCommand(body as unknown as Json, from()));
  });
  bolt.action(/.*/, async ({ body, action, context, ack }) => {
    await ack();
    const json = body as unknown as Json;
    const isForm = String((action as unknown as Json).action_id).startsWith('form:');
    const view = isForm ? await openForm(json, deps, sending) : undefined;
    say(context, parseAction(json, action as unknown as Json, from(), view));
  });
  bolt.view({ callback_id: /.*/, type: 'view_submission' }, async ({ body, context, ack }) => {
    await ack();
    say(context, parseSubmission(body as unknown as Json, from()));
  });
}

async function openForm(body: Json, deps: ChannelDeps, sending: Sending): Promise<string | undefined> {
  const sender = await deps.sender(app, teamOf(body));
  return sender && sending.open(sender, String(body.trigger_id)).catch(() => undefined);
}

export const adapter: Adapter<Settings> = { name: 'slack', settings, create };
