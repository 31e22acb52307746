import { Client } from 'pg';
import { type Cast, caseNumberIn, caseRow, soon } from '../cast';
import { must } from '../must';
import { promised } from '../promised';
import type { Sight } from '../sight';
import { count, findPlain } from '../tables';

/** A request for everything to be erased, decided and carried out. Returns its number, and the link to its certificate. */
async function erased({ says, outside, paula, andina, caseCard }: Cast, phone: string) {
  const asked = await says(phone, 'borren todos mis datos');
  const number = caseNumberIn(asked.text);
  await outside.taps(phone, andina.number, asked, /^Sí/);
  await outside.presses(paula, await caseCard(number), /^Aceptar/);
  const letter = await outside.receives(phone, andina.number, ({ text }) => /eliminamos/.test(text));
  return { number, link: /https?:\/\/\S+\/c\/[\w.-]+/.exec(letter.text)?.[0] };
}

const isClosed = (at: Sight, tenant: string, number: string): Promise<void> =>
  soon(async () => {
    const sql = 'SELECT state FROM privacy_case WHERE tenant_id = $1 AND number = $2';
    const [row] = await at.ask<{ state: string }>(sql, [tenant, caseRow(number)]);
    must(row?.state === 'closed', `${number} stands at ${row?.state}`);
  }, 40);

const clockTo = (outside: Cast['outside'], advance: string): Promise<unknown> =>
  outside.post('/__sim/clock', { advance });

/** Everything that is kept of a person: as text, and as the rows that are theirs. */
async function traces(at: Sight, contact: unknown): Promise<string> {
  const of = async (table: string): Promise<number> =>
    count(at, `SELECT count(*) AS n FROM ${table} WHERE contact_id = $1`, [contact]);
  const left: string[] = [];
  for (const table of ['contact_key', 'identifier', 'attribute', 'message', 'inbox', 'consent'])
    if ((await of(table)) > 0) left.push(`${await of(table)} of ${table}`);
  return left.join(', ');
}

