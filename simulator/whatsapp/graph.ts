import type { Calls } from '../calls';
import { type Json, object } from '../json';
import type { Answer, Visit } from '../server';
import { GraphError } from './graph-error';
import { HttpFault } from './messages';

/** The body is read when the route has looked at what comes before it. */
type GraphRoute = (id: string, read: () => Json, visit: Visit) => Answer | undefined | Promise<Answer | undefined>;

/** The Graph API: who asks is checked first, what nobody knows is answered as Meta does. */
export class Graph {
  private readonly routes: { verb: string; pattern: RegExp; route: GraphRoute }[] = [];

  constructor(
    private readonly token: string,
    private readonly calls: Calls,
    /** The account that a token of a company's own is good for; the account that something hangs on. */
    private readonly reach: { ownToken(token: string): string | undefined; ownerOf(id: string): string },
  ) {}

  on(verb: string, pattern: RegExp, route: GraphRoute): this {
    this.routes.push({ verb, pattern, route });
    return this;
  }

  async visit(visit: Visit): Promise<Answer | undefined> {
    const path = visit.path.replace(/^\/v\d+\.\d+(?=\/)/, '');
    const body = bodyOf(visit);
    const call = {
      at: new Date().toISOString(),
      monotonicMs: visit.monotonicMs,
      api: 'graph' as const,
      verb: visit.verb,
      method: path.split('/').at(-1) ?? '',
      path: visit.path,
      status: 0,
      body: body ?? visit.body.toString('utf8').slice(0, 2_000),
    };
    this.calls.add(call);
    const answer = await this.answer(visit, path, body).catch(refusal);
    call.status = answer?.status ?? (answer ? 200 : 0);
    return answer;
  }

  private async answer(visit: Visit, path: string, body: Json | undefined): Promise<Answer | undefined> {
    const only = this.checkToken(visit);
    for (const { verb, pattern, route } of this.routes) {
      const match = verb === visit.verb ? pattern.exec(path) : null;
      const id = decodeURIComponent(match?.[1] ?? '');
      const isFar = only !== undefined && /^\d{10,}$/.test(id) && this.reach.ownerOf(id) !== only;
      if (match && isFar) throw unknownObject(id, visit.verb);
      if (match) return route(id, () => body ?? unreadable(), visit);
    }
    throw unknownObject(path.split('/')[1] ?? '', visit.verb);
  }

  /** @returns the one account that it is good for; undefined: all of them */
  private checkToken({ headers }: Visit): string | undefined {
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!given) throw new GraphError(104, 'no token');
    const only = this.reach.ownToken(given);
    if (given !== this.token && !only) throw new GraphError(190, 'the token is not valid', { subcode: 467 });
    return only;
  }
}

export const unknownObject = (id: string, verb: string): GraphError =>
  new GraphError(
    100,
    `Unsupported ${verb.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    { subcode: 33 },
  );

function unreadable(): never {
  throw new GraphError(100, 'The body is not a JSON object');
}

/** Undefined when it is neither JSON nor a form. */
function bodyOf({ body, headers }: Visit): Json | undefined {
  if (body.length === 0 || headers['content-type']?.startsWith('multipart/')) return {};
  try {
    const given: unknown = JSON.parse(body.toString('utf8'));
    return typeof given === 'object' && given !== null && !Array.isArray(given) ? object(given) : undefined;
  } catch {
    return undefined;
  }
}

function refusal(error: unknown): Answer {
  if (error instanceof GraphError) return error.answer();
  if (error instanceof HttpFault)
    return { status: error.status, headers: { 'content-type': 'text/html' }, body: '<html>Service unavailable</html>' };
  throw error;
}
