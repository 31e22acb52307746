import { answerOf, dropsQuestion, letsBe, restAfterNo } from './answers';
import { heardBy, type IntentWords, linesByLanguage, readCatalogue } from './catalogue';
import type { Classified } from './classifier/classifier';
import { beforeOf, saysOtherwise, withoutTakenBack } from './corrections';
import { type Heard, hear } from './cues/hear';
import { decideRecipient } from './decide-recipient';
import { decideTeam } from './decide-team';
import { activationOf, type Decision } from './decision';
import { type Filled, fillSlots } from './entities/slots';
import { withKinds } from './kinds';
import { type LanguageIdentifier, likelyLanguages } from './language';
import { learnt } from './learnt';
import { clean, plain } from './normalise';
import type { Reading, Room } from './room';
import { isDrawnStop, stopWord } from './stop-word';
import { THRESHOLDS } from './thresholds';
import { AUDIENCES, LANGUAGES, type Pending, type Question, type SlotDefinition, type Understanding } from './types';
import { inOrder, wishesOf } from './wishes';

export interface UnderstandingEngine {
  /** Says what a message means. Pure: the same question gives the same answer; never throws on any text. */
  understand(question: Question): Understanding;
  /** The same with the steps that led there, for those who write intents. */
  explain(question: Question): Explained;
  /** The intents as read from their folders. */
  intents: readonly IntentWords[];
}

/**
 * Reads the intent folders, trains one classifier per audience, and is then ready. Takes a few seconds,
 * or a moment where the same was learnt before and kept in a folder.
 */
export const createUnderstanding = async (catalogueDir: string, keepIn?: string): Promise<UnderstandingEngine> => {
  const intents = readCatalogue(catalogueDir);
  const { identifier, rooms } = await learnt(intents, keepIn);
  const explain = (question: Question) => consider(question, rooms[question.audience], identifier, intents);
  warmUp(intents, explain);
  return { intents, explain, understand: (question) => explain(question).understanding };
};

const WARM_LINES = 40;

/** The first hundred answers take many times as long as those after them: nobody should wait for them. */
const warmUp = (intents: readonly IntentWords[], explain: (question: Question) => Explained): void => {
  const now = new Date(0);
  for (const { text, language } of linesByLanguage(intents).slice(0, WARM_LINES))
    for (const audience of AUDIENCES) explain({ text, language, audience, now, zone: 'UTC' });
};

/** How an answer came about; `classified` only where it came to that. */
export interface Explained {
  understanding: Understanding;
  reading: Reading;
  heard: Heard;
  decision: Decision;
  classified: Classified | undefined;
}

/** Signs that say stop where nothing else is said. */
const STOP_SIGNS = /^[\s🛑⛔🚫]+$/u;
const STOP_SIGN: Decision = {
  intent: 'opt-out',
  strength: 'weak',
  candidates: ['opt-out', 'human-agent'],
  because: ['stop-sign'],
};
const NO_WORDS: Decision = { intent: 'none', strength: 'strong', candidates: [], because: ['no-words'] };

const consider = (
  question: Question,
  room: Room,
  identifier: LanguageIdentifier,
  intents: readonly IntentWords[],
): Explained => {
  const asWritten = plain(question.text);
  const languages = languagesOf(question, asWritten, identifier);
  const language = languages[0] ?? question.language;
  const text = room.speller.correct(asWritten, language);
  const reading: Reading = { asWritten, text, language, languages };
  const heard = hear(text, languages);
  const found = /[\p{L}\p{N}?]/u.test(text) ? decide(question, reading, heard, room) : withoutWords(question);
  const { classified, instead, ...decision } = found;
  const isTalk = classified !== undefined && activationOf(classified, 'none') >= THRESHOLDS.recipient.talk;
  const erasure = classified ? activationOf(classified, 'delete-data') : 0;
  const wishes = inOrder(decision, furtherWishes(question, reading, { heard, isTalk, erasure }, room));
  const slotsOf = (intent: string) => heardBy(intents, question.audience).find(({ id }) => id === intent)?.slots;
  const corrects = saysOtherwise(question, text, wishes.intent);
  const meant = meantOf(question, decision, corrects);
  const filled = fillSlots(meant, { ...knownSlots(meant), ...slotsOf(wishes.intent), ...askedSlot(meant) }, languages);
  const answers = answersSlot(question, decision, filled);
  const understanding: Understanding = {
    intent: answers ? 'none' : wishes.intent,
    strength: wishes.strength,
    also: instead ? [instead] : wishes.also,
    candidates: answers ? [] : decision.candidates,
    ...(decision.confirm && !answers && wishes.intent === decision.intent && { confirm: true as const }),
    entities: filled.entities,
    slots: filled.slots,
    ...(filled.ambiguous ? { ambiguous: filled.ambiguous } : {}),
    ...(filled.unclear ? { unclear: filled.unclear } : {}),
    ...(filled.refused ? { refused: filled.refused } : {}),
    ...(filled.partly ? { partly: filled.partly } : {}),
    language: room.keywords.languageOf(text, question.language) ?? language,
    ...(decision.guarded ? { guarded: decision.guarded } : {}),
    ...(decision.withVerb && { withVerb: true }),
    because: [
      ...decision.because,
      ...(heard.keepData && wishes.intent === 'none' ? ['erase-taken-back'] : []),
      ...(answers ? ['answers-slot'] : []),
      ...(corrects ? ['corrects'] : []),
      ...(question.audience !== 'recipient' && heard.erase && !isSure(wishes) ? ['recipients-wish'] : []),
      ...filled.because,
    ],
  };
  return { understanding, reading, heard, decision, classified };
};

