import { GraphApiError, WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { Agent, type Dispatcher, fetch as undiciFetch } from 'undici';
import { type Identity, type OutboundContent, type Sender, type SendOutcome, tooLate } from '../../src/channel';
import { call } from './call';
import { type Envelope, post, templateOf } from './message';
import { providerError, refusalOf } from './provider-errors';

export interface SendSettings {
  baseUrl: string;
  version: string;
  deadlineMs: number;
}

interface TemplateSend {
  content: OutboundContent & { kind: 'template' };
  address: { to: string } | { recipient: string };
  reference: string;
  startBy: number;
}
/** How far a call came before it failed. */
type Reached = 'nowhere' | 'asked' | 'late' | 'begun' | 'answered';

/**
 * Sends over kept-alive connections, each call with a deadline: templates, of which campaigns are made, by hand, all else through the Cloud API client.
 * There is no idempotency key: what may have arrived is `unknown`.
 */
export class Sending {
  // No bound on connections: who calls bounds what is in flight, and a queue here would let a message leave long after its gate was asked.
  private readonly agent = new Agent({ pipelining: 1, connect: { timeout: 5_000 } });

  /** Where the Graph API's version begins. */
  private readonly base: URL;

  constructor(private readonly settings: SendSettings) {
    this.base = new URL(`${settings.baseUrl.replace(/\/+$/, '')}/${settings.version}`);
  }

  async send(
    sender: Sender,
    to: Identity,
    content: OutboundContent,
    reference: string,
    startBy = Number.POSITIVE_INFINITY,
  ): Promise<SendOutcome> {
    const address = addressOf(to);
    if (!address) return { outcome: 'refused', ...providerError('NO_ADDRESS') };
    let reached: Reached = 'nowhere';
    const onReached = (now: Reached): void => {
      reached = now;
    };
    try {
      if (content.kind === 'template')
        return await this.template(sender, { content, address, reference, startBy }, onReached);
      const client = this.client(sender.token, startBy, onReached);
      const envelope: Envelope = { phoneNumberId: sender.id, bizOpaqueCallbackData: reference, ...address };
      return taken(await post(client.messages, envelope, content));
    } catch (error) {
      return outcomeOf(error, reached);
    }
  }

  private async template(
    sender: Sender,
    { content, address, reference, startBy }: TemplateSend,
    onReached: (now: Reached) => void,
  ): Promise<SendOutcome> {
    if (!content.name) return { outcome: 'refused', ...providerError('INVALID') };
    const { deadlineMs } = this.settings;
    const message = {
      ...{ messaging_product: 'whatsapp', recipient_type: 'individual', ...address, type: 'template' },
      ...{ template: templateOf(content), biz_opaque_callback_data: reference },
    };
    onReached('asked');
    const { status, retryAfter, text } = await call(this.agent, {
      ...{ origin: this.base.origin, path: `${this.base.pathname}/${encodeURIComponent(sender.id)}/messages` },
      ...{ token: sender.token, body: JSON.stringify(message), deadlineMs },
      mayBegin: () => {
        const isLate = performance.now() > startBy;
        onReached(isLate ? 'late' : 'begun');
        return !isLate;
      },
      onAnswer: () => onReached('answered'),
    });
    const said: unknown = parsed(text);
    return status >= 200 && status < 300
      ? taken(said)
      : refused(said, status, Number(retryAfter ?? Number.NaN) * 1_000);
  }

  async seen(sender: Sender, messageId: string): Promise<void> {
    const client = this.client(sender.token, Number.POSITIVE_INFINITY, () => {});
    await client.messages.markRead({ phoneNumberId: sender.id, messageId });
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  /** One for each call, so that each knows how far its own came. */
  private client(accessToken: string, startBy: number, onReached: (now: Reached) => void): WhatsAppClient {
    const { baseUrl, version, deadlineMs } = this.settings;
    const mayBegin = (): boolean => {
      const isLate = performance.now() > startBy;
      onReached(isLate ? 'late' : 'begun');
      return !isLate;
    };
    const dispatcher = this.agent.compose(onStart(mayBegin));
    const bounded = async (url: string, init: object) => {
      onReached('asked');
      const signal = AbortSignal.timeout(deadlineMs);
      const response = await undiciFetch(url, { ...init, dispatcher, signal, redirect: 'manual' });
      onReached('answered');
      return response;
    };
    return new WhatsAppClient({
      accessToken,
      baseUrl,
      graphVersion: version,
      fetch: bounded as unknown as typeof fetch,
    });
  }
}

/** With `+`, else Meta would put the business's own country before it; a person without a phone is reached by their id. */
function addressOf({ phone, bsuid }: Identity): { to: string } | { recipient: string } | undefined {
  if (phone) return { to: phone };
  return bsuid ? { recipient: bsuid } : undefined;
}

/** Asks when a request gets its connection and is about to be written: before that, no byte of it has left. */
const onStart =
  (mayBegin: () => boolean): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      start?.(controller, context);
      if (!mayBegin()) controller.abort(new Error('too late'));
    };
    return dispatch(options, handler);
  };

function outcomeOf(error: unknown, reached: Reached): SendOutcome {
  if (error instanceof GraphApiError)
    return refused(error.raw, error.httpStatus, error.retry.retryAfterMs ?? Number.NaN);
  // The client would not even ask: what we gave it can't be a message.
  if (reached === 'nowhere') return { outcome: 'refused', ...providerError('INVALID') };
  if (reached === 'late') return tooLate;
  if (reached === 'answered') return { outcome: 'unknown', code: 'WHATSAPP_UNREADABLE' };
  const { name, code: own, cause } = error as { name?: string; code?: unknown; cause?: { code?: string } };
  const ofLine = cause?.code ?? (typeof own === 'string' ? own : undefined);
  const code = `NETWORK_${name === 'TimeoutError' ? 'TIMEOUT' : (ofLine ?? 'LOST')}`;
  return reached === 'begun' ? { outcome: 'unknown', code } : { outcome: 'not_sent', code };
}

function taken(answer: unknown): SendOutcome {
  const id = (answer as { messages?: { id?: unknown }[] } | null)?.messages?.[0]?.id;
  return typeof id === 'string' && id !== ''
    ? { outcome: 'accepted', providerId: id }
    : { outcome: 'unknown', code: 'WHATSAPP_UNREADABLE' };
}

/** @param retryAfterMs NaN: it does not say */
function refused(said: unknown, httpStatus: number, retryAfterMs: number): SendOutcome {
  const { code } = (said as { error?: { code?: unknown } } | null)?.error ?? {};
  const pause = Number.isFinite(retryAfterMs) ? Math.max(0, retryAfterMs) : undefined;
  if (/^\d+$/.test(String(code))) return { outcome: 'refused', ...providerError(Number(code), pause) };
  const isRefusal = httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408;
  if (isRefusal) return { outcome: 'refused', ...refusalOf(httpStatus, pause) };
  // A server error without a code of Meta's may come from anything on the way, after the message was taken.
  return { outcome: 'unknown', code: `WHATSAPP_HTTP_${httpStatus}` };
}

/** Whatever it is, also nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
