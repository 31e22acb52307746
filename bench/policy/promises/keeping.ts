import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { soon } from '../cast';
import { must } from '../must';
import { promised } from '../promised';
import type { Sight } from '../sight';
import { count, findPlain } from '../tables';

/** The map as it stands in its file; the product's own reading of it is not asked. */
const mapFile = join(__dirname, '..', '..', '..', 'src', 'domain', 'privacy', 'data-map.yaml');
interface Mapped {
  category: string;
  retention: string;
  columns: Record<string, string[]>;
}

/** Columns that the real tables have and the map does not. */
async function outsideTheMap(at: Sight): Promise<string[]> {
  const { tables } = load(readFileSync(mapFile, 'utf8')) as { tables: Record<string, Mapped> };
  const real = await at.ask<{ name: string; column: string }>(
    `SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name AS name, column_name AS column
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  return real
    .filter(({ name, column }) => !Object.values(tables[name]?.columns ?? {}).some((all) => all.includes(column)))
    .map(({ name, column }) => `${name}.${column}`);
}

/** Names and addresses of people of the demo: none of them may stand anywhere in plain. */
const people = [
  '987654321',
  '981112233',
  '982223344',
  '971230010',
  'ana.rojas@',
  'benjamin.soto@',
  'Benjamín Soto',
  'Carla Muñoz',
];

export const keeping = [
  promised('A02', async ({ says, reached }) => {
    const told = await says(await reached(), 'qué datos tienen?');
    return async (at) => {
      const outside = await outsideTheMap(at);
      must(outside.length === 0, `outside the map: ${outside.join(', ')}`);
      must(/SOL-\d+/.test(told.text), `not answered from the map: ${told.text}`);
      const { tables } = load(readFileSync(mapFile, 'utf8')) as { tables: Record<string, Mapped> };
      const columns = Object.values(tables).flatMap((one) => Object.values(one.columns).flat()).length;
      return { tables: Object.keys(tables).length, columns };
    };
  }),

  promised('A10', async ({ outside, andina, reached }) => {
    // Somebody whose telephone WhatsApp does not show.
    const hidden = await outside.answers('CL.9900887766', andina.number, 'BAJA');
    const before = await reached();
    await outside.answers(before, andina.number, 'BAJA');
    const after = `+569620${String(Date.now()).slice(-5)}`;
    await outside.post('/__sim/whatsapp/identity', { from: before, to: andina.number, newPhone: after });
    await outside.answers(after, andina.number, 'hola');
    return async (at) => {
      must(/no te enviará/i.test(hidden.text), `without a number: ${hidden.text}`);
      const plain = await findPlain(at, [...people, before.slice(1), after.slice(1)]);
      must(plain.length === 0, `readable in ${plain.slice(0, 3).join(', ')}`);
      const bare = await count(
        at,
        "SELECT count(*) AS n FROM identifier WHERE source = '' OR length(find) < 32 OR length(stop) < 32",
      );
      must(bare === 0, `${bare} identifiers without a source or a keyed token`);
      const phoneless = await count(
        at,
        `SELECT count(DISTINCT contact_id) AS n FROM identifier i WHERE kind <> 'phone' AND NOT EXISTS (
           SELECT 1 FROM identifier p WHERE p.tenant_id = i.tenant_id AND p.contact_id = i.contact_id AND p.kind = 'phone')`,
      );
      must(phoneless > 0, 'nobody is known without a telephone');
      // The refusal went along with the number: whoever holds a stop token on one identifier holds it on all.
      const half = await count(
        at,
        `SELECT count(*) AS n FROM identifier i WHERE EXISTS (
           SELECT 1 FROM identifier o JOIN suppression s ON s.tenant_id = o.tenant_id AND s.token = o.stop AND s.strength = 'stop'
           WHERE o.tenant_id = i.tenant_id AND o.contact_id = i.contact_id)
         AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.tenant_id = i.tenant_id AND s.token = i.stop)`,
      );
      must(half === 0, `${half} identifiers of people who left are not on the list`);
      return { identifiers: await count(at, 'SELECT count(*) AS n FROM identifier') };
    };
  }),

  promised('A13', async ({ says, stranger, reached }) => {
    const [one, other] = [stranger(), await reached()];
    await says(one, 'hola, soy Fulgencia Antilao y mi correo es fulgencia.antilao@correo.example');
    await says(other, 'hola');
    return async (at) => {
      const traces = [one, other].flatMap((phone) => [phone, phone.slice(1), phone.slice(3)]);
      const wanted = [...traces, ...people, 'Fulgencia', 'Antilao', 'fulgencia.antilao'];
      const log = at.log();
      const logged = wanted.filter((trace) => log.includes(trace));
      must(logged.length === 0, `in the log: ${logged.join(', ')}`);
      const files = filesIn(at.folder).filter((file) => /\.(log|head|json|txt)$|\/audit\//.test(file));
      const written = files.filter((file) => !file.endsWith('simulator.json') && holdsAny(file, wanted));
      must(written.length === 0, `in ${written.join(', ')}`);
      const { elsewhere } = load(readFileSync(mapFile, 'utf8')) as { elsewhere: Record<string, Mapped> };
      must(/\d/.test(elsewhere.logs?.retention ?? ''), `the log has no term: ${elsewhere.logs?.retention}`);
      return { lines: log.split('\n').length, files: files.length };
    };
  }),

  promised('A37', async ({ writes, paula, andina, reached }) => {
    const phone = await reached();
    await writes(paula, `historia de ${phone}`);
    const reads = 'SELECT count(*) AS n FROM audit WHERE tenant_id = $1 AND act = $2';
    return async (at) => {
      must(
        (await count(at, reads, [andina.tenant, 'person.read'])) > 0,
        'that a person was looked at is not on record',
      );
      const entries = await count(at, 'SELECT count(*) AS n FROM audit_link');
      const heads = readdirSync(join(at.folder, 'audit')).filter((name) => name.endsWith('.head'));
      must(entries > 0 && heads.length > 0, 'no head is kept outside the database');
      // Any day is fit for it: the end of the chain is compared with the head that stands outside.
      await soon(async () => {
        const verdict = await at.tool('audit:verify', ['--json']);
        must(verdict.code === 0, `${verdict.out} ${verdict.error}`.slice(0, 300));
      }, 3);
      return { entries };
    };
  }),
];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'postgres' ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

const holdsAny = (file: string, wanted: readonly string[]): boolean => {
  const text = readFileSync(file, 'utf8');
  return wanted.some((one) => text.includes(one));
};
