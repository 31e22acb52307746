import { randomBytes } from 'node:crypto';
import { notFound } from '../errors';
import { type Json, list, object, text } from '../json';
import { checkBlocks } from './blocks';
import type { Workspace } from './posts';
import { fieldsOf, linesOf } from './reading';
import type { Triggers } from './triggers';
import { SlackError, type WebApi } from './web-api';

export interface View {
  id: string;
  team: string;
  user: string;
  /** As the product drew it, with its blocks checked. */
  drawn: Json;
  hash: string;
  rootId: string;
  previousId?: string;
  externalId?: string;
  errors?: Record<string, string>;
}

const mostInStack = 3;
const limits = { title: 24, submit: 24, close: 24, private_metadata: 3000, callback_id: 255, external_id: 255 };

/** views.*: forms in front of people, and everybody's home tab. */
export class Views {
  private open: View[] = [];
  private readonly homes = new Map<string, View>();

  constructor(
    private readonly app: string,
    private readonly triggers: Triggers,
    private readonly changed: (kind: 'view' | 'view_closed' | 'home', view: View) => void,
  ) {}

  join(api: WebApi): void {
    const shown = (view: View, workspace: Workspace) => ({ view: this.wired(view, workspace) });
    api
      .on('views.open', (given, workspace) => shown(this.start(given, workspace), workspace))
      .on('views.push', (given, workspace) => shown(this.push(given, workspace), workspace))
      .on('views.update', (given, workspace) => shown(this.update(given, workspace), workspace))
      .on('views.publish', (given, workspace) => shown(this.publish(given, workspace), workspace));
  }

  of(team: string | undefined, user: string | undefined): View[] {
    return this.open.filter((view) => (!team || view.team === team) && (!user || view.user === user));
  }

  home(team: string, user: string): View | undefined {
    return this.homes.get(`${team}/${user}`);
  }

  all(): { views: View[]; homes: View[] } {
    return { views: this.open, homes: [...this.homes.values()] };
  }

  restore({ views, homes }: { views: View[]; homes: View[] }): void {
    this.open = views;
    for (const home of homes) this.homes.set(`${home.team}/${home.user}`, home);
  }

  /** What somebody can press something in: a form that is open, or their own home tab. @throws ControlError when it is neither */
  pressable(id: string, user: string): View {
    const home = [...this.homes.values()].find((one) => one.id === id && one.user === user);
    return home ?? this.get(id);
  }

  /** @throws ControlError when it is not open */
  get(id: string): View {
    const view = this.open.find((one) => one.id === id);
    if (!view) throw notFound(`open view ${id}`);
    return view;
  }

  close(view: View, isWholeStack = false): void {
    const gone = this.open.filter((one) => (isWholeStack ? one.rootId === view.rootId : one === view));
    this.open = this.open.filter((one) => !gone.includes(one));
    for (const one of gone) this.changed('view_closed', one);
  }

  /** What the answer to a submission asks for. */
  answer(view: View, { response_action: action, errors, view: next }: Json): void {
    if (action === 'errors') {
      view.errors = object(errors) as Record<string, string>;
      return void this.changed('view', view);
    }
    if (action === 'update') return void this.redraw(view, checkView(object(next), 'modal'));
    if (action === 'push') return void this.add(view.team, view.user, checkView(object(next), 'modal'), view);
    this.close(view, action === 'clear');
  }

  /** A view as Slack's own answers and events show it. */
  wired(view: View, { team }: Workspace, values: Json = {}): Json {
    return {
      ...view.drawn,
      ...{ id: view.id, team_id: team.id, app_id: this.app, app_installed_team_id: team.id, bot_id: team.bot.botId },
      ...{ hash: view.hash, root_view_id: view.rootId, previous_view_id: view.previousId ?? null },
      external_id: view.externalId ?? '',
      state: { values },
    };
  }

  private start(given: Json, workspace: Workspace): View {
    const drawn = checkView(object(given.view), 'modal');
    const user = this.triggers.use(text(given.trigger_id) ?? '');
    return this.add(workspace.team.id, user, drawn);
  }

