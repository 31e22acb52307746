import type { Content, Fetched, FileToPut, Sender, SendOutcome, Surface, SurfaceRef } from '../../src/channel';
import { loading, toBlocks, toHome, toModal, toNotice } from './blocks';
import { type Clients, ClientsByToken, type Patience } from './clients';
import { fetchFile, putFile, removeFile } from './files';
import { findPost } from './find';
import { askWho } from './people';
import { outcomeOf } from './provider-errors';

/** Where the bot or the person is no member, or nobody is any more, nothing can be shown: whoever spoke reads it in their direct messages. */
const notThere: ReadonlySet<string> = new Set([
  'SLACK_channel_not_found',
  'SLACK_not_in_channel',
  'SLACK_user_not_in_channel',
  'SLACK_is_archived',
]);
const alreadyGone: ReadonlySet<string> = new Set(['SLACK_message_not_found', 'SLACK_channel_not_found']);

/** Calls to Slack, each with an end. */
export class Sending implements Surface {
  private readonly clients: ClientsByToken;

  constructor(
    private readonly apiUrl: string,
    patience?: Patience,
  ) {
    this.clients = new ClientsByToken(apiUrl, patience);
  }

  close(): Promise<void> {
    return this.clients.close();
  }

  async post(sender: Sender, at: SurfaceRef, content: Content, reference: string): Promise<SendOutcome> {
    const { once, often } = this.clients.of(sender.token);
    const thread = at.thread ? { thread_ts: at.thread } : {};
    const message = {
      ...toBlocks(content),
      metadata: { event_type: 'connectus_post', event_payload: { outbox_id: reference } },
      unfurl_links: false,
      unfurl_media: false,
    } as unknown as { text: string };
    const isApart = at.private === true && !at.channel?.startsWith('D');
    if (isApart && at.channel && at.user) {
      const to = { channel: at.channel, user: at.user };
      const shown = await attempt(async () => {
        const { message_ts } = await once.chat.postEphemeral({ ...message, ...thread, ...to });
        return `${at.channel}/${message_ts}`;
      });
      if (shown.outcome !== 'refused' || !notThere.has(shown.code)) return shown;
    }
    const write = (channel: string, more: object = {}) =>
      attempt(async () => {
        const posted = await once.chat.postMessage({ ...message, ...more, channel });
        return `${posted.channel ?? channel}/${posted.ts}`;
      });
    if (at.channel && !isApart) {
      const posted = await write(at.channel, thread);
      if (posted.outcome !== 'refused' || !notThere.has(posted.code) || !at.user) return posted;
    }
    const place = await direct(often, at.user);
    return place.outcome === 'accepted' ? write(place.providerId) : place;
  }

  update(sender: Sender, at: SurfaceRef & { post: string }, content: Content): Promise<SendOutcome> {
    const { channel = '', post: ts } = at;
    const { text, blocks } = toBlocks(content);
    return attempt(async () => {
      await this.clients.of(sender.token).often.chat.update({ channel, ts, text, blocks: blocks as never });
      return `${channel}/${ts}`;
    });
  }

  async remove(sender: Sender, at: SurfaceRef & { post: string }): Promise<SendOutcome> {
    const { channel = '', post: ts } = at;
    const outcome = await attempt(async () => {
      await this.clients.of(sender.token).often.chat.delete({ channel, ts });
      return `${channel}/${ts}`;
    });
    return outcome.outcome === 'refused' && alreadyGone.has(outcome.code) ? accepted(`${channel}/${ts}`) : outcome;
  }

  async find(sender: Sender, at: SurfaceRef, reference: string, since: Date): Promise<SendOutcome> {
    const { often } = this.clients.of(sender.token);
    const place = at.channel ? accepted(at.channel) : await direct(often, at.user);
    return place.outcome === 'accepted'
      ? findPost(often, { ...at, channel: place.providerId }, reference, since)
      : place;
  }

  form(sender: Sender, view: string, form: Parameters<Surface['form']>[2]): Promise<SendOutcome> {
    const filled = 'fields' in form ? toModal(form) : toNotice(form);
    return attempt(async () => {
      await this.clients.of(sender.token).often.views.update({ view_id: view, view: filled as never });
      return view;
    });
  }

  home(sender: Sender, user: string, content: Content): Promise<SendOutcome> {
    return attempt(async () => {
      await this.clients.of(sender.token).often.views.publish({ user_id: user, view: toHome(content) as never });
      return user;
    });
  }

  who(sender: Sender, user: string): ReturnType<typeof askWho> {
    return askWho(this.clients.of(sender.token).often, user);
  }

  fetchFile(sender: Sender, file: string, most: number): Promise<Fetched> {
    const { token } = sender;
    return fetchFile(this.clients.of(token), this.clients.agent, { apiUrl: this.apiUrl, token, file, most });
  }

  putFile(sender: Sender, at: SurfaceRef & { post: string }, file: FileToPut): Promise<SendOutcome> {
    const { channel = '', post: thread } = at;
    return putFile(this.clients.of(sender.token), this.clients.agent, {
      apiUrl: this.apiUrl,
      channel,
      thread,
      ...file,
    });
  }

  removeFile(sender: Sender, file: string): Promise<SendOutcome> {
    return removeFile(this.clients.of(sender.token), file);
  }

  /** Opens an empty form while its trigger lives. @returns its id */
  async open(sender: Sender, trigger: string): Promise<string | undefined> {
    const { atOnce } = this.clients.of(sender.token);
    const opened = await atOnce.views.open({ trigger_id: trigger, view: loading as never });
    return opened.view?.id;
  }
}

const accepted = (providerId: string): SendOutcome & { outcome: 'accepted' } => ({ outcome: 'accepted', providerId });

async function attempt(call: () => Promise<string>): Promise<SendOutcome> {
  try {
    return accepted(await call());
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The channel of somebody's direct messages. Whatever becomes of this call, the post itself has not left. */
async function direct(client: Clients['often'], users = ''): Promise<SendOutcome> {
  const opened = await attempt(async () => (await client.conversations.open({ users })).channel?.id ?? '');
  return opened.outcome === 'unknown' ? { ...opened, outcome: 'not_sent' } : opened;
}
