import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { webApi } from '@slack/bolt';
import { parse } from 'yaml';
import type { Content, Sender, SendOutcome, Surface, SurfaceRef, Treatment } from '../../src/channel';
import { loading, toBlocks, toModal, toNotice } from './blocks';

type Client = webApi.WebClient;
const table: Readonly<Record<Treatment, readonly string[]>> = parse(
  readFileSync(join(__dirname, 'errors.yaml'), 'utf8'),
);
const treatments = new Map(
  (Object.entries(table) as [Treatment, readonly string[]][]).flatMap(([treatment, names]) =>
    names.map((name) => [name, treatment] as const),
  ),
);
const neverLeft: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const timeout = 10_000;

/** Calls to Slack. A post is tried once: it has no idempotency key. What may be repeated without harm is tried three times. */
export class Sending implements Surface {
  private readonly clients = new Map<string, { once: Client; often: Client }>();

  constructor(private readonly apiUrl: string) {}

  post(sender: Sender, at: SurfaceRef, content: Content, reference: string): Promise<SendOutcome> {
    return this.outcome(async () => {
      const { once, often } = this.of(sender);
      const message = {
        ...toBlocks(content),
        metadata: { event_type: 'connectus_post', event_payload: { outbox_id: reference } },
        unfurl_links: false,
        unfurl_media: false,
      } as unknown as { text: string };
      const thread = at.thread ? { thread_ts: at.thread } : {};
      if (at.private && at.channel && at.user && !at.channel.startsWith('D')) {
        const shown = await this.whisper(once, { ...message, ...thread, channel: at.channel, user: at.user });
        if (shown) return shown;
      }
      const apart = at.private && !at.channel?.startsWith('D');
      const channel = at.channel && !apart ? at.channel : await this.direct(often, at.user);
      const posted = await once.chat.postMessage({ ...message, ...(apart ? {} : thread), channel });
      return `${posted.channel ?? channel}/${posted.ts}`;
    });
  }

  update(sender: Sender, at: SurfaceRef & { post: string }, content: Content): Promise<SendOutcome> {
    return this.outcome(async () => {
      const { text, blocks } = toBlocks(content);
      await this.of(sender).often.chat.update({
        channel: at.channel ?? '',
        ts: at.post,
        text,
        blocks: blocks as never,
      });
      return `${at.channel}/${at.post}`;
    });
  }

  async remove(sender: Sender, at: SurfaceRef & { post: string }): Promise<SendOutcome> {
    const outcome = await this.outcome(async () => {
      await this.of(sender).often.chat.delete({ channel: at.channel ?? '', ts: at.post });
      return `${at.channel}/${at.post}`;
    });
    // Already gone is gone.
    return outcome.outcome === 'refused' &&
      ['SLACK_message_not_found', 'SLACK_channel_not_found'].includes(outcome.code)
      ? { outcome: 'accepted', providerId: at.post }
      : outcome;
  }

  form(sender: Sender, view: string, form: Parameters<Surface['form']>[2]): Promise<SendOutcome> {
    return this.outcome(async () => {
      await this.of(sender).often.views.update({
        view_id: view,
        view: ('fields' in form ? toModal(form) : toNotice(form)) as never,
      });
      return view;
    });
  }

  /** Opens an empty form while its trigger lives. @returns its id */
  async open(sender: Sender, trigger: string): Promise<string | undefined> {
    const opened = await this.of(sender).once.views.open({ trigger_id: trigger, view: loading as never });
    return opened.view?.id;
  }

  // Where the bot is no member, nothing can be shown there: the answer goes to the person's direct messages.
  private async whisper(
    client: Client,
    message: { text: string; channel: string; user: string },
  ): Promise<string | undefined> {
    try {
      const shown = await client.chat.postEphemeral(message);
      return `${message.channel}/${shown.message_ts}`;
    } catch (error) {
      if (['channel_not_found', 'not_in_channel', 'user_not_in_channel'].includes(nameOf(error) ?? ''))
        return undefined;
      throw error;
    }
  }

  private async direct(client: Client, user: string | undefined): Promise<string> {
    const opened = await client.conversations.open({ users: user ?? '' });
    return opened.channel?.id ?? '';
  }

  private of(sender: Sender): { once: Client; often: Client } {
    const known = this.clients.get(sender.token);
    if (known) return known;
    if (this.clients.size >= 1_000) this.clients.clear();
    const options = {
      slackApiUrl: this.apiUrl,
      timeout,
      rejectRateLimitedCalls: true,
      logLevel: 'error' as webApi.LogLevel,
    };
    const clients = {
      once: new webApi.WebClient(sender.token, { ...options, retryConfig: { retries: 0 } }),
      often: new webApi.WebClient(sender.token, {
        ...options,
        retryConfig: { retries: 2, minTimeout: 200, maxTimeout: 2_000 },
      }),
    };
    this.clients.set(sender.token, clients);
    return clients;
  }

  private async outcome(call: () => Promise<string>): Promise<SendOutcome> {
    try {
      return { outcome: 'accepted', providerId: await call() };
    } catch (error) {
      return outcomeOf(error);
    }
  }
}

const nameOf = (error: unknown): string | undefined => {
  const name = (error as { data?: { error?: unknown } }).data?.error;
  return typeof name === 'string' && /^[a-z_]{1,60}$/.test(name) ? name : undefined;
};

function outcomeOf(error: unknown): SendOutcome {
  const { code, retryAfter, original, cause } = error as {
    code?: string;
    retryAfter?: number;
    original?: { cause?: { code?: string }; code?: string };
    cause?: { code?: string; cause?: { code?: string } };
  };
  if (code === webApi.ErrorCode.RateLimitedError)
    return {
      outcome: 'refused',
      code: 'SLACK_ratelimited',
      treatment: 'retry',
      retryAfterMs: (retryAfter ?? 1) * 1000,
    };
  const name = nameOf(error);
  if (code === webApi.ErrorCode.PlatformError)
    return name
      ? { outcome: 'refused', code: `SLACK_${name}`, treatment: treatments.get(name) ?? 'bug' }
      : { outcome: 'unknown', code: 'SLACK_UNREADABLE' };
  const network = original?.cause?.code ?? original?.code ?? cause?.cause?.code ?? cause?.code ?? '';
  return neverLeft.has(network)
    ? { outcome: 'not_sent', code: `NETWORK_${network}` }
    : { outcome: 'unknown', code: network ? `NETWORK_${network}` : 'NETWORK_LOST' };
}
