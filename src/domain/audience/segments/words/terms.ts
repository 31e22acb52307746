import { actions, type Condition, channels, consentStates, type Expression, everybody, limits } from '../expression';
import type { Today } from '../selection.table';
import type { Attribute } from '../vocabulary.table';
import { Days } from './days';
import { type Lexicon, matched, type Phrases, type Plain } from './lexicon';
import { Names, type ValuesOf, type Vocabulary } from './names';
import type { Token } from './tokens';

export interface Term {
  value: Expression;
  /** The place behind it. */
  next: number;
}
type Range<B> = { over: B } | { under: B } | { from: B; to: B } | { from: B } | { to: B };

/** One thing that is said of people, wherever it begins. */
export class Terms {
  readonly offers = new Map<string, readonly Condition[]>();
  name: string | undefined;
  /** The campaign that was spoken of before. */
  private mentioned: number | undefined;
  private readonly days: Days;
  private readonly names: Names;

  constructor(
    private readonly lexicon: Lexicon,
    private readonly tokens: readonly Token[],
    vocabulary: Vocabulary,
    today: Today,
  ) {
    this.days = new Days(lexicon, tokens, today);
    this.names = new Names(lexicon, tokens, vocabulary);
  }

  /** What begins with a word that may also deny: "sin permiso por WhatsApp". */
  fixed(at: number): Term | undefined {
    for (const consent of consentStates) {
      const taken = this.takeOf(this.lexicon.file.consent[consent], at);
      const channel = taken ? this.channel(at + taken) : undefined;
      if (channel) return { value: { consent, channel: channel.value }, next: channel.next };
    }
    return undefined;
  }

  /** Whether an amount stands here: "menos de 3". */
  countsAt(at: number): boolean {
    return this.amount(at) !== undefined;
  }

  /** @returns undefined for a word that says nothing of whom */
  at(at: number, isDenied: boolean): Term | undefined {
    const known =
      this.said(at, isDenied) ??
      this.keyed(at, isDenied) ??
      this.counted(at) ??
      this.verb(at, isDenied) ??
      this.valued(at) ??
      this.meant(at) ??
      this.placed(at);
    if (known) return known;
    const token = this.tokens[at];
    if (!token || this.isNothing(at)) return undefined;
    if (token.kind === 'quoted') {
      this.name ??= token.raw.slice(0, 60);
      return undefined;
    }
    return this.unknown(at, at + 1, []);
  }

  /** What people did, when they came, how they are tagged: the grammar's own words. */
  private said(at: number, isDenied: boolean): Term | undefined {
    const all = this.take('everybody', at);
    if (all && !this.names.valueAt(at)) return { value: everybody, next: at + all };
    const tag = this.take('tag', at);
    if (tag) return this.tagged(at + tag) ?? this.unknown(at, at + tag, []);
    const language = this.take('language', at);
    if (language) return this.spoken(at + language);
    const country = this.take('country', at);
    const code = this.tokens[at + country];
    if (country && code && /^[A-Za-z]{2}$/.test(code.raw))
      return { value: { country: code.raw.toUpperCase() }, next: at + country + 1 };
    for (const date of ['joined', 'wrote'] as const) {
      const taken = this.takeOf(this.lexicon.file.date[date], at);
      const range = taken ? this.days.range(at + taken, isDenied) : undefined;
      if (range) return { value: { date, ...range.value } as Condition, next: range.next };
    }
    return this.did(at);
  }

  private did(at: number): Term | undefined {
    for (const did of actions) {
      const taken = this.takeOf(this.lexicon.file.did[did], at);
      if (!taken) continue;
      const from = this.skip(at + taken);
      const last = this.days.last(at + taken) ?? this.days.last(from) ?? this.inLength(at + taken);
      if (last && last.value <= limits.days) return { value: { did, days: last.value }, next: last.next };
      const campaign = this.names.campaignIn(at + taken, from);
      if (campaign) return { value: { did, campaign: campaign.value }, next: campaign.next };
      const behind = this.names.endOfUnknown(from);
      if (this.mentioned && behind === from) return { value: { did, campaign: this.mentioned }, next: at + taken };
      const offers = this.names.newest(3).map((number) => ({ did, campaign: number }));
      return this.unknown(at, behind, offers);
    }
    return this.ofCampaign(at);
  }

