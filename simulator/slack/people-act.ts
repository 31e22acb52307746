import { badRequest, ControlError, notFound } from '../errors';
import { type Json, list, object, text } from '../json';
import type { Reply } from '../post';
import type { ChatMethods } from './chat';
import { messageEvent, outer, type Spoken } from './events';
import type { Files } from './files';
import { answersOf, missingAnswers } from './form-answers';
import { type Channel, type Post, type Workspace, wired } from './posts';
import { buttonsOf, fieldsOf, type Option, optionsIn } from './reading';
import type { Requests } from './requests';
import type { ResponseUrls } from './response-urls';
import type { Triggers } from './triggers';
import type { View, Views } from './views';

interface Parts {
  app: string;
  command: string;
  workspace(id: string): Workspace;
  /** Whether it has let the app in. */
  isIn(team: string): boolean;
  triggers: Triggers;
  requests: Requests;
  responseUrls: ResponseUrls;
  chat: ChatMethods;
  views: Views;
  files: Files;
  posted(workspace: Workspace, post: Post): void;
}

/** What people do in Slack. Each act resolves to what the product answered. */
export class PeopleAct {
  constructor(private readonly parts: Parts) {}

  /** Types a command. */
  async slash(given: Json): Promise<Json> {
    const { workspace, user, channel } = this.place(given);
    const trigger = this.parts.triggers.give(user.id);
    const reply = await this.parts.requests.form({
      token: 'not-used',
      ...{ team_id: workspace.team.id, team_domain: workspace.team.domain },
      ...{ channel_id: channel.id, channel_name: channel.kind === 'im' ? 'directmessage' : channel.name },
      ...{ user_id: user.id, user_name: user.name.toLowerCase().replace(/\s+/g, '.') },
      ...{ command: text(given.command) ?? this.parts.command, text: escaped(given.text) },
      ...{ api_app_id: this.parts.app, is_enterprise_install: 'false', trigger_id: trigger },
      response_url: this.parts.responseUrls.give(workspace, channel, user.id),
    });
    this.showAnswer(reply, workspace, channel, user.id);
    return { ...outcome(reply), trigger_id: trigger };
  }

  /** Writes to the bot, in a channel with or without naming it, or in direct messages. */
  async speak(given: Json, how: Spoken, files: Json[] = []): Promise<Json> {
    const { workspace, user, channel } = this.place(how === 'dm' ? { ...given, channel: 'dm' } : given);
    const { bot } = workspace.team;
    const words = how === 'mention' ? `<@${bot.id}> ${escaped(given.text)}` : escaped(given.text);
    const thread = text(given.thread) ?? text(given.thread_ts);
    const post: Post = {
      ...{ ts: workspace.nextTs(), channel: channel.id, user: user.id, text: words, blocks: [], reactions: [] },
      ...(thread && { threadTs: thread }),
      ...(files.length > 0 && { files }),
    };
    channel.posts.push(post);
    this.parts.posted(workspace, post);
    const hears = how === 'mention' || channel.hasBot;
    if (!hears)
      return { status: 0, text: '', note: 'the bot is not in this channel', ts: post.ts, channel: channel.id };
    const event = outer(this.parts.app, workspace, messageEvent(workspace, channel, post, how));
    const reply = await this.parts.requests.event(event);
    // An app that reads the channel hears a mention twice: as such, and as a message.
    if (how === 'mention' && channel.hasBot)
      await this.parts.requests.event(
        outer(this.parts.app, workspace, messageEvent(workspace, channel, post, 'message')),
      );
    return { ...outcome(reply), ts: post.ts, channel: channel.id, event_id: event.event_id };
  }

  /** Drops a file into direct messages with the bot or a channel, with or without words. In a channel only a mention is heard. */
  async drop(given: Json): Promise<Json> {
    const name = text(given.name);
    const content = Buffer.from(text(given.base64) ?? '', 'base64');
    if (!name || content.length === 0) throw badRequest('name and base64 are needed');
    const { workspace, channel } = this.place(given);
    const file = this.parts.files.drop(workspace, channel.id, name, content);
    return this.speak(given, channel.kind === 'im' ? 'dm' : 'mention', [file]);
  }

  /** Uses an entry of Slack's menus: with a post, one of that message's own, else one that is always there. */
  async shortcut(given: Json): Promise<Json> {
    const ts = text(given.ts);
    const { workspace, user, channel } = this.place(ts ? given : { ...given, channel: 'dm' });
    const post = ts ? workspace.find(channel.id, ts) : undefined;
    if (ts && (!post || post.onlyFor)) throw notFound(`post ${ts}`); // a whisper has no menu
    const trigger = this.parts.triggers.give(user.id);
    const about: Json = post ? this.inPost(workspace, channel, post, user.id) : {};
    const { channel: where, response_url, message } = about;
    const reply = await this.parts.requests.interaction({
      type: post ? 'message_action' : 'shortcut',
      callback_id: text(given.callbackId) ?? '',
      action_ts: workspace.nextTs(),
      ...this.common(workspace, user, trigger),
      ...(post && { channel: where, message, message_ts: post.ts, response_url }),
    });
    return { ...outcome(reply), trigger_id: trigger };
  }

