import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type RunningSimulator, startSimulator } from '../../src/local/simulator';

type Json = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: answers of a wire protocol, read by tests
type Any = any;

export const tienda = '106540352242922';
export const clinica = '106540352242933';
export const ana = '+56987654321';
export const root = join(__dirname, '..', '..');
export const secrets = {
  appSecret: 'app-secret',
  verifyToken: 'verify-me',
  token: 'graph-token',
  smppPassword: 'sim-smpp',
  signingSecret: 'signing-secret',
};

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Stands where the product would: writes down what comes, answers what it is told to. */
export class RecordingProduct {
  readonly received: Received[] = [];
  /** The HTTP status of the next answers; then 200. */
  statuses: number[] = [];
  answer = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '', 'http://localhost');
        this.received.push({
          path: url.pathname,
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        response.writeHead(this.statuses.shift() ?? 200);
        response.end(url.searchParams.get('hub.challenge') ?? this.answer);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Every update of every WhatsApp webhook, in order. */
  changes(): { field: string; value: Any }[] {
    return this.received
      .filter(({ path, body }) => path === '/webhooks/whatsapp' && body.startsWith('{'))
      .flatMap(({ body }) => (JSON.parse(body) as Any).entry.flatMap((entry: Any) => entry.changes));
  }

  messages(): Any[] {
    return this.changes().flatMap(({ value }) => value.messages ?? []);
  }

  /** Receipts of one message: `sent`, `delivered`, … */
  receipts(id: string): Any[] {
    return this.changes()
      .flatMap(({ value }) => value.statuses ?? [])
      .filter((status) => status.id === id);
  }

  events(): Any[] {
    return this.received.filter(({ body }) => body.startsWith('{"token"')).map(({ body }) => JSON.parse(body));
  }

  interactions(): Any[] {
    return this.received
      .map(({ body }) => new URLSearchParams(body).get('payload'))
      .filter((payload) => payload !== null)
      .map((payload) => JSON.parse(payload));
  }
}

export class Outside {
  private constructor(
    readonly product: RecordingProduct,
    readonly running: RunningSimulator,
  ) {}

  /** A recording product and a simulator that talks to it. */
  static async start(more: { stateFile?: string; product?: RecordingProduct } = {}): Promise<Outside> {
    const product = more.product ?? new RecordingProduct();
    const productUrl = await product.listen();
    const { stateFile } = more;
    return new Outside(
      product,
      await startSimulator({ root, port: 0, productUrl, secrets, ...(stateFile && { stateFile }) }),
    );
  }

  async stop(): Promise<void> {
    await this.running.stop();
    this.product.close();
  }

  async sim(verb: 'GET' | 'POST' | 'DELETE', path: string, body?: Json): Promise<Any> {
    const response = await this.fetch(verb, `/__sim/${path}`, body && JSON.stringify(body));
    return response.json();
  }

  fetch(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    const init = {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body }),
    };
    return fetch(`${this.running.url}${path}`, init);
  }

  /** A call to the Graph API as the product makes it. */
  async graph(
    path: string,
    body?: Json | string,
    token: string | null = secrets.token,
  ): Promise<{ status: number; body: Any }> {
    const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const response = await this.fetch(body === undefined ? 'GET' : 'POST', `/v25.0/${path}`, text, authorization);
    return { status: response.status, body: await response.json() };
  }

  send(message: Json, number = tienda) {
    return this.graph(`${number}/messages`, { messaging_product: 'whatsapp', ...message });
  }

  sendTemplate(to: string, values = ['Ana', '30 %'], name = 'promo_cyber') {
    return this.send(templateTo(to, values, name));
  }

  /** A call to Slack's Web API, form-encoded as its client does. */
  async slack(
    method: string,
    fields: Json,
    token = 'xoxb-andina',
  ): Promise<{ status: number; headers: Headers; body: Any }> {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(fields))
      form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${token}` };
    const response = await this.fetch('POST', `/api/${method}`, form.toString(), headers);
    return { status: response.status, headers: response.headers, body: await response.json().catch(() => undefined) };
  }
}

export const templateTo = (to: string, values: string[], name = 'promo_cyber'): Json => ({
  to,
  type: 'template',
  template: {
    name,
    language: { code: 'es_CL' },
    components: [{ type: 'body', parameters: values.map((text) => ({ type: 'text', text })) }],
  },
});

export const hmac = (secret: string, words: string): string => createHmac('sha256', secret).update(words).digest('hex');
