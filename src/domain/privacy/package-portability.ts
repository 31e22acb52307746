import { caseNumber } from './case-view';
import { dataMap } from './data-map';
import { fieldsOf, type ToldRow } from './holdings-read';
import { packageRules } from './package-facts';
import { codeOf, csvLine, type Source } from './package-source';
import type { Packed, ZipFile } from './package-zip';

/** What of a table the person gave themselves; nothing of what we or the company noted of them. */
function providedOf(table: string): readonly string[] {
  const { provided = [] } = dataMap.tables[table] ?? {};
  return provided === 'all' ? fieldsOf(table) : fieldsOf(table).filter((field) => provided.includes(field));
}

/**
 * What the person gave, to take elsewhere (art. 9): lists as CSV, the rest as JSON, what each is and how it is written. Codes, not words.
 * @param packed fills as files go in
 */
export async function* portabilityFiles(
  source: Source,
  controller: string,
  packed: readonly Packed[],
): AsyncGenerator<ZipFile> {
  const { row, words, now, identifiers } = source;
  const number = caseNumber(row.number);
  const data: Record<string, ToldRow[]> = {};
  const files: { name: string; holds: string; columns: readonly string[] }[] = [];
  for (const table of source.tables) {
    const fields = providedOf(table);
    const { file, category = '' } = dataMap.tables[table] ?? {};
    if (fields.length === 0) continue;
    const pages = source.rows(table);
    const { value: first, done } = await pages.next();
    if (done) continue;
    if (file) {
      files.push({ name: file, holds: words.category(category).name, columns: fields });
      yield { name: file, content: listOf(fields, first, pages) };
    } else data[table] = await all(fields, first, pages);
  }
  const head = { schema: packageRules.schemas.portability, case: number, generated_at: now.toISOString(), controller };
  const whole = { ...head, subject: { identifiers }, provided: data, files };
  yield { name: 'data.json', content: [json(whole)] };
  const lines = files.map(({ name, holds }) => `${name.padEnd(15)}${holds}`).join('\n  ');
  const readme = words.says('readme', { company: controller, number, files: lines });
  yield { name: 'LEEME.txt', content: [Buffer.from(readme.replace(/\n/g, '\r\n'))] };
  const listed = packed.map((one) => ({ ...one, encoding: 'utf-8', media_type: mediaOf(one.name) }));
  yield { name: 'manifest.json', content: [json({ ...head, files: listed })] };
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
const mediaOf = (name: string): string =>
  name.endsWith('.csv') ? 'text/csv' : name.endsWith('.json') ? 'application/json' : 'text/plain';

async function* listOf(
  fields: readonly string[],
  first: ToldRow[],
  rest: AsyncIterable<ToldRow[]>,
): AsyncGenerator<Buffer> {
  const lines = (page: ToldRow[]) =>
    Buffer.from(page.map((row) => csvLine(fields.map((field) => codeOf(row[field] ?? null)))).join(''));
  yield Buffer.from(csvLine(fields));
  yield lines(first);
  for await (const page of rest) yield lines(page);
}

/** Of what is no long list. */
async function all(fields: readonly string[], first: ToldRow[], rest: AsyncIterable<ToldRow[]>): Promise<ToldRow[]> {
  const picked = (page: ToldRow[]) =>
    page.map((row) => Object.fromEntries(fields.map((field) => [field, row[field] ?? null] as const)));
  const rows = picked(first);
  for await (const page of rest) rows.push(...picked(page));
  return rows;
}
