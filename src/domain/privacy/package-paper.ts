import type { Document, Section } from '../reports/document';
import { writeLetter } from './letters';
import { packageRules } from './package-facts';
import type { AccessCopy } from './package-schema';
import type { Source } from './package-source';
import type { PackageWords } from './package-words';

/** The newest of a long list. */
export interface Shown {
  category: string;
  file: string;
  count: number;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The same copy, to be read: the letter's own words first, then a to f of art. 5, then what else there is to know. */
export function paperOf(copy: AccessCopy, { row, words, now }: Source, shown: readonly Shown[]): Document {
  const { controller } = copy;
  const more = { redacted: copy.redactions[0]?.count ?? 0 };
  const cover = writeLetter('access_cover', row, controller, now, more);
  return {
    language: words.language,
    title: words.says('title', { company: controller.name }),
    subtitle: words.says('subtitle', { number: copy.case, date: now }),
    lead: cover.text.split('\n\n'),
    sections: [
      ...copy.data.map((one) => dataSection(one, copy, shown, words)),
      purposesSection(copy, words),
      recipientsSection(copy, words),
      retentionSection(copy, words),
      interestsSection(copy, words),
      { title: words.says('sections.automated'), text: [copy.automated_decisions.logic ?? ''] },
      transfersSection(copy, words),
      redactionsSection(copy, words),
      { title: words.says('sections.rights'), text: [words.listed(copy.rights)] },
      complaintSection(copy, words),
      responsibleSection(copy, words),
    ],
    mark: words.says('mark', { company: controller.name, number: copy.case }),
  };
}

function dataSection(
  one: AccessCopy['data'][number],
  copy: AccessCopy,
  shown: readonly Shown[],
  words: PackageWords,
): Section {
  const lists = shown.filter(({ category }) => category === one.category);
  const isEmpty = lists.length === 0 && (one.items ?? []).length === 0;
  const kept = copy.retention.find(({ category }) => category === one.category);
  const [list, ...others] = lists;
  return {
    title: words.says('sections.data', { category: one.category }),
    text: isEmpty ? [words.says('empty')] : lists.map((of) => listed(of, words)),
    facts: [
      [words.says('facts.used_for'), one.purpose],
      [words.says('facts.from'), one.origin],
      [words.says('facts.shared_with'), one.recipients],
      [words.says('facts.kept'), kept?.period ?? ''],
      ...(one.items ?? []).map(({ field, value, origin }): [string, string] => [
        field,
        origin === one.origin ? words.read(value) : `${words.read(value)} (${origin})`,
      ]),
      ...others.flatMap(({ head, rows }) => rows.map((cells): [string, string] => ['·', inOneLine(head, cells)])),
    ],
    ...(list && { table: { head: list.head, rows: list.rows } }),
  };
}

const listed = ({ count, file, rows }: Shown, words: PackageWords): string =>
  count > rows.length
    ? words.says('rows', { count, shown: rows.length, file })
    : words.says('rows_all', { count, file });

const inOneLine = (head: readonly string[], cells: readonly string[]): string =>
  cells.flatMap((cell, at) => (cell ? [`${head[at]}: ${cell}`] : [])).join(' · ');

const purposesSection = ({ purposes }: AccessCopy, words: PackageWords): Section => ({
  title: words.says('sections.purposes'),
  facts: purposes.map(({ purpose, basis }) => [purpose, basis]),
});

const recipientsSection = ({ recipients }: AccessCopy, words: PackageWords): Section => ({
  title: words.says('sections.recipients'),
  text: [words.listed(recipients.categories)],
  facts: recipients.identities_on_request.map(({ name, country, since }) => [
    name,
    `${words.says('facts.country')} ${country}, ${words.says('facts.since')} ${words.day(new Date(since))}`,
  ]),
});

const retentionSection = ({ retention }: AccessCopy, words: PackageWords): Section => ({
  title: words.says('sections.retention'),
  facts: retention.map(({ category, period, ends }) => [
    category,
    ends ? `${period} (${words.says('until', { date: new Date(`${ends}T12:00:00Z`) })})` : period,
  ]),
});

function interestsSection({ purposes }: AccessCopy, words: PackageWords): Section {
  const interests = purposes.filter((one) => one.legitimate_interest);
  return {
    title: words.says('sections.interests'),
    text: interests.length > 0 ? [] : [words.says('no_interests')],
    facts: interests.map(({ purpose, legitimate_interest }) => [purpose, legitimate_interest ?? '']),
  };
}

const transfersSection = ({ transfers }: AccessCopy, words: PackageWords): Section => ({
  title: words.says('sections.transfers'),
  text: transfers.length > 0 ? [] : [words.says('no_transfers')],
  facts: transfers.map(({ recipient, country, mechanism }) => [recipient, `${country} · ${mechanism}`]),
});

function redactionsSection({ redactions }: AccessCopy, words: PackageWords): Section {
  const count = redactions.reduce((sum, one) => sum + one.count, 0);
  return {
    title: words.says('sections.redactions'),
    text: [count > 0 ? words.says('redacted', { count }) : words.says('redacted_none')],
  };
}

const complaintSection = ({ complaint }: AccessCopy, words: PackageWords): Section => ({
  title: words.says('sections.complaint'),
  text: [complaint, ...(complaint.also ?? [])].flatMap(({ authority, term, url }) => [
    words.says('complaint', { authority, term }),
    ...(url ? [url] : []),
  ]),
});

function responsibleSection({ controller, subject }: AccessCopy, words: PackageWords): Section {
  const { name, rut } = packageRules.processor;
  const of = (key: keyof AccessCopy['controller']) => [words.says(`facts.${key}`), controller[key]] as const;
  return {
    title: words.says('sections.responsible'),
    facts: [
      [words.says('facts.controller'), controller.name] as const,
      ...([of('rut'), of('representative'), of('contact'), of('address')] as const),
      [words.says('facts.processor'), `${name}, ${rut}`] as const,
      [words.says('facts.verification'), subject.verification] as const,
    ].filter(([, value]) => value !== ''),
  };
}
