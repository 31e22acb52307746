import type { CampaignView, Card, CaseView, ConsentLine, Right, Role, Services } from './services';
import type { Money } from './services-costs';
import type { Obstacle } from './services-gate';
import type { BeginningStep, Remedy } from './services-home';

export type {
  AuthorityLine,
  CampaignLine,
  CampaignView,
  CaseView,
  ConsentProof,
  IncidentLine,
  Role,
  SignUpView,
  SubprocessorLine,
} from './services';
export type { StatementView } from './services-billing';
export type { HandOffView } from './services-hand-offs';
export type { ImportView } from './services-imports';
export type { HoldView } from './services-keeping';
export type { CorrectionsSaid, Shared } from './services-privacy';
export type { Described, SegmentView } from './services-segments';
export type { TemplateView } from './services-templates';

export type Language = 'es' | 'en' | 'pt';

export type Person =
  | { kind: 'recipient'; contact: string; language: Language; zone: string; name?: string }
  | { kind: 'member'; member: string; name: string; roles: readonly Role[]; language: Language; zone: string }
  | { kind: 'stranger'; language: Language; zone: string; slack: { team: string; user: string } };

/** What was understood from the words; the types are those of `slots` in intent.yaml. */
export type Slots = Readonly<Record<string, string | number | Date | undefined>>;

export interface Turn {
  person: Person;
  now: Date;
  slots: Slots;
  /** The campaign that this talk is about. */
  about?: string;
  /** What a button or form carried, already verified. */
  args: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  /** What the person wrote, whole. */
  text: string;
  /** What a form of this intent carried that was left half filled, not long ago. */
  left?: Readonly<Record<string, string>>;
  services: Services;
}

/** A name in `src/texts/<language>.yaml`, said in the reader's language. */
export interface Text {
  text: string;
  vars?: Vars;
}
/** Money is said as whoever reads writes it. `day`: the date alone, without its hour; `zone` of a date that never had one. `short`: day and hour as a button has room for. `exact`: with its year, as papers say it. `month`: alone with its year, a day that never had a zone. */
export type Value =
  | string
  | number
  | Date
  | Text
  | { day: Date; zone?: 'UTC' }
  | { short: Date }
  | { exact: Date }
  | { month: Date }
  | Money
  | undefined;
export type Vars = Readonly<Record<string, Value>>;

export interface ReplyButton {
  /** The act of this intent that it runs, and its label under `buttons` of the reply. `other-intent/act` reaches another intent's. */
  act: string;
  args?: Readonly<Record<string, string>>;
  /** Another key under `buttons` than the act's own, and what fills it. */
  label?: string;
  vars?: Vars;
  style?: 'primary' | 'danger';
  form?: boolean;
  /** It leads there, besides. */
  link?: string;
}

/** One of what the customer has, and what stands beside it. */
export interface Choice {
  value: string;
  label: string;
  /** A name of theirs, or words of the house. */
  beside?: string | Text;
}

export interface ReplyForm {
  /** Under `forms` of the language file: title, submit, intro, fields with label and options. */
  key: string;
  act: string;
  args?: Readonly<Record<string, string>>;
  vars?: Vars;
  /** Of a field that offers a choice: the options that fit here. */
  options?: Readonly<Record<string, readonly string[]>>;
  /** Of a field that offers what the customer has: value and label of each, and what stands beside it. */
  choices?: Readonly<Record<string, readonly Choice[]>>;
  /** What stands in a field already. */
  initial?: Readonly<Record<string, string>>;
  /** What was wrong with a field: a key under `errors` of the form. */
  errors?: Readonly<Record<string, string>>;
  /** A word of the house before its words. */
  note?: Text;
  /** One of several steps: left half filled it is kept for a day, and goes on where it was left. What was sent in any form and could not be taken is kept as long. */
  resumes?: true;
  /** Fields that have no place here. */
  without?: readonly string[];
  /** It stays open once it is sent: what comes of it is another form, the same with `errors`, or a sentence in its place. */
  stays?: true;
}

/** What is said back: a key of the intent's language file, with what fills it. */
export interface Reply {
  key: string;
  vars?: Vars;
  /** Keys under `facts` of the same reply, or `{text}` from the house texts. */
  facts?: readonly ({ key: string; vars?: Vars } | Text)[];
  progress?: { done: number; of: number };
  /** The address of a picture; what is in it stands under `image` of the reply. */
  image?: string;
  buttons?: readonly ReplyButton[];
  /** What stands below it: replies of their own, each with its title, facts and buttons. Slack only. */
  parts?: readonly Reply[];
  form?: ReplyForm;
  /** A yes or no is awaited: the act each answer runs. It expires after `minutes` (15). */
  expect?: { yes: string; no: string; args?: Readonly<Record<string, string>>; minutes?: number };
  /** What they write next, whole, fills that slot of this intent and runs that act; another clear wish changes the subject. */
  asks?: { slot: string; act: string; args: Readonly<Record<string, string>> };
  /** What was just prepared: its slots, said otherwise soon after, run that act with all of them. */
  draft?: { change: string; args: Readonly<Record<string, string>> };
  /** Keep this post up to date: drawn again by the card of that name whenever `topic` changes. Slack only. */
  live?: Card;
  /** Only the one who spoke sees it, where the channel can do that. */
  private?: boolean;
  /** Already said, nothing is sent. */
  silent?: boolean;
  /** Nothing is said here: these words were written into a form, and are heard as if they had been said. */
  hear?: string;
  /** Nothing is said here: another intent goes on with what is known. */
  next?: { act: string; args: Readonly<Record<string, string>>; slots: Slots };
}

