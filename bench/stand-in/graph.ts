import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Delivery, Ledger } from './ledger';
import { steps } from './ledger';
import type { Faults, Mishap } from './order';
import { randomFrom } from './random';
import type { Webhooks } from './webhooks';

/** Meta's seconds start at the product's: Tuesday 1 December 2026, 10:30 in Santiago. */
const startSeconds = 1_796_131_800;
const lateMs = 2_000;
const slowMs = 1_500;

interface Message {
  to?: string;
  biz_opaque_callback_data?: string;
}

/** Takes messages, each with a place in the ledger, and has them told of. */
export class Graph {
  readonly server: Server;
  private faults: Faults = {};
  private random = randomFrom(1);
  private ids = 0;
  private next: { left: number; mishap: Mishap } | undefined;

  constructor(
    private readonly ledger: Ledger,
    private readonly webhooks: Webhooks,
    private readonly receipts: 0 | 3,
  ) {
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => this.read(request, response));
  }

  breakWith(faults: Faults, seed: number): void {
    this.faults = faults;
    this.random = randomFrom(seed);
  }

  /** The nth request from now, and only that. */
  breakNth(left: number, mishap: Mishap): void {
    this.next = { left, mishap };
  }

  private read(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => this.answer(request, response, Buffer.concat(parts).toString()));
    request.on('error', () => {}); // who called is gone
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    if (request.method === 'GET') return void send(response, 200, connected);
    const number = (request.url ?? '').split('/')[2] ?? '';
    const faults = this.faultsNow();
    if (this.strikes(faults.reset)) return void response.socket?.resetAndDestroy();
    if (this.strikes(faults.refused)) return void send(response, 429, refusal);
    const isBroken = this.strikes(faults.broken);
    if (isBroken && this.random() < 0.5) return void send(response, 500, 'Internal Server Error');
    const id = this.take(JSON.parse(body) as Message, number, request.headers['x-mark'] as string | undefined);
    if (isBroken) return void send(response, 500, 'Internal Server Error');
    if (this.strikes(faults.resetAfter)) return void response.socket?.resetAndDestroy();
    if (this.strikes(faults.silent)) return;
    const answer = `{"messaging_product":"whatsapp","messages":[{"id":"${id}"}]}`;
    if (this.strikes(faults.slow)) setTimeout(() => send(response, 200, answer), slowMs);
    else send(response, 200, answer);
  }

  private faultsNow(): Faults {
    if (!this.next || --this.next.left > 0) return this.faults;
    const { mishap } = this.next;
    this.next = undefined;
    return { [mishap]: 1 };
  }

  private take({ to = '', biz_opaque_callback_data: reference = '' }: Message, number: string, mark?: string): string {
    this.ids += 1;
    const id = `wamid.${this.ids}.${Math.floor(startSeconds + process.uptime())}`;
    const delivery = this.ledger.deliver(reference, to, mark);
    if (this.receipts > 0) for (const at of steps.keys()) this.tell(delivery, id, number, at);
    if (this.faults.shuffled && this.random() < 0.02) this.webhooks.shuffle(this.random);
    return id;
  }

  private tell(delivery: Delivery, id: string, number: string, at: number): void {
    const { faults } = this;
    if (this.strikes(faults.lost)) return;
    delivery.told |= 1 << at;
    const wire = {
      ...{ id, status: steps[at], timestamp: String(Math.floor(startSeconds + process.uptime())) },
      ...{ recipient_id: delivery.to.replace('+', ''), biz_opaque_callback_data: delivery.reference },
    };
    const onTaken = (): void => {
      delivery.taken |= 1 << at;
    };
    const copies = this.strikes(faults.doubled) ? 2 : 1;
    const push = (): void => {
      for (let copy = 0; copy < copies; copy++) this.webhooks.push({ number, wire, onTaken });
    };
    if (this.strikes(faults.late)) setTimeout(push, lateMs);
    else push();
  }

  private strikes(share = 0): boolean {
    return share > 0 && this.random() < share;
  }
}

/** How a number stands: it may send. */
const connected = JSON.stringify({ quality_rating: 'GREEN', status: 'CONNECTED' });
const refusal = JSON.stringify({ error: { message: 'Rate limit hit', type: 'OAuthException', code: 130429 } });

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}
