import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
/** What a provider does with a request that it has read to its end. */
export type Answer = (response: ServerResponse, asked: Asked) => void;

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
export const words =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
/** Read, and then the line breaks. */
export const reset: Answer = (response) => (response.socket as Socket).resetAndDestroy();
/** Read, and then nothing. */
export const hang: Answer = () => {};
/** The answer begins and its line breaks. */
export const breakOff: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"messages":[', () => (response.socket as Socket).resetAndDestroy());
};

/** The outside world on a port of this machine, doing as it is told. */
export class Provider {
  readonly asked: Asked[] = [];
  answer: Answer = json(200, {});
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Provider> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const provider = new Provider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const asked = { path: request.url ?? '', headers: request.headers, body };
      provider.asked.push(asked);
      provider.answer(response, asked);
    });
    return provider;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** An address at which nobody listens. */
export async function closedPort(): Promise<string> {
  const provider = await Provider.start();
  await provider.stop();
  return provider.url;
}
