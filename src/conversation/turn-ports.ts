import type { Content, FileRef, Form } from '../channel';
import type { Language, Person, Reply } from '../intent';
import type { Services } from '../services';
import type { ActRef } from './actions';
import type { DialogState } from './dialog-state';
import type { Sign } from './render';
import type { Names } from './understand';

/** One thing a person said or pressed. */
export type TurnInput =
  | { kind: 'text'; text: string; title?: string }
  | { kind: 'action'; action: string; label: string; values: Readonly<Record<string, string>> }
  | { kind: 'media'; media: string; caption?: string }
  /** Files of a member, with what they wrote beside. */
  | { kind: 'files'; files: readonly FileRef[]; text: string }
  /** An entry of the place's own menus. `said`: the words of the message it was used on. */
  | { kind: 'shortcut'; name: string; said: string }
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
  card(live: NonNullable<Reply['live']>, intent: string, language: Language): Promise<void>;
  form(form: Form): Promise<void>;
  sign: Sign;
  read(signed: string): ActRef | undefined;
  /** What a button of ours spoke of whose days are over. */
  outlived(signed: string): ActRef | undefined;
  /** Keeps what was said for those who teach, without what tells who said it. */
  misunderstood(text: string, heard: { candidates: readonly string[]; language: Language }): Promise<void>;
  /** True once a person, the first time something is said to them. */
  firstTime(): Promise<boolean>;
  /** A card's number stood in what came: it was taken out before it was stored. */
  hadCard: boolean;
  /** The team is talking with this person: the bot keeps quiet. */
  handedOff: boolean;
  /** Words are paid by the piece here. */
  brief: boolean;
  /** The talk in which it is said: a channel or thread, where a person may have several. */
  where: string;
  /** The talk that it may go on with: that one, or `…/*`, any in this channel. */
  within: string;
  /** What the card was drawn from that this is said beneath or used on. */
  beneath: Readonly<Record<string, string>>;
  /** It may as well be said to a colleague: only what is surely meant for us is answered. */
  aside: boolean;
  /** The language the person was heard to write. */
  speaks(language: Language): Promise<void>;
}
