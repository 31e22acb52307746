import type { Clock } from '../clock';
import { type Json, list, object, text } from '../json';
import { type Graph, unknownObject } from './graph';
import { GraphError } from './graph-error';
import type { Numbers, Template } from './numbers';
import { checkComponents, checkTemplate } from './template-rules';

const day = 24 * 3_600_000;
/** Shorter than Meta's: somebody waits in front of the page. */
const reviewMs = 8_000;
const most = 250;
/** Of what is approved: one a day, ten a month. */
const edits = [
  { within: day, most: 1 },
  { within: 30 * day, most: 10 },
];
const nameRestsMs = 30 * day;

/** What Meta says of a template from now on. */
export type Judge = (template: Template, status: string, reason?: string) => void;

/** Templates are listed, handed in, changed and taken back; who reviews them takes a moment. */
export class TemplateDesk {
  /** Names that were deleted rest before they may be used again. */
  private readonly resting = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly numbers: Numbers,
    private readonly judge: Judge,
    private readonly refile: (template: Template, category: Template['category']) => void,
  ) {}

  join(graph: Graph): void {
    graph
      .on('GET', /^\/(\d+)\/message_templates$/, (waba, _, { query }) => ({ body: this.page(waba, query) }))
      .on('POST', /^\/(\d+)\/message_templates$/, (waba, read) => ({ body: this.create(waba, read()) }))
      .on('DELETE', /^\/(\d+)\/message_templates$/, (waba, _, { query }) => ({ body: this.remove(waba, query) }))
      .on('POST', /^\/(33\d{11})$/, (id, read) => ({ body: this.edit(this.find(id), read()) }))
      .on('POST', /^\/(\d+)\/unpause$/, (id) => {
        const template = this.find(id);
        if (template.status === 'PAUSED') this.judge(template, 'APPROVED');
        return { body: { success: true } };
      });
  }

  private find(id: string): Template {
    const template = this.numbers.templates.find((one) => one.id === id && one.status !== 'DELETED');
    if (!template) throw unknownObject(id, 'POST');
    return template;
  }

  private living(waba: string): Template[] {
    return this.numbers.templates.filter((one) => one.waba === waba && one.status !== 'DELETED');
  }

  /** A cursor is the place of a template, as opaque as Meta's. */
  private page(waba: string, query: URLSearchParams): Json {
    const [name, status] = [query.get('name'), query.get('status')];
    const all = this.living(waba).filter((one) => (!name || one.name === name) && (!status || one.status === status));
    const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 25) || 25));
    const after = query.get('after');
    const from = after ? all.findIndex((one) => cursor(one) === after) + 1 : 0;
    if (after && from === 0) throw new GraphError(100, 'the cursor is not valid');
    const shown = all.slice(from, from + limit);
    const [first, last] = [shown[0], shown.at(-1)];
    const hasMore = from + limit < all.length;
    return {
      data: shown.map(templateFields),
      paging: {
        ...(first && last && { cursors: { before: cursor(first), after: cursor(last) } }),
        ...(hasMore && last && { next: `/${waba}/message_templates?limit=${limit}&after=${cursor(last)}` }),
      },
    };
  }

  private create(waba: string, given: Json): Json {
    checkTemplate(given);
    const [name = '', language = '', category] = ['name', 'language', 'category'].map((key) => text(given[key]));
    const rests = (this.resting.get(`${waba}/${name}`) ?? Number.NEGATIVE_INFINITY) + nameRestsMs > this.clock.ms();
    if (rests) throw new GraphError(100, 'a template of this name is being deleted', { subcode: 2_388_023 });
    if (this.living(waba).some((one) => one.name === name && one.language === language))
      throw new GraphError(100, 'it exists already in this language', { subcode: 2_388_024 });
    if (this.living(waba).length >= most) throw new GraphError(80_008, 'the account has 250 templates');
    const components = list(given.components).map(object);
    const added = this.numbers.addTemplate(waba, {
      ...{ name, language, category: category as Template['category'], status: 'PENDING' },
      ...wordsOf(components),
      components,
    });
    this.review(added);
    return { id: added.id, status: added.status, category: added.category };
  }

  private edit(template: Template, given: Json): Json {
    if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status))
      throw new GraphError(100, 'it cannot be edited in this state', { subcode: 2_388_025 });
    const now = this.clock.ms();
    template.edits ??= [];
    const { edits: before } = template;
    const isOver = edits.some((rule) => before.filter((at) => now - at < rule.within).length >= rule.most);
    if (template.status === 'APPROVED' && isOver)
      throw new GraphError(100, 'edited too often: once a day, ten times in 30 days', { subcode: 2_388_026 });
    const components = given.components === undefined ? template.components : list(given.components).map(object);
    checkComponents(components ?? []);
    const category = text(given.category);
    if (category && category !== template.category && template.status === 'APPROVED')
      throw new GraphError(100, 'the category of an approved template cannot be edited', { subcode: 2_388_027 });
    if (template.status === 'APPROVED') before.push(now);
    Object.assign(template, { components, status: 'PENDING', ...wordsOf(components ?? []) });
    if (category) template.category = category as Template['category'];
    this.review(template);
    return { success: true };
  }

  private remove(waba: string, query: URLSearchParams): Json {
    const [name, id] = [query.get('name'), query.get('hsm_id')];
    const gone = this.living(waba).filter((one) => one.name === name && (!id || one.id === id));
    if (gone.length === 0) throw new GraphError(100, 'there is no template of that name', { subcode: 2_593_002 });
    for (const template of gone) template.status = 'DELETED';
    if (!this.living(waba).some((one) => one.name === name)) this.resting.set(`${waba}/${name}`, this.clock.ms());
    return { success: true };
  }

  /** What reads like an offer is a promotion, whatever it was handed in as; shortened links are refused. */
  private review(template: Template): void {
    const { components } = template;
    this.clock.after(reviewMs, () => {
      if (template.status !== 'PENDING' || template.components !== components) return;
      const words = JSON.stringify(components);
      if (/\b(bit\.ly|tinyurl\.com|wa\.me)\b/.test(words)) return this.judge(template, 'REJECTED', 'INVALID_FORMAT');
      const isOffer = /descuento|oferta|promoci|discount|desconto/i.test(words);
      if (isOffer && template.category === 'UTILITY') this.refile(template, 'MARKETING');
      this.judge(template, 'APPROVED');
    });
  }
}

const cursor = ({ id }: Template): string => Buffer.from(id).toString('base64url');

/** The words that are filled, and the labels of the buttons. */
function wordsOf(components: readonly Json[]): { body: string; buttons?: string[] } {
  const body = text(components.find(({ type }) => String(type).toUpperCase() === 'BODY')?.text) ?? '';
  const labels = components.flatMap(({ buttons }) => list(buttons).map((one) => text(object(one).text) ?? ''));
  return labels.length > 0 ? { body, buttons: labels } : { body };
}

/** As Meta lists it. */
export const templateFields = (template: Template): Json => {
  const { id, name, language, status, category, body, buttons = [], quality = 'UNKNOWN', reason } = template;
  return {
    ...{ id, name, language, status, category, parameter_format: 'POSITIONAL' },
    quality_score: { score: quality },
    ...(reason && { rejected_reason: reason }),
    components: template.components ?? [
      { type: 'BODY', text: body },
      ...(buttons.length > 0
        ? [{ type: 'BUTTONS', buttons: buttons.map((label) => ({ type: 'QUICK_REPLY', text: label })) }]
        : []),
    ],
  };
};
