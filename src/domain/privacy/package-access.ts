import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { documentHtml, documentPdf } from '../reports/document';
import { lineOf } from '../reports/list';
import { caseNumber } from './case-view';
import { dataMap } from './data-map';
import { fieldsOf, type ToldRow } from './holdings-read';
import { factsOf, ownPeriods, packageRules, retentionFor } from './package-facts';
import { paperOf, type Shown } from './package-paper';
import { type AccessCopy, lacks } from './package-schema';
import { codeOf, type Passed, passing, type Source } from './package-source';
import type { ZipFile } from './package-zip';

type Item = NonNullable<AccessCopy['data'][number]['items']>[number];
interface Table extends Passed {
  name: string;
  file?: string;
}

/**
 * The copy of art. 5: long lists as CSV, then all of it told in JSON, as a page and on paper. Lists pass as they are read, so that they come first
 * and what tells of them last. @throws PACKAGE_INCOMPLETE when a letter of the article is missing: nothing is handed over then
 */
export async function* accessFiles(tx: TenantTx, source: Source): AsyncGenerator<ZipFile> {
  const { row, words, now } = source;
  const number = caseNumber(row.number);
  const tables: Table[] = [];
  for (const name of source.tables) {
    const file = dataMap.tables[name]?.file;
    const table: Table = { name, count: 0, first: [], ...(file && { file }) };
    tables.push(table);
    const pages = passing(source.rows(name), table, file ? packageRules.shown : Number.POSITIVE_INFINITY);
    const { value: page, done } = await pages.next();
    if (done) continue;
    if (file) yield { name: file, content: listOf(name, page, pages, source) };
    else for await (const _ of pages);
  }
  const copy = await copyOf(tx, source, tables);
  const missing = lacks(
    copy,
    source.tables.map((name) => words.category(dataMap.tables[name]?.category ?? '').name),
  );
  if (missing.length > 0) throw new AppError('PACKAGE_INCOMPLETE', { missing: missing.join(' ') });
  const paper = paperOf(copy, source, shownOf(tables, source));
  yield { name: `${number}.json`, content: [Buffer.from(`${JSON.stringify(copy, null, 2)}\n`)] };
  yield { name: `${number}.html`, content: [Buffer.from(documentHtml(paper))] };
  yield { name: `${number}.pdf`, content: [await documentPdf(paper, now)] };
}

/** A list that spreadsheets open: titles and codes in the person's words, moments as ISO 8601. */
async function* listOf(
  table: string,
  first: ToldRow[],
  rest: AsyncIterable<ToldRow[]>,
  { words }: Source,
): AsyncGenerator<Buffer> {
  const fields = fieldsOf(table);
  const lines = (page: ToldRow[]) =>
    Buffer.from(
      page
        .map((row) =>
          lineOf(
            fields.map((field) => words.value(codeOf(row[field] ?? null))),
            ',',
          ),
        )
        .join(''),
    );
  yield Buffer.from(`\uFEFF${lineOf(fields.map(words.field), ',')}`);
  yield lines(first);
  for await (const page of rest) yield lines(page);
}

async function copyOf(tx: TenantTx, source: Source, tables: readonly Table[]): Promise<AccessCopy> {
  const { row, words, now, identifiers, holder } = source;
  const facts = await factsOf(tx, row, words, now);
  const own = await ownPeriods(tx);
  const categories = [...new Set(tables.map(({ name }) => dataMap.tables[name]?.category ?? ''))];
  const ofCategory = (key: string) => tables.filter(({ name }) => dataMap.tables[name]?.category === key);
  const hidden = source.redacted();
  return {
    schema: 'cl.dsr.access/1',
    case: caseNumber(row.number),
    generated_at: now.toISOString(),
    language: words.language,
    ...{ controller: facts.controller, processor: facts.processor },
    subject: {
      identifiers: identifiers.map(({ type, value }) => ({ type: words.value(type), value, holder_epoch: holder })),
      verification: row.id_level,
    },
    confirmation: true,
    data: categories.map((key) => categoryOf(key, ofCategory(key), source)),
    ...{ purposes: facts.purposes, recipients: facts.recipients },
    retention: categories.map((key) => retentionFor(key, newestOf(ofCategory(key)), words, own)),
    ...{ automated_decisions: facts.automated_decisions, transfers: facts.transfers },
    redactions: hidden > 0 ? [{ reason: words.says('redacted_reason'), count: hidden }] : [],
    ...{ rights: facts.rights, complaint: facts.complaint },
  };
}

function categoryOf(key: string, tables: readonly Table[], { words }: Source): AccessCopy['data'][number] {
  const { name: category, ...rest } = words.category(key);
  const files = tables.flatMap(({ file, count }) => (file && count > 0 ? [{ file, rows: count }] : []));
  const items = tables
    .filter(({ file }) => !file)
    .flatMap(({ name, first }) => first.flatMap((one) => itemsOf(name, one, words)));
  return {
    category,
    ...rest,
    ...(files.length > 0 && { files }),
    ...((items.length > 0 || files.length === 0) && { items }),
  };
}

/** What a row says, each thing with where it came from. */
function itemsOf(table: string, row: ToldRow, words: Source['words']): Item[] {
  const origin = words.category(dataMap.tables[table]?.category ?? '').origin;
  const said = (field: string, value: ToldRow[string], from = origin): Item[] =>
    value === null
      ? []
      : [{ field, value: typeof value === 'string' ? words.value(value) : plain(value), origin: from }];
  if (table === 'identifier') {
    const at = row.created_at instanceof Date ? row.created_at : new Date(0);
    const from = words.origin(String(row.source ?? ''), at);
    return said(words.value(String(row.kind)), row.value ?? null, from);
  }
  if (table === 'attribute') return said(String(row.key), row.value ?? null);
  return Object.entries(row).flatMap(([field, value]) => said(words.field(field), value));
}

const plain = (value: Exclude<ToldRow[string], null>): string | number | boolean =>
  value instanceof Date ? value.toISOString() : value;

const newestOf = (tables: readonly Table[]): Date | undefined =>
  tables.reduce<Date | undefined>(
    (newest, one) => (one.newest && (!newest || one.newest > newest) ? one.newest : newest),
    undefined,
  );

/** What of the lists stands on paper. */
function shownOf(tables: readonly Table[], { words }: Source): Shown[] {
  return tables.flatMap(({ name, file, count, first }) =>
    file && count > 0
      ? [
          {
            category: words.category(dataMap.tables[name]?.category ?? '').name,
            ...{ file, count },
            head: fieldsOf(name).map(words.field),
            rows: first.map((row) => fieldsOf(name).map((field) => readable(row[field] ?? null, words))),
          },
        ]
      : [],
  );
}

const readable = (value: ToldRow[string], words: Source['words']): string =>
  value instanceof Date ? words.moment(value) : words.value(codeOf(value));
