import type { ChannelEvent, ChoicesAsked, FileRef, FormValues, InboundContent, SurfaceRef } from '../../src/channel';
import { type Json, object, text, time } from './json';
import { aboutAccount } from './people';

/** Where a request came in, and what stands for it where it names itself by nothing: a digest of its bytes. */
export interface From {
  app: string;
  now: Date;
  digest: string;
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

/** In a channel shared by two organisations the one who speaks may be of the other: they are known by their own team, never by ours. */
const homeOf = (team: string, ...claimed: unknown[]): string =>
  claimed.map(text).find((one) => one?.startsWith('T')) ?? team;

/** Whether the one who pressed belongs to the team whose installation this reached. */
export const isForeign = (body: Json): boolean => homeOf(teamOf(body), object(body.user).team_id) !== teamOf(body);

/** Kinds of messages that are somebody's words; all others tell of words: changed, deleted, of a program. */
const spoken: ReadonlySet<string | undefined> = new Set([undefined, 'file_share', 'thread_broadcast']);

/** Our own user in this workspace, as the event was authorised for. */
function ourselves(body: Json): string | undefined {
  const [authorization] = Array.isArray(body.authorizations) ? body.authorizations.map(object) : [];
  return authorization?.is_bot === true ? text(authorization.user_id) : undefined;
}

/** Of colleagues' talk only replies that may be for us are taken in: beneath a post of ours, or in the thread that the speaker began. Who names us is heard by that. */
function isAside(event: Json, us: string | undefined): boolean {
  const parent = text(event.parent_user_id);
  if (!us || !parent || !text(event.thread_ts) || event.thread_ts === event.ts) return false;
  return (parent === us || parent === text(event.user)) && !text(event.text)?.includes(`<@${us}`);
}

/** Something in the Events API. `undefined`: our own or another program's words, colleagues' talk, edits: nobody spoke to us. */
export function parseEvent(body: Json, from: From): ChannelEvent | undefined {
  const event = object(body.event);
  const team = teamOf(body);
  const us = ourselves(body);
  const common = { ...base(team, from, time(body.event_time) ?? from.now), id: text(body.event_id) ?? from.digest };
  const type = text(event.type) ?? 'unknown';
  const user = text(event.user);
  if (type === 'app_home_opened' && event.tab === 'home' && user)
    return { ...common, kind: 'opened', from: { slack: { team, user } }, surface: surface(team, { user }) };
  if (type !== 'app_mention' && type !== 'message')
    return { ...common, kind: 'account', field: type, value: aboutAccount(event) };
  if (event.bot_id || !spoken.has(text(event.subtype)) || !user || user === us) return undefined;
  const aside = type === 'message' && event.channel_type !== 'im';
  if (aside && !isAside(event, us)) return undefined;
  const thread = text(event.thread_ts) ?? (type === 'app_mention' ? text(event.ts) : undefined);
  return {
    ...common,
    kind: 'message',
    from: { slack: { team: homeOf(team, event.user_team, event.team), user } },
    content: contentOf(event),
    surface: surface(team, {
      channel: text(event.channel),
      thread,
      user,
      begins: type === 'app_mention' && thread === text(event.ts),
    }),
    ...filesOf(event),
    ...(aside && { aside }),
  };
}

const mostQuoted = 3_000;

/** An entry of Slack's menus: above all (`shortcut`), or of one message (`message_action`), which it then is about. */
export function parseShortcut(body: Json, from: From, openedView?: string): ChannelEvent {
  const team = teamOf(body);
  const person = object(body.user);
  const user = text(person.id) ?? 'unknown';
  const message = object(body.message);
  const channel = text(object(body.channel).id);
  const post = text(message.ts) ?? text(body.message_ts);
  const said = unescapeText(text(message.text) ?? '').slice(0, mostQuoted);
  const stamp = text(body.action_ts);
  const isOfMessage = body.type === 'message_action';
  return {
    ...base(team, from, time(stamp) ?? from.now),
    kind: 'shortcut',
    id: `shortcut/${user}/${(isOfMessage ? stamp : text(body.trigger_id)) ?? from.digest}`,
    from: { slack: { team: homeOf(team, person.team_id), user } },
    name: (text(body.callback_id) ?? '').replace(/^form:/, ''),
    surface: surface(team, {
      channel,
      thread: text(message.thread_ts),
      post,
      user,
      view: openedView,
      isPrivate: true,
    }),
    ...(said && { said: said.toWellFormed() }),
  };
}

const mostFiles = 10;

/** What stands beside the words, by id: where its bytes are is asked when they are wanted. */
function filesOf(event: Json): { files?: FileRef[] } {
  const told = event.files;
  const all = Array.isArray(told) ? told.slice(0, mostFiles).map(object) : [];
  const found = all.flatMap((file) => {
    const id = text(file.id);
    return id ? [{ id, name: (text(file.name) ?? '').slice(0, 200), bytes: Number(file.size) || 0 }] : [];
  });
  return found.length > 0 ? { files: found } : {};
}

function contentOf(event: Json): InboundContent {
  const words = (text(event.text) ?? '').replace(/<@[A-Z0-9]+(\|[^>]*)?>/g, ' ').trim();
  if (words === '' && event.subtype === 'file_share') return { type: 'media', media: 'file' };
  return { type: 'text', text: unescapeText(words) };
}

export function parseCommand(body: Json, from: From): ChannelEvent {
  const team = teamOf(body);
  const user = text(body.user_id) ?? 'unknown';
  // Alone, the command asks for help.
  const words = unescapeText(text(body.text)?.trim() || 'help');
  return {
    ...base(team, from),
    kind: 'message',
    id: `command/${text(body.trigger_id) ?? from.digest}`,
    from: { slack: { team, user } },
    content: { type: 'text', text: words },
    surface: surface(team, { channel: text(body.channel_id), user, isPrivate: true }),
  };
}

/** A button. In a shared channel its answer is for the one who pressed it. */
export function parseAction(body: Json, action: Json, from: From, openedView?: string): ChannelEvent {
  const team = teamOf(body);
  const person = object(body.user);
  const user = text(person.id) ?? 'unknown';
  const container = object(body.container);
  const channel = text(object(body.channel).id) ?? text(container.channel_id);
  const stamp = text(action.action_ts);
  return {
    ...base(team, from, time(stamp) ?? from.now),
    kind: 'action',
    id: `action/${user}/${stamp ?? from.digest}/${text(action.action_id)}`,
    from: { slack: { team: homeOf(team, person.team_id), user } },
    action: text(action.value) ?? text(object(action.selected_option).value) ?? '',
    surface: surface(team, {
      channel,
      thread: text(container.thread_ts),
      post: text(container.message_ts),
      user,
      view: openedView,
      isPrivate: channel?.startsWith('D') !== true,
    }),
  };
}

/** A form that was sent: its answers by field. @param stays it is still open, and waits for what comes of it */
export function parseSubmission(body: Json, from: From, stays = false): ChannelEvent {
  const team = teamOf(body);
  const person = object(body.user);
  const user = text(person.id) ?? 'unknown';
  const view = object(body.view);
  const id = text(view.id);
  return {
    ...base(team, from),
    kind: 'action',
    id: `view/${id ? `${id}/${text(view.hash) ?? ''}` : from.digest}`,
    from: { slack: { team: homeOf(team, person.team_id), user } },
    action: text(view.private_metadata) ?? '',
    values: valuesOf(object(object(view.state).values)),
    surface: surface(team, { user, view: stays ? id : undefined }),
  };
}

/** What somebody types into a list that is searched. */
export function parseSuggestion(body: Json, { app }: From): ChoicesAsked {
  const team = teamOf(body);
  const person = object(body.user);
  return {
    app,
    sender: team,
    from: { slack: { team: homeOf(team, person.team_id), user: text(person.id) ?? 'unknown' } },
    action: text(object(body.view).private_metadata) ?? '',
    field: text(body.block_id) ?? '',
    words: text(body.value) ?? '',
  };
}

/** Whatever else Slack sends, signed: kept, for what it is called. */
export const parseOther = (body: Json, from: From): ChannelEvent => ({
  ...base(teamOf(body), from),
  kind: 'account',
  id: text(body.event_id) ?? from.digest,
  field: text(body.type) ?? 'unknown',
  value: {},
});

function valuesOf(state: Json): FormValues {
  const entries = Object.entries(state).map(([block, actions]) => {
    const [answer] = Object.values(object(actions)).map(object);
    const [file] = filesOf(answer ?? {}).files ?? [];
    if (file) return [block, JSON.stringify(file)] as const;
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
    begins?: boolean;
  },
): SurfaceRef {
  const { channel, thread, post, user, view, isPrivate, begins } = at;
  return {
    team,
    ...(channel && { channel }),
    ...(thread && { thread }),
    ...(begins && { begins }),
    ...(post && { post }),
    ...(user && { user }),
    ...(view && { view }),
    ...(isPrivate && { private: true }),
  };
}

const unescapeText = (value: string): string =>
  value
    .replace(/<(?:tel:|mailto:)[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, '$1')
    .replace(/<[#!][^|>]*\|([^>]*)>/g, '$1')
    .replace(/<[@#!][A-Za-z0-9^]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
