import type { TenantTx } from '../data/database';
import {
  type Expression,
  everybody,
  readExpression,
  unknownIn,
  withKnown,
} from '../domain/audience/segments/expression';
import type { Today } from '../domain/audience/segments/selection.table';
import type { Vocabulary } from '../domain/audience/segments/words/names';
import { conditionOf, parseWords } from '../domain/audience/segments/words/parse';
import { wordsOf } from '../domain/audience/segments/words/print';
import type { Segment } from '../domain/audience/segments.table';
import type { Segments } from '../domain/campaigns/segments.service';
import { AppError } from '../errors';
import type { Language } from '../intent';
import type { Described, GuidedCondition, SegmentVerbs, SegmentView } from '../services-segments';

type Actor = { id: string; roles: readonly string[] };
const mostOffered = 8;
const longestName = 60;
/** A value that nobody understands without its column: a number, a yes or a no. */
const saysNothing = /^(?:[\d.,\s]*|s[ií]|no|yes|n[ãa]o|sim|true|false)$/iu;

/** The verbs of segments, bound to one turn. */
export function bindSegments(tx: TenantTx, segments: Segments, actor: Actor, today: Today): SegmentVerbs {
  const bound = new BoundSegments(tx, segments, actor, today);
  return {
    names: async () =>
      (await segments.list(tx)).sort((one, other) => (one.id < other.id ? 1 : -1)).map(({ name }) => name),
    known: async () => (await segments.list(tx)).map(({ id, name }) => ({ id, name })),
    list: (language, among) => bound.list(language, among),
    get: async (id, language) => bound.view(await segments.get(tx, id), language),
    attributes: async () => (await bound.vocabulary()).attributes.map(({ key }) => key),
    describe: (words, language, of) => bound.describe(words, language, of),
    find: (words, language) => bound.find(words, language),
    outcome: (campaign, whom, language) => bound.outcome(campaign, whom, language),
    tell: (id, means, language) => bound.tell(id, means, language),
    begin: (means, language) => bound.begin(means, language),
    add: (of, condition, language) => bound.add(of, condition, language),
    common: (language) => bound.common(language),
    save: async (id, name, language) => bound.view(await segments.save(tx, id, name, actor, today.now), language),
    discard: (id) => segments.discard(tx, id, actor),
  };
}

class BoundSegments {
  private known: Promise<Vocabulary> | undefined;

  constructor(
    private readonly tx: TenantTx,
    private readonly segments: Segments,
    private readonly actor: Actor,
    private readonly today: Today,
  ) {}

  /** The customer's own names, read once a turn. */
  vocabulary(): Promise<Vocabulary> {
    this.known ??= this.segments.vocabulary(this.tx);
    return this.known;
  }

  async list(language: Language, among?: readonly string[]): Promise<SegmentView[]> {
    const views: SegmentView[] = [];
    for (const segment of await this.segments.list(this.tx))
      if (!among || among.includes(segment.id)) views.push(await this.view(segment, language));
    return views;
  }

  async view(segment: Segment, language: Language): Promise<SegmentView> {
    const { id, name, version, saved, revises, expression } = segment;
    return {
      ...{ id, name, version, saved, words: await this.say(expression, language) },
      ...(revises && { revises }),
      ...(await this.segments.count(this.tx, expression, this.today.now)),
    };
  }

  async describe(words: string, language: Language, of?: string): Promise<Described | undefined> {
    const parsed = parseWords(words, language, await this.vocabulary(), this.today);
    if (!parsed) return undefined;
    return this.stand(parsed.expression, { name: parsed.name, of }, language);
  }

  async find(words: string, language: Language): Promise<string | undefined> {
    const { expression } = parseWords(words, language, await this.vocabulary(), this.today) ?? {};
    if (!expression || unknownIn(expression) !== undefined) return undefined;
    const name = await this.called(expression, language);
    return (await this.segments.propose(this.tx, { name, expression }, this.actor, this.today.now)).id;
  }

  async outcome(campaign: number, whom: 'failed' | 'unread', language: Language): Promise<SegmentView> {
    const expression: Expression =
      whom === 'failed'
        ? { did: 'failed', campaign }
        : { and: [{ did: 'received', campaign }, { not: { did: 'read', campaign } }] };
    const name = await this.called(expression, language);
    return this.view(await this.segments.propose(this.tx, { name, expression }, this.actor, this.today.now), language);
  }

  async begin(means: string, language: Language): Promise<Described> {
    const expression = readExpression(parsedJson(means));
    if (!expression) throw new AppError('SEGMENT_INVALID');
    return this.stand(expression, {}, language);
  }

  async tell(id: string, means: string | undefined, language: Language): Promise<Described> {
    const { expression } = await this.segments.get(this.tx, id);
    const told = means === undefined ? everybody : readExpression(parsedJson(means));
    if (!told) throw new AppError('SEGMENT_INVALID');
    return this.stand(withKnown(expression, told), { of: id }, language);
  }

  async add(
    of: string | undefined,
    { attribute, how, value, join }: GuidedCondition,
    language: Language,
  ): Promise<Described> {
    const condition = conditionOf(attribute, how, value, language, await this.vocabulary(), this.today);
    if (!condition) throw new AppError('SEGMENT_INVALID');
    if (!of) return this.stand(join === 'not' ? { not: condition } : condition, {}, language);
    const { expression } = await this.segments.get(this.tx, of);
    const joined =
      join === 'or'
        ? { or: [expression, condition] }
        : { and: [expression, join === 'not' ? { not: condition } : condition] };
    return this.stand(joined, { of }, language);
  }

  async common(language: Language) {
    const all = await this.segments.common(this.tx, mostOffered);
    return Promise.all(
      all.map(async ({ key, value, count }) => {
        const expression = key === 'tag' ? { tag: value } : { attribute: key, is: value };
        return { words: await this.called(expression, language), means: JSON.stringify(expression), count };
      }),
    );
  }

  /** Written down as a proposal, and shown; or asked about, where a word of it is not known. */
  private async stand(
    expression: Expression,
    { name, of }: { name?: string | undefined; of?: string | undefined },
    language: Language,
  ): Promise<Described> {
    const { tx, actor, segments } = this;
    const called = name ?? (await this.called(expression, language));
    const segment = of
      ? await segments.change(tx, of, expression, actor, this.today.now)
      : await segments.propose(tx, { name: called, expression }, actor, this.today.now);
    const word = unknownIn(segment.expression);
    if (word === undefined) return { view: await this.view(segment, language) };
    return { ask: { segment: segment.id, word, offers: await this.offers(word, language) } };
  }

  /** What an unknown word may be: what its own sentence suggests, else what most people have in common. */
  private async offers(word: string, language: Language) {
    const found = parseWords(word, language, await this.vocabulary(), this.today)?.offers.get(word) ?? [];
    if (found.length === 0) return this.common(language);
    return Promise.all(
      found
        .slice(0, mostOffered)
        .map(async (one) => ({ words: await this.called(one, language), means: JSON.stringify(one) })),
    );
  }

  /** Short enough for a button or a name: what a column of the customer's list is called stands in the words alone. */
  private async called(expression: Expression, language: Language): Promise<string> {
    const is = 'attribute' in expression && 'is' in expression ? String(expression.is) : '';
    return ((!saysNothing.test(is) && is) || (await this.say(expression, language))).slice(0, longestName);
  }

  private async say(expression: Expression, language: Language): Promise<string> {
    return wordsOf(
      expression,
      language,
      (await this.vocabulary()).attributes.map(({ key }) => key),
    );
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
