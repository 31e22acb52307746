import type { Language } from '../../intent';
import type { Entities, Named } from './entities/found';

export type { Named } from './entities/found';

/** Whose words these are; each hears only its own intents. Operators and support staff are members of a team. */
export type Audience = 'recipient' | 'operator' | 'support';
export const AUDIENCES: readonly Audience[] = ['recipient', 'operator', 'support'];
export const LANGUAGES: readonly Language[] = ['es', 'en', 'pt'];

/** What the tenant calls its things; a name said in a message is looked up here before anything else is read from it. */
export interface Names {
  /** Newest first. `at`: when it went or is to go out. */
  campaigns: readonly { id: string; name: string; number: number; at?: Date; begun?: boolean }[];
  templates: readonly Named[];
  segments: readonly Named[];
}

/** What the bot itself has just asked. */
export type Pending =
  /** `about`: the intent whose question it is. */
  | { kind: 'confirm'; about?: string }
  /** An answer may say more than was asked. */
  | ({ kind: 'slot'; slot: string; type: string } & Partial<Before>)
  /** Nothing: but what was just prepared may be said otherwise. */
  | ({ kind: 'draft' } & Before);

/** What was said before of the same wish, and what else it can hold. */
export interface Before {
  others: Readonly<Record<string, SlotDefinition>>;
  /** A moment that was not clear stands here as `PARTLY` and what was clear of it. */
  before: Readonly<Record<string, SlotValue>>;
}

export interface SlotDefinition {
  type: string;
  optional?: boolean | undefined;
  /** The moment asked for lies in the past: "the message of yesterday". */
  past?: boolean | undefined;
  /** Of several campaigns of that name, those of which something has left are meant: there is nothing else to tell of. */
  begun?: boolean | undefined;
}

/** How a moment begins of which only some is known yet: it is asked for like one that is missing. */
export const PARTLY = '~';

/** One message to be understood. */
export interface Question {
  text: string;
  audience: Audience;
  /** The language the person is known to write. */
  language: Language;
  now: Date;
  /** IANA zone of the person. */
  zone: string;
  names?: Names;
  /** The campaign this talk was last about. */
  topic?: string;
  pending?: Pending;
  /** Stop keywords that the tenant's own templates teach. */
  advertised?: readonly string[];
}

export type Guard = 'negated' | 'hypothetical' | 'quoted' | 'third-person' | 'other-object';
export type SlotValue = string | number | Date | undefined;

/** What one message was understood to mean. It never acts: strong and weak only say how sure it is. */
export interface Understanding {
  /** Folder name of the intent; `none` where nothing was wished, or nothing safely. */
  intent: string;
  strength: 'strong' | 'weak';
  /** Further wishes of the same message, in the order in which they are to be done. */
  also: readonly string[];
  /** Likely, not sure: to be asked with a yes or no before anything is done. */
  confirm?: true;
  /** The likeliest wishes for a question back; may be empty. */
  candidates: readonly string[];
  /** Everything a message names, whatever its intent. */
  entities: Entities;
  /** Campaign, template and segment as ids, moments as Date. */
  slots: Record<string, SlotValue>;
  /** A moment that was said but can't be taken as said: it is past, or could be two. To be asked. */
  unclear?: string;
  /** Why, where that can be said: there is no such day or hour, or it has passed. */
  refused?: 'no-such-day' | 'no-such-time' | 'past';
  /** What is clear of that moment: kept until the answer, which may give only the rest. */
  partly?: string;
  /** A name that fits several. */
  ambiguous?: { slot: string; options: Named[] };
  /** The language of this text, else the known one. */
  language: Language;
  guarded?: Guard;
  /** An act, said with its verb: an order even while something else is asked. */
  withVerb?: true;
  /** How it came about, without the person's words. */
  because: readonly string[];
}