export type Act = (turn: Turn) => Promise<Reply>;

/** What `intents/<audience>/<intent>/handler.ts` exports as `intent`. */
export interface IntentHandler {
  /** The wish was understood and its slots are filled. With `confirm: always` it only asks. */
  heard: Act;
  /** What its buttons, forms and confirmations do. `late`: a yes that comes when nobody can be sure any more what it answers. */
  acts?: Readonly<Record<string, Act>>;
  /** Of fields in its forms that offer what the customer has: all there is, where it may be more than a list holds. They ask, they never act. */
  choices?: Readonly<Record<string, (turn: Turn) => Promise<readonly Choice[]>>>;
  /** Posts that are drawn again when their topic changes; they ask, they never act. */
  cards?: Readonly<Record<string, Act>>;
}

/** The campaign that was named, else the one this talk is about, as long as it is not over. */
export async function spokenOf({ services, slots, about }: Turn): Promise<CampaignView | undefined> {
  if (slots.campaign !== undefined) return (await services.campaigns.meant(slots.campaign, []))[0];
  const [topic] = about ? await services.campaigns.meant(about, []) : [];
  return topic && !['done', 'cancelled', 'expired'].includes(topic.state) ? topic : undefined;
}

/** A reply by its key in the language file. */
export const reply = (key: string, vars: Vars = {}, more: Omit<Reply, 'key' | 'vars'> = {}): Reply => ({
  key,
  vars,
  ...more,
});

/** Whose conversation it is. An intent of `recipient/` is never run for anybody else. */
export const recipientOf = ({ person }: Turn): string => (person.kind === 'recipient' ? person.contact : '');

/** A card that stands and moves, instead of a sentence. */
export const card = (live: NonNullable<Reply['live']>): Reply => ({ key: 'card', live });

/** A form, instead of a sentence. */
export const form = (shown: ReplyForm): Reply => ({ key: 'form', form: shown });

/** Another intent goes on: `other-intent/act`; `start` begins it and asks what is missing. */
export const next = (act: string, slots: Slots, args: Readonly<Record<string, string>> = {}): Reply => ({
  key: 'next',
  next: { act, args, slots },
});

/**
 * What an intent of a right does when it is heard and nothing is asked first: the case opens with this message.
 * Says `noted`, `added` while it is open, or `decided`; the person's own words are the request.
 * @param said what is said instead of these for what causes
 */
export const opensCase =
  (right: Right, said: Readonly<Record<string, string>> = {}): Act =>
  async (turn) => {
    const { privacy, company } = turn.services;
    const opened = await privacy.open(recipientOf(turn), right, turn.text);
    const { id, number, state, dueAt, isNew, cause = '', promotions = 'hold' } = opened;
    const { name } = await company.profile();
    const vars = { company: name, number, due: { day: dueAt }, state: { text: `my_case_states.${state}` }, promotions };
    const isOver = state !== 'received' && !isNew;
    if (isOver) return reply('decided', vars, { buttons: [{ act: 'human-agent/start' }] });
    const args = { case: id };
    return reply(isNew ? (said[cause] ?? 'noted') : 'added', vars, {
      ...unproved(opened),
      buttons: [
        isProved(opened) ? { act: 'access-data/start' } : { act: 'prove-identity/begin', args },
        { act: 'request-status/withdraw', args },
        { act: 'human-agent/start' },
      ],
    });
  };

/** Whether it is sure enough who asks: nothing is handed over or changed before. */
export const isProved = ({ identity }: CaseView): boolean => !identity || identity.has >= identity.needed;

/** What the person is told while it is not. */
export const unproved = (request: CaseView): Pick<Reply, 'facts'> =>
  isProved(request) ? {} : { facts: [{ text: 'identity_first' }] };

/** By which channels an act of the ledger spoke, as one word of the house. */
export const channelsOf = ({ channels }: Pick<ConsentLine, 'channels'>): Text => {
  const isAll = channels.includes('all') || channels.length > 2;
  return { text: `channel_sets.${isAll ? 'all' : [...channels].sort().reverse().join('_')}` };
};

/** Where it was said: told with the act, else known from its source. */
export const whereOf = ({ place, source }: Pick<ConsentLine, 'place' | 'source'>): Text => {
  if (place === 'web:preferences') return { text: 'consent_places.preference_page' };
  const [kind = '', ...rest] = (place || (source === 'person' ? 'message' : source)).split(':');
  return { text: `consent_places.${kind}`, vars: { ref: rest.join(':') || kind } };
};

