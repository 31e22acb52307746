import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Json, object, text } from '../json';
import type { Reply } from '../post';
import { SlackError } from './web-api';

const appToken = 'xapp-sim-token';
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const patienceMs = 3_000;
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 };

interface Waiting {
  done(reply: Reply): void;
  began: number;
}

/** Socket Mode: the product opens a connection, and what Slack has to say comes over it until it closes. */
export class Sockets {
  private readonly tickets = new Set<string>();
  private readonly open = new Set<Duplex>();
  private readonly waiting = new Map<string, Waiting>();
  /** Where this simulator is reached. */
  base = '';

  get isUsed(): boolean {
    return this.open.size > 0;
  }

  /** `apps.connections.open` @throws SlackError for any other token than the app's own */
  give(authorization: string | undefined): Json {
    if (authorization !== `Bearer ${appToken}`) throw new SlackError('invalid_auth');
    const ticket = randomBytes(12).toString('hex');
    this.tickets.add(ticket);
    return { url: `${this.base.replace(/^http/, 'ws')}/__socket/${ticket}` };
  }

  listen(server: Server): void {
    server.on('upgrade', (request, socket) => this.take(request, socket));
  }

  /** Slack asks everybody to come again, as it does every few hours. */
  refresh(): void {
    for (const socket of this.open) write(socket, JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  }

  close(): void {
    for (const socket of this.open) socket.destroy();
  }

  /** What would have come as a request, and what was acknowledged. */
  send(body: string, contentType: string, attempt: number): Promise<Reply> {
    const [socket] = [...this.open].slice(-1);
    const id = randomBytes(8).toString('hex');
    const envelope = { envelope_id: id, ...parts(body, contentType), accepts_response_payload: true };
    const retry = attempt > 1 ? { retry_attempt: attempt - 1, retry_reason: 'timeout' } : {};
    return new Promise((done) => {
      this.waiting.set(id, { done, began: performance.now() });
      const timer = setTimeout(() => this.answer(id, { status: 0, text: '', error: 'timeout' }), patienceMs);
      timer.unref();
      if (socket) write(socket, JSON.stringify({ ...envelope, ...retry }));
    });
  }

  private take(request: IncomingMessage, socket: Duplex): void {
    const ticket = /^\/__socket\/(\w+)$/.exec(request.url ?? '')?.[1] ?? '';
    if (!this.tickets.delete(ticket)) return void socket.destroy();
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${magic}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    this.open.add(socket);
    const gone = () => this.open.delete(socket);
    socket.on('close', gone).on('error', gone);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let frame = read(rest); frame; frame = read(rest)) {
        rest = rest.subarray(frame.bytes);
        this.hear(socket, frame.opcode, frame.payload);
      }
    });
    write(socket, JSON.stringify({ type: 'hello', num_connections: this.open.size }));
  }

  private hear(socket: Duplex, opcode: number, payload: Buffer): void {
    if (opcode === opcodes.ping) write(socket, payload, opcodes.pong);
    if (opcode === opcodes.close) {
      this.open.delete(socket);
      write(socket, payload, opcodes.close);
      return void socket.end();
    }
    if (opcode !== opcodes.text) return;
    const said = object(JSON.parse(payload.toString('utf8')));
    const answer = object(said.payload);
    const isEmpty = Object.keys(answer).length === 0;
    this.answer(text(said.envelope_id) ?? '', { status: 200, text: isEmpty ? '' : JSON.stringify(answer) });
  }

  private answer(id: string, reply: Omit<Reply, 'ms'>): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    waiting?.done({ ...reply, ms: Math.round(performance.now() - waiting.began) });
  }
}

/** The kind of a request, and what it carries. */
function parts(body: string, contentType: string): Json {
  if (contentType.startsWith('application/json')) return { type: 'events_api', payload: JSON.parse(body) };
  const form = Object.fromEntries(new URLSearchParams(body));
  return form.payload === undefined
    ? { type: 'slash_commands', payload: form }
    : { type: 'interactive', payload: JSON.parse(form.payload) };
}

/** One whole frame of a client: masked. undefined: more is to come. */
function read(bytes: Buffer): { opcode: number; payload: Buffer; bytes: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] as number) & 0x7f;
  const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + wide + 4) return undefined;
  const length = wide === 2 ? bytes.readUInt16BE(2) : wide === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  const at = 2 + wide + 4;
  if (bytes.length < at + length) return undefined;
  const mask = bytes.subarray(at - 4, at);
  const payload = Buffer.from(bytes.subarray(at, at + length).map((byte, index) => byte ^ (mask[index % 4] as number)));
  return { opcode: (bytes[0] as number) & 0x0f, payload, bytes: at + length };
}

function write(socket: Duplex, words: string | Buffer, opcode = opcodes.text): void {
  const payload = Buffer.from(words as string);
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  if (!socket.destroyed) socket.write(Buffer.concat([head, payload]));
}
