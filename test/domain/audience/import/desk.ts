import { randomBytes } from 'node:crypto';
import { newId } from '../../../../src/data/ids';
import { asCounts, type Counts } from '../../../../src/domain/audience/import/counts';
import type { Attestation } from '../../../../src/domain/audience/import/import.table';
import { ImportWork } from '../../../../src/domain/audience/import/import-work';
import { rejectedCsv } from '../../../../src/domain/audience/import/rejects';
import { later, start, type World } from '../../../support/world';

export const member = newId(start);
export const attested: Attestation = {
  ...{ statement: 'Aceptaron en el formulario de la tienda.', textVersion: '1', textLanguage: 'es' },
  ...{ channels: ['whatsapp', 'sms'], collectedAt: later(-60 * 24 * 30), place: 'https://tienda.example/club' },
};

export async function* pieces(file: string | Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(file as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const list = (rows: readonly string[], title = 'nombre;teléfono;comuna'): string =>
  [title, ...rows].join('\r\n');

/** Whoever brings lists, with what they got back of them. */
export function desk(here: World, tenant: string) {
  const backs: string[] = [];
  const work = new ImportWork(here.imports, async (of, row) => {
    const lines: string[] = [];
    for await (const line of rejectedCsv(here.imports.deps, of, row, 'es')) lines.push(line);
    backs.push(lines.join(''));
  });
  const take = (file: string | Buffer | AsyncIterable<Buffer>, name = `${randomBytes(4).toString('hex')}.csv`) =>
    here.imports.take(
      tenant,
      { name, source: typeof file === 'string' || Buffer.isBuffer(file) ? pieces(file) : file },
      member,
    );
  const row = (id: string) => here.in(tenant, (tx) => here.imports.get(tx, id));
  const counts = async (id: string): Promise<Counts> => asCounts((await row(id)).counts);
  return {
    work,
    take,
    row,
    /** The rows that were not taken, of each list that ended. */
    backs,
    async preview(file: string | Buffer, name?: string): Promise<Counts> {
      const id = await take(file, name);
      await work.work(tenant, id);
      return asCounts((await row(id)).preview);
    },
    async bring(
      file: string | Buffer | AsyncIterable<Buffer>,
      said?: Attestation,
      name?: string,
    ): Promise<Counts & { id: string }> {
      const id = await take(file, name);
      await work.work(tenant, id);
      await here.in(tenant, (tx) => here.imports.start(tx, id, said, member));
      await work.work(tenant, id);
      return { ...(await counts(id)), id };
    },
    counts,
    people: () =>
      here.in(tenant, async (tx) => (await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM contact'))[0]?.n),
    find: (phone: string) => here.in(tenant, (tx) => here.audience.find(tx, { phone })),
  };
}