const isSure = ({ intent, strength }: { intent: string; strength: string }): boolean =>
  intent !== 'none' && strength === 'strong';

const withoutWords = ({ text, audience }: Question): Found =>
  audience === 'recipient' && (STOP_SIGNS.test(clean(text)) || isDrawnStop(text)) ? STOP_SIGN : NO_WORDS;

/** A member's language is known: only words that it lacks speak for another one. */
const languagesOf = ({ audience, language: known }: Question, asWritten: string, identifier: LanguageIdentifier) => {
  const likely = likelyLanguages(identifier.shares(asWritten, known), known);
  const first = likely[0] ?? known;
  if (audience === 'recipient' || (first !== known && identifier.saysRather(first, known, asWritten))) return likely;
  const said = LANGUAGES.find((other) => other !== known && identifier.saysPlainly(other, known, asWritten)) ?? known;
  return [said, ...likely.filter((language) => language !== said)];
};

/** What the whole message says, in which its clauses stand. */
interface Whole {
  heard: Heard;
  /** It resembles ordinary talk: its clauses hold no wish but leaving. */
  isTalk: boolean;
  /** How much it resembles an erasure. */
  erasure: number;
}

/** Wishes of single clauses; a clause must not lose the guard that stands in another one. */
const furtherWishes = (
  question: Question,
  reading: Reading,
  { heard: whole, isTalk, erasure }: Whole,
  room: Room,
): Decision[] => {
  if (question.audience !== 'recipient') return [];
  if (isTalk && whole.leave !== 'strong') return []; // its clauses hold nothing, whatever they resemble
  return wishesOf(reading.text, (clause) =>
    decide(
      { ...question, text: clause },
      { ...reading, asWritten: clause, text: clause },
      hear(clause, reading.languages),
      room,
    ),
  ).filter(({ intent, classified }) => {
    if (intent === 'opt-out') return whole.leave === 'strong';
    // who subscribed by mistake and wants out does not want in
    if (intent === 'opt-in' && (whole.leave || whole.leaveGuard)) return false;
    if (isTalk) return false;
    if (intent === 'delete-data')
      return (
        erasure >= THRESHOLDS.recipient.erase.within &&
        (whole.leave ? whole.erase : whole.eraseWord) &&
        !whole.eraseGuard &&
        !whole.eraseDoubt
      );
    return classified === undefined || activationOf(classified, intent) >= THRESHOLDS.recipient.further;
  });
};

const MOST_WORDS_OF_AN_ANSWER = 8;

/** A short text that fills the slot just asked for is its answer, unless it plainly says something else. */
const answersSlot = ({ pending, text }: Question, decision: Decision, { slots, unclear }: Filled): boolean =>
  pending?.kind === 'slot' &&
  (slots[pending.slot] !== undefined || unclear === pending.slot) &&
  decision.intent !== 'opt-out' &&
  !decision.because.includes('keyword') &&
  !decision.withVerb &&
  (decision.strength === 'weak' || text.trim().split(/\s+/).length <= MOST_WORDS_OF_AN_ANSWER);

/** The slot the bot has just asked for is read from whatever is answered, as what it was asked for. */
const askedSlot = ({ pending }: Question): Record<string, SlotDefinition> =>
  pending?.kind === 'slot' ? { [pending.slot]: { ...pending.others?.[pending.slot], type: pending.type } } : {};

