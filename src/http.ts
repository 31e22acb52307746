import { createServer, type RequestListener, type Server } from 'node:http';
import express, { type Router } from 'express';
import { AppError } from './errors';
import { describeError, type Log } from './log';

export interface Web {
  /** The address it listens on. */
  listen(port: number, host: string): Promise<{ url: string; port: number }>;
  close(): Promise<void>;
}

const limits = { headersMs: 5_000, requestMs: 30_000, connections: 2_000 };

/** Takes a request, or says that it is not its own. */
export type Before = (...request: Parameters<RequestListener>) => boolean;

/**
 * Webhooks first, with nothing mounted above them; pages; health; one error handler that says nothing of what went wrong.
 * @param before asked before Express sees a request
 */
export function createWeb(
  routes: readonly Router[],
  ready: () => Promise<void>,
  log: Log,
  before: readonly Before[] = [],
): Web {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
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
      if (!before.some((take) => take(request, response))) app(request, response);
    },
  );
  server.maxConnections = limits.connections;
  return { listen: (port, host) => listen(server, port, host), close: () => close(server) };
}

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
