import { createServer } from 'node:net';

/** Another program listens there. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  constructor(
    readonly port: number,
    readonly setting: string,
  ) {
    super(`Port ${port} is taken by another program. Choose a free one: ${setting}=${port + 1000} npm start`);
  }
}

/** @throws PortTaken */
export function mustBeFree(port: number, host: string, setting: string): Promise<void> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'EADDRINUSE' ? new PortTaken(port, setting) : error),
    );
    server.listen(port, host, () => server.close(() => done()));
  });
}

/** A port that is free now, on this machine only. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