  /** "Los de la C-118": who received it; what they did is said next. */
  private ofCampaign(at: number): Term | undefined {
    const isSaid =
      this.tokens[at]?.kind === 'code' || this.take('campaign', at) > 0 || this.take('lastCampaign', at) > 0;
    const campaign = isSaid ? this.names.campaignAt(at) : undefined;
    if (!campaign) return undefined;
    this.mentioned = campaign.value;
    return { value: { did: 'received', campaign: campaign.value }, next: campaign.next };
  }

  private inLength(at: number) {
    const taken = this.take('inLength', at);
    return taken ? this.days.span(at + taken) : undefined;
  }

  private tagged(at: number): Term | undefined {
    const token = this.tokens[at];
    if (token?.kind === 'quoted' || token?.kind === 'word')
      return { value: { tag: this.names.tagged(token) }, next: at + 1 };
    return undefined;
  }

  private spoken(at: number): Term | undefined {
    for (const [language, names] of Object.entries(this.lexicon.file.languages)) {
      const taken = this.takeOf(names, at);
      if (taken) return { value: { language: language as 'es' }, next: at + taken };
    }
    return undefined;
  }

  private channel(at: number) {
    for (const channel of channels) {
      const taken = this.takeOf(this.lexicon.file.channels[channel], at);
      if (taken) return { value: channel, next: at + taken };
    }
    return undefined;
  }

  /** `region es «RM»`, `compras más de 3`, `comuna Ñuñoa`, `tiene edad`. */
  private keyed(at: number, isDenied: boolean): Term | undefined {
    const known = this.take('known', at);
    const key = this.names.keyAt(at + known, known > 0);
    if (!key) return undefined;
    const compared = this.compared(key.value, key.next, isDenied);
    if (compared) return compared;
    if (known) return { value: { attribute: key.value.key, known: true }, next: key.next };
    const { key: attribute, kind } = key.value;
    return this.unknown(at, key.next, [
      { attribute, known: true },
      ...(kind === 'number' ? [{ attribute, over: 0 }] : []),
    ]);
  }

  private compared(attribute: Attribute, at: number, isDenied: boolean): Term | undefined {
    const { key } = attribute;
    const among = this.take('oneOf', at);
    if (among) return this.list(attribute, at + among);
    const isnt = this.take('isnt', at);
    if (isnt) return this.literal(attribute, at + isnt, (not) => ({ attribute: key, not }));
    const range = this.range(attribute, at, isDenied);
    if (range) return { value: { attribute: key, ...range.value } as Condition, next: range.next };
    const is = this.take('is', at);
    if (is) return this.literal(attribute, at + is, (value) => ({ attribute: key, is: value }));
    const value = this.names.valueOf(attribute, this.skip(at));
    return value && this.more(attribute, value);
  }

  /** Numbers for what is a number, days for what is a day; for anything else what is said. */
  private range(attribute: Attribute, at: number, isDenied: boolean) {
    const after = at + this.take('is', at);
    const days = this.days.range(at, isDenied) ?? this.days.range(after, isDenied);

    const amount = this.amount(at) ?? this.amount(after);
    // "2024" is a year of what has days, and a number of anything else
    return days && (attribute.kind === 'day' || days.next > (amount?.next ?? 0)) ? days : amount;
  }

  private list(attribute: Attribute, at: number): Term | undefined {
    const values: string[] = [];
    let next = at;
    for (;;) {
      const value = this.literalAt(attribute, next);
      if (!value || typeof value.value === 'number') return undefined;
      values.push(value.value);
      next = value.next;
      if (this.tokens[next]?.raw !== ',') break;
      next += 1;
    }
    return values.length > 1 ? { value: { attribute: attribute.key, in: values }, next } : undefined;
  }

  private literal(attribute: Attribute, at: number, made: (value: string | number) => Condition): Term | undefined {
    const value = this.literalAt(attribute, at);
    if (!value) return undefined;
    const condition = made(value.value);
    if (!('is' in condition) || typeof value.value === 'number') return { value: condition, next: value.next };
    return this.more(attribute, { value: [value.value], next: value.next });
  }

  private literalAt(attribute: Attribute, at: number): { value: string | number; next: number } | undefined {
    const token = this.tokens[at];
    if (token?.kind === 'quoted') return { value: token.raw, next: at + 1 };
    const value = this.names.valueOf(attribute, at);
    if (value?.value[0] !== undefined) return { value: value.value[0], next: value.next };
    return token?.kind === 'number' ? this.number(at) : undefined;
  }