  /** Opens the bot's home tab. */
  async home(given: Json): Promise<Json> {
    const { workspace, user } = this.place({ ...given, channel: 'dm' });
    const opened = { type: 'app_home_opened', user: user.id, channel: workspace.direct(user.id).id, tab: 'home' };
    const view = this.parts.views.home(workspace.team.id, user.id);
    const shown = view ? { view: this.parts.views.wired(view, workspace) } : {};
    const event = { ...opened, ...shown, event_ts: workspace.nextTs() };
    return outcome(await this.parts.requests.event(outer(this.parts.app, workspace, event)));
  }

  /** Presses a button, or chooses from a list, in a post or in an open form. */
  async click(given: Json): Promise<Json> {
    const viewId = text(given.view_id);
    const view = viewId === undefined ? undefined : this.parts.views.pressable(viewId, text(given.user) ?? '');
    const { workspace, user, channel } = this.place(view ? { ...given, channel: 'dm' } : given);
    const post = view ? undefined : workspace.find(channel.id, text(given.ts) ?? '');
    if (!view && (!post || (post.onlyFor && post.onlyFor !== user.id))) throw notFound(`post ${text(given.ts) ?? ''}`);
    const trigger = this.parts.triggers.give(user.id);
    const pressed = { ...pressedOf(given, view?.drawn.blocks ?? post?.blocks), action_ts: workspace.nextTs() };
    const where = post ? this.inPost(workspace, channel, post, user.id) : this.inView(workspace, view as View);
    const reply = await this.parts.requests.interaction({
      type: 'block_actions',
      ...this.common(workspace, user, trigger),
      ...where,
      actions: [pressed],
    });
    return { ...outcome(reply), trigger_id: trigger };
  }

  /** Types into a list that is searched. @returns what the product offers */
  async suggest(given: Json): Promise<Option[]> {
    const view = this.parts.views.get(text(given.viewId) ?? '');
    const { workspace, user } = this.place({ ...given, channel: 'dm' });
    const [field] = fieldsOf(list(view.drawn.blocks)).filter(({ blockId }) => blockId === text(given.blockId));
    if (field?.type !== 'external_select') throw notFound(`searched list ${text(given.blockId) ?? ''}`);
    const { trigger_id: _none, ...common } = this.common(workspace, user, '');
    const reply = await this.parts.requests.interaction({
      ...{ type: 'block_suggestion', ...common, ...this.inView(workspace, view) },
      ...{ block_id: field.blockId, action_id: field.actionId, value: text(given.value) ?? '' },
    });
    return reply.status === 200 ? optionsIn(bodyOf(reply).options) : [];
  }

  /** Sends a form. Slack itself does not let one go that lacks an answer. */
  async submit(given: Json): Promise<Json> {
    const view = this.parts.views.get(text(given.viewId) ?? '');
    const { workspace, user } = this.place({ ...given, channel: 'dm' });
    const fields = list(view.drawn.blocks).map(object);
    const values = this.withFiles(workspace, fields, await this.chosen(given, fields));
    const missing = missingAnswers(fields, values);
    if (missing.length > 0)
      throw new ControlError(422, 'MISSING_ANSWERS', 'Slack asks for these first', { fields: missing });
    const trigger = this.parts.triggers.give(user.id);
    const reply = await this.parts.requests.interaction({
      type: 'view_submission',
      ...this.common(workspace, user, trigger),
      view: this.parts.views.wired(view, workspace, answersOf(fields, values)),
      response_urls: [],
    });
    if (reply.status === 200) this.parts.views.answer(view, bodyOf(reply));
    return { ...outcome(reply), trigger_id: trigger };
  }

  /** Deletes a post: one's own, or as somebody who may, anybody's. */
  async erase(given: Json): Promise<Json> {
    const { workspace, channel } = this.place(given);
    const post = workspace.find(channel.id, text(given.ts) ?? '');
    if (!post) throw notFound(`post ${text(given.ts) ?? ''}`);
    this.parts.chat.drop(workspace, post);
    return { ts: post.ts, channel: channel.id };
  }

  /** A file that is put into a form, by name and base64, is the workspace's from then on. */
  private withFiles(workspace: Workspace, blocks: Json[], values: Json): Json {
    const put = fieldsOf(blocks).flatMap(({ blockId, type }) => {
      const { name, base64 } = object(values[blockId]);
      const content = Buffer.from(text(base64) ?? '', 'base64');
      if (type !== 'file_input' || !text(name) || content.length === 0) return [];
      return [[blockId, { files: [this.parts.files.drop(workspace, '', text(name) ?? '', content)] }]];
    });
    return { ...values, ...Object.fromEntries(put) };
  }

