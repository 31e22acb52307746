import { createHmac } from 'node:crypto';

const secret = 'test-app-secret';

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map((one) => (typeof one === 'object' && one !== null ? one : {})) : [];
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** What the conformance suite must know of WhatsApp. */
export const conformance = {
  settings: { WHATSAPP_APP_SECRET: secret, WHATSAPP_VERIFY_TOKEN: 'test-verify-token' },
  apiUrl: 'WHATSAPP_GRAPH_URL',
  path: '/webhooks/whatsapp',
  largest: 3 * 1_048_576,
  address: { phone: '+56987654321' },

  /** A payload as Meta writes it: what is not ASCII escaped, and every slash. */
  write(payload: unknown): { body: string; contentType: string } {
    const body = JSON.stringify(payload)
      .replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .replaceAll('/', '\\/');
    return { body, contentType: 'application/json' };
  },

  sign: (body: string): Record<string, string> => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),

  /** Ids that must be told, whatever else is in a payload: every message's, and every status's as the beginning of its event's. */
  idsOf: (payload: unknown): string[] =>
    list(object(payload).entry)
      .flatMap((entry) => list(entry.changes))
      .flatMap((change) => [...list(object(change.value).messages), ...list(object(change.value).statuses)])
      .flatMap(({ id }) => (typeof id === 'string' ? [id.replaceAll('\0', '').toWellFormed()] : []))
      .filter((id) => id !== ''),

  /** What Meta answers when it takes what we send. */
  accept: (_path: string): unknown => ({
    messaging_product: 'whatsapp',
    contacts: [{ input: '+56987654321', wa_id: '56987654321' }],
    messages: [{ id: 'wamid.QUNDRVBURUQ=' }],
  }),
};
