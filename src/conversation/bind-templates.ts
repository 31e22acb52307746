import type { TenantTx } from '../data/database';
import type { Audience } from '../domain/audience/audience.service';
import { campaignsTable } from '../domain/campaigns/campaigns.table';
import { readable, sampleOf } from '../domain/campaigns/sample';
import { plainForm } from '../domain/campaigns/sms-parts';
import type { TemplateMedia } from '../domain/campaigns/template-media';
import { fill, filled, type TemplateButton, type TemplateParts } from '../domain/campaigns/template-parts';
import { mayTemplate } from '../domain/campaigns/template-state';
import { readWords, writeWords } from '../domain/campaigns/template-words';
import { wakeTemplate } from '../domain/campaigns/template-work';
import type { Templates } from '../domain/campaigns/templates.service';
import type { TemplateRow } from '../domain/campaigns/templates.table';
import { previewOf, templatesOf } from '../domain/delivery/preview';
import { isNotice } from '../domain/privacy/notice-templates';
import { AppError, errorTable } from '../errors';
import type { Language } from '../intent';
import type { TemplateFinding, TemplateVerbs, TemplateView, WrittenTemplate } from '../services-templates';
import { type Reader, sayError, sayHouse } from './texts';

interface Rooms {
  templates: Templates;
  templateMedia: TemplateMedia;
  audience: Audience;
}
interface Context {
  now: Date;
  reader: Reader;
  /** The workspace in which it is said. */
  team?: string;
}

/** What campaigns say, bound to one turn. */
export function bindTemplates(
  tx: TenantTx,
  { templates, templateMedia, audience }: Rooms,
  actor: { id: string; roles: readonly string[] },
  { now, reader, team }: Context,
): TemplateVerbs {
  const view = async (row: TemplateRow): Promise<TemplateView> => {
    const [findings, isHere] = [await templates.findings(tx, row), await templateMedia.has(tx, row.id)];
    return { ...viewOf(row, findings, isHere, templates.priceOf(row)), ...whyOf(row, reader) };
  };
  const rewrite = async (id: string, change: (row: TemplateRow) => Parameters<Templates['write']>[2]) =>
    view(await templates.write(tx, id, change(await templates.get(tx, id)), actor, now));
  return {
    list: async () => (await templates.list(tx)).map(summaryOf),
    get: async (id) => view(await templates.get(tx, id)),
    draft: async (about, written) =>
      view(await templates.draft(tx, { ...about, ...contentOf(written, about.channel) }, actor, now)),
    write: (id, written) => rewrite(id, (row) => contentOf(written, row.channel, row.parts)),
    submit: async (id) => view(await templates.submit(tx, id, actor, now)),
    remove: async (id) => void (await templates.remove(tx, id, actor, now)),
    plain: (id) =>
      rewrite(id, ({ body, variables }) => ({
        body: plainForm(body),
        variables: variables.map((one) =>
          'text' in one ? { text: plainForm(one.text) } : { ...one, otherwise: plainForm(one.otherwise) },
        ),
      })),
    addWayOut: (id) => rewrite(id, (row) => ({ body: withWayOut(row, reader.zone) })),
    preview: async (campaign) => {
      const { templates: all, person } = await previewOf(tx, audience, campaign, now);
      const shown: TemplateView[] = [];
      for (const row of all) shown.push({ ...(await view(row)), ...as(row, person?.name) });
      return { ...(person && { masked: person.masked }), shown };
    },
    toLookAt: async (campaign) => {
      const row = await campaignsTable.get(tx, campaign);
      const found: (TemplateFinding & { template: string })[] = [];
      for (const template of row ? await templatesOf(tx, row) : [])
        for (const one of await templates.findings(tx, template))
          if (!one.refuses) found.push({ ...one, template: template.id });
      return found;
    },
    sync: () => wakeTemplate(tx, undefined),
    bringMedium: (id, file) => {
      if (!team) throw new AppError('MEDIUM_NOT_FETCHED');
      return templates.expectMedium(tx, id, { ...file, team }, actor, now);
    },
    dropMedium: async (id) => {
      await rewrite(id, ({ parts: { header: _, ...parts } = {} }) => ({ parts }));
      await templateMedia.remove(tx, id, actor.id, now);
    },
  };
}

/** As this person would read it. */
const as = ({ channel, body, variables, parts: { subject } = {} }: TemplateRow, name: string | undefined) => {
  const values = fill(variables, name ? { name } : {});
  return { preview: readable({ channel, body }, values), ...(subject && { subject: filled(subject, values) }) };
};

