import { must } from '../must';
import { promised } from '../promised';
import type { Sight } from '../sight';
import { count } from '../tables';

/** Tables of the customers: those that say whose each row is. */
const tenantTables = async (at: Sight): Promise<{ name: string; walled: boolean }[]> =>
  at.ask(
    `SELECT c.relname AS name, c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname) AS walled
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND EXISTS (
       SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
     ORDER BY 1`,
  );

/** Tables of which the program, for one customer, is shown rows of another. */
const leaks = (at: Sight, tables: readonly string[], tenant: string, other: string): Promise<string[]> =>
  at.asProgram(async (ask) => {
    const shown: string[] = [];
    await ask('BEGIN');
    await ask("SELECT set_config('role', 'tenant_rw', true), set_config('app.tenant', $1, true)", [tenant]);
    for (const table of tables) {
      const [row] = await ask(`SELECT 1 AS one FROM public."${table}" WHERE tenant_id = $1 LIMIT 1`, [other]);
      if (row) shown.push(table);
    }
    await ask('ROLLBACK');
    return shown;
  });

/** An answer in words; the picture that follows it is none. */
const report = /Reporte|[Nn]o (encuentro|hay)/;

export const walls = [
  promised('A05', async ({ writes, elena, andina, campaign, says, stranger, clinica, eyes }) => {
    await campaign();
    const [{ number } = { number: 0 }] = await eyes.ask<{ number: number }>(
      'SELECT max(number) AS number FROM campaign WHERE tenant_id = $1 AND number > (SELECT coalesce(max(number), 0) FROM campaign WHERE tenant_id = $2)',
      [andina.tenant, clinica.tenant],
    );
    // The other company asks for it by its number, and a person for another person's request.
    const foreign = await writes(elena, `reporte de C-${number}`, report);
    const unknown = await writes(elena, 'reporte de C-999', report);
    must(
      number > 0 && foreign.replaceAll(`C-${number}`, '…') === unknown.replaceAll('C-999', '…'),
      `told apart: ${foreign} / ${unknown}`,
    );
    const asked = await says(stranger(), 'borren mis datos', clinica);
    const theirs = /SOL-\d+/.exec(asked.text)?.[0] ?? 'SOL-000201';
    const thief = stranger();
    await says(thief, 'hola'); // the first answer to anybody says besides who speaks
    const [one, other] = [await says(thief, `estado de ${theirs}`), await says(thief, 'estado de SOL-999999')];
    must(one.text.replaceAll(theirs, '…') === other.text.replaceAll('SOL-999999', '…'), `told apart: ${one.text}`);
    return async (at) => {
      const ownerless: string[] = [];
      for (const { name } of await tenantTables(at)) {
        const sql = `SELECT count(*) AS n FROM public."${name}" t WHERE NOT EXISTS (SELECT 1 FROM tenant c WHERE c.tenant_id = t.tenant_id)`;
        if ((await count(at, sql)) > 0) ownerless.push(name);
      }
      must(ownerless.length === 0, `rows of no customer in ${ownerless.join(', ')}`);
      // Whatever left was told by somebody to leave: an approved campaign, the message it answers, the request it belongs to.
      const uninstructed = await count(
        at,
        `SELECT count(*) AS n FROM message m WHERE m.state NOT IN ('planned', 'queued', 'left_out', 'cancelled') AND NOT (
           m.purpose IN ('answer', 'case', 'test') AND m.bound_to IS NOT NULL
           OR EXISTS (SELECT 1 FROM campaign c WHERE c.tenant_id = m.tenant_id AND c.batch_id = m.batch_id AND c.approver_id IS NOT NULL))`,
      );
      must(uninstructed === 0, `${uninstructed} messages left without an instruction`);
      const messages = await count(at, 'SELECT count(*) AS n FROM message WHERE tenant_id = $1', [andina.tenant]);
      must(messages > 0, 'nothing was sent, so nothing can be said');
      return { tables: (await tenantTables(at)).length, messages };
    };
  }),

  promised('A34', async ({ writes, victor, paula, reached, andina, clinica, campaign }) => {
    await campaign();
    const drafts = 'SELECT count(*) AS n FROM campaign';
    const phone = await reached();
    const refused = await writes(victor, 'manda la promo cyber a clientes RM');
    const shown = await writes(paula, `historia de ${phone}`);
    must(!shown.includes(phone) && !shown.includes(phone.slice(3)), `the number is shown: ${shown}`);
    return async (at) => {
      must(/rol/i.test(refused), `a viewer was not refused: ${refused}`);
      const mine = await count(at, `${drafts} WHERE author_id IN (SELECT id FROM member WHERE slack_user = $1)`, [
        victor.user,
      ]);
      must(mine === 0, 'a viewer made a campaign');
      const tables = await tenantTables(at);
      const open = tables.filter(({ walled }) => !walled).map(({ name }) => name);
      must(open.length === 0, `no wall around ${open.join(', ')}`);
      const names = tables.map(({ name }) => name);
      for (const [one, other] of [
        [andina.tenant, clinica.tenant],
        [clinica.tenant, andina.tenant],
      ] as const) {
        const shown = await leaks(at, names, one, other);
        must(shown.length === 0, `another company's rows are shown in ${shown.join(', ')}`);
      }
      await at.asProgram(async (ask) => {
        const raw = await ask('SELECT 1 FROM public.contact').then(
          () => 'shown',
          ({ code }: { code?: string }) => code,
        );
        must(raw === '42501', `without a role the program reads contacts: ${raw}`);
      });
      return { tables: tables.length };
    };
  }),

  promised('A36', async ({ outside, eyes }) => {
    const body = { object: 'whatsapp_business_account', entry: [] };
    const status = async (path: string, signature: string): Promise<number> =>
      (await outside.post<{ status: number }>(path, { body, signature })).status;
    const answers = {
      forged: await status('/__sim/whatsapp/webhook', 'wrong'),
      unsigned: await status('/__sim/whatsapp/webhook', 'none'),
      slackForged: await status('/__sim/slack/events', 'wrong'),
      slackOld: await status('/__sim/slack/events', 'stale'),
      slackEarly: await status('/__sim/slack/events', 'future'),
    };
    // In production nothing starts whose lines are not encrypted.
    const plain = await eyes.tool('start', [], {
      ...{ NODE_ENV: 'production', DATABASE_URL: '', DATABASE_APP_URL: 'postgres://app:x@db.example/connectus' },
      ...{ REDIS_URL: 'redis://cache.example', PUBLIC_URL: 'http://connectus.example' },
    });
    return async () => {
      for (const [door, answer] of Object.entries(answers)) must(answer === 401, `${door} was answered ${answer}`);
      must(plain.code !== 0 && /encrypted|https/.test(plain.error), `it started without encryption: ${plain.error}`);
      return { doors: Object.keys(answers).length };
    };
  }),
];