  /** "RM o Valparaíso", "RM, Valparaíso y Biobío": more values of the same, that nobody can have at once. */
  private more(attribute: Attribute, first: { value: readonly string[]; next: number }): Term {
    const values = [...first.value];
    let { next } = first;
    for (;;) {
      const joined = Math.max(this.take('or', next), this.take('and', next), this.tokens[next]?.raw === ',' ? 1 : 0);
      const from = joined ? next + joined : next;
      const start = joined ? this.skip(from) : from;
      const more = joined && !this.names.keyAt(from) ? this.names.valueOf(attribute, start) : undefined;
      if (!more) break;
      values.push(...more.value);
      next = more.next;
    }
    const all = [...new Set(values)];
    const [only = '', ...others] = all;
    return {
      value: { attribute: attribute.key, ...(others.length > 0 ? { in: all } : { is: only }) } as Condition,
      next,
    };
  }

  /** "más de 3 compras", "3 compras o más", "mayores de 60", "de 25 a 40 años". */
  private counted(at: number): Term | undefined {
    const amount = this.amount(at) ?? this.ages(at);
    if (!amount) return undefined;
    const from = this.skip(amount.next);
    const key = this.names.keyAt(from);
    if (key?.value.kind === 'number') {
      const more = this.orMore(amount, key.next);
      return { value: counting(key.value.key, more.value), next: more.next };
    }
    const { of, years } = this.lexicon.file.age;
    const isAge = this.takeOf(years, from);
    const isOld = isAge > 0 || /^(mayor|menor|maior|older|young)/.test(this.tokens[at]?.plain ?? '');
    if (isOld) return this.named(of, 'number', at, from + isAge, (key) => counting(key, amount.value));
    const noun = this.lexicon.file.verbs.find((verb) => this.takeOf(verb.of, from) > 0);
    if (noun) return this.named(noun.of, 'number', at, from + 1, (key) => counting(key, amount.value));
    return this.unknown(
      at,
      amount.next,
      this.names
        .numbers()
        .slice(0, 5)
        .map((key) => counting(key, amount.value)),
    );
  }

  private ages(at: number) {
    const from = this.number(at);
    const to =
      from && /^(a|to|ate)$/.test(this.tokens[from.next]?.plain ?? '') ? this.number(from.next + 1) : undefined;
    return from && to && { value: { from: from.value, to: to.value }, next: to.next };
  }

  private orMore(amount: { value: Range<number>; next: number }, at: number) {
    const exact = exactly(amount.value);
    if (exact === undefined) return { value: amount.value, next: at };
    const more = this.take('orMore', at);
    if (more) return { value: { from: exact }, next: at + more };
    const less = this.take('orLess', at);
    return less ? { value: { to: exact }, next: at + less } : { value: amount.value, next: at };
  }

  private amount(at: number): { value: Range<number>; next: number } | undefined {
    for (const [name, end] of [
      ['over', 'over'],
      ['under', 'under'],
      ['least', 'from'],
      ['most', 'to'],
    ] as const) {
      const taken = this.take(name, at);
      const number = taken ? this.number(at + taken) : undefined;
      if (number) return { value: { [end]: number.value } as Range<number>, next: number.next };
    }
    const opening = this.take('between', at);
    const from = opening ? this.number(at + opening) : undefined;
    const and = from ? this.take('and', from.next) : 0;
    const to = from && and ? this.number(from.next + and) : undefined;
    if (from && to) return { value: { from: from.value, to: to.value }, next: to.next };
    const alone = this.number(at);
    if (!alone) return undefined;
    const more = this.take('orMore', alone.next);
    if (more) return { value: { from: alone.value }, next: alone.next + more };
    const less = this.take('orLess', alone.next);
    if (less) return { value: { to: alone.value }, next: alone.next + less };
    // "3 compras": exactly so many; a length of time or a year is none
    const isKey = this.names.keyAt(alone.next)?.value.kind === 'number';
    return isKey ? { value: { from: alone.value, to: alone.value }, next: alone.next } : undefined;
  }

  private number(at: number): { value: number; next: number } | undefined {
    const token = this.tokens[at];
    if (token?.kind !== 'number' || token.number === undefined || Number.isNaN(token.number)) return undefined;
    const thousand = this.take('thousand', at + 1);
    const isDay = this.days.span(at) !== undefined && !this.takeOf(this.lexicon.file.age.years, at + 1);
    if (isDay) return undefined;
    return { value: token.number * (thousand ? 1000 : 1), next: at + 1 + thousand };
  }

