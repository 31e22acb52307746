import type { Content, Form } from '../channel';
import { AppError } from '../errors';
import { type Act, type Person, type Reply, type Role, reply, type Slots, type Turn } from '../intent';
import type { Services } from '../services';
import { type ActRef, isAction } from './actions';
import type { Catalogue, Intent } from './catalogue';
import { type DialogState, nextStep, type Step, settled, waitForSlot, waitForYes } from './dialog';
import { actOf, renderForm, renderReply, type Sign } from './render';
import { type Reader, sayError, sayHouse } from './texts';
import type { Names, Pending, Understanding, UnderstandingEngine } from './understand';

/** One thing a person said or pressed. */
export type TurnInput =
  | { kind: 'text'; text: string }
  | { kind: 'action'; action: string; label: string; values: Readonly<Record<string, string>> }
  | { kind: 'media'; media: string; caption?: string }
  /** Something said before, changed: only a wish to leave counts. */
  | { kind: 'edited'; text: string };

/** What one turn needs of the world; all of it in one transaction. */
export interface TurnPorts {
  person: Person;
  now: Date;
  services: Services;
  state: DialogState;
  save(state: DialogState): Promise<void>;
  /** What the tenant calls its things; asked only where a name may be meant. */
  names(): Promise<Names>;
  advertised: readonly string[];
  say(content: Content, how: { isPrivate: boolean }): Promise<void>;
  /** Shows a card that is drawn now and whenever its topic changes. */
  card(live: NonNullable<Reply['live']>, intent: string): Promise<void>;
  form(form: Form): Promise<void>;
  sign: Sign;
  read(signed: string): ActRef | undefined;
  /** True once a person, the first time something is said to them. */
  firstTime(): Promise<boolean>;
  /** The team is talking with this person: the bot keeps quiet. */
  handedOff: boolean;
  /** The language the person was heard to write. */
  speaks(language: Reader['language']): Promise<void>;
}

const rights: ReadonlySet<string> = new Set([
  'opt-out',
  'opt-in',
  'delete-data',
  'access-data',
  'data-source',
  'privacy-policy',
  'request-status',
]);

/** One in, one out: understand, one step of the dialog, one act, one reply. */
export class Conversation {
  constructor(
    readonly catalogue: Catalogue,
    private readonly engine: UnderstandingEngine,
  ) {}

  /** @returns what was done, for the record: an intent or an act, never words */
  async take(input: TurnInput, ports: TurnPorts): Promise<string> {
    const talk = new Talk(this.catalogue, ports);
    try {
      if (input.kind === 'action') return await this.press(input, talk, ports);
      if (input.kind === 'media') return await this.media(input, talk, ports);
      if (input.kind === 'edited' && this.understand(input.text, ports, undefined).intent !== 'opt-out')
        return 'ignored';
      return await this.hear(input.text, talk, ports);
    } catch (error) {
      if (!(error instanceof AppError) || error.retry) throw error;
      await talk.refuse(error.code);
      return error.code;
    }
  }

  private async press(input: TurnInput & { kind: 'action' }, talk: Talk, ports: TurnPorts): Promise<string> {
    // A template's quick reply carries its own words, an old button perhaps nothing of ours.
    if (!isAction(input.action)) return this.hear(input.label || input.action, talk, ports);
    const action = ports.read(input.action);
    if (!action) throw new AppError('ACTION_INVALID');
    return talk.act(action, input.values);
  }

  private async media(input: TurnInput & { kind: 'media' }, talk: Talk, ports: TurnPorts): Promise<string> {
    if (input.caption) return this.hear(input.caption, talk, ports);
    if (ports.person.kind !== 'recipient') throw new AppError('MESSAGE_NOT_TEXT');
    // Nobody here can hear it: it may be a wish to leave, so promotions wait until a person has listened.
    await ports.services.consent.hold(ports.person.contact);
    await ports.services.support.forward(ports.person.contact, `[${input.media}]`);
    await talk.tell(
      'none',
      reply(
        'media',
        {},
        { buttons: [{ act: 'opt-out/stop' }, { act: 'access-data/start' }, { act: 'human-agent/start' }] },
      ),
    );
    return 'media';
  }

