import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FolderBlobs } from '../src/data/blobs';
import type { TenantTx } from '../src/data/database';
import { newId } from '../src/data/ids';
import { ImportWork } from '../src/domain/audience/import/import-work';
import { Imports } from '../src/domain/audience/import/imports.service';
import { Suppressions } from '../src/domain/audience/suppressions';
import { Audit } from '../src/domain/audit/audit.service';
import { giveAttested } from '../src/domain/consent/attested.table';
import { consentTextsTable } from '../src/domain/consent/texts.table';
import { type BenchPlace, benchStart } from './frame';

/** What was said about the list: everybody agreed to WhatsApp a month ago. */
export const attested = {
  ...{ statement: 'Aceptaron al comprar', textVersion: 'v1', textLanguage: 'es', channels: ['whatsapp'] },
  ...{ collectedAt: new Date(benchStart.getTime() - 30 * 86_400_000), place: 'caja' },
};

/** The words that people agreed to. */
export const putText = async (tx: TenantTx): Promise<void> =>
  void (await consentTextsTable.put(tx, {
    ...{ version: 'v1', language: 'es', hash: Buffer.alloc(32, 1), body: 'Acepto', kind: 'statement' },
    created_at: benchStart,
  }));

/** The product's way of taking in lists. @param folder where files stand meanwhile */
export function importsIn({ database, keys }: Pick<BenchPlace, 'database' | 'keys'>, folder: string) {
  const imports = new Imports({
    ...{ database, keys, blobs: new FolderBlobs(join(folder, 'blobs')), clock: { now: () => benchStart } },
    ...{ suppressions: new Suppressions(keys), audit: new Audit(keys) },
    ports: {
      otherBlobs: async () => [],
      textHash: async () => Buffer.alloc(32, 1),
      grant: giveAttested,
      onChanged: async () => {},
      wake: async () => {},
    },
  });
  return { imports, work: new ImportWork(imports, async () => {}) };
}

/** The nth person's number. */
export const phoneOf = (n: number): string => `+569${String(10_000_000 + n)}`;

/**
 * So many people who may be written to, brought in as a list is: real keys, tokens and proofs.
 * @param group what their attribute `grupo` says, by which a campaign chooses them
 */
export async function bringPeople(
  place: BenchPlace,
  tenant: string,
  { count, from = 0, group }: { count: number; from?: number; group: string },
): Promise<void> {
  const { database, folder, tell } = place;
  const { imports, work } = importsIn(place, folder);
  function* lines() {
    yield 'Celular;Grupo\r\n';
    for (let n = from; n < from + count; n++) yield `${phoneOf(n)};${group}\r\n`;
  }
  await database.withTenant(tenant, putText);
  const source = Readable.from(lines(), { highWaterMark: 4_096 }).map((line: string) => Buffer.from(line));
  const member = newId(benchStart);
  const id = await imports.take(tenant, { name: `${group}.csv`, source }, member);
  await work.work(tenant, id);
  await database.withTenant(tenant, (tx) => imports.start(tx, id, attested, member));
  await work.work(tenant, id);
  tell(`${count} people in ${group}`);
}
