import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import type { OtherOrder } from './other';

// What the wire alone costs: as many sends at a time as ours has, over the same client, every webhook checked and folded – in memory, with no database and
// no Redis behind. Nothing that has to outlive a crash can be faster.
const order = JSON.parse(process.env.OTHER_ORDER ?? '') as OtherOrder;
const inFlight = 48;
const pool = new Pool(order.graphUrl, { connections: inFlight, pipelining: 1 });
const rank = ['sent', 'delivered', 'read'];
/** The most that is known of each message. */
const known = new Map<string, number>();
let read = 0;

interface Envelope {
  entry: { changes: { value: { statuses: { status: string; biz_opaque_callback_data: string }[] } }[] }[];
}

function fold(body: Buffer): void {
  const { entry } = JSON.parse(body.toString('utf8')) as Envelope;
  for (const { changes } of entry)
    for (const { value } of changes)
      for (const { status, biz_opaque_callback_data: reference } of value.statuses) {
        const now = rank.indexOf(status);
        if ((known.get(reference) ?? -1) >= now) continue;
        known.set(reference, now);
        if (status === 'read') read += 1;
      }
  if (read === order.messages) process.send?.({ done: true });
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const given = Buffer.from(String(request.headers['x-hub-signature-256']).slice(7), 'hex');
    const isSigned = timingSafeEqual(given, createHmac('sha256', order.secret).update(body).digest());
    if (isSigned) fold(body);
    response.writeHead(isSigned ? 200 : 401, { 'content-length': 0 }).end();
  });
});

async function send(n: number): Promise<void> {
  const template = {
    ...{ name: 'promo_cyber', language: { code: 'es_CL' } },
    components: [{ type: 'body', parameters: ['cliente', '30 %'].map((text) => ({ type: 'text', text })) }],
  };
  const message = {
    ...{ messaging_product: 'whatsapp', recipient_type: 'individual', to: `+569${10_000_000 + n}`, type: 'template' },
    ...{ template, biz_opaque_callback_data: `1.${n}.0123456789012345678901` },
  };
  const headers = { 'content-type': 'application/json', authorization: 'Bearer token' };
  const path = '/v25.0/100000000000000/messages';
  const { body } = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(message) });
  await body.json();
}

process.on('message', () => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < order.messages) await send(next++);
  };
  for (let lanes = 0; lanes < inFlight; lanes++) void lane();
});
process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }),
);
