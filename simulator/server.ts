import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { badRequest, ControlError } from './errors';
import { type Json, object } from './json';

/** A request of somebody, with the parts of its path that the route names. */
export interface Visit {
  verb: string;
  path: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** The machine's monotonic clock when the request began. */
  monotonicMs: number;
  response: ServerResponse;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** An object is answered as JSON; text and bytes as they are. */
  body?: unknown;
}

/** `undefined`: the route has dealt with the connection itself. */
export type Route = (visit: Visit) => Answer | undefined | Promise<Answer | undefined>;

const mostBytes = 32 * 1024 * 1024;

/** The first route that fits a verb and a path. `:name` stands for one part of the path, `*` for the rest. */
export class Router {
  private readonly routes: { verb: string; pattern: RegExp; route: Route }[] = [];

  on(verb: 'GET' | 'POST' | 'DELETE' | '*', path: string, route: Route): this {
    const pattern = path
      .replace(/[.]/g, '\\.')
      .replace(/:(\w+)/g, '(?<$1>[^/]+)')
      .replace('*', '.*');
    this.routes.push({ verb, pattern: new RegExp(`^${pattern}$`), route });
    return this;
  }

  find(verb: string, path: string): { route: Route; params: Record<string, string> } | undefined {
    for (const { verb: wanted, pattern, route } of this.routes) {
      if (wanted !== '*' && wanted !== verb) continue;
      const match = pattern.exec(path);
      if (match) return { route, params: decoded(match.groups ?? {}) };
    }
    return undefined;
  }
}

const decoded = (groups: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));

export function serve(router: Router): Server {
  const server = createServer((request, response) => {
    const monotonicMs = Number(process.hrtime.bigint()) / 1e6;
    answer(router, request, response, monotonicMs)
      .catch((error) => failure(error))
      .then((reply) => reply && write(response, reply))
      .catch(() => response.destroy());
  });
  // Longer than any client keeps an idle line: none is cut while a message is on its way.
  server.keepAliveTimeout = 75_000;
  return server;
}

async function answer(
  router: Router,
  request: IncomingMessage,
  response: ServerResponse,
  monotonicMs: number,
): Promise<Answer | undefined> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const verb = request.method ?? 'GET';
  const found = router.find(verb, url.pathname);
  const body = await read(request);
  if (!found) return { status: 404, body: { error: { code: 'NOT_FOUND', message: `no ${verb} ${url.pathname}` } } };
  const { headers } = request;
  const { route, params } = found;
  return route({ verb, path: url.pathname, params, query: url.searchParams, headers, body, monotonicMs, response });
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) throw new ControlError(413, 'TOO_LARGE', 'the body is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function failure(error: unknown): Answer {
  if (error instanceof ControlError) {
    const { code, message, more } = error;
    return { status: error.status, body: { error: { code, message, ...more } } };
  }
  if (error instanceof URIError) return failure(badRequest('the path is not well encoded'));
  process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  return { status: 500, body: { error: { code: 'INTERNAL', message: 'the simulator has a defect' } } };
}

function write(response: ServerResponse, { status = 200, headers = {}, body }: Answer): void {
  if (response.destroyed) return;
  const isPlain = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
  const type = isPlain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(isPlain ? body : JSON.stringify(body));
}

export type Control = (verb: 'GET' | 'POST' | 'DELETE', path: string, work: (visit: Visit) => unknown) => void;

/** Routes of the control side under one path: what the work gives is answered as JSON. */
export const controlOf =
  (router: Router, prefix: string): Control =>
  (verb, path, work) =>
    void router.on(verb, `${prefix}${path}`, async (visit) => ({ body: (await work(visit)) ?? { ok: true } }));

/** The JSON object in a request's body; none is an empty one. */
export function jsonOf(visit: Visit): Json {
  if (visit.body.length === 0) return {};
  try {
    return object(JSON.parse(visit.body.toString('utf8')));
  } catch {
    throw badRequest('the body is not JSON');
  }
}
