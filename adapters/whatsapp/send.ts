import { GraphApiError, WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Content, Identity, OutboundContent, Sender, SendOutcome } from '../../src/channel';
import { providerError } from './provider-errors';

export interface SendSettings {
  baseUrl: string;
  version: string;
  deadlineMs: number;
}

/** No byte of the request has left yet. */
const neverLeft: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const limits = { body: 4096, bodyWithButtons: 1024, buttons: 3, title: 20, header: 60, footer: 60 };

/** Sends through the Cloud API client over kept-alive connections, each call with a deadline. There is no idempotency key: what may have arrived is `unknown`. */
export class Sending {
  private readonly agent = new Agent({
    connections: 64,
    pipelining: 1,
    connect: { timeout: 5_000 },
    keepAliveTimeout: 30_000,
  });
  private readonly clients = new Map<string, WhatsAppClient>();

  constructor(private readonly settings: SendSettings) {}

  async send(sender: Sender, to: Identity, content: OutboundContent, reference: string): Promise<SendOutcome> {
    const address = addressOf(to);
    if (!address) return { outcome: 'refused', code: 'WHATSAPP_NO_ADDRESS', treatment: 'permanent' };
    try {
      const answer = await this.post(
        this.client(sender.token),
        { phoneNumberId: sender.id, bizOpaqueCallbackData: reference, ...address },
        content,
      );
      const id = answer.messages?.[0]?.id;
      return id ? { outcome: 'accepted', providerId: id } : { outcome: 'unknown', code: 'WHATSAPP_UNREADABLE' };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  private post(
    client: WhatsAppClient,
    common: { phoneNumberId: string; bizOpaqueCallbackData: string; to: string; recipient?: string },
    content: OutboundContent,
  ) {
    if (content.kind === 'template') return client.messages.sendTemplate({ ...common, template: template(content) });
    const body = bodyOf(content);
    const context = content.replyTo ? { contextMessageId: content.replyTo } : {};
    const buttons = (content.buttons ?? []).slice(0, limits.buttons);
    if (buttons.length === 0) return client.messages.sendText({ ...common, ...context, body: cut(body, limits.body) });
    return client.messages.sendInteractiveButtons({
      ...common,
      ...context,
      bodyText: cut(body, limits.bodyWithButtons),
      buttons: buttons.map((button) => ({ id: button.id, title: cut(button.label, limits.title) })),
    });
  }

  private client(token: string): WhatsAppClient {
    const known = this.clients.get(token);
    if (known) return known;
    if (this.clients.size >= 1_000) this.clients.clear();
    const { baseUrl, version, deadlineMs } = this.settings;
    const bounded = ((url: string, init: Record<string, unknown>) =>
      undiciFetch(url, {
        ...init,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(deadlineMs),
      })) as unknown as typeof fetch;
    const client = new WhatsAppClient({ accessToken: token, baseUrl, graphVersion: version, fetch: bounded });
    this.clients.set(token, client);
    return client;
  }
}

/** With `+`, else Meta would put the business's own country before it; a person without a phone is reached by their id. */
function addressOf(to: Identity): { to: string } | { to: string; recipient: string } | undefined {
  if (to.phone) return { to: to.phone };
  return to.bsuid ? ({ recipient: to.bsuid } as unknown as { to: string; recipient: string }) : undefined;
}

const template = (content: OutboundContent & { kind: 'template' }) => ({
  name: content.name,
  language: { code: content.language },
  components: [
    ...(content.variables.length > 0
      ? [{ type: 'body', parameters: content.variables.map((value) => ({ type: 'text', text: oneLine(value) })) }]
      : []),
    ...(content.buttons ?? []).map((payload, index) => ({
      type: 'button',
      sub_type: 'quick_reply',
      index: String(index),
      parameters: [{ type: 'payload', payload }],
    })),
  ],
});

/** A parameter may hold no line break, tab or run of spaces, and may not be empty. */
const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim() || '-';

function bodyOf(content: Content): string {
  const facts = (content.facts ?? []).map((fact) => `• ${fact}`).join('\n');
  return [content.title && `*${content.title}*`, content.text, facts, content.note && `_${content.note}_`]
    .filter(Boolean)
    .join('\n\n');
}

function cut(value: string, most: number): string {
  const letters = [...value];
  return letters.length <= most ? value : `${letters.slice(0, most - 1).join('')}…`;
}

function outcomeOf(error: unknown): SendOutcome {
  if (error instanceof GraphApiError) {
    const raw = error.raw as { error?: { code?: unknown } } | undefined;
    const code = Number(raw?.error?.code ?? Number.NaN);
    // A server error without a code of Meta's may come from anything on the way, after the message was taken.
    if (!Number.isInteger(code)) return { outcome: 'unknown', code: `WHATSAPP_HTTP_${error.httpStatus}` };
    return { outcome: 'refused', ...providerError(code, error.retry?.retryAfterMs) };
  }
  const code = (error as { cause?: { code?: string } })?.cause?.code ?? '';
  return neverLeft.has(code)
    ? { outcome: 'not_sent', code: `NETWORK_${code}` }
    : { outcome: 'unknown', code: code ? `NETWORK_${code}` : 'NETWORK_LOST' };
}
