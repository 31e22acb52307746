import { dayIn } from '../domain/privacy/calendar';
import { AppError } from '../errors';
import { awayVars, reply } from '../intent';
import { isAction } from './actions';
import { audienceOf } from './audience-of';
import type { Catalogue } from './catalogue';
import { nextStep, type Step } from './dialog';
import { type DialogState, draftOf, openOf, pressedBy, topicOf } from './dialog-state';
import { asksFor, rightMeant } from './for-another';
import { provesIdentity } from './identity-code';
import { shortcuts } from './shortcuts';
import { Talk } from './talk';
import { provesPhone } from './test-code';
import { isMedium } from './turn-input';
import type { TurnInput, TurnPorts } from './turn-ports';
import type { Names, Pending, Understanding, UnderstandingEngine } from './understand';
import { whomIn } from './whom';

const wordsThatShowALanguage = 3;

/** One in, one out: understand, one step of the dialog, one act, one reply. */
export class Conversation {
  constructor(
    readonly catalogue: Catalogue,
    private readonly engine: UnderstandingEngine,
  ) {}

  /** @returns what was done, for the record: an intent or an act, never words */
  async take(input: TurnInput, ports: TurnPorts): Promise<string> {
    const talk: Talk = new Talk(this.catalogue, ports, (text) => this.hear(text, talk, ports));
    const pressed = input.kind === 'action' ? (ports.read(input.action) ?? ports.outlived(input.action)) : undefined;
    try {
      if (ports.hadCard && ports.person.kind !== 'recipient') throw new AppError('CARD_REFUSED');
      if (ports.hadCard) await talk.sayHouse('card_refused');
      if (ports.hadCard && input.kind === 'text' && !/\p{L}/u.test(input.text)) return 'card_refused';
      if (input.kind === 'action') return await this.press(input, talk, ports);
      if (input.kind === 'media') return await this.media(input, talk, ports);
      if (input.kind === 'files') return await this.files(input, talk, ports);
      if (input.kind === 'shortcut') return await this.choose(input, talk, ports);
      if (input.kind === 'edited' && this.understand(input.text, ports).intent !== 'opt-out') return 'ignored';
      return await this.hear(
        wishIn(input, (text) => asksSurely(this.understand(text, ports))),
        talk,
        ports,
      );
    } catch (error) {
      if (!(error instanceof AppError) || error.retry) throw error;
      await talk.refuse(error.code, pressed);
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

  /** An entry of Slack's menus is an act like a button's: role and state are asked as ever. */
  private async choose(
    { name, said }: TurnInput & { kind: 'shortcut' },
    talk: Talk,
    ports: TurnPorts,
  ): Promise<string> {
    const action = shortcuts.get(name);
    if (!action) throw new AppError('ACTION_INVALID');
    return talk.act({ ...action, args: ports.beneath }, said ? { said } : {});
  }

  /** Nobody here can hear it, and it may be a wish to leave: what promotions there are wait, and the person is asked, once a day. */
  private async media(input: TurnInput & { kind: 'media' }, talk: Talk, ports: TurnPorts): Promise<string> {
    const { person, services, state } = ports;
    if (input.caption) return this.hear(input.caption, talk, ports);
    if (person.kind !== 'recipient') throw new AppError('MESSAGE_NOT_TEXT');
    await services.requests.unheard(input.media);
    const told = await services.support.forward(person.contact);
    const today = dayIn(ports.now, person.zone);
    if (ports.handedOff || state.unread === today) return 'media';
    const isAddressed = await services.consent.isAddressed(person.contact);
    const held = isAddressed && !(await services.consent.hold(person.contact)).alreadyOut ? 'yes' : 'no';
    await ports.save({ ...state, unread: today });
    const buttons = ['opt-out/stop', 'access-data/start', 'human-agent/start'].map((act) => ({ act }));
    await talk.tell('none', reply(told ? 'media' : 'media_alone', { held }, { buttons }));
    return 'media';
  }

  /** A list of people, or a picture for a template, that a member put there. One at a time: the others are brought again. */
  private async files({ files, text }: TurnInput & { kind: 'files' }, talk: Talk, ports: TurnPorts): Promise<string> {
    if (ports.person.kind !== 'member') throw new AppError('NOT_LINKED');
    const [file, ...others] = files;
    const { id = '', name = '', bytes = 0 } = file ?? {};
    const args = { file: id, name, bytes: String(bytes), others: String(others.length) };
    const intent = isMedium(name) ? 'list-templates' : 'import-recipients';
    return talk.act({ intent, act: 'brought', args }, {}, text);
  }

  private async hear(text: string, talk: Talk, ports: TurnPorts): Promise<string> {
    const { person, state } = ports;
    const proof = await provesPhone(text, ports);
    if (proof) return talk.answerHouse(proof);
    const identity = await provesIdentity(text, ports);
    if (identity) return talk.act(identity, {}, text);
    const first = this.understand(text, ports, person.kind === 'member' ? await ports.names() : undefined);
    // A bare yes or no answers what is open, or is asked about; it is no button's name, though one may bear it.
    const isBare = first.intent === 'affirm' || first.intent === 'deny';
    const typed = person.kind === 'recipient' && !isBare ? pressedBy(state, text, ports.now) : undefined;
    if (typed) return this.press({ kind: 'action', action: typed, label: text, values: {} }, talk, ports);
    await this.noteLanguage(first, text, talk, ports);
    const heard = person.kind === 'member' ? await this.withWhom(first, text, ports) : first;
    const forAnother = this.forAnother(heard, text, ports);
    if (forAnother) return talk.act(forAnother, {}, text);
    if (person.kind === 'recipient' && ports.handedOff && !this.isForTheBot(heard, ports)) {
      if (heard.intent === 'opt-out') await ports.services.consent.hold(person.contact);
      await ports.services.support.forward(person.contact);
      await this.tellAway(person.contact, talk, ports);
      return 'handed-off';
    }
    const step = nextStep(draftHere(ports), heard, this.catalogue, { text, where: ports.within, now: ports.now });
    if (ports.aside && isChatter(step)) return 'overheard';
    if (step.do === 'clarify' && ports.services.requests.isDoor) await ports.services.requests.unheard('mail');
    const about = (await this.erasureMeant(step, heard, ports)) ?? (await this.signUpMeant(step, ports));
    if (about) return talk.act(about, {}, text);
    if (heard.because.includes('recipients-wish')) return talk.answerHouse('for_recipients');
    if (heard.because.includes('answer-unclear')) return talk.askAgain();
    if (heard.because.includes('no-words') && person.kind === 'recipient') return talk.askAgain();
    if (heard.intent === 'opt-out' && heard.strength === 'weak') return talk.holdAndAsk(heard, text);
    return talk.follow(step, text);
  }

  /** People who are described instead of named are a group too, unsaved; if a word of it is not known, the group is asked for as ever. */
  private async withWhom(heard: Understanding, text: string, ports: TurnPorts): Promise<Understanding> {
    const open = openOf(ports.state, ports.now);
    const asked = open?.kind === 'slot' ? this.catalogue.get(open.intent)?.slots[open.slot]?.type : undefined;
    const [slot] =
      Object.entries(this.catalogue.get(heard.intent)?.slots ?? {}).find(([, { type }]) => type === 'segment') ?? [];
    if ((asked !== 'segment' && !slot) || heard.entities.segment.id || heard.ambiguous?.slot === 'segment')
      return heard;
    const { moment, pace } = heard.entities;
    const isWhen = (words: string) => {
      if (!moment && !pace) return false;
      const found = this.understand(words, ports).entities;
      const isMoment = (found.moment === undefined) === (moment === undefined);
      return isMoment && found.moment?.at?.getTime() === moment?.at?.getTime() && found.pace === pace;
    };
    const whom = whomIn(text, heard.language, isWhen) ?? (asked === 'segment' ? text : undefined);
    const segment = whom && (await ports.services.segments.find(whom, heard.language));
    return segment ? { ...heard, slots: { ...heard.slots, segment } } : heard;
  }

  private understand(text: string, ports: TurnPorts, names?: Names): Understanding {
    const { person, now, advertised, state, within } = ports;
    const topic = ports.beneath.campaign ?? topicOf(state, within, now);
    const pending = this.pending(ports);
    return this.engine.understand({
      text,
      audience: audienceOf(person),
      language: person.language,
      now,
      zone: person.zone,
      ...(names && { names }),
      ...(topic && { topic }),
      ...(pending && { pending }),
      advertised,
    });
  }

  /** A yes or no to nothing, or a wish taken back, speaks of the erasure that still waits for the person's yes: it is asked again. */
  private async erasureMeant(step: Step, heard: Understanding, { person, services }: TurnPorts) {
    const isTakenBack = heard.because.includes('erase-taken-back');
    if (person.kind !== 'recipient' || !(isTakenBack || answersNothing(step))) return undefined;
    const request = (await services.privacy.openOf(person.contact)).find(
      ({ right, state }) => right === 'erase' && ['received', 'unconfirmed'].includes(state),
    );
    return request && { intent: 'delete-data', act: isTakenBack ? 'reconsider' : 'late', args: { case: request.id } };
  }

  /** A yes or no to nothing, while a sign-up waits for one: other talk in between does not lose it. What was not understood was asked about last. */
  private async signUpMeant(step: Step, { person, services, state }: TurnPorts) {
    if (person.kind !== 'recipient' || !answersNothing(step) || state.lost) return undefined;
    const isAsked = await services.signUp.waits(person.contact);
    return isAsked ? { intent: 'opt-in', act: step.intent === 'affirm' ? 'yes' : 'no', args: {} } : undefined;
  }

  /** Whoever asks about somebody else is no subject of it: a person of the company looks at that. */
  private forAnother(heard: Understanding, text: string, { person }: TurnPorts) {
    const right = rightOf[heard.intent];
    if (person.kind !== 'recipient' || !(right || heard.intent === 'none')) return undefined;
    const relation = asksFor(text, right !== undefined);
    const own = heard.intent === 'someone-else' ? undefined : right;
    return relation && { intent: 'someone-else', act: 'asked', args: { relation, right: own ?? rightMeant(text) } };
  }

  /** Nobody of the team is there now: said once each time. */
  private async tellAway(contact: string, talk: Talk, { services }: TurnPorts): Promise<void> {
    const away = await services.support.away(contact);
    if (!away) return;
    const { name: company } = await services.company.profile();
    await talk.tell('human-agent', reply('away', awayVars(company, away)));
  }

  /** While the team talks with somebody: their rights, keywords, and the answer to what the bot itself has asked. */
  private isForTheBot(heard: Understanding, ports: TurnPorts): boolean {
    if (heard.intent === 'opt-out' && heard.strength === 'weak') return heard.also.length > 0;
    const urgency = this.catalogue.get(heard.intent)?.urgency;
    if (urgency === 'first' || (urgency === 'word' && heard.because.includes('keyword'))) return true;
    return this.pending(ports)?.kind === 'confirm' && ['affirm', 'deny'].includes(heard.intent);
  }

  /** Answers follow the language of what is said; a name has none. A member's keyword alone may be borrowed from another one. */
  private async noteLanguage(
    heard: Understanding,
    text: string,
    talk: Talk,
    { person, speaks, state, now }: TurnPorts,
  ) {
    const isFilledIn = heard.intent === 'none' && openOf(state, now)?.kind === 'slot';
    const isVague = ['none', 'affirm', 'deny'].includes(heard.intent) || heard.strength === 'weak';
    const isShort = isVague && text.trim().split(/\s+/).length < wordsThatShowALanguage;
    if (heard.language === person.language || isFilledIn || isShort) return;
    talk.language = heard.language;
    if (person.kind === 'recipient' || !heard.because.includes('keyword')) await speaks(heard.language);
  }

  /** What the words may answer, or say otherwise than before. */
  private pending(ports: TurnPorts): Pending | undefined {
    const { within, now } = ports;
    const state = draftHere(ports);
    const pending = openOf(state, now);
    if (pending?.kind === 'confirm') return { kind: 'confirm', about: pending.yes.intent };
    const slotsOf = (intent: string) => this.catalogue.get(intent)?.slots ?? {};
    if (pending) {
      const others = slotsOf(pending.intent);
      const type = others[pending.slot]?.type ?? 'text';
      return { kind: 'slot', slot: pending.slot, type, others, before: pending.slots };
    }
    const draft = draftOf(state, within, now);
    return draft && { kind: 'draft', others: slotsOf(draft.change.intent), before: draft.slots };
  }
}

/** Which right is asked for by what is heard. */
const rightOf: Readonly<Record<string, string>> = {
  'access-data': 'access',
  'data-source': 'access',
  'someone-else': 'access',
  'delete-data': 'erase',
  'rectify-data': 'rectify',
  'portability-data': 'portability',
  'block-processing': 'block',
  'object-processing': 'object',
};

/** What is asked of us in a mail: a right, or to leave, in sure words. */
const asksSurely = ({ intent, strength }: Understanding): boolean =>
  intent in rightOf || (intent === 'opt-out' && strength !== 'weak');

/** Of a mail its words, or what stands above them where those alone say nothing. */
const wishIn = (input: { kind: string; text: string; title?: string }, says: (text: string) => boolean): string =>
  input.title && !says(input.text) && says(input.title) ? input.title : input.text;

/** Beneath the card of one campaign no other's draft is meant. */
function draftHere({ state, beneath: { campaign } }: TurnPorts): DialogState {
  if (!campaign || !state.draft || state.draft.change.args.campaign === campaign) return state;
  const { draft: _other, ...rest } = state;
  return rest;
}

const courtesies = ['none', 'greeting', 'thanks', 'affirm', 'deny', 'help'];

/** Among colleagues' talk: what is no clear wish is none for us. */
const isChatter = (step: Step): boolean =>
  step.do === 'clarify' || step.do === 'confirm' || (step.do === 'heard' && courtesies.includes(step.intent));

const answersNothing = (step: Step): step is Step & { do: 'heard' } =>
  step.do === 'heard' && ['affirm', 'deny'].includes(step.intent);
