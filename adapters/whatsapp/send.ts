import { GraphApiError, WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { Agent, type Dispatcher, fetch as undiciFetch } from 'undici';
import { type Identity, type OutboundContent, type Sender, type SendOutcome, tooLate } from '../../src/channel';
import { type Envelope, post } from './message';
import { providerError, refusalOf } from './provider-errors';

export interface SendSettings {
  baseUrl: string;
  version: string;
  deadlineMs: number;
}

/** How far a call came before it failed. */
type Reached = 'nowhere' | 'asked' | 'late' | 'begun' | 'answered';

/** Sends through the Cloud API client over kept-alive connections, each call with a deadline. There is no idempotency key: what may have arrived is `unknown`. */
export class Sending {
  // No bound on connections: who calls bounds what is in flight, and a queue here would let a message leave long after its gate was asked.
  private readonly agent = new Agent({ pipelining: 1, connect: { timeout: 5_000 } });

  constructor(private readonly settings: SendSettings) {}

  async send(
    sender: Sender,
    to: Identity,
    content: OutboundContent,
    reference: string,
    startBy = Number.POSITIVE_INFINITY,
  ): Promise<SendOutcome> {
    const address = addressOf(to);
    if (!address) return { outcome: 'refused', ...providerError('NO_ADDRESS') };
    const envelope: Envelope = { phoneNumberId: sender.id, bizOpaqueCallbackData: reference, ...address };
    let reached: Reached = 'nowhere';
    try {
      const client = this.client(sender.token, startBy, (now) => {
        reached = now;
      });
      const answer = await post(client.messages, envelope, content);
      const id: unknown = answer.messages?.[0]?.id;
      return typeof id === 'string' && id !== ''
        ? { outcome: 'accepted', providerId: id }
        : { outcome: 'unknown', code: 'WHATSAPP_UNREADABLE' };
    } catch (error) {
      return outcomeOf(error, reached);
    }
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
  if (error instanceof GraphApiError) return refused(error);
  // The client would not even ask: what we gave it can't be a message.
  if (reached === 'nowhere') return { outcome: 'refused', ...providerError('INVALID') };
  if (reached === 'late') return tooLate;
  if (reached === 'answered') return { outcome: 'unknown', code: 'WHATSAPP_UNREADABLE' };
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  const code = `NETWORK_${cause?.code ?? (name === 'TimeoutError' ? 'TIMEOUT' : 'LOST')}`;
  return reached === 'begun' ? { outcome: 'unknown', code } : { outcome: 'not_sent', code };
}

function refused({ raw, httpStatus, retry }: GraphApiError): SendOutcome {
  const { code } = (raw as { error?: { code?: unknown } } | null)?.error ?? {};
  if (/^\d+$/.test(String(code))) return { outcome: 'refused', ...providerError(Number(code), retry.retryAfterMs) };
  const isRefusal = httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408;
  if (isRefusal) return { outcome: 'refused', ...refusalOf(httpStatus, retry.retryAfterMs) };
  // A server error without a code of Meta's may come from anything on the way, after the message was taken.
  return { outcome: 'unknown', code: `WHATSAPP_HTTP_${httpStatus}` };
}