const inviters: readonly Role[] = ['operator', 'approver', 'owner'];

/** Whether they may make a QR by which people subscribe themselves; of a card that is everybody's, yes. */
const mayInvite = (reader?: Person): boolean =>
  reader?.kind !== 'member' || reader.roles.some((role) => inviters.includes(role));

/** The place a zone is called by: `Santiago` of `America/Santiago`. */
export const placeOf = (zone: string): string => (zone.split('/').at(-1) ?? zone).replace(/_/g, ' ');

/** Of a rule's name what a lawyer looks up; a name of our own in English says nothing to whoever reads the card. */
export const citedIn = (rule: string): string =>
  rule
    .split(' · ')
    .filter((part) => /^[A-Z]\S*\d/.test(part))
    .join(' · ') || 'none';

/** What fills a sentence about a rule of the gate that refuses: what it is, whose rule, what would make it pass, from when. @param reader whoever can't do that is told who can */
export const refusalOf = (
  { code, why, rule, until }: Pick<Obstacle, 'code' | 'rule' | 'until'> & { why: string },
  reader?: Person,
): Vars => ({
  what: { text: `advice.${code}` },
  fix: { text: `gate_fix.${code}`, vars: { invites: mayInvite(reader) ? 'yes' : 'no' } },
  why: { text: `gate_why.${why}` },
  rule: citedIn(rule),
  opens: until ? 'yes' : 'no',
  until: until ?? '',
});

/** A step of a company's beginning as a button. Its label is the house's: `begin` of the intent's own only passes it on. */
export const begins = ({ step, act, form }: Remedy): ReplyButton => ({
  ...{ act, label: 'begin', vars: { what: { text: `beginning_acts.${step}` } } },
  ...(form && { form }),
});

/** What a company that begins does next, of what whoever reads may do; none once its first campaign has gone out. */
export async function nextStep({ services }: Pick<Turn, 'services'>): Promise<ReplyButton[]> {
  const next = (await services.home.beginnings())?.find(({ done, mine }) => mine && !done);
  return next ? [{ ...begins(next), style: 'primary' }] : [];
}

/** Which of a company's first steps are done, a line each. */
export const beginningFacts = (steps: readonly BeginningStep[]): Text[] =>
  steps.map(({ step, done }) => ({ text: `beginning_steps.${step}`, vars: { done: done ? 'yes' : 'no' } }));

/** With the question whether they want news: a yes only begins the sign-up, within the provider's day. */
export const offering = (said: Reply, company: string): Reply => ({
  ...said,
  facts: [...(said.facts ?? []), { text: 'news_offer', vars: { company } }],
  expect: { yes: 'opt-in/ask', no: 'opt-in/no', minutes: 24 * 60 },
});

/** A template that can be sent and a group, by the customer's own names. What needs no declared purpose comes first, then what is newest. */
export async function ownNames({
  services,
}: Turn): Promise<{ template: string | undefined; segment: string | undefined }> {
  const approved = (await services.templates.list()).filter(({ status }) => status === 'APPROVED');
  const newest = [...approved].sort((one, other) => (one.id < other.id ? 1 : -1));
  const template = newest.find(({ category }) => category === 'MARKETING') ?? newest[0];
  const [segment] = await services.segments.names();
  return { template: template?.name.replaceAll('_', ' '), segment };
}

/** There is no campaign yet: how one is begun, in names of the customer's own. */
export async function noneYet(turn: Turn): Promise<Reply> {
  const { template, segment } = await ownNames(turn);
  const isNamed = template !== undefined && segment !== undefined;
  return reply('none', {
    begin: { text: `begin_campaign.${isNamed ? 'named' : 'bare'}`, vars: { template, segment } },
  });
}

/** What somebody wrote into a form is heard as if they had said it. */
export const heardFrom = (words: string): Reply => ({ key: 'heard', hear: words });
/** A page of many, for a card: `more` says from where the next one goes on. @param from what `more` was */
export function pageOf<T>(all: readonly T[], most: number, from = '0'): { shown: readonly T[]; more?: string } {
  const first = Math.max(0, Math.trunc(Number(from)) || 0);
  const next = first + most;
  return { shown: all.slice(first, next), ...(next < all.length && { more: String(next) }) };
}

/** The form stays as it was filled in, with what was wrong beside its field; whatever else is wrong is said in its place. @param wrong by code of an error: which field it speaks of, and what is said there */
export async function kept(
  again: ReplyForm,
  values: Turn['values'],
  wrong: Readonly<Record<string, readonly [field: string, key: string]>>,
  work: () => Promise<Reply>,
): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const [field, key] = wrong[code] ?? [];
    if (!field || !key) throw error;
    return form({ ...again, initial: values, errors: { [field]: key } });
  }
}

/** What fills the sentence that nobody of the team is there. */
export const awayVars = (company: string, { until, words }: { until: Date; words: string }): Vars => ({
  company,
  until,
  own: words ? 'yes' : 'no',
  words,
});

/** Nothing is said. */
export const silence: Reply = { key: 'silence', silent: true };
