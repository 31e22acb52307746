import { Buckets } from '../bucket';
import type { Calls } from '../calls';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import { type Json, object, text } from '../json';
import { multipart } from '../multipart';
import type { Answer, Visit } from '../server';
import type { SlackFault } from './faults';
import type { Workspace } from './posts';

/** `{ok: false, error}`: what Slack answers, always with 200. */
export class SlackError extends Error {
  constructor(
    readonly error: string,
    readonly more: Json = {},
  ) {
    super(error);
  }
}

/** HTTP 429, with the seconds to wait. */
export class TooFast extends Error {
  constructor(readonly seconds: number) {
    super('ratelimited');
  }
}

export type Method = (given: Json, workspace: Workspace, visit: Visit) => Json | Promise<Json>;
/** What a token is good for. */
interface Grants {
  of(token: string): { team: string; scopes?: string[] };
}

/** What is asked with something else than a workspace's token. */
export type OpenMethod = (given: Json, visit: Visit) => Json | Promise<Json>;

/** What a workspace must have allowed for a method. */
const needs: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'conversations.open': 'im:write',
  'files.info': 'files:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'files.delete': 'files:write',
  'users.info': 'users:read',
  'users.list': 'users:read',
};

/** Calls a minute for one method in one workspace; chat.postMessage has a limit of its own. */
const tiers: Record<string, number> = {
  'chat.update': 50,
  'chat.delete': 50,
  'chat.postEphemeral': 100,
  'conversations.open': 50,
  'conversations.info': 50,
  'conversations.history': 50,
  'conversations.replies': 50,
  'conversations.members': 100,
  'conversations.list': 20,
  'users.info': 100,
  'users.list': 20,
  'users.lookupByEmail': 50,
  'views.open': 100,
  'views.update': 100,
  'views.push': 100,
  'views.publish': 100,
  'reactions.add': 50,
  'files.getUploadURLExternal': 100,
  'files.completeUploadExternal': 100,
  'files.info': 100,
  'files.delete': 50,
};

/** The Web API: who asks, how often, then the method. */
export class WebApi {
  private readonly methods = new Map<string, Method>();
  private readonly open = new Map<string, OpenMethod>();
  private readonly rates = new Map(
    Object.entries(tiers).map(([method, perMinute]) => [method, new Buckets(perMinute, perMinute / 60)]),
  );

  constructor(
    private readonly workspaces: ReadonlyMap<string, Workspace>,
    private readonly clock: Clock,
    private readonly calls: Calls,
    private readonly faults: Faults<SlackFault>,
    private readonly access: Grants,
  ) {}

  on(name: string, method: Method): this {
    this.methods.set(name, method);
    return this;
  }

  onOpen(name: string, method: OpenMethod): this {
    this.open.set(name, method);
    return this;
  }

  async visit(visit: Visit): Promise<Answer | undefined> {
    const name = visit.params.method ?? '';
    const given = argumentsOf(visit);
    const call = {
      at: new Date().toISOString(),
      monotonicMs: visit.monotonicMs,
      ...{ api: 'slack' as const, verb: visit.verb, method: name, path: visit.path, status: 0, body: given },
    };
    this.calls.add(call);
    const answer = await this.answer(name, given, visit).catch(refusal);
    call.status = answer?.status ?? (answer ? 200 : 0);
    return answer;
  }

  private async answer(name: string, given: Json, visit: Visit): Promise<Answer | undefined> {
    const open = this.open.get(name);
    if (open) return this.answerOpen(name, open, given, visit);
    const method = this.methods.get(name);
    if (!method) throw new SlackError('unknown_method', { req_method: name });
    const { workspace, scopes } = this.workspaceOf(given, visit);
    const fault = this.faults.take(
      (one) => (one.method === name || one.method === '*') && (!one.team || one.team === workspace.team.id),
    );
    if (fault?.mode === 'hang') return undefined;
    if (fault?.http === 429) throw new TooFast(fault.retryAfter ?? 1);
    if (fault?.http) return { status: fault.http, body: 'server_error' };
    if (fault?.error) throw new SlackError(fault.error);
    const wait = this.rates.get(name)?.take(workspace.team.id, this.clock.ms()) ?? 0;
    if (wait > 0) throw new TooFast(Math.ceil(wait / 1000));
    const needed = needs[name];
    if (needed && scopes && !scopes.includes(needed))
      throw new SlackError('missing_scope', { needed, provided: scopes.join(',') });
    const result = await method(given, workspace, visit);
    const headers = { 'x-oauth-scopes': (scopes ?? everything).join(',') };
    return fault?.mode === 'timeout_after_accept' ? undefined : { headers, body: { ok: true, ...result } };
  }

  private async answerOpen(name: string, method: OpenMethod, given: Json, visit: Visit): Promise<Answer | undefined> {
    const fault = this.faults.take((one) => one.method === name && !one.team);
    if (fault?.mode === 'hang') return undefined;
    if (fault?.http === 429) throw new TooFast(fault.retryAfter ?? 1);
    if (fault?.http) return { status: fault.http, body: 'server_error' };
    if (fault?.error) throw new SlackError(fault.error);
    const result = await method(given, visit);
    return fault?.mode === 'timeout_after_accept' ? undefined : { body: { ok: true, ...result } };
  }

  private workspaceOf(given: Json, visit: Visit): { workspace: Workspace; scopes: string[] | undefined } {
    const token = /^Bearer (.+)$/i.exec(visit.headers.authorization ?? '')?.[1] ?? text(given.token);
    if (!token) throw new SlackError('not_authed');
    const grant = this.access.of(token);
    const workspace = this.workspaces.get(grant.team);
    if (!workspace) throw new SlackError('invalid_auth');
    return { workspace, scopes: grant.scopes };
  }
}

const events = ['app_mentions:read', 'commands', 'im:history', 'channels:history', 'groups:history'];
const everything = [...new Set([...Object.values(needs), ...events])];

function refusal(error: unknown): Answer {
  if (error instanceof SlackError) return { body: { ok: false, error: error.error, ...error.more } };
  if (error instanceof TooFast)
    return {
      status: 429,
      headers: { 'retry-after': String(error.seconds) },
      body: { ok: false, error: 'ratelimited' },
    };
  throw error;
}

/** Fields of a form, of JSON, of multipart or of the address; what is JSON inside a field is read too. */
function argumentsOf(visit: Visit): Json {
  const type = visit.headers['content-type'] ?? '';
  const inAddress = Object.fromEntries(visit.query);
  if (type.startsWith('application/json')) {
    try {
      return { ...inAddress, ...object(JSON.parse(visit.body.toString('utf8'))) };
    } catch {
      return inAddress;
    }
  }
  const form = type.startsWith('multipart/')
    ? Object.fromEntries(multipart(visit.body, type).map(({ name, content }) => [name, content.toString('utf8')]))
    : Object.fromEntries(new URLSearchParams(visit.body.toString('utf8')));
  const fields = Object.entries({ ...inAddress, ...form });
  return Object.fromEntries(fields.map(([name, value]) => [name, structured.has(name) ? unfolded(value) : value]));
}

const structured = new Set(['blocks', 'view', 'metadata', 'files', 'attachments']);

function unfolded(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
