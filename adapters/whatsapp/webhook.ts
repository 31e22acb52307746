import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelDeps, ChannelEvent } from '../../src/channel';
import { describeError } from '../../src/log';
import { isTooDeep } from './depth';
import { parse } from './parse';
import { checkSignature } from './signature';

type Receive = (events: readonly ChannelEvent[]) => Promise<void>;

const path = /^\/webhooks\/whatsapp(?:\/([^/?]+))?\/?(?:\?|$)/;
const limit = 3 * 1024 * 1024; // what Meta sends at most

/** Meta's updates, three for each message: read by hand, because Express costs several times as much as all that is done with one. */
export function webhooks(
  secrets: ReadonlyMap<string, readonly string[]>,
  deps: ChannelDeps,
  receive: Receive,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const [isOurs, app = 'default'] = (request.method === 'POST' && path.exec(request.url ?? '')) || [];
    if (isOurs === undefined) return false;
    void take(request, response, { app, secrets: secrets.get(app) ?? [], ...deps, receive });
    return true;
  };
}

interface Taking extends Pick<ChannelDeps, 'log' | 'clock'> {
  app: string;
  secrets: readonly string[];
  receive: Receive;
}

async function take(request: IncomingMessage, response: ServerResponse, given: Taking): Promise<void> {
  const { app, log, clock } = given;
  const body = await whole(request);
  if (body === 'lost') return void response.destroy();
  if (body === 'too large') return say(response, 413, 'BODY_TOO_LARGE');
  if (body === 'encoded') return say(response, 415, 'BODY_UNREADABLE');
  // The signature is over the bytes as they came: nothing parses them first.
  const given256 = request.headers['x-hub-signature-256'];
  const signature = checkSignature(body, typeof given256 === 'string' ? given256 : undefined, given.secrets);
  if (signature !== 'ok') {
    const code = `SIGNATURE_${signature.toUpperCase()}`;
    log.warn({ event: 'webhook.refused', adapter: 'whatsapp', code }, 'a webhook was not signed by Meta');
    return say(response, 401, code);
  }
  const payload = read(body);
  if (payload === undefined) return say(response, 400, 'BODY_UNREADABLE');
  try {
    await given.receive(parse(payload, app, clock.now()));
    say(response, 200); // only now is it ours: an answer of 200 is never followed by another delivery
  } catch (error) {
    log.error(
      { event: 'webhook.not_stored', adapter: 'whatsapp', ...describeError(error) },
      'a webhook could not be stored; Meta brings it again',
    );
    say(response, 503, 'NOT_STORED');
  }
}

/** @param error its code, as the other routes say it. What still comes of a body that is too long is read and dropped: who is cut off hears no answer. */
function say(response: ServerResponse, status: number, error?: string): void {
  if (error === undefined) return void response.writeHead(status, { 'content-length': 0 }).end();
  const words = JSON.stringify({ error });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(words),
  });
  response.end(words);
}

function whole(request: IncomingMessage): Promise<Buffer | 'too large' | 'encoded' | 'lost'> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = request.headers;
  if (encoding !== 'identity') return Promise.resolve('encoded');
  if (Number(length) > limit) return Promise.resolve('too large');
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= limit) return void parts.push(part);
      request.removeAllListeners('data').resume(); // what still comes is not kept
      done('too large');
    });
    request.once('end', () => done(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)));
    request.once('error', () => done('lost'));
    request.once('close', () => done('lost'));
  });
}

/** `undefined` for what is no JSON object, or is nested deeper than anything of Meta's. */
function read(body: Buffer): object | undefined {
  if (isTooDeep(body)) return undefined;
  try {
    const payload: unknown = JSON.parse(body.toString('utf8'));
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}
