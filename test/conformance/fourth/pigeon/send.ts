import { request } from 'node:http';
import type { Identity, OutboundContent, SendOutcome } from '../../../../src/channel';

const deadlineMs = 5_000;

/** One pigeon a message. */
export function send(url: string, to: Identity, content: OutboundContent, reference: string): Promise<SendOutcome> {
  if (!to.email) return Promise.resolve({ outcome: 'refused', code: 'PIGEON_NO_ADDRESS', treatment: 'permanent' });
  return new Promise((done) => {
    let isConnected = false;
    const asking = request(url, { method: 'POST', timeout: deadlineMs, agent: false }, async (response) => {
      response.on('error', () => done({ outcome: 'unknown', code: 'PIGEON_LOST' }));
      const status = response.statusCode ?? 0;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      if (!(await new Promise((end) => response.on('end', () => end(true)).on('close', () => end(false))))) return;
      if (status >= 400 && status < 500)
        return done({
          outcome: 'refused',
          code: `PIGEON_${status}`,
          treatment: status === 429 ? 'retry' : 'permanent',
        });
      const ring = /^\{"ring":"(\w+)"\}$/.exec(Buffer.concat(chunks).toString())?.[1];
      done(
        status === 200 && ring
          ? { outcome: 'accepted', providerId: ring }
          : { outcome: 'unknown', code: 'PIGEON_LOST' },
      );
    });
    asking.on('socket', (socket) => socket.on('connect', () => (isConnected = true)));
    asking.on('timeout', () => asking.destroy());
    asking.on('error', ({ code = 'LOST' }: NodeJS.ErrnoException) =>
      done({ outcome: isConnected ? 'unknown' : 'not_sent', code: `NETWORK_${code}` }),
    );
    asking.on('close', () => done({ outcome: 'unknown', code: 'PIGEON_LOST' }));
    asking.end(
      JSON.stringify({ to: to.email, text: content.kind === 'template' ? content.name : content.text, reference }),
    );
  });
}