  private async hear(text: string, talk: Talk, ports: TurnPorts): Promise<string> {
    const { person, now, state } = ports;
    const heard = this.understand(text, ports, person.kind === 'member' ? await ports.names() : undefined);
    if (heard.language !== person.language && heard.intent !== 'none') {
      await ports.speaks(heard.language);
      talk.language = heard.language;
    }
    if (ports.handedOff && !rights.has(heard.intent) && person.kind === 'recipient') {
      await ports.services.support.forward(person.contact, text);
      return 'handed-off';
    }
    if (heard.intent === 'opt-out' && heard.strength === 'weak')
      return talk.act({ intent: 'opt-out', act: 'unsure', args: {} }, {}, text);
    const step = nextStep(state, heard, this.catalogue, text, now);
    return talk.follow(step, text);
  }

  private understand(
    text: string,
    { person, now, state, advertised }: TurnPorts,
    names: Names | undefined,
  ): Understanding {
    return this.engine.understand({
      text,
      audience: person.kind === 'recipient' ? 'recipient' : 'team',
      language: person.language,
      now,
      zone: person.zone,
      ...(person.kind === 'member' && { roles: person.roles }),
      ...(names && { names }),
      ...pendingOf(state, this.catalogue, now),
      advertised,
    });
  }
}

/** The turn under way: what is acted upon and said. */
class Talk {
  language: Reader['language'];

  constructor(
    private readonly catalogue: Catalogue,
    private readonly ports: TurnPorts,
  ) {
    this.language = ports.person.language;
  }

  private get reader(): Reader {
    return { language: this.language, zone: this.ports.person.zone };
  }

  async follow(step: Step, text: string): Promise<string> {
    const { ports } = this;
    if (step.do === 'act') return this.act(step.action, {}, text);
    if (step.do === 'expired') {
      await ports.save(settled(ports.state));
      await this.tell('none', reply('expired'));
      return 'expired';
    }
    if (step.do === 'clarify') return this.clarify(step.candidates);
    if (step.do === 'ask') return this.ask(step);
    if (step.do === 'choose') return this.choose(step);
    await ports.save(settled(ports.state));
    await this.run(step.intent, 'heard', { slots: step.slots, text });
    for (const next of step.also) if (next !== step.intent) await this.run(next, 'heard', { slots: {}, text });
    return step.intent;
  }

  /** A button, a form or a yes. `start` hears an intent again with what the button carried. */
  async act(action: ActRef, values: Turn['values'], text = ''): Promise<string> {
    await this.ports.save(settled(this.ports.state));
    await this.run(action.intent, action.act, {
      args: action.args,
      values,
      text,
      slots: action.act === 'start' ? slotsOf(action.args) : {},
    });
    return `${action.intent}/${action.act}`;
  }

  async refuse(code: string): Promise<void> {
    await this.ports.say({ text: sayError(code, this.reader) }, { isPrivate: true });
  }

  async tell(intentId: string, said: Reply): Promise<void> {
    const intent = this.intent(intentId);
    if (said.silent) return;
    if (said.form) return this.ports.form(renderForm(intent, said.form, this.reader, this.ports.sign));
    if (said.live) return this.ports.card(said.live, intentId);
    const content = renderReply(intent, said, this.reader, this.ports.sign);
    const { person } = this.ports;
    const hello = person.kind === 'recipient' && (await this.ports.firstTime());
    const withHello = hello
      ? {
          ...content,
          note: [content.note, sayHouse({ text: 'first_contact' }, this.reader)].filter(Boolean).join('\n'),
        }
      : content;
    await this.ports.say(withHello, { isPrivate: said.private ?? false });
    if (said.expect) {
      const { yes, no, args, minutes } = said.expect;
      await this.ports.save(
        waitForYes(this.ports.state, actOf(intent, yes, args), actOf(intent, no, args), minutes ?? 15, this.ports.now),
      );
    }
  }

  private async run(id: string, act: string, what: Partial<Turn>): Promise<void> {
    const intent = this.intent(id);
    this.mustBeAllowed(intent);
    const handler = act === 'heard' || act === 'start' ? intent.handler?.heard : intent.handler?.acts?.[act];
    if (!handler) throw new AppError('ACTION_INVALID');
    await this.tell(id, await this.call(handler, what));
  }

