import type { Content } from '../channel';
import { AppError } from '../errors';
import type { Act, Language, Person, Reply, ReplyForm, Slots, Turn, Vars } from '../intent';
import type { ActRef } from './actions';
import type { Catalogue, Intent } from './catalogue';
import { type Asked, type Step, startWith } from './dialog';
import {
  dropped,
  leaving,
  leftOf,
  lostAgain,
  offered,
  prepared,
  sent,
  settled,
  speaksOf,
  topicOf,
  typedIn,
  understood,
  waitForSlot,
  waitForYes,
} from './dialog-state';
import { actOf, renderBrief, renderForm, renderReply } from './render';
import { refusalFor } from './roles';
import { standsNow } from './stands-now';
import { houseText, type Reader, sayError, sayHouse } from './texts';
import type { TurnPorts } from './turn-ports';
import { type Understanding, unknownName } from './understand';

const mostOptions = 5;
const minutesToConfirm = 15;
/** So often in a row nothing was understood: then a person. */
const mostLost = 2;

/** The turn under way: what is acted upon and said. */
export class Talk {
  language: Language;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly ports: TurnPorts,
    /** Words that were written into a form instead of being said. */
    private readonly hear: (text: string) => Promise<string>,
  ) {
    this.language = ports.person.language;
  }

  private get reader(): Reader {
    const { kind, zone } = this.ports.person;
    return { language: this.language, zone, ...(kind !== 'recipient' && { guarded: 'text' }) };
  }

  async follow(step: Step, text: string): Promise<string> {
    const { ports } = this;
    if (step.do === 'act') return this.answer(step, text);
    if (step.do === 'again') return this.askAgain();
    if (step.do === 'clarify') return this.clarify(step.candidates, text);
    if (step.do === 'confirm') return this.confirm(step, text);
    if (step.do === 'ask') return this.ask(step, text);
    if (step.do === 'choose') return this.choose(step);
    if (step.intent === 'none' && ports.person.kind === 'member') return this.notUnderstood(text);
    const after = step.back ? understood : step.intent === 'deny' ? dropped : settled;
    await ports.save(after(ports.state));
    await this.run(step.intent, 'heard', { slots: step.slots, text });
    for (const next of step.also) if (next !== step.intent) await this.run(next, 'heard', { text });
    if (step.back) await this.ask(step.back);
    return step.intent;
  }

  /** What was waited for came; a no may say besides what is wanted instead. */
  private async answer({ action, slots = {}, also = [] }: Step & { do: 'act' }, text: string): Promise<string> {
    const outcome = await this.act(action, {}, text, slots);
    for (const next of also) await this.run(next, 'heard', { text });
    return outcome;
  }

  /** A button, a form or a yes. `start` begins an intent with what the button carried, and asks what is missing. */
  async act(action: ActRef, values: Turn['values'], text = '', said: Slots = {}): Promise<string> {
    await this.ports.save(settled(this.ports.state));
    const slots = { ...slotsOf(action.args), ...said };
    if (action.act === 'start') return this.follow(startWith(this.intent(action.intent), slots), text);
    const heard = await this.send(action, { slots, values, text });
    return heard ?? `${action.intent}/${action.act}`;
  }

  /** What somebody typed into a form is not lost when it can't be taken: the same form, opened again, holds it. */
  private async send(action: ActRef, what: Pick<Turn, 'slots' | 'values' | 'text'>): Promise<string | undefined> {
    const { ports } = this;
    const isForm = Object.keys(what.values).length > 0;
    if (isForm) await ports.save(sent(ports.state, action));
    try {
      return await this.run(action.intent, action.act, { args: action.args, ...what });
    } catch (error) {
      if (isForm && error instanceof AppError && !error.retry)
        await ports.save(leaving(ports.state, action, ports.now, what.values));
      throw error;
    }
  }

  /** It may be a wish to leave: promotions wait first, then it is asked. A wish to be erased holds them by itself. */
  async holdAndAsk(heard: Understanding, text: string): Promise<string> {
    const args = heard.candidates.includes('delete-data') ? { erase: 'maybe' } : {};
    if (!heard.also.includes('delete-data')) await this.act({ intent: 'opt-out', act: 'unsure', args }, {}, text);
    else await this.ports.save(settled(this.ports.state));
    for (const next of heard.also) await this.run(next, 'heard', { text });
    return 'opt-out/unsure';
  }

  /** An emoji, nothing at all, or a no that says more: no wish and no answer. A question that is open stays open. */
  async askAgain(): Promise<string> {
    const { pending } = this.ports.state;
    if (!pending || pending.until <= this.ports.now.getTime()) return 'wordless';
    await this.say({ text: this.house('yes_or_no') });
    return 'asked-again';
  }

  /** A sentence of the house, and nothing is done. */
  async sayHouse(text: string): Promise<string> {
    await this.say({ text: this.house(text) });
    return text;
  }

  /** A sentence of the house is the whole answer; a yes after it answers nothing that was asked before. */
  async answerHouse(text: string): Promise<string> {
    await this.ports.save(settled(this.ports.state));
    return this.sayHouse(text);
  }

  /** @param pressed the button that did it: one that came too late offers what it spoke of as it stands now */
  async refuse(code: string, pressed?: ActRef): Promise<void> {
    const now = pressed && standsNow(code, pressed);
    const shower = now && this.catalogue.get(now.intent);
    const isSeen = shower && refusalFor(this.ports.person, shower) === undefined;
    const buttons = isSeen ? [{ id: this.ports.sign(now), label: this.house('see_now') }] : [];
    await this.say({ text: sayError(code, this.reader), ...(buttons.length > 0 && { buttons }) }, true);
  }

  async tell(intentId: string, said: Reply, slots: Slots = {}): Promise<void> {
    const { ports, reader } = this;
    const intent = this.intent(intentId);
    if (said.next) {
      await this.act(actOf(intent, said.next.act, said.next.args), {}, '', said.next.slots);
      return;
    }
    if (said.draft) {
      const { change, args } = said.draft;
      await ports.save(
        prepared(ports.state, { change: actOf(intent, change, args), slots, where: ports.where }, ports.now),
      );
    }
    const about = said.live?.args.campaign ?? slots.campaign;
    if (typeof about === 'string') await ports.save(speaksOf(ports.state, about, ports.where, ports.now));
    if (said.silent) return;
    if (said.form) return this.show(intent, said.form);
    if (said.live) return ports.card(said.live, intentId, this.language);
    const brief = ports.brief ? renderBrief(intent, said, reader) : undefined;
    await this.say(renderReply(intent, said, reader, ports.sign), said.private, brief);
    if (said.asks) {
      const { slot, act, args } = said.asks;
      const then = actOf(intent, act, args);
      await ports.save(waitForSlot(ports.state, { intent: intentId, slot, slots: {}, then }, ports.now));
    }
    if (!said.expect) return;
    const { yes, no, args, minutes = 15 } = said.expect;
    await ports.save(waitForYes(ports.state, actOf(intent, yes, args), actOf(intent, no, args), minutes, ports.now));
  }

  private async show(intent: Intent, shown: ReplyForm): Promise<void> {
    const { ports, reader } = this;
    const action = actOf(intent, shown.act, shown.args);
    const isWrong = Object.keys(shown.errors ?? {}).length > 0;
    const typed = isWrong ? undefined : typedIn(ports.state, action, ports.now);
    const again = typed && { initial: { ...shown.initial, ...typed }, note: { text: 'left_half' } };
    if (shown.resumes || isWrong)
      await ports.save(leaving(ports.state, action, ports.now, shown.resumes ? undefined : shown.initial));
    await ports.form(renderForm(intent, { ...shown, ...again }, reader, ports.sign));
  }

  /**
   * The first thing a person ever hears from us says that nobody is typing. What its buttons say may be typed back.
   * @param brief what is said instead
   */
  private async say(content: Content, isPrivate = false, brief?: Content): Promise<void> {
    const { ports } = this;
    const isRecipient = ports.person.kind === 'recipient';
    if (isRecipient && content.buttons?.length) await ports.save(offered(ports.state, content.buttons, ports.now));
    const isFirst = isRecipient && (await ports.firstTime());
    if (brief) {
      const text = [brief.text, isFirst && this.house('brief.first_contact')].filter(Boolean).join('\n');
      return ports.say({ ...brief, text }, { isPrivate });
    }
    const note = isFirst ? [content.note, this.house('first_contact')].filter(Boolean).join(' ') : content.note;
    await this.ports.say({ ...content, ...(note && { note }) }, { isPrivate });
  }

  /** @returns what came of words that are heard instead of being answered */
  private async run(id: string, act: string, what: Partial<Turn>): Promise<string | undefined> {
    const intent = this.intent(id);
    this.mustBeAllowed(intent);
    const handler = act === 'heard' ? intent.handler?.heard : intent.handler?.acts?.[act];
    if (!handler) throw new AppError('ACTION_INVALID');
    const left = leftOf(this.ports.state, id, this.ports.now);
    const said = await this.call(handler, { ...what, ...(left && { left }) });
    if (said.hear !== undefined) return this.hear(said.hear);
    await this.tell(id, said, what.slots);
    return undefined;
  }

  private call(handler: Act, what: Partial<Turn>): Promise<Reply> {
    const { person, now, services } = this.ports;
    const speaker = { ...person, language: this.language } as Person;
    const about = this.ports.beneath.campaign ?? topicOf(this.ports.state, this.ports.within, now);
    const known = { person: speaker, now, services, ...(about && { about }) };
    return handler({ ...known, slots: {}, args: {}, values: {}, text: '', ...what });
  }

  private async ask(step: Asked, text = ''): Promise<string> {
    const intent = this.intent(step.intent);
    this.mustBeAllowed(intent);
    // Whoever is unknown has no conversation in which to be asked: they are told how it is said in one.
    if (this.ports.person.kind === 'stranger') throw new AppError('NOT_LINKED');
    const refused = this.refused(intent, step, text);
    await this.ports.save(waitForSlot(this.ports.state, step, this.ports.now));
    const prompt = intent.spoken[this.language].prompts[step.slot] ?? this.house('ask_again');
    const question = [refused, prompt].filter(Boolean).join(' ');
    await this.offer(step, question, await this.options(intent, step.slot));
    return `${step.intent}?${step.slot}`;
  }

  /** What was said for it and can't be taken, so that nobody has to guess why it is asked. */
  private refused(intent: Intent, { slot, slots, refused }: Asked, text: string): string {
    if (refused) return this.house(`moment_refused.${refused}`);
    const type = intent.slots[slot]?.type;
    if ((type !== 'template' && type !== 'segment') || slots[slot] !== undefined) return '';
    const { pending } = this.ports.state;
    const isAnswer = pending?.kind === 'slot' && pending.slot === slot;
    const name = unknownName(type, text, this.language, isAnswer);
    return name ? this.house('unknown_name', { name }) : '';
  }

  private async choose(step: Step & { do: 'choose' }): Promise<string> {
    this.mustBeAllowed(this.intent(step.intent));
    await this.ports.save(waitForSlot(this.ports.state, step, this.ports.now));
    await this.offer(step, this.house('which_one'), step.options);
    return `${step.intent}?${step.slot}`;
  }

  private async offer(step: Asked, text: string, options: readonly { id: string; name: string }[]): Promise<void> {
    const { intent, act, args } = step.then ?? { intent: step.intent, act: 'start', args: {} };
    const start = (id: string) =>
      this.ports.sign({ intent, act, args: { ...args, ...argsOf({ ...step.slots, [step.slot]: id }) } });
    const choices = options.slice(0, mostOptions).map(({ id, name }) => ({ id: start(id), label: name }));
    const buttons = [...choices, ...this.guide(step)];
    await this.say({ text, ...(buttons.length > 0 && { buttons }) });
  }

  /** What can be said step by step can also be filled in. */
  private guide({ intent, slots }: Asked) {
    if (!this.intent(intent).handler?.acts?.guide) return [];
    const id = this.ports.sign({ intent, act: 'guide', args: argsOf(slots) });
    return [{ id, label: this.house('guide'), form: true }];
  }

  /** What can be chosen: a template that Meta has not approved can't, nor what only tells of a letter. */
  private async options(intent: Intent, slot: string): Promise<readonly { id: string; name: string }[]> {
    const { services, names } = this.ports;
    const type = intent.slots[slot]?.type;
    if (type === 'segment') return (await names()).segments;
    if (type !== 'template') return [];
    const approved = new Set(
      (await services.templates.list()).flatMap(({ id, status, isNotice }) =>
        status === 'APPROVED' && !isNotice ? [id] : [],
      ),
    );
    return (await names()).templates.filter(({ id }) => approved.has(id));
  }

  /** A member's words meant nothing here. */
  private async notUnderstood(text: string): Promise<string> {
    if (await this.isLost()) return this.toAPerson(text, []);
    await this.run('none', 'heard', { text });
    return 'none';
  }

  /** Whether nothing was understood twice in a row. No question stays open then. */
  private async isLost(): Promise<boolean> {
    const state = lostAgain(this.ports.state, this.ports.now);
    await this.ports.save(state);
    return state.lost.times >= mostLost;
  }

  private keepForTeachers(text: string, candidates: readonly string[]): Promise<void> {
    return this.ports.misunderstood(text, { candidates, language: this.language });
  }

  /** Asking once more would not help: a recipient gets a person, a member reads what can be said and whom to ask. */
  private async toAPerson(text: string, candidates: readonly string[], held = false): Promise<string> {
    const { person, services } = this.ports;
    await this.keepForTeachers(text, candidates);
    if (person.kind !== 'member')
      return this.act({ intent: 'human-agent', act: 'lost', args: held ? { held: 'yes' } : {} }, {});
    const owners = (await services.team.owners()).filter((name) => name !== person.name);
    await this.say({ text: this.house('still_lost', { who: owners.join(', '), known: owners.length }) }, true);
    return this.act({ intent: 'help', act: 'heard', args: {} }, {});
  }

  /** What it may have been; what has no name to be offered by is ordinary talk. If leaving is among it, promotions wait meanwhile. */
  private async clarify(candidates: readonly string[], text: string): Promise<string> {
    const { person, services, sign } = this.ports;
    const isNamed = (id: string) => houseText(this.language, `intents.${id}`) !== undefined;
    const known = candidates.filter((id) => id !== 'human-agent' && isNamed(id));
    if (known.length === 0) return this.follow({ do: 'heard', intent: 'none', slots: {}, also: [] }, text);
    const mayLeave = person.kind === 'recipient' && candidates.includes('opt-out');
    if (mayLeave) await services.consent.hold(person.contact);
    if (await this.isLost()) return this.toAPerson(text, candidates, mayLeave);
    await this.keepForTeachers(text, candidates);
    if (person.kind === 'recipient') await services.support.forward(person.contact);
    const offered = person.kind === 'recipient' ? [...known.slice(0, 2), 'human-agent'] : known.slice(0, 3);
    const buttons = offered.map((id) => ({
      id: sign({ intent: id, act: 'start', args: {} }),
      label: this.house(`intents.${id}`),
    }));
    await this.say({ text: this.house(mayLeave ? 'clarify_held' : 'clarify'), buttons });
    return 'clarify';
  }

  /** Whether it is the one wish that is likely; a no hands the words on as ordinary talk. */
  private async confirm({ intent, slots }: Step & { do: 'confirm' }, text: string): Promise<string> {
    const { ports } = this;
    const what = houseText(this.language, `intents.${intent}`);
    if (!what) return this.follow({ do: 'heard', intent, slots: {}, also: [] }, text);
    if (await this.isLost()) return this.toAPerson(text, [intent]);
    await this.keepForTeachers(text, [intent]);
    const yes = { intent, act: 'start', args: argsOf(slots) };
    const no = { intent: 'none', act: 'heard', args: {} };
    const buttons = [
      { id: ports.sign(yes), label: this.house('yes') },
      { id: ports.sign(no), label: this.house('no') },
    ];
    await ports.save(waitForYes(ports.state, yes, no, minutesToConfirm, ports.now));
    await this.say({ text: this.house('did_you_mean', { what }), buttons });
    return `${intent}?`;
  }

  private house(text: string, vars: Vars = {}): string {
    return sayHouse({ text, vars }, this.reader);
  }

  private mustBeAllowed(intent: Intent): void {
    const refused = refusalFor(this.ports.person, intent);
    if (refused) throw new AppError(refused);
  }

  private intent(id: string): Intent {
    const intent = this.catalogue.get(id);
    if (!intent) throw new AppError('ACTION_INVALID');
    return intent;
  }
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
