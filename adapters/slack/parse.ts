import type { ChannelEvent, FormValues, SurfaceRef } from '../../src/channel';

type Json = Record<string, unknown>;
const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.replaceAll('\0', '').toWellFormed() : undefined;

interface From {
  app: string;
  now: Date;
}

const base = (team: string, from: From, at = from.now) => ({ channel: 'slack', app: from.app, sender: team, at });

/** The team whose installation this reached: the first authorization for events, the installed team for forms. */
export function teamOf(body: Json): string {
  const [authorization] = Array.isArray(body.authorizations) ? body.authorizations.map(object) : [];
  const view = object(body.view);
  return (
    text(authorization?.team_id) ??
    text(view.app_installed_team_id) ??
    text(object(body.team).id) ??
    text(body.team_id) ??
    text(object(body.user).team_id) ??
    'unknown'
  );
}

/** Something in the Events API. `undefined`: our own or another program's words, colleagues' talk, edits: nobody spoke to us. */
export function parseEvent(body: Json, from: From): ChannelEvent | undefined {
  const event = object(body.event);
  const team = teamOf(body);
  const seconds = Number(body.event_time);
  const common = {
    ...base(team, from, Number.isFinite(seconds) && seconds > 0 ? new Date(seconds * 1000) : from.now),
    id: text(body.event_id) ?? `${text(event.type)}/${text(event.event_ts) ?? text(event.ts)}`,
  };
  const type = text(event.type) ?? 'unknown';
  const spoken = type === 'app_mention' || type === 'message';
  if (!spoken)
    return { ...common, kind: 'account', field: type, value: { user: text(event.user), tab: text(event.tab) } };
  if (event.bot_id || event.subtype || !text(event.user)) return undefined;
  if (type === 'message' && event.channel_type !== 'im') return undefined;
  const words = (text(event.text) ?? '').replace(/<@[A-Z0-9]+(\|[^>]*)?>/g, ' ').trim();
  const thread = text(event.thread_ts) ?? (type === 'app_mention' ? text(event.ts) : undefined);
  return {
    ...common,
    kind: 'message',
    from: { slack: { team, user: text(event.user) as string } },
    content: { type: 'text', text: unescapeText(words) },
    surface: surface(team, { channel: text(event.channel), thread, user: text(event.user) }),
  };
}

export function parseCommand(body: Json, from: From): ChannelEvent {
  const team = teamOf(body);
  const user = text(body.user_id) ?? 'unknown';
  // Alone, the command asks for help.
  const words = unescapeText(text(body.text)?.trim() ?? 'help');
  return {
    ...base(team, from),
    kind: 'message',
    id: `command/${text(body.trigger_id) ?? `${user}/${from.now.getTime()}`}`,
    from: { slack: { team, user } },
    content: { type: 'text', text: words },
    surface: surface(team, { channel: text(body.channel_id), user, isPrivate: true }),
  };
}

/** A button. In a shared channel its answer is for the one who pressed it. */
export function parseAction(body: Json, action: Json, from: From, openedView?: string): ChannelEvent {
  const team = teamOf(body);
  const user = text(object(body.user).id) ?? 'unknown';
  const container = object(body.container);
  const channel = text(object(body.channel).id) ?? text(container.channel_id);
  const chosen = object(action.selected_option);
  return {
    ...base(team, from),
    kind: 'action',
    id: `action/${user}/${text(action.action_ts)}/${text(action.action_id)}`,
    from: { slack: { team, user } },
    action: text(action.value) ?? text(chosen.value) ?? '',
    surface: surface(team, {
      channel,
      post: text(container.message_ts),
      user,
      view: openedView,
      isPrivate: channel?.startsWith('D') !== true,
    }),
  };
}

/** A form that was sent: its answers by field. */
export function parseSubmission(body: Json, from: From): ChannelEvent {
  const team = teamOf(body);
  const user = text(object(body.user).id) ?? 'unknown';
  const view = object(body.view);
  return {
    ...base(team, from),
    kind: 'action',
    id: `view/${text(view.id)}/${text(view.hash)}`,
    from: { slack: { team, user } },
    action: text(view.private_metadata) ?? '',
    values: valuesOf(object(object(view.state).values)),
    surface: surface(team, { user }),
  };
}

function valuesOf(state: Json): FormValues {
  const entries = Object.entries(state).map(([block, actions]) => {
    const [answer] = Object.values(object(actions)).map(object);
    return [block, text(answer?.value) ?? text(object(answer?.selected_option).value) ?? ''] as const;
  });
  return Object.fromEntries(entries);
}

function surface(
  team: string,
  at: {
    channel?: string | undefined;
    thread?: string | undefined;
    post?: string | undefined;
    user?: string | undefined;
    view?: string | undefined;
    isPrivate?: boolean;
  },
): SurfaceRef {
  const { channel, thread, post, user, view, isPrivate } = at;
  return {
    team,
    ...(channel && { channel }),
    ...(thread && { thread }),
    ...(post && { post }),
    ...(user && { user }),
    ...(view && { view }),
    ...(isPrivate && { private: true }),
  };
}

const unescapeText = (value: string): string =>
  value
    .replace(/<(?:tel:|mailto:)[^|>]*\|([^>]*)>/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
