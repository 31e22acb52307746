import { createHash, randomInt } from 'node:crypto';
import type { Clock } from '../clock';
import { multipart } from '../multipart';
import type { Answer, Visit } from '../server';
import { type Graph, unknownObject } from './graph';
import { GraphError } from './graph-error';

interface Medium {
  type: string;
  content: Buffer;
  bornMs: number;
  livesMs: number;
}

// As Meta takes them; `type` of an upload that is none of these is refused.
const limits: Readonly<Record<string, number>> = {
  'image/jpeg': 5,
  'image/png': 5,
  'video/mp4': 16,
  'video/3gp': 16,
  'application/pdf': 100,
  'text/plain': 100,
  'application/msword': 100,
  'application/vnd.ms-excel': 100,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 100,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 100,
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 100,
  'audio/mpeg': 16,
  'audio/mp4': 16,
  'audio/ogg': 16,
};
const megabyte = 1024 * 1024;
const day = 24 * 3_600_000;
const urlLivesMs = 5 * 60_000;
const most = 200;

/** Pictures, voices and papers. An address to download from lives five minutes, what it leads to some days. */
export class Media {
  private readonly media = new Map<string, Medium>();
  /** Samples that are on their way to whoever reviews. */
  private readonly sessions = new Map<string, { type: string; bytes: number }>();
  private readonly urls = new Map<string, { id: string; bornMs: number }>();

  constructor(private readonly clock: Clock) {}

  join(graph: Graph, isNumber: (id: string) => boolean): void {
    graph
      .on('POST', /^\/(\d+)\/media$/, (number, _, visit) => {
        if (!isNumber(number)) throw unknownObject(number, 'POST');
        const [file, type] = [fileIn(visit), typeIn(visit)];
        if (!(type in limits)) throw new GraphError(131053, `a file of type ${type} is not supported`);
        if (file.length > (limits[type] ?? 0) * megabyte) throw new GraphError(131053, 'the file is too large');
        return { body: { id: this.keep(file, type, 30) } };
      })
      .on('POST', /^\/(app)\/uploads$/, (_, __, { query }) => {
        const id = `upload:${randomInt(1e13, 1e14).toString(36)}`;
        this.sessions.set(id, { type: query.get('file_type') ?? '', bytes: Number(query.get('file_length')) });
        forgetOldest(this.sessions);
        return { body: { id } };
      })
      .on('POST', /^\/(upload:\w+)$/, (id, _, { body }) => {
        const session = this.sessions.get(id);
        if (!session) throw unknownObject(id, 'POST');
        if (body.length !== session.bytes) throw new GraphError(100, 'the file is not as long as was said');
        return { body: { h: `4::${createHash('sha256').update(body).digest('base64url')}` } };
      })
      .on('GET', /^\/__media\/(\w+)$/, (key) => this.download(key))
      .on('GET', /^\/(9\d{14})$/, (id, _, { headers }) => this.describe(id, headers.host ?? ''))
      .on('DELETE', /^\/(9\d{14})$/, (id) => {
        if (!this.media.delete(id)) throw unknownObject(id, 'DELETE');
        return { body: { success: true } };
      });
  }

  /** What a message shows. @returns undefined when nobody left it, or long ago */
  look(id: string): { type: string; content: Buffer } | undefined {
    const medium = this.media.get(id);
    return medium && this.clock.ms() - medium.bornMs <= medium.livesMs ? medium : undefined;
  }

  /** What a person sent; the product may fetch it for a week. @returns its id */
  receive(type: string, content: Buffer = Buffer.from(`a ${type} that nobody recorded`)): string {
    return this.keep(content, type, 7);
  }

  private keep(content: Buffer, type: string, days: number): string {
    const id = `9${String(randomInt(1e13, 1e14))}`;
    this.media.set(id, { content, type, bornMs: this.clock.ms(), livesMs: days * day });
    forgetOldest(this.media);
    return id;
  }

  private describe(id: string, host: string): Answer {
    const { content, type } = this.find(id);
    const key = randomInt(1e13, 1e14).toString(36);
    this.urls.set(key, { id, bornMs: this.clock.ms() });
    forgetOldest(this.urls);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const about = { id, mime_type: type, sha256, file_size: content.length, messaging_product: 'whatsapp' };
    return { body: { ...about, url: `http://${host}/__media/${key}` } };
  }

  private download(key: string): Answer {
    const url = this.urls.get(key);
    if (!url || this.clock.ms() - url.bornMs > urlLivesMs) return { status: 404, body: '' };
    const { content, type } = this.find(url.id);
    return { headers: { 'content-type': type }, body: content };
  }

  private find(id: string): Medium {
    const medium = this.media.get(id);
    if (!medium || this.clock.ms() - medium.bornMs > medium.livesMs) throw unknownObject(id, 'GET');
    return medium;
  }
}

function forgetOldest(kept: Map<string, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest) kept.delete(oldest);
}

const partOf = (visit: Visit, name: string): Buffer | undefined =>
  multipart(visit.body, visit.headers['content-type'] ?? '').find((part) => part.name === name)?.content;

function fileIn(visit: Visit): Buffer {
  const file = partOf(visit, 'file');
  if (!file) throw new GraphError(100, 'The parameter file is required.');
  return file;
}

function typeIn(visit: Visit): string {
  const type = partOf(visit, 'type')?.toString('utf8');
  if (!type) throw new GraphError(100, 'The parameter type is required.');
  return type;
}
