import { actions, type Condition, channels, consentStates, everybody, limits } from '../expression';
import type { Today } from '../selection.table';
import type { Attribute } from '../vocabulary.table';
import { Amounts, counting } from './amounts';
import { Comparisons } from './comparisons';
import { Days } from './days';
import type { Lexicon } from './lexicon';
import { Names, type ValuesOf, type Vocabulary } from './names';
import { type Term, Text } from './text';
import type { Token } from './tokens';

/** One thing that is said of people, wherever it begins. */
export class Terms {
  readonly offers = new Map<string, readonly Condition[]>();
  name: string | undefined;
  /** The campaign that was spoken of before. */
  private mentioned: number | undefined;
  private readonly text: Text;
  private readonly days: Days;
  private readonly names: Names;
  private readonly amounts: Amounts;
  private readonly comparisons: Comparisons;

  constructor(lexicon: Lexicon, tokens: readonly Token[], vocabulary: Vocabulary, today: Today) {
    this.text = new Text(lexicon, tokens);
    this.days = new Days(lexicon, tokens, today);
    this.names = new Names(lexicon, tokens, vocabulary);
    this.amounts = new Amounts(this.text, this.days, this.names);
    this.comparisons = new Comparisons(this.text, this.days, this.names, this.amounts);
  }

  /** What begins with a word that may also deny: "sin permiso por WhatsApp". */
  fixed(at: number): Term | undefined {
    for (const consent of consentStates) {
      const taken = this.text.takeOf(this.text.lexicon.file.consent[consent], at);
      const channel = taken ? this.channel(at + taken) : undefined;
      if (channel) return { value: { consent, channel: channel.value }, next: channel.next };
    }
    return undefined;
  }

  /** Whether an amount stands here: "menos de 3". */
  countsAt(at: number): boolean {
    return this.amounts.amount(at) !== undefined;
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
    const token = this.text.tokens[at];
    if (!token || this.isNothing(at)) return undefined;
    if (token.kind === 'quoted') {
      this.name ??= token.raw.slice(0, 60);
      return undefined;
    }
    return this.unknown(at, at + 1, []);
  }

  /** What people did, when they came, how they are tagged: the grammar's own words. */
  private said(at: number, isDenied: boolean): Term | undefined {
    const all = this.text.take('everybody', at);
    if (all && !this.names.valueAt(at)) return { value: everybody, next: at + all };
    const tag = this.text.take('tag', at);
    if (tag) return this.tagged(at + tag) ?? this.unknown(at, at + tag, []);
    const language = this.text.take('language', at);
    if (language) return this.spoken(at + language);
    const country = this.text.take('country', at);
    const code = this.text.tokens[at + country];
    if (country && code && /^[A-Za-z]{2}$/.test(code.raw))
      return { value: { country: code.raw.toUpperCase() }, next: at + country + 1 };
    for (const date of ['joined', 'wrote'] as const) {
      const taken = this.text.takeOf(this.text.lexicon.file.date[date], at);
      const range = taken ? this.days.range(at + taken, isDenied) : undefined;
      if (range) return { value: { date, ...range.value } as Condition, next: range.next };
    }
    return this.did(at);
  }