  /** "Compraron en noviembre", "gastaron más de 50 mil", "no compran hace 6 meses". */
  private verb(at: number, isDenied: boolean): Term | undefined {
    for (const { say, of } of this.lexicon.file.verbs) {
      const taken = this.takeOf(say, at);
      if (!taken) continue;
      const range = this.days.range(at + taken, isDenied);
      if (range)
        return this.named(of, 'day', at, range.next, (key) => ({ attribute: key, ...range.value }) as Condition);
      const amount = this.amount(at + taken);
      if (amount) {
        const next = this.skip(amount.next);
        return this.named(of, 'number', at, next, (key) => ({ attribute: key, ...amount.value }) as Condition);
      }
      const counted = this.names.keysOf(of, 'number');
      if (counted.length > 0) return this.named(of, 'number', at, at + taken, (key) => ({ attribute: key, over: 0 }));
      return this.named(of, 'day', at, at + taken, (key) => ({ attribute: key, known: true }));
    }
    return undefined;
  }

  /** The one attribute that is called so; with none or several it is asked. */
  private named(
    of: readonly string[],
    kind: Attribute['kind'],
    at: number,
    next: number,
    made: (key: string) => Condition,
  ): Term {
    const keys = this.names.keysOf(of, kind);
    const [only, ...others] = keys;
    if (only && others.length === 0) return { value: made(only.key), next };
    return this.unknown(
      at,
      next,
      keys.map(({ key }) => made(key)),
    );
  }

  /** A value alone: "de Ñuñoa". */
  private valued(at: number): Term | undefined {
    const found = this.names.valueAt(at);
    if (!found) return undefined;
    const [only, ...others] = found.value;
    if (only && others.length === 0) return this.ofOne(only, found.next);
    return this.unknown(
      at,
      found.next,
      found.value.map(({ attribute, values: [is = ''] }) => ({ attribute: attribute.key, is })),
    );
  }

  private ofOne({ attribute, values }: ValuesOf, next: number): Term {
    if (attribute.key !== 'tag') return this.more(attribute, { value: values, next });
    const tags = values.map((tag) => ({ tag }));
    return { value: tags.length > 1 ? { or: tags } : (tags[0] as Condition), next };
  }

  /** "Mujeres", where that is a value of what is called gender. */
  private meant(at: number): Term | undefined {
    for (const { say, of, are } of this.lexicon.file.values) {
      const taken = this.takeOf(say, at);
      const found = taken ? this.names.valuesOf(of, are) : [];
      const [only, ...others] = found;
      if (only && others.length === 0) return { value: only, next: at + taken };
      if (taken && !this.isNothing(at)) return this.unknown(at, at + taken, found);
    }
    return undefined;
  }

  /** "De Chile", "en inglés". */
  private placed(at: number): Term | undefined {
    for (const [country, names] of Object.entries(this.lexicon.file.countries)) {
      const taken = this.takeOf(names, at);
      if (taken) return { value: { country }, next: at + taken };
    }
    return this.spoken(at);
  }

  private unknown(at: number, next: number, offers: readonly Condition[]): Term {
    const end = offers.length > 0 ? next : Math.max(next, this.names.endOfUnknown(at));
    const word = this.tokens
      .slice(at, end)
      .map(({ raw }) => raw)
      .join(' ')
      .slice(0, limits.text);
    this.offers.set(word, offers);
    return { value: { unknown: word }, next: end };
  }

  private isNothing(at: number): boolean {
    return this.tokens[at]?.kind === 'sign' || this.take('noise', at) > 0;
  }

  /** Behind words that say nothing. */
  private skip(at: number): number {
    let next = at;
    for (let taken = 1; taken > 0; next += taken) taken = this.take('noise', next);
    return next;
  }

  private take(name: Plain, at: number): number {
    return matched(this.lexicon.of(name), this.tokens, at);
  }

  private takeOf(list: readonly string[], at: number): number {
    return matched(this.lexicon.compiled(list) as Phrases, this.tokens, at);
  }
}

const exactly = (range: Range<number>): number | undefined =>
  'from' in range && 'to' in range && range.from === range.to ? range.from : undefined;

const counting = (attribute: string, range: Range<number>): Condition => {
  const is = exactly(range);
  return is === undefined ? { attribute, ...range } : { attribute, is };
};
