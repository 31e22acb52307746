import { createHmac } from 'node:crypto';
import type { Gateway, Known } from '../domain/billing/gateway';

interface Settings {
  PAYMENT_URL?: string | undefined;
  PAYMENT_KEY?: string | undefined;
  PAYMENT_SECRET?: string | undefined;
}

const deadlineMs = 10_000;
const mostBytes = 64 * 1024;

/** Flow's own numbers of what became of an order. */
const states: Readonly<Record<string, (Known & { outcome: 'known' })['state']>> = {
  1: 'pending',
  2: 'paid',
  3: 'refused',
  4: 'cancelled',
};

/** Every parameter by its name in order, name and value after one another: HMAC-SHA256 in hex. */
const signed = (params: Readonly<Record<string, string>>, secret: string): Record<string, string> => {
  const names = Object.keys(params).sort();
  const s = createHmac('sha256', secret)
    .update(names.map((name) => `${name}${params[name]}`).join(''))
    .digest('hex');
  return { ...params, s };
};

/** The gateway of Flow (flow.cl): a hosted page and a token. It tells us of a token alone; what became of it we ask. undefined: none is set. */
export function gatewayOf(
  { PAYMENT_URL, PAYMENT_KEY, PAYMENT_SECRET }: Settings,
  publicUrl: string,
): Gateway | undefined {
  if (!PAYMENT_URL || !PAYMENT_KEY || !PAYMENT_SECRET) return undefined;
  const base = PAYMENT_URL.replace(/\/$/, '');
  const call = async (verb: 'GET' | 'POST', path: string, params: Record<string, string>): Promise<Answer> => {
    const query = new URLSearchParams(signed({ ...params, apiKey: PAYMENT_KEY }, PAYMENT_SECRET));
    const url = verb === 'GET' ? `${base}${path}?${query}` : `${base}${path}`;
    return ask(url, verb === 'GET' ? {} : { method: 'POST', body: query });
  };
  return {
    open: async ({ id, subject, amount, currency, mail, seconds }) => {
      const order = { commerceOrder: id, subject, currency, amount: String(amount), email: mail };
      const timeout = String(seconds);
      const back = { urlConfirmation: `${publicUrl}/webhooks/payments`, urlReturn: `${publicUrl}/payment` };
      const { status, said } = await call('POST', '/payment/create', { ...order, ...back, timeout });
      const { url, token } = said;
      if (status === 200 && typeof url === 'string' && typeof token === 'string' && URL.canParse(url))
        return { outcome: 'open', token, url: `${url}?token=${encodeURIComponent(token)}` };
      const isRefused = status >= 400 && status < 500 && status !== 429;
      return isRefused ? { outcome: 'refused' } : { outcome: 'unreachable' };
    },
    known: async (token) => {
      const { status, said } = await call('GET', '/payment/getStatus', { token });
      const state = states[String(said.status)];
      if (status !== 200 || !state) return { outcome: 'unreachable' };
      const { commerceOrder, amount, currency } = said;
      return {
        outcome: 'known',
        state,
        order: String(commerceOrder),
        amount: Number(amount),
        currency: String(currency),
      };
    },
  };
}

interface Answer {
  /** 0: nobody answered. */
  status: number;
  said: Readonly<Record<string, unknown>>;
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const response = await fetch(url, { ...init, signal, redirect: 'error' });
    const text = (await response.text()).slice(0, mostBytes);
    const said: unknown = JSON.parse(text);
    return { status: response.status, said: said && typeof said === 'object' ? (said as Answer['said']) : {} };
  } catch {
    return { status: 0, said: {} };
  }
}
