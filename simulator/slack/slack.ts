import type { Calls } from '../calls';
import type { Clock } from '../clock';
import { badRequest, notFound } from '../errors';
import { Faults } from '../faults';
import { type Json, object, text } from '../json';
import type { Answer, Visit } from '../server';
import type { Settings } from '../settings';
import type { Stream } from '../stream';
import type { WebhookLog } from '../webhook-log';
import type { World } from '../world';
import { Access } from './access';
import { ChatMethods } from './chat';
import { messageEvent, outer } from './events';
import type { SlackFault } from './faults';
import { Files } from './files';
import { lookups, profileOf } from './lookups';
import { PeopleAct } from './people-act';
import { type Post, Workspace } from './posts';
import { readPost } from './reading';
import { Requests, type Signature } from './requests';
import { ResponseUrls } from './response-urls';
import { Sockets } from './sockets';
import { Triggers } from './triggers';
import { readView, type View, Views } from './views';
import { WebApi } from './web-api';

interface Parts {
  world: World;
  settings: Settings;
  clock: Clock;
  stream: Stream;
  calls: Calls;
  log: WebhookLog;
}

/** Slack's side: workspaces, the Web API, events and what people press. */
export class Slack {
  readonly workspaces: ReadonlyMap<string, Workspace>;
  readonly faults = new Faults<SlackFault>();
  readonly views: Views;
  readonly chat: ChatMethods;
  readonly webApi: WebApi;
  readonly requests: Requests;
  readonly files: Files;
  readonly responseUrls: ResponseUrls;
  readonly acts: PeopleAct;
  readonly access: Access;
  readonly sockets = new Sockets();
  readonly app: string;

  constructor(private readonly parts: Parts) {
    const { world, settings, clock, calls, log } = parts;
    const { app, command, teams } = world.slack;
    this.app = app;
    this.workspaces = new Map(teams.map((team) => [team.id, new Workspace(team, clock)]));
    const triggers = new Triggers(clock);
    const productUrl = `${settings.productUrl}/slack/events`;
    this.requests = new Requests(clock, productUrl, settings.slack.signingSecret, log, this.sockets);
    this.views = new Views(app, triggers, (kind, view) => this.tellView(kind, view));
    this.chat = new ChatMethods({ app, clock, changed: (kind, workspace, post) => this.told(kind, workspace, post) });
    this.responseUrls = new ResponseUrls(clock, this.chat);
    this.files = new Files(this.chat);
    this.access = new Access(app, teams, clock);
    this.webApi = new WebApi(this.workspaces, clock, calls, this.faults, this.access);
    this.webApi.onOpen('apps.connections.open', (_, { headers }) => this.sockets.give(headers.authorization));
    this.webApi.onOpen('oauth.v2.access', (given, { headers }) => this.access.exchange(given, headers.authorization));
    this.chat.join(this.webApi);
    this.views.join(this.webApi);
    this.files.join(this.webApi);
    lookups(this.webApi, { app, changed: (workspace, post) => this.tell('changed', workspace, post) });
    const { requests, responseUrls, chat, views } = this;
    const posted = (workspace: Workspace, post: Post) => this.tell('message', workspace, post);
    const workspace = (id: string) => this.workspace(id);
    const isIn = (team: string) => this.access.isIn(team);
    this.acts = new PeopleAct({
      app,
      command,
      workspace,
      isIn,
      triggers,
      requests,
      responseUrls,
      chat,
      views,
      files: this.files,
      posted,
    });
  }

  /** Where this simulator is reached, for the addresses it gives to the product. */
  listenAt(url: string): void {
    this.responseUrls.base = url;
    this.files.base = url;
    this.sockets.base = url;
  }

  /** @throws ControlError when there is none */
  workspace(id: string): Workspace {
    const workspace = this.workspaces.get(id);
    if (!workspace) throw notFound(`workspace ${id}`);
    return workspace;
  }

  profile({ team }: Workspace, id: string): Json {
    const user = team.users.find((one) => one.id === id);
    if (!user) throw notFound(`user ${id}`);
    return profileOf(user, team);
  }

  download(visit: Visit): Answer {
    return this.files.download(visit, (token) => this.access.remember().find((one) => one.token === token)?.team);
  }

  /** Sends any body to the product, signed as asked. */
  async forge(given: Json): Promise<Json> {
    const signature = (text(given.signature) ?? 'valid') as Signature;
    if (!['valid', 'wrong', 'none', 'stale', 'future'].includes(signature)) throw badRequest('signature is not known');
    const body = object(given.body);
    const isForm = given.form === true;
    const words = isForm ? formOf(body) : JSON.stringify(body);
    const bytes = typeof given.body === 'string' ? given.body : words;
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    const headers = object(given.headers) as Record<string, string>;
    const { status, text: answer, error } = await this.requests.send(bytes, type, { signature, headers });
    return { status, text: answer, ...(error && { error }) };
  }

  /** A change made by the bot: whoever watches sees it, and as in Slack the bot hears its own direct messages. */
  private told(kind: 'message' | 'changed' | 'deleted' | 'ephemeral', workspace: Workspace, post: Post): void {
    this.tell(kind, workspace, post);
    const channel = workspace.channels.get(post.channel);
    if (kind === 'message' && channel?.kind === 'im')
      void this.requests.event(outer(this.app, workspace, messageEvent(workspace, channel, post, 'dm')));
  }

  /** With whom it concerns: the one who alone may see it, or whose direct messages it stands in. */
  private tell(kind: string, { team, channels }: Workspace, post: Post): void {
    const channel = channels.get(post.channel);
    const user = post.onlyFor ?? (channel?.kind === 'im' ? channel.members[0] : undefined);
    const about = { team: team.id, channel: post.channel, ...(user && { user }), kind };
    this.parts.stream.tell('slack', () => ({ ...about, message: readPost(post) }));
  }

  private tellView(kind: 'view' | 'view_closed' | 'home', view: View): void {
    this.parts.stream.tell('slack', () => ({ team: view.team, user: view.user, kind, view: readView(view) }));
  }
}

/** Commands are flat; everything with a type travels as JSON in one field. */
const formOf = (body: Json): string =>
  new URLSearchParams(
    body.type === undefined ? (body as Record<string, string>) : { payload: JSON.stringify(body) },
  ).toString();
