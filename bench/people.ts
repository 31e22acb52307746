import { refreshStanding } from '../src/domain/audience/standing.table';
import { type BenchPlace, benchStart } from './frame';

const pageOf = 20_000;
/** The id of the nth person, in the order of the time-ordered ids of real ones. */
export const personId = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
const regions = ['RM', 'Valparaíso', 'Biobío', 'Maule', 'Araucanía', 'Coquimbo', 'Los Lagos', "O'Higgins"];
const textArray = (values: readonly string[]): string =>
  `ARRAY[${values.map((value) => `'${value.replaceAll("'", "''")}'`)}]`;

/**
 * So many people of one customer, made by statements over generate_series under the owner's login: a contact with its key, a phone, a region and a
 * plan, 88 % with a proved consent for WhatsApp, 3 % out, 1 % held, in Chile, Brazil and the United States. Everything is the same at each run.
 * Leaves the tables analysed and their visibility maps set.
 */
export async function makePeople({ owner, database, tenant, tell }: BenchPlace, count: number): Promise<void> {
  const began = performance.now();
  const from = (select: string) => `SELECT ${select} FROM generate_series(1, $2::int) n`;
  const steps: [what: string, insert: string, bind?: unknown[]][] = [
    [
      'contacts',
      `INSERT INTO contact (tenant_id, id, sealed, language, zone, country, created_at) ${from(
        `$1::uuid, ${personId}, decode(repeat('ab', 60), 'hex'),
         CASE WHEN n % 10 = 8 THEN 'pt' WHEN n % 10 = 9 THEN 'en' ELSE 'es' END,
         CASE WHEN n % 10 = 8 THEN 'America/Sao_Paulo' WHEN n % 10 = 9 THEN 'America/New_York' ELSE 'America/Santiago' END,
         CASE WHEN n % 10 = 8 THEN 'BR' WHEN n % 10 = 9 THEN 'US' ELSE 'CL' END, $3::timestamptz`,
      )}`,
      [benchStart],
    ],
    [
      'keys',
      `INSERT INTO contact_key (tenant_id, contact_id, wrapped) ${from(`$1::uuid, ${personId}, decode(repeat('cd', 61), 'hex')`)}`,
    ],
    [
      'phones',
      `INSERT INTO identifier (tenant_id, kind, find, stop, contact_id, sealed, source, created_at) ${from(
        `$1::uuid, 'phone', sha256(int4send(n)), sha256(int4send(-n)), ${personId}, decode(repeat('ef', 42), 'hex'), 'import:bench', $3::timestamptz`,
      )}`,
      [benchStart],
    ],
    [
      'attributes',
      `INSERT INTO attribute (tenant_id, key, value, contact_id)
       ${from(`$1::uuid, 'region', (${textArray(regions)})[1 + (n * 7) % ${regions.length}], ${personId}`)}
       UNION ALL ${from(`$1::uuid, 'plan', (ARRAY['plata', 'oro', 'básico'])[1 + (n / 5) % 3], ${personId}`)}`,
    ],
    [
      'consents',
      `INSERT INTO consent (tenant_id, id, contact_id, channel, purpose, act, at, text_hash, text_version, language, source, actor, evidence, recorded_at)
       ${from(
         `$1::uuid, ${personId}, ${personId}, 'whatsapp', 'marketing', 'given', $3::timestamptz - interval '30 days', sha256('v1'), 'v1', 'es', 'import:bench', 'member:bench',
          'bench.csv#' || n, $3::timestamptz - interval '30 days'`,
       )} WHERE n % 25 >= 3`,
      [benchStart],
    ],
    [
      'refusals',
      `INSERT INTO suppression (tenant_id, token, channel, strength, effective_at, source)
       ${from(
         `$1::uuid, sha256(int4send(-n)), 'all', CASE WHEN n % 100 = 0 THEN 'hold' ELSE 'stop' END, $3::timestamptz, 'person'`,
       )} WHERE n % 100 IN (0, 33, 66, 99)`,
      [benchStart],
    ],
  ];
  // The references are right by the way they are made; asking each would take most of the time.
  await owner.query("SET session_replication_role = 'replica'");
  for (const [what, insert, bind = []] of steps) {
    await owner.query(insert, [tenant, count, ...bind]);
    tell(`${what}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  }
  await owner.query('RESET session_replication_role');
  await owner.query('ANALYZE');
  for (let first = 1; first <= count; first += pageOf) {
    const { rows } = await owner.query<{ id: string }>(
      `SELECT ${personId} AS id FROM generate_series($1::int, $2::int) n`,
      [first, Math.min(count, first + pageOf - 1)],
    );
    const ids = rows.map((row) => row.id);
    await database.withTenant(tenant, (tx) => refreshStanding(tx, ids));
  }
  tell(`standing: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  await owner.query('VACUUM (ANALYZE)');
  tell(`${count} people in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}