/** Those beside it, or of what was prepared before. */
const knownSlots = (question: Question): Readonly<Record<string, SlotDefinition>> => {
  const { pending } = question;
  return (pending?.kind === 'slot' ? pending.others : beforeOf(question).others) ?? {};
};

/** A correction without what it takes back; what was said before plays no part where something is ordered anew. */
const meantOf = (question: Question, { withVerb }: Decision, corrects: boolean): Question => {
  const { pending } = question;
  if (corrects) return { ...question, text: withoutTakenBack(question.text) };
  if (pending?.kind === 'slot' && !withVerb) return question;
  if (pending?.kind === 'slot') return { ...question, pending: { ...pending, before: {} } };
  const { pending: _draft, ...rest } = question;
  return pending?.kind === 'draft' ? rest : question;
};

interface Found extends Decision {
  /** Wanted instead, in the same breath as a no. */
  instead?: string;
  classified?: Classified;
}

const decide = (question: Question, reading: Reading, heard: Heard, room: Room): Found => {
  const { text, language, languages } = reading;
  const byWord = room.keywords.intentOf(text, languages) ?? room.keywords.withCode(reading.asWritten, LANGUAGES);
  if (question.audience === 'recipient') {
    const stop = stopWord(question, reading, heard, room);
    if (stop) return { intent: 'opt-out', strength: stop.strength, candidates: [], because: [stop.because] };
  }
  if (isDropped(question, reading)) return said('deny', 'answer');
  const isAsked = question.pending?.kind === 'confirm';
  if (byWord === 'affirm' && isAsked && text.includes('?')) return said('none', 'answer-unclear');
  if (byWord && byWord !== 'opt-out')
    return { intent: byWord, strength: 'strong', candidates: [], because: ['keyword'] };
  const classified = room.classifier.classify(withKinds(text), language);
  const decision =
    question.audience === 'recipient'
      ? decideRecipient({ heard, classified })
      : decideTeam(text, languages, classified);
  const found = question.pending?.kind === 'confirm' ? answered(question.pending, reading, decision) : decision;
  const rest = found.because.includes('answer-unclear') && restAfterNo(text);
  const instead =
    rest &&
    decide(withoutPending(question, rest), { ...reading, asWritten: rest, text: rest }, hear(rest, languages), room);
  if (instead && SHOWN.has(instead.intent) && instead.strength === 'strong')
    return { ...said('deny', 'answer-instead'), instead: instead.intent, classified };
  return { ...found, classified };
};

const withoutPending = ({ pending: _asked, ...rest }: Question, text: string): Question => ({ ...rest, text });

/** What may be wanted instead of what was asked: nothing is lost by showing it. */
const SHOWN: ReadonlySet<string> = new Set(['access-data', 'data-source', 'privacy-policy', 'request-status']);

const said = (intent: string, because: string): Decision => ({
  ...{ intent, strength: 'strong', candidates: [] },
  because: [because],
});

/** "Cancelar" and "déjalo" drop what a member was asked, never a campaign. */
const isDropped = ({ audience, pending }: Question, { text, language }: Reading): boolean =>
  audience !== 'recipient' &&
  pending !== undefined &&
  dropsQuestion(
    text,
    language,
    pending.kind === 'slot' || (pending.kind === 'confirm' && pending.about !== 'cancel-campaign'),
  );

/** A yes or no that was waited for. A no never stands above a wish to leave or to be erased. */
const answered = (asked: Pending & { kind: 'confirm' }, { text, language, languages }: Reading, wish: Decision) => {
  if (asked.about !== 'opt-out' && letsBe(text, language)) return said('deny', 'answer');
  const answer = answerOf(text, languages, asked.about) ?? (wish.intent === 'affirm' ? 'unclear' : undefined); // what only resembles a yes is none
  // an erasure that waits for its yes holds promotions already: a maybe of leaving adds nothing to a no that says more
  const adds = wish.strength === 'strong' || answer !== 'unclear' || asked.about !== 'delete-data';
  if (wish.intent === 'opt-out' && adds) return wish;
  if (!answer || (answer !== 'affirm' && wish.intent === 'delete-data')) return wish;
  if (answer === 'unclear' && wish.intent === 'human-agent' && wish.strength === 'strong') return wish;
  return answer === 'unclear' ? said('none', 'answer-unclear') : said(answer, 'answer');
};
