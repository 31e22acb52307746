import type { TenantTx } from '../data/database';
import { asCounts } from '../domain/audience/import/counts';
import type { ImportRow } from '../domain/audience/import/import.table';
import type { Imports } from '../domain/audience/import/imports.service';
import { words } from '../domain/audience/import/reject-words';
import type { Reason } from '../domain/audience/import/values';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { ImportVerbs, ImportView } from '../services-imports';
import { sayError } from './texts';

interface Turning {
  person: Person;
  /** The workspace in which they speak. */
  team?: string;
}

/** `v1/es`: a wording people agreed to, in one language. */
const textOf = (key: string): { textVersion: string; textLanguage: string } => {
  const cut = key.lastIndexOf('/');
  return { textVersion: key.slice(0, cut), textLanguage: key.slice(cut + 1) };
};

/** Lists of people, bound to one turn. */
export function bindImports(tx: TenantTx, imports: Imports, member: string, { person, team }: Turning): ImportVerbs {
  return {
    brought: async ({ id: file, name }) => {
      if (!team) throw new AppError('IMPORT_NOT_FETCHED');
      return imports.expect(tx, { team, file, name }, member);
    },
    get: async (id) => viewOf(await imports.get(tx, id), person),
    attest: async (id, { text, ...said }) => void (await imports.start(tx, id, { ...said, ...textOf(text) }, member)),
    storeOnly: async (id) => void (await imports.start(tx, id, undefined, member)),
    discard: (id) => imports.discard(tx, id, member),
    newest: () => imports.newest(tx),
  };
}

function viewOf(row: ImportRow, { language, zone }: Person): ImportView {
  const stored = asCounts(row.counts);
  const seen = asCounts(row.preview);
  const counts = row.state === 'running' || row.state === 'done' ? stored : seen;
  const columns: Record<string, string[]> = {};
  for (const { title, becomes } of row.reading.columns ?? []) {
    columns[becomes] ??= [];
    columns[becomes].push(title);
  }
  const refused = Object.entries(counts.reasons)
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([reason, { count, rows }]) => ({
      why: words[language]?.reasons[reason as Reason] ?? reason,
      count,
      rows: `${rows.join(', ')}${count > rows.length ? ', …' : ''}`,
    }));
  const { created, updated, suppressed, duplicate, invalid, unproven } = counts;
  return {
    ...{ id: row.id, name: row.name, state: row.state, columns, refused },
    ...{ created, updated, suppressed, duplicate, invalid, unproven },
    rows: Math.max(seen.rows, stored.rows),
    done: stored.rows,
    attested: row.attested_by !== null,
    handedBack: row.handed_back !== null,
    ...(row.reason && { reason: sayError(row.reason, { language, zone }) }),
  };
}