  private did(at: number): Term | undefined {
    for (const did of actions) {
      const taken = this.text.takeOf(this.text.lexicon.file.did[did], at);
      if (!taken) continue;
      const from = this.text.skip(at + taken);
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
      this.text.tokens[at]?.kind === 'code' ||
      this.text.take('campaign', at) > 0 ||
      this.text.take('lastCampaign', at) > 0;
    const campaign = isSaid ? this.names.campaignAt(at) : undefined;
    if (!campaign) return undefined;
    this.mentioned = campaign.value;
    return { value: { did: 'received', campaign: campaign.value }, next: campaign.next };
  }

  private inLength(at: number) {
    const taken = this.text.take('inLength', at);
    return taken ? this.days.span(at + taken) : undefined;
  }

  private tagged(at: number): Term | undefined {
    const token = this.text.tokens[at];
    if (token?.kind === 'quoted' || token?.kind === 'word')
      return { value: { tag: this.names.tagged(token) }, next: at + 1 };
    return undefined;
  }

  private spoken(at: number): Term | undefined {
    for (const [language, names] of Object.entries(this.text.lexicon.file.languages)) {
      const taken = this.text.takeOf(names, at);
      if (taken) return { value: { language: language as 'es' }, next: at + taken };
    }
    return undefined;
  }

  private channel(at: number) {
    for (const channel of channels) {
      const taken = this.text.takeOf(this.text.lexicon.file.channels[channel], at);
      if (taken) return { value: channel, next: at + taken };
    }
    return undefined;
  }

  /** `region es «RM»`, `compras más de 3`, `comuna Ñuñoa`, `tiene edad`. */
  private keyed(at: number, isDenied: boolean): Term | undefined {
    const known = this.text.take('known', at);
    const key = this.names.keyAt(at + known, known > 0);
    if (!key) return undefined;
    const compared = this.comparisons.compared(key.value, key.next, isDenied);
    if (compared) return compared;
    if (known) return { value: { attribute: key.value.key, known: true }, next: key.next };
    const { key: attribute, kind } = key.value;
    return this.unknown(at, key.next, [
      { attribute, known: true },
      ...(kind === 'number' ? [{ attribute, over: 0 }] : []),
    ]);
  }

  /** "más de 3 compras", "3 compras o más", "mayores de 60", "de 25 a 40 años". */
  private counted(at: number): Term | undefined {
    const amount = this.amounts.amount(at) ?? this.amounts.ages(at);
    if (!amount) return undefined;
    const from = this.text.skip(amount.next);
    const key = this.names.keyAt(from);
    if (key?.value.kind === 'number') {
      const more = this.amounts.orMore(amount, key.next);
      return { value: counting(key.value.key, more.value), next: more.next };
    }
    const { of, years } = this.text.lexicon.file.age;
    const isAge = this.text.takeOf(years, from);
    const isOld = isAge > 0 || /^(mayor|menor|maior|older|young)/.test(this.text.tokens[at]?.plain ?? '');
    if (isOld) return this.named(of, 'number', at, from + isAge, (key) => counting(key, amount.value));
    const noun = this.text.lexicon.file.verbs.find((verb) => this.text.takeOf(verb.of, from) > 0);
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

  /** "Compraron en noviembre", "gastaron más de 50 mil", "no compran hace 6 meses". */
  private verb(at: number, isDenied: boolean): Term | undefined {
    for (const { say, of } of this.text.lexicon.file.verbs) {
      const taken = this.text.takeOf(say, at);
      if (!taken) continue;
      const range = this.days.range(at + taken, isDenied);
      if (range)
        return this.named(of, 'day', at, range.next, (key) => ({ attribute: key, ...range.value }) as Condition);
      const amount = this.amounts.amount(at + taken);
      if (amount) {
        const next = this.text.skip(amount.next);
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
    if (attribute.key !== 'tag') return this.comparisons.more(attribute, { value: values, next });
    const tags = values.map((tag) => ({ tag }));
    return { value: tags.length > 1 ? { or: tags } : (tags[0] as Condition), next };
  }

  /** "Mujeres", where that is a value of what is called gender. */
  private meant(at: number): Term | undefined {
    for (const { say, of, are } of this.text.lexicon.file.values) {
      const taken = this.text.takeOf(say, at);
      const found = taken ? this.names.valuesOf(of, are) : [];
      const [only, ...others] = found;
      if (only && others.length === 0) return { value: only, next: at + taken };
      if (taken && !this.isNothing(at)) return this.unknown(at, at + taken, found);
    }
    return undefined;
  }

  /** "De Chile", "en inglés". */
  private placed(at: number): Term | undefined {
    for (const [country, names] of Object.entries(this.text.lexicon.file.countries)) {
      const taken = this.text.takeOf(names, at);
      if (taken) return { value: { country }, next: at + taken };
    }
    return this.spoken(at);
  }

  private unknown(at: number, next: number, offers: readonly Condition[]): Term {
    const end = offers.length > 0 ? next : Math.max(next, this.names.endOfUnknown(at));
    const word = this.text.tokens
      .slice(at, end)
      .map(({ raw }) => raw)
      .join(' ')
      .slice(0, limits.text);
    this.offers.set(word, offers);
    return { value: { unknown: word }, next: end };
  }

  private isNothing(at: number): boolean {
    return this.text.tokens[at]?.kind === 'sign' || this.text.take('noise', at) > 0;
  }
}
