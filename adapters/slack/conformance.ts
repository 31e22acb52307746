import { createHmac } from 'node:crypto';

const secret = 'test-signing-secret';
const interactive: ReadonlySet<unknown> = new Set([
  ...['block_actions', 'block_suggestion', 'view_submission', 'view_closed', 'shortcut', 'message_action'],
]);

type Json = Record<string, unknown>;
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

const clean = (id: string): string => id.replaceAll('\0', '').toWellFormed();

/** What the conformance suite must know of Slack. */
export const conformance = {
  settings: { SLACK_SIGNING_SECRET: secret },
  apiUrl: 'SLACK_API_URL',
  path: '/slack/events',
  largest: 1_048_576,
  address: { slack: { team: 'T0ANDINA', user: 'U0DIEGO' } },

  /** A payload as Slack sends it: events as JSON, commands as a form, the rest as JSON in a form. */
  write(payload: unknown): { body: string; contentType: string } {
    const { type, command } = object(payload);
    const form = 'application/x-www-form-urlencoded';
    if (command !== undefined)
      return { body: new URLSearchParams(payload as Record<string, string>).toString(), contentType: form };
    if (interactive.has(type))
      return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), contentType: form };
    return { body: JSON.stringify(payload), contentType: 'application/json' };
  },

  sign(body: string, at: Date): Record<string, string> {
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${mac}` };
  },

  /** Ids that must be told, whatever else is in a payload: those of events, but for what was said by programs or among colleagues. */
  idsOf(payload: unknown): string[] {
    const { event_id: id, event: told, ...rest } = object(payload);
    if (typeof id !== 'string' || clean(id) === '' || rest.command !== undefined || interactive.has(rest.type))
      return [];
    const event = object(told);
    const isTalk = event.type === 'message' || event.type === 'app_mention';
    const isToUs = event.type === 'app_mention' || event.channel_type === 'im';
    const isSomebody = typeof event.user === 'string' && clean(event.user) !== '';
    const [authorization] = Array.isArray(rest.authorizations) ? rest.authorizations.map(object) : [];
    const isOurs = authorization?.is_bot === true && event.user === authorization.user_id;
    const isOverheard = !isToUs || event.bot_id || event.subtype || !isSomebody || isOurs;
    return isTalk && isOverheard ? [] : [clean(id)];
  },

  /** What Slack answers when it takes what we send. */
  accept(path: string): unknown {
    return path.endsWith('conversations.open')
      ? { ok: true, channel: { id: 'D0DIEGO' } }
      : { ok: true, channel: 'D0DIEGO', ts: '1796131900.000100' };
  },
};