const summaryOf = ({ id, name, language, channel, category, status, quality = 'UNKNOWN', ...words }: TemplateRow) => ({
  ...{ id, name, language, channel, category, status, quality, isNotice: isNotice(name) },
  preview: sampleOf({ channel, ...words }),
});

/** Ours is a sentence, the provider's a code of its own. */
const whyOf = ({ why }: TemplateRow, reader: Reader) => {
  if (!why) return {};
  return errorTable[why] ? { why: sayError(why, reader) } : { verdict: why };
};

function viewOf(
  row: TemplateRow,
  findings: Awaited<ReturnType<Templates['findings']>>,
  isHere: boolean,
  price: ReturnType<Templates['priceOf']>,
): TemplateView {
  const { body, variables, language, parts = {}, status, version, sender_name: sender } = row;
  const { header, footer, buttons = [], subject, preheader } = parts;
  const above = header?.kind === 'text' ? filled(header.text, fill(header.variable ? [header.variable] : [], {})) : '';
  return {
    ...summaryOf(row),
    ...{ version, findings, words: writeWords(body, variables, language) },
    ...(above && { header: above }),
    ...(header && header.kind !== 'text' && { medium: { kind: header.kind, isHere } }),
    ...(footer && { footer }),
    buttons: buttons.map((one) => ({ kind: one.kind, label: one.label, ...(one.kind === 'url' && { url: one.url }) })),
    ...(subject && {
      subject: filled(subject, fill(variables, {})),
      subjectWords: writeWords(subject, variables, language),
    }),
    ...(preheader && { preheader: filled(preheader, fill(variables, {})) }),
    ...(sender && { sender }),
    ...(price && {
      sms: { ...price, letters: price.dear.join(' ') },
    }),
    may: {
      write: mayTemplate(status, 'write'),
      submit: mayTemplate(status, 'submit'),
      remove: mayTemplate(status, 'remove'),
    },
  };
}

/** What was typed, as a template keeps it. What a form does not show stays as it was. */
function contentOf(written: WrittenTemplate, channel: string, before: TemplateParts = {}) {
  const { words, header = '', footer, subject = '', preheader = '', sender } = written;
  // Read as one, so that a place has one number in all of them.
  const { body: all, variables } = readWords([words, subject, preheader].join(between));
  const [body = '', first = '', second = ''] = all.split(between).map((part) => part.trim());
  const kept = before.header?.kind === 'text' ? undefined : before.header;
  const above: TemplateParts['header'] = header ? { kind: 'text', text: header } : kept;
  const buttons = buttonsOf(written, before.buttons);
  const parts: TemplateParts =
    channel === 'whatsapp'
      ? {
          ...(above && { header: above }),
          ...(footer && { footer }),
          ...(buttons.length > 0 && { buttons }),
        }
      : { ...(first && { subject: first }), ...(second && { preheader: second }) };
  return { body, variables, parts, ...(sender !== undefined && { sender }) };
}
// No keyboard has it.
const between = '\u0001';

/** The form shows one answer and one link; others stay where they are. */
function buttonsOf(
  { answer, link, linkLabel }: WrittenTemplate,
  before: readonly TemplateButton[] = [],
): TemplateButton[] {
  const [reply, url] = (['reply', 'url'] as const).map((kind) => before.find((one) => one.kind === kind));
  const others = before.filter((one) => one !== reply && one !== url);
  const same = url?.kind === 'url' && url.url === link ? url : undefined;
  return [
    ...(answer ? [{ kind: 'reply' as const, label: answer }] : []),
    ...others.filter(({ kind }) => kind === 'reply'),
    ...(link ? [{ ...same, kind: 'url' as const, label: linkLabel || 'Link', url: link }] : []),
    ...others.filter(({ kind }) => kind !== 'reply'),
  ];
}

/** How to leave, as the last line, said in the template's own language. */
function withWayOut({ body, language, channel }: TemplateRow, zone: string): string {
  const spoken = language.slice(0, 2);
  const reader = { language: (['es', 'en', 'pt'].includes(spoken) ? spoken : 'es') as Language, zone };
  const line = sayHouse({ text: `way_out.${channel}`, vars: { link: '{{unsubscribe}}' } }, reader);
  return `${body.trimEnd()}${channel === 'sms' ? ' ' : '\n\n'}${line}`;
}