/** What takes a person's data away, and what time does; the last of the play. */
export const time = [
  promised('A33', async (cast) => {
    const { says, reached, andina, eyes } = cast;
    const phone = await reached();
    await says(phone, 'hola, soy Zunilda Quilaleo, tienen talla 42?');
    const { number, link } = await erased(cast, phone);
    await isClosed(eyes, andina.tenant, number);
    const certificate = link ? await eyes.page(`${new URL(link).pathname}/certificate.json`) : undefined;
    return async (at) => {
      const [row] = await at.ask<{ contact_id: string }>(
        'SELECT contact_id FROM privacy_case WHERE tenant_id = $1 AND number = $2',
        [andina.tenant, caseRow(number)],
      );
      const rows = await traces(at, row?.contact_id);
      must(rows === '', `rows of theirs are left: ${rows}`);
      const names = [phone.slice(1), phone.slice(3), 'Zunilda', 'Quilaleo'];
      const left = await findPlain(at, names);
      must(left.length === 0, `still readable in ${left.join(', ')}`);
      must(!names.some((name) => at.log().includes(name)), 'still in the log');
      const posts = JSON.stringify(await at.outside.get('/__sim/slack/messages?team=T0ANDINA&limit=5000'));
      must(!names.some((name) => posts.includes(name)), 'still in Slack');
      must(certificate?.status === 200, `no certificate: ${certificate?.status}`);
      must(!names.some((name) => certificate.text.includes(name)), 'the certificate holds what was erased');
      await mustBeWhole(at, certificate.text);
      return { request: number };
    };
  }),

  promised('A35', async (cast) => {
    const { reached, andina, eyes } = cast;
    const phone = await reached();
    const [person] = await eyes.ask<{ contact_id: string }>(
      `SELECT m.contact_id FROM message m JOIN (SELECT contact_id FROM identifier WHERE tenant_id = $1) i USING (contact_id)
       WHERE m.tenant_id = $1 AND m.provider_find IS NOT NULL LIMIT 1`,
      [andina.tenant],
    );
    must(person, 'nobody to look for');
    const made = await eyes.tool('backup', ['--json']);
    must(made.code === 0, `no backup: ${made.error.slice(0, 300)}`);
    const { number } = await erased(cast, phone);
    await isClosed(eyes, andina.tenant, number);
    const [row] = await eyes.ask<{ contact_id: string }>(
      'SELECT contact_id FROM privacy_case WHERE tenant_id = $1 AND number = $2',
      [andina.tenant, caseRow(number)],
    );
    const restored = await emptyBeside(eyes.databaseUrl);
    const back = await eyes.tool('restore', ['--json'], { DATABASE_URL: restored });
    return async (at) => {
      must(back.code === 0, `it can't be restored: ${back.error.slice(0, 300)}`);
      const there = at.beside(restored);
      try {
        const people = await count(there, 'SELECT count(*) AS n FROM identifier WHERE tenant_id = $1', [andina.tenant]);
        must(people > 0, 'nobody came back with the backup');
        const rows = await traces(there, row?.contact_id);
        must(rows === '', `yesterday's backup brings back: ${rows}`);
        const keys = await count(there, 'SELECT count(*) AS n FROM contact_key');
        must(keys > 0, 'no key came back: nobody could be read');
        return { keys };
      } finally {
        await there.close();
      }
    };
  }),

  // From here on the clock is moved: what nobody acknowledged is pressed for, what is old enough goes.
  promised('A45', async ({ says, reached, caseCard, andina, outside, eyes, diego, paula, camila }) => {
    const phone = await reached();
    const asked = await says(phone, 'quiero ver mis datos');
    const number = caseNumberIn(asked.text);
    const card = await caseCard(number, /./);
    const [row] = await eyes.ask('SELECT * FROM privacy_case WHERE tenant_id = $1 AND number = $2', [
      andina.tenant,
      caseRow(number),
    ]);
    await clockTo(outside, '3d');
    return async (at) => {
      must(
        asked.text.includes(andina.name) || asked.text.includes(andina.legal),
        `who answers is not said: ${asked.text}`,
      );
      must(!card.lines.join(' ').includes(phone.slice(-8)), 'the card shows the number');
      const minutes = (Number(row?.routed_at) - Number(row?.received_at)) / 60_000;
      must(row?.routed_at && minutes <= 15, `it reached the company after ${minutes} minutes`);
      // Whoever owns the account reads it in Slack; that a clock was reckoned would tell nobody.
      await soon(async () => {
        const places = [diego, paula, camila].map((member) => outside.channel(member, 'dm'));
        const read = (await Promise.all(places)).flat().map((one) => `${one.text} ${one.lines.join(' ')}`);
        must(
          read.some((text) => text.includes(number) && /Nadie de la empresa ha dicho que vio/.test(text)),
          'nobody was pressed for an answer in Slack',
        );
      }, 30);
      const clocks = await at.ask<{ clock: string }>('SELECT clock FROM case_clock WHERE case_id = $1', [row.id]);
      return { request: number, clocks: clocks.length };
    };
  }),

  promised('A32', async ({ says, stranger, eyes, outside, andina }) => {
    const phone = stranger();
    await says(phone, 'recuerden que mi pedido es el 7715');
    const [person] = await eyes.ask<{ contact_id: string }>(
      "SELECT contact_id FROM inbox WHERE tenant_id = $1 AND contact_id IS NOT NULL AND kind = 'turn' ORDER BY id DESC LIMIT 1",
      [andina.tenant],
    );
    const content = (at: Sight) =>
      count(at, 'SELECT count(*) AS n FROM inbox WHERE tenant_id = $1 AND contact_id = $2 AND length(sealed) > 0', [
        andina.tenant,
        person?.contact_id,
      ]);
    const early = await content(eyes);
    await clockTo(outside, '89d');
    const dry = await eyes.tool('retention', ['--dry-run', '--json']);
    await eyes.tool('retention', ['--json']);
    const kept = await content(eyes);
    await clockTo(outside, '3d');
    return async (at) => {
      must(dry.code === 0 && dry.out.startsWith('{"dryRun":true'), `the dry run fails: ${dry.error.slice(0, 200)}`);
      must(early > 0 && kept === early, `a day early: ${early} rows of a conversation became ${kept}`);
      await soon(async () => {
        const run = await at.tool('retention', ['--json']);
        must(run.code === 0, `the run fails: ${run.error.slice(0, 200)}`);
        const after = await at.tool('retention', ['--dry-run', '--json']);
        const { customers } = JSON.parse(after.out) as {
          customers: { name: string; rows: { rule: string; table: string; due: number }[] }[];
        };
        const late = customers.flatMap(({ rows }) => rows.filter(({ due }) => due > 0));
        must(late.length === 0, `a day late: ${late.map(({ due, table }) => `${due} of ${table}`).join(', ')}`);
        must((await content(at)) === 0, 'a day late: the conversation is still there');
      }, 10);
      const { customers } = JSON.parse(dry.out) as { customers: unknown[] };
      return { companies: customers.length };
    };
  }),

  // Past the end of every contract: nothing else can be played after it.
  promised('A30', async ({ campaign, outside, writes, camila }) => {
    await campaign();
    await outside.post('/__sim/clock', { now: '2030-01-02T13:30:00Z' });
    const refused = await soon(() => writes(camila, 'manda la promo cyber a clientes RM', /C-\d+/), 30);
    return async (at) => {
      must(/contrato|autoriz/i.test(refused), `drafted though the contract is over: ${refused}`);
      const sql = "SELECT count(*) AS n FROM message WHERE batch_id > 0 AND created_at > '2030-01-01'";
      const left = await count(at, sql);
      must(left === 0, `${left} messages were prepared`);
      return { contracts: 1 };
    };
  }),
];

/** An empty database on the same server. @returns its owner's login */
async function emptyBeside(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  const admin = new URL(databaseUrl);
  admin.pathname = '/postgres';
  url.pathname = '/restored';
  const client = new Client({ connectionString: admin.toString() });
  await client.connect();
  await client.query('DROP DATABASE IF EXISTS restored WITH (FORCE)');
  await client.end();
  return url.toString();
}

/** As anybody would verify it, with the program that is given along; and one digit of it changed. */
async function mustBeWhole(at: Sight, text: string): Promise<void> {
  const { text: published } = await at.page('/.well-known/signing-keys.json');
  const keys = await at.keep('signing-keys.json', published);
  const verify = async (content: string): Promise<number> =>
    (await at.tool('verify', [await at.keep('certificate.json', content), '--keys', keys, '--json'])).code;
  const changed = text.replace(/(\d{3})(\d)(-\d{2}-\d{2})/, (_all, a, b, c) => `${a}${(Number(b) + 1) % 10}${c}`);
  const whole = await verify(text);
  must(whole === 0, `the certificate is not as it was signed, or by no key that is published: ${whole}`);
  must(changed !== text && (await verify(changed)) === 1, 'a changed certificate is taken for whole');
}