  private call(handler: Act, what: Partial<Turn>): Promise<Reply> {
    const { person, now, services } = this.ports;
    const speaker = { ...person, language: this.language } as Person;
    return handler({ person: speaker, now, services, slots: {}, args: {}, values: {}, text: '', ...what });
  }

  private mustBeAllowed(intent: Intent): void {
    const { person } = this.ports;
    if (person.kind === 'recipient' ? intent.audience === 'team' : intent.audience === 'recipient')
      throw new AppError('ACTION_INVALID');
    if (intent.audience !== 'team') {
      if (person.kind === 'stranger') throw new AppError('NOT_LINKED');
      return;
    }
    if (person.kind === 'stranger') {
      if (!intent.roles.includes('stranger')) throw new AppError('NOT_LINKED');
      return;
    }
    const roles: readonly Role[] = person.kind === 'member' ? person.roles : [];
    const open = intent.roles.some(
      (role) => role === 'everyone' || role === 'stranger' || roles.includes(role as Role),
    );
    if (!open) throw new AppError('ROLE_REQUIRED');
  }

  private async ask(step: Step & { do: 'ask' }): Promise<string> {
    const intent = this.intent(step.intent);
    this.mustBeAllowed(intent);
    await this.ports.save(waitForSlot(this.ports.state, step, this.ports.now));
    const options = await this.options(intent, step.slot);
    const prompt = intent.spoken[this.language].prompts[step.slot] ?? sayHouse({ text: 'ask_again' }, this.reader);
    await this.offer(step, prompt, options);
    return `${step.intent}?${step.slot}`;
  }

  private async choose(step: Step & { do: 'choose' }): Promise<string> {
    this.mustBeAllowed(this.intent(step.intent));
    await this.ports.save(waitForSlot(this.ports.state, step, this.ports.now));
    await this.offer(step, sayHouse({ text: 'which_one' }, this.reader), step.options);
    return `${step.intent}?${step.slot}`;
  }

  private async offer(
    step: { intent: string; slot: string; slots: Slots },
    text: string,
    options: readonly { id: string; name: string }[],
  ): Promise<void> {
    const buttons = options.slice(0, 5).map((option) => ({
      id: this.ports.sign({
        intent: step.intent,
        act: 'start',
        args: argsOf({ ...step.slots, [step.slot]: option.id }),
      }),
      label: option.name.slice(0, 75),
    }));
    await this.ports.say({ text, ...(buttons.length > 0 && { buttons }) }, { isPrivate: false });
  }

  private async options(intent: Intent, slot: string): Promise<readonly { id: string; name: string }[]> {
    const type = intent.slots[slot]?.type;
    if (type !== 'segment' && type !== 'template') return [];
    const names = await this.ports.names();
    return type === 'segment' ? names.segments : names.templates;
  }

  private async clarify(candidates: readonly string[]): Promise<string> {
    const known = candidates.filter((id) => this.catalogue.get(id)?.handler).slice(0, 3);
    const buttons = known.map((id) => ({
      id: this.ports.sign({ intent: id, act: 'start', args: {} }),
      label: sayHouse({ text: `intents.${id}` }, this.reader).slice(0, 20),
    }));
    await this.ports.say({ text: sayHouse({ text: 'clarify' }, this.reader), buttons }, { isPrivate: false });
    return 'clarify';
  }

  private intent(id: string): Intent {
    const intent = this.catalogue.get(id);
    if (!intent) throw new AppError('ACTION_INVALID');
    return intent;
  }
}

function pendingOf(state: DialogState, catalogue: Catalogue, now: Date): { pending?: Pending } {
  const { pending } = state;
  if (!pending || pending.until <= now.getTime()) return {};
  if (pending.kind === 'confirm') return { pending: { kind: 'confirm' } };
  return {
    pending: {
      kind: 'slot',
      slot: pending.slot,
      type: catalogue.get(pending.intent)?.slots[pending.slot]?.type ?? 'text',
    },
  };
}

/** Slots travel in a button as text; a moment as its instant. */
const argsOf = (slots: Slots): Record<string, string> =>
  Object.fromEntries(
    Object.entries(slots).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value instanceof Date ? `@${value.toISOString()}` : String(value)]],
    ),
  );
const slotsOf = (args: ActRef['args']): Slots =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, value.startsWith('@') ? new Date(value.slice(1)) : value]),
  );