  private push(given: Json, workspace: Workspace): View {
    const drawn = checkView(object(given.view), 'modal');
    const user = this.triggers.use(text(given.trigger_id) ?? '');
    const below = this.of(workspace.team.id, user).at(-1);
    if (below && this.open.filter((view) => view.rootId === below.rootId).length >= mostInStack)
      throw new SlackError('push_limit_reached');
    return this.add(workspace.team.id, user, drawn, below);
  }

  private update(given: Json, workspace: Workspace): View {
    const [id, externalId, hash] = ['view_id', 'external_id', 'hash'].map((name) => text(given[name]));
    const view = this.open.find(
      (one) =>
        one.team === workspace.team.id &&
        (id ? one.id === id : one.externalId !== undefined && one.externalId === externalId),
    );
    if (!view) throw new SlackError('not_found');
    if (hash && hash !== view.hash) throw new SlackError('hash_conflict');
    this.redraw(view, checkView(object(given.view), 'modal'));
    return view;
  }

  private publish(given: Json, workspace: Workspace): View {
    const user = text(given.user_id) ?? '';
    if (!workspace.user(user)) throw new SlackError('user_not_found');
    const drawn = checkView(object(given.view), 'home');
    const id = this.home(workspace.team.id, user)?.id ?? newId();
    const view = { id, team: workspace.team.id, user, drawn, hash: newHash(), rootId: id };
    this.homes.set(`${view.team}/${user}`, view);
    this.changed('home', view);
    return view;
  }

  private add(team: string, user: string, drawn: Json, below?: View): View {
    const id = newId();
    const externalId = text(drawn.external_id);
    const view: View = {
      ...{ id, team, user, drawn, hash: newHash(), rootId: below?.rootId ?? id },
      ...(below && { previousId: below.id }),
      ...(externalId && { externalId }),
    };
    this.open.push(view);
    if (this.open.length > 1_000) this.open.shift();
    this.changed('view', view);
    return view;
  }

  private redraw(view: View, drawn: Json): void {
    view.drawn = drawn;
    view.hash = newHash();
    delete view.errors;
    this.changed('view', view);
  }
}

/** @throws SlackError with what is wrong and where */
export function checkView(drawn: Json, type: 'modal' | 'home'): Json {
  const problems = Object.entries(limits).filter(([name, most]) => {
    const value = typeof drawn[name] === 'string' ? drawn[name] : text(object(drawn[name]).text);
    return value !== undefined && [...value].length > most;
  });
  if (drawn.type !== type)
    throw new SlackError('invalid_arguments', complaint(`view.type must be ${type}`, '/view/type'));
  if (type === 'modal' && !text(object(drawn.title).text))
    throw new SlackError('invalid_arguments', complaint('missing required field: title', '/view'));
  const [first] = problems;
  if (first) {
    const problem = `must be less than ${first[1] + 1} characters`;
    throw new SlackError('invalid_arguments', complaint(problem, `/view/${first[0]}`));
  }
  const blocks = checkBlocks(drawn.blocks, 'view');
  if (blocks.some((block) => block.type === 'input') && type === 'modal' && !drawn.submit)
    throw new SlackError('invalid_arguments', complaint('a view with input blocks needs a submit', '/view/submit'));
  return { ...drawn, blocks };
}

const complaint = (problem: string, at: string): Json => ({
  response_metadata: { messages: [`[ERROR] ${problem} [json-pointer:${at}]`] },
});

const newId = (): string => `V0${randomBytes(5).toString('hex').toUpperCase()}`;
const newHash = (): string => `${Date.now()}.${randomBytes(4).toString('hex')}`;

/** A view as the page and the tests read it. */
export function readView({ id, user, drawn, errors }: View) {
  const blocks = list(drawn.blocks);
  const say = (name: string) => text(object(drawn[name]).text);
  return {
    ...{ id, user, state: 'open', title: say('title') ?? '' },
    ...(say('submit') && { submit: say('submit') }),
    ...(say('close') && { close: say('close') }),
    ...{ blocks, fields: fieldsOf(blocks), text: linesOf(blocks).join('\n') },
    ...(errors && { errors }),
  };
}
