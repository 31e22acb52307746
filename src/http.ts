import { createServer, type RequestListener, type Server } from 'node:http';
import express, { type Router } from 'express';
import { AppError } from './errors';
import { describeError, type Log } from './log';

export interface Web {
  /** The address it listens on. */
  listen(port: number, host: string): Promise<{ url: string; port: number }>;
  close(): Promise<void>;
}

/** What every answer says to a browser, whatever it answers; a page says more narrowly what it needs, never less. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};
/** Where the world reaches us by https, it never tries otherwise again. */
const onlyHttps = { 'strict-transport-security': 'max-age=63072000; includeSubDomains' };

interface WebOptions {
  /** Asked before Express sees a request. */
  before?: readonly Before[];
  isHttps?: boolean;
  /** Told when a request was answered. */
  onAnswered?(kind: 'webhook' | 'page', status: number, ms: number): void;
}

const limits = { headersMs: 5_000, requestMs: 30_000, connections: 2_000 };

/** Takes a request, or says that it is not its own. */
export type Before = (...request: Parameters<RequestListener>) => boolean;

/**
 * Webhooks first, with nothing mounted above them; pages; health; one error handler that says nothing of what went wrong.
 */
export function createWeb(
  routes: readonly Router[],
  ready: () => Promise<void>,
  log: Log,
  { before = [], isHttps = false, onAnswered }: WebOptions = {},
): Web {
  const headers = { ...safeHeaders, ...(isHttps && onlyHttps) };
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use((_request, response, next) => {
    response.set(headers);
    next();
  });
  for (const router of routes) app.use(router);
  app.get('/healthz', (_request, response) => void response.type('text/plain').send('ok'));
  app.get('/readyz', async (_request, response) => {
    const isReady = await ready().then(
      () => true,
      () => false,
    );
    response
      .status(isReady ? 200 : 503)
      .type('text/plain')
      .send(isReady ? 'ready' : 'not ready');
  });
  app.use((_request, response) => void response.status(404).json({ error: 'NOT_FOUND' }));
  app.use(refuse(log));
  const server = createServer(
    { headersTimeout: limits.headersMs, requestTimeout: limits.requestMs, maxHeaderSize: 16_384 },
    (request, response) => {
      const began = performance.now();
      if (onAnswered)
        response.once('finish', () => {
          const kind = request.method === 'POST' && isWebhook(request.url ?? '') ? 'webhook' : 'page';
          onAnswered(kind, response.statusCode, performance.now() - began);
        });
      if (!before.some((take) => take(request, response))) app(request, response);
    },
  );
  server.maxConnections = limits.connections;
  return { listen: (port, host) => listen(server, port, host), close: () => close(server) };
}

const isWebhook = (path: string): boolean => /^\/(webhooks|slack)\//.test(path);

const refuse =
  (log: Log): express.ErrorRequestHandler =>
  (error, request, response, _next) => {
    const status = statusOf(error);
    if (status >= 500)
      log.error({ event: 'http.failed', method: request.method, ...describeError(error) }, 'a request failed');
    if (!response.headersSent)
      response.status(status).json({
        error:
          error instanceof AppError
            ? error.code
            : status === 413
              ? 'BODY_TOO_LARGE'
              : status < 500
                ? 'BODY_UNREADABLE'
                : 'UNEXPECTED',
      });
  };

function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.http;
  const status = Number((error as { status?: unknown }).status);
  return status >= 400 && status < 600 ? status : 500;
}

function listen(server: Server, port: number, host: string): Promise<{ url: string; port: number }> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      const address = server.address();
      const actual = typeof address === 'object' && address ? address.port : port;
      done({ url: `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${actual}`, port: actual });
    });
  });
}

/** Takes no new request and finishes those under way; at most five seconds. */
function close(server: Server): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(() => server.closeAllConnections(), 5_000);
    server.close(() => {
      clearTimeout(timer);
      done();
    });
    server.closeIdleConnections();
  });
}
