import type { Sender, Surface } from '../channel';
import type { Database } from '../data/database';
import { importsTable } from '../domain/audience/import/import.table';
import type { Fetch, HandBack } from '../domain/audience/import/import-work';
import { type Imports, mostBytes } from '../domain/audience/import/imports.service';
import { rejectedCsv } from '../domain/audience/import/rejects';
import { AppError } from '../errors';
import type { Log } from '../log';
import { cardOf } from './posts.table';

export interface ImportFileDeps {
  database: Database;
  imports: Imports;
  surface: Surface;
  log: Log;
  workspace(team: string): Promise<Sender | undefined>;
}

/** Of the rows that were not taken, so many bytes are put beneath the card. */
const mostBack = 20 * 1024 * 1024;

/** A file from where a member put it. What can't be helped is said; the rest is tried again. */
export const fetchFrom =
  ({ surface, workspace }: ImportFileDeps): Fetch =>
  async (_tenant, { source }) => {
    const sender = source && (await workspace(source.team));
    if (!source || !sender || !surface.fetchFile) throw new AppError('IMPORT_NOT_FETCHED');
    const fetched = await surface.fetchFile(sender, source.file, mostBytes);
    if (fetched.outcome === 'accepted') return fetched.source;
    if (fetched.code === 'SLACK_FILE_TOO_LARGE') throw new AppError('IMPORT_TOO_LARGE');
    const isOver = fetched.outcome === 'refused' && !['retry', 'wait'].includes(fetched.treatment);
    throw isOver ? new AppError('IMPORT_NOT_FETCHED') : new Error(`a file was not fetched: ${fetched.code}`);
  };

/** The rows that were not taken, beneath the card that speaks of the list. */
export const handBackTo =
  ({ database, imports, surface, log, workspace }: ImportFileDeps): HandBack =>
  async (tenant, row) => {
    const card = await database.withTenant(tenant, (tx) => cardOf(tx, `import:${row.id}`));
    const sender = card && (await workspace(card.team));
    if (!card || !sender || !surface.putFile) return;
    const parts: string[] = [];
    let bytes = 0;
    for await (const text of rejectedCsv(imports.deps, tenant, row, card.language)) {
      bytes += Buffer.byteLength(text);
      if (bytes > mostBack) break;
      parts.push(text);
    }
    if (parts.length === 0) return;
    const name = `${row.name.replace(/\.[^.]*$/, '')}-rechazadas.csv`;
    const content = Buffer.from(parts.join(''));
    const outcome = await surface.putFile(
      sender,
      { team: card.team, channel: card.channel, post: card.ts },
      { name, content },
    );
    if (outcome.outcome === 'accepted')
      return database.withTenant(tenant, (tx) => importsTable.handedBack(tx, row.id, outcome.providerId));
    log.warn(
      { event: 'import.not_handed_back', code: outcome.code, tenant },
      'the rows that were not taken could not be put',
    );
  };