  /** Closes a form without sending it. */
  async close(given: Json): Promise<Json> {
    const view = this.parts.views.get(text(given.viewId) ?? '');
    const { workspace, user } = this.place({ ...given, channel: 'dm' });
    this.parts.views.close(view);
    if (view.drawn.notify_on_close !== true) return { status: 0, text: '', note: 'nobody asked to be told' };
    const closed = { view: this.parts.views.wired(view, workspace), is_cleared: false };
    const common = this.common(workspace, user, this.parts.triggers.give(user.id));
    return outcome(await this.parts.requests.interaction({ type: 'view_closed', ...common, ...closed }));
  }

  /** What was filled in; of a searched list, what it offers for the words. What stood in it already needs no search. */
  private async chosen(given: Json, blocks: readonly Json[]): Promise<Json> {
    const values = { ...object(given.values) };
    for (const { blockId, type, initial } of fieldsOf(blocks)) {
      const chosen = values[blockId];
      const said = text(chosen) ?? text(object(chosen).label) ?? '';
      const wanted = text(object(chosen).value) ?? said;
      if (type !== 'external_select' || wanted === '' || wanted === initial?.value) continue;
      const all = [
        ...(await this.suggest({ ...given, blockId, value: said })),
        ...(await this.suggest({ ...given, blockId })),
      ];
      values[blockId] = all.find(({ value, label }) => value === wanted || label === wanted) ?? '';
    }
    return values;
  }

  private place(given: Json) {
    const workspace = this.parts.workspace(text(given.team) ?? '');
    const user = workspace.member(text(given.user) ?? '');
    if (!this.parts.isIn(workspace.team.id)) throw notFound(`the app in ${workspace.team.id}`);
    return { workspace, user, channel: workspace.channel(text(given.channel) ?? 'dm', user.id) };
  }

  private common({ team }: Workspace, user: { id: string; name: string }, trigger: string): Json {
    const username = user.name.toLowerCase().replace(/\s+/g, '.');
    return {
      user: { id: user.id, username, name: username, team_id: team.id },
      ...{ api_app_id: this.parts.app, token: 'not-used', trigger_id: trigger },
      ...{ team: { id: team.id, domain: team.domain }, enterprise: null, is_enterprise_install: false },
    };
  }

  private inPost(workspace: Workspace, channel: Channel, post: Post, user: string): Json {
    const isEphemeral = post.onlyFor !== undefined;
    return {
      container: { type: 'message', message_ts: post.ts, channel_id: channel.id, is_ephemeral: isEphemeral },
      channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
      ...(!isEphemeral && { message: wired(workspace, this.parts.app, post) }),
      state: { values: {} },
      response_url: this.parts.responseUrls.give(workspace, channel, user, post),
    };
  }

  private inView(workspace: Workspace, view: View): Json {
    return { container: { type: 'view', view_id: view.id }, view: this.parts.views.wired(view, workspace) };
  }

  /** What a command is answered with at once. */
  private showAnswer(reply: Reply, workspace: Workspace, channel: Channel, user: string): void {
    const body = bodyOf(reply);
    if (reply.status !== 200 || (!text(body.text) && !body.blocks)) return;
    this.parts.chat.say(workspace, channel, body, body.response_type === 'in_channel' ? undefined : user);
  }
}

/** The button by its label or action, with the value another one may have put there. */
function pressedOf(given: Json, blocks: unknown): Json {
  const [label, actionId] = [text(given.label), text(given.actionId)];
  const button = buttonsOf(list(blocks)).find((one) =>
    actionId ? one.actionId === actionId : label === undefined || one.label === label,
  );
  if (!button) throw notFound(`button ${label ?? actionId ?? ''}`);
  const value = given.value === undefined ? button.value : String(given.value);
  const action = { type: button.type, action_id: button.actionId, block_id: button.blockId };
  if (button.type === 'button')
    return { ...action, text: { type: 'plain_text', text: button.label, emoji: true }, ...(value && { value }) };
  const option = button.options?.find((one) => one.value === value || one.label === value);
  return {
    ...action,
    selected_option: { text: { type: 'plain_text', text: option?.label ?? value }, value: option?.value ?? value },
  };
}

function bodyOf({ text: body }: Reply): Json {
  try {
    return object(JSON.parse(body));
  } catch {
    return body ? { text: body } : {};
  }
}

const outcome = ({ status, text: body, error }: Reply): Json => ({ status, body, ...(error && { error }) });

/** What a client does to words before they leave. */
const escaped = (value: unknown): string =>
  (text(value) ?? '').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
