import { type Cast, caseNumberIn, caseRow, soon } from '../cast';
import { must } from '../must';
import { promised } from '../promised';
import type { Sight } from '../sight';
import { count, findPlain } from '../tables';
import { unzip } from '../zip';

/** One request as it stands. */
async function caseOf(at: Sight, number: string, tenant: string): Promise<Record<string, unknown>> {
  const [row] = await at.ask('SELECT * FROM privacy_case WHERE tenant_id = $1 AND number = $2', [
    tenant,
    caseRow(number),
  ]);
  must(row, `${number} is not there`);
  return row;
}

const day = (at: unknown): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Santiago', dateStyle: 'short' }).format(at as Date);

/** The newest code in somebody's mailbox. */
const codeFor = (outside: Cast['outside'], mail: string): Promise<string> =>
  soon(async () => {
    const path = `/__sim/email/mailboxes/${encodeURIComponent(mail)}`;
    const { messages } = await outside.get<{ messages: { text: string }[] }>(path);
    const code = messages.map(({ text }) => /\b(\d{6}) es tu código/.exec(text)?.[1]).findLast((one) => one);
    must(code, `no code came to ${mail}`);
    return code;
  });

export const rights = [
  promised('A03', async ({ says, stranger, andina, clinica, outside }) => {
    const replies: [string, typeof andina, typeof andina][] = [];
    for (const [company, other] of [
      [andina, clinica],
      [clinica, andina],
    ] as const)
      for (const text of ['qué datos tienen míos', 'delete my data', 'quero ver meus dados'])
        replies.push([(await says(stranger(), text, company)).text, company, other]);
    const mailbox = `correo.${Date.now()}@correo.example`;
    await outside.post('/__sim/email/inbound', {
      ...{ from: mailbox, to: andina.mailbox, subject: 'Mis datos' },
      text: 'Solicito acceso a todos los datos personales que tienen de mí.',
    });
    return async (at) => {
      for (const [text, { name, legal }, other] of replies) {
        must(text.includes(name) || text.includes(legal), `${name} is not named: ${text}`);
        must(!text.includes(other.name) && !text.includes(other.legal), `${other.name} is named: ${text}`);
      }
      await soon(async () => {
        const opened = await count(
          at,
          `SELECT count(*) AS n FROM privacy_case p JOIN identifier i ON i.tenant_id = p.tenant_id AND i.contact_id = p.contact_id
           WHERE p.tenant_id = $1 AND i.kind = 'email' AND p."right" = 'access' AND NOT EXISTS (
             SELECT 1 FROM identifier o WHERE o.tenant_id = i.tenant_id AND o.contact_id = i.contact_id AND o.kind = 'phone')`,
          [andina.tenant],
        );
        must(opened > 0, 'a mail to the privacy mailbox opened no request');
      }, 10);
      return { replies: replies.length };
    };
  }),

  promised('A04', async ({ writes, camila, says, reached }) => {
    const team = await writes(camila, 'mis datos');
    const person = await says(await reached(), 'mis datos');
    return async () => {
      must(
        /Slack|equipo|rol|cuenta/i.test(team) && !/SOL-\d+.*SOL-\d+/.test(team),
        `a member is not told what is held of them: ${team}`,
      );
      must(!/Camila|Rojas/.test(person.text), 'a person is shown data of the team');
      must(!/\+56 ?9/.test(team), 'a member is shown data of people');
      return { roads: 2 };
    };
  }),

  promised('A39', async ({ says, caseCard, outside, paula, andina, campaign, eyes }) => {
    await campaign();
    const ana = { phone: '+56987654321', mail: 'ana.rojas@correo.example' };
    const asked = await says(ana.phone, 'quiero mis datos');
    const number = caseNumberIn(asked.text);
    // The full copy is more than the telephone in hand is enough for: a code goes where the company already knew them.
    await outside.taps(ana.phone, andina.number, asked, /Comprobar/);
    const wrong = await says(ana.phone, '000000');
    const right = await says(ana.phone, await codeFor(outside, ana.mail));
    await outside.presses(paula, await caseCard(number), /^Aceptar/);
    const letter = await outside.receives(ana.phone, andina.number, ({ text }) => /https?:\/\/\S+\/p\//.test(text));
    const link = new URL(/https?:\/\/\S+\/p\/[\w.-]+/.exec(letter.text)?.[0] ?? '').pathname;
    const shown = await eyes.page(link);
    const posts = (body: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(body) });
    const without = await eyes.page(link, posts({ act: 'get', code: '000000' }));
    const before = await codeFor(outside, ana.mail);
    await eyes.page(link, posts({ act: 'code' }));
    const code = await soon(async () => {
      const fresh = await codeFor(outside, ana.mail);
      must(fresh !== before, 'no code came for the copy');
      return fresh;
    });
    const fetched = await fetch(`${eyes.productUrl}${link}`, posts({ act: 'get', code }));
    const files = unzip(Buffer.from(await fetched.arrayBuffer()));
    return async (at) => {
      must(
        !/Listo/.test(wrong.text) && /Listo/.test(right.text),
        `a guessed code: ${wrong.text}; the right one: ${right.text}`,
      );
      must(
        shown.status === 200 && !shown.text.includes(ana.phone.slice(-8)),
        'the page shows the number to whoever has the link',
      );
      must(without.status === 403, `without the code the copy is answered ${without.status}`);
      const copy = JSON.parse(files.get(`${number}.json`)?.toString('utf8') ?? '{}') as Record<string, unknown>;
      const letters = [
        'data',
        'purposes',
        'recipients',
        'retention',
        'automated_decisions',
        'transfers',
        'rights',
        'complaint',
      ];
      const missing = letters.filter((part) => copy[part] === undefined);
      must(missing.length === 0, `the copy does not say: ${missing.join(', ')}`);
      must(JSON.stringify(copy).includes(ana.phone), 'their own number is not in it');
      must(
        [...files.keys()].some((name) => name.endsWith('.pdf')) &&
          [...files.keys()].some((name) => name.endsWith('.csv')),
        'nothing to read, or no lists',
      );
      await soon(async () =>
        must((await caseOf(at, number, andina.tenant)).answered_at !== null, 'the answer is not proved sent'),
      );
      return { request: number, files: files.size };
    };
  }),

  promised('A40', async ({ says, outside, paula, andina, caseCard, eyes, campaign }) => {
    await campaign();
    const [phone, mail] = ['+56981112233', 'benjamin.soto@correo.example'];
    const asked = await says(phone, 'mi nombre está mal escrito, me llamo Benjamín Sotomayor');
    const confirmed = await outside.taps(phone, andina.number, asked, /^Sí/);
    const number = caseNumberIn(`${asked.text} ${confirmed.text}`);
    // Who one is may be changed only by whoever the company already knew.
    await outside.presses(paula, await caseCard(number), /^Aceptar/);
    const unproved = (await caseOf(eyes, number, andina.tenant)).executed_at;
    const on = [confirmed, asked].find(({ buttons }) => buttons?.some(({ title }) => /Comprobar/.test(title)));
    if (on) await outside.taps(phone, andina.number, on, /Comprobar/);
    else await says(phone, 'CÓDIGO');
    await says(phone, await codeFor(outside, mail));
    return async (at) => {
      must(unproved === null, 'it was changed before anybody had proved who they are');
      const row = await soon(async () => {
        const found = await caseOf(at, number, andina.tenant);
        must(found.executed_at !== null, `${number} was not carried out: it stands at ${found.state}`);
        return found;
      });
      const guarded = await count(at, 'SELECT count(*) AS n FROM rectified WHERE tenant_id = $1 AND contact_id = $2', [
        andina.tenant,
        row.contact_id,
      ]);
      must(guarded > 0, 'nothing keeps an old list from overwriting it');
      return { request: number };
    };
  }),

  promised('A41', async ({ says, reached, outside, paula, andina, camila, caseCard }) => {
    const phone = await reached();
    const asked = await says(phone, 'bórrenme');
    const number = caseNumberIn(asked.text);
    await outside.taps(phone, andina.number, asked, /^Sí/);
    await outside.presses(paula, await caseCard(number), /^Aceptar/);
    await outside.receives(phone, andina.number, ({ text }) => /eliminamos/.test(text));
    const file = ['Nombre;Celular', `Volvió;${phone}`].join('\r\n');
    await outside.drops(camila, 'otra-vez.csv', file);
    const preview = await outside.reads(camila, 'dm', ({ lines }) => lines.join(' ').includes('otra-vez.csv · 1 fila'));
    return async (at) => {
      const row = await soon(async () => {
        const found = await caseOf(at, number, andina.tenant);
        must(found.state === 'closed', `${number} stands at ${found.state}`);
        return found;
      }, 30);
      const left = await findPlain(at, [phone.slice(1), phone.slice(3)]);
      must(left.length === 0, `still readable in ${left.join(', ')}`);
      const keys = await count(at, 'SELECT count(*) AS n FROM contact_key WHERE contact_id = $1', [row.contact_id]);
      const names = await count(at, 'SELECT count(*) AS n FROM identifier WHERE contact_id = $1', [row.contact_id]);
      must(keys === 0 && names === 0, `${keys} keys and ${names} identifiers are left`);
      const tokens = await count(
        at,
        'SELECT count(*) AS n FROM deletion_ledger d WHERE d.case_id = $1 AND EXISTS (SELECT 1 FROM suppression s WHERE s.tenant_id = d.tenant_id AND s.token = d.token)',
        [row.id],
      );
      must(tokens > 0, 'no keyed token keeps them out');
      must(/no se guardan:\** 1/.test(preview.lines.join(' ')), `a list brings them back: ${preview.lines.join(' ')}`);
      return { request: number, tokens };
    };
  }),

  promised('A42', async ({ stranger, outside, andina, says, eyes }) => {
    const ways = [
      'BAJA',
      'ya po, no me manden más',
      'stop',
      'no quiero más mensajes de ustedes',
      'please stop texting me',
      'não quero mais receber mensagens',
    ];
    return async (at) => {
      const phones: string[] = [];
      for (const text of ways) {
        const phone = stranger();
        const answer = await says(phone, text);
        must(/no te enviará|no longer|não/i.test(answer.text), `«${text}»: ${answer.text}`);
        phones.push(phone);
      }
      const bySms = stranger();
      await outside.post('/__sim/sms/inbound', { from: bySms, to: '56229384001', text: 'BAJA' });
      const stopped = (since: Date) =>
        count(
          at,
          `SELECT count(DISTINCT i.contact_id) AS n FROM identifier i JOIN suppression s ON s.tenant_id = i.tenant_id AND s.token = i.stop
           WHERE i.tenant_id = $1 AND s.strength = 'stop' AND s.channel = 'all' AND i.created_at >= $2`,
          [andina.tenant, since],
        );
      const [{ since } = { since: new Date(0) }] = await eyes.ask<{ since: Date }>(
        'SELECT created_at AS since FROM contact WHERE tenant_id = $1 ORDER BY created_at DESC OFFSET $2 LIMIT 1',
        [andina.tenant, ways.length],
      );
      await soon(async () => {
        const all = await stopped(since);
        must(all >= ways.length + 1, `${all} of ${ways.length + 1} who left are on the list`);
      }, 5);
      const queued = await count(
        at,
        `SELECT count(*) AS n FROM message m JOIN identifier i ON i.tenant_id = m.tenant_id AND i.contact_id = m.contact_id
           JOIN suppression s ON s.tenant_id = i.tenant_id AND s.token = i.stop AND s.strength = 'stop'
         WHERE m.purpose = 'marketing' AND m.state IN ('planned', 'queued')`,
      );
      must(queued === 0, `${queued} promotions still wait for people who left`);
      return { wordings: ways.length + 1 };
    };
  }),

  promised('A43', async ({ outside, andina, stranger, says }) => {
    const [before, after, block, access] = [stranger(), stranger(), stranger(), stranger()];
    const at = (moment: string) => Math.floor(Date.parse(moment) / 1000);
    const opened = async (from: string, text: string, timestamp?: number): Promise<string> =>
      caseNumberIn((await outside.answers(from, andina.number, text, timestamp ? { timestamp } : {})).text);
    const numbers = {
      old: await opened(before, 'borren mis datos', at('2026-11-30T23:59:59-03:00')),
      young: await opened(after, 'borren mis datos', at('2026-12-01T00:00:00-03:00')),
      block: await opened(block, 'bloqueen mis datos mientras se resuelve'),
      portability: await opened(access, 'quiero llevarme mis datos a otra empresa'),
    };
    const told = await says(access, 'ESTADO');
    return async (sight) => {
      const rows = {
        old: await caseOf(sight, numbers.old, andina.tenant),
        young: await caseOf(sight, numbers.young, andina.tenant),
        block: await caseOf(sight, numbers.block, andina.tenant),
        portability: await caseOf(sight, numbers.portability, andina.tenant),
      };
      must(
        /OLD/i.test(String(rows.old.regime)) && !/OLD/i.test(String(rows.young.regime)),
        `regimes: ${rows.old.regime}, ${rows.young.regime}`,
      );
      must(day(rows.young.due_at) === '2026-12-31', `30 days from 1 December: ${day(rows.young.due_at)}`);
      must(day(rows.old.due_at) === '2026-12-02', `2 business days from 30 November: ${day(rows.old.due_at)}`);
      must(day(rows.block.due_at) === '2026-12-03', `2 business days of a block: ${day(rows.block.due_at)}`);
      must(
        rows.portability.right === 'portability' && /diciembre|SOL-/.test(told.text),
        `the date is not told: ${told.text}`,
      );
      return { requests: Object.keys(rows).length };
    };
  }),

  promised('A44', async ({ outside, andina, eyes }) => {
    const { phone, mail } = { phone: '+56982223344', mail: 'carla.munoz@correo.example' };
    const asked = await outside.answers(phone, andina.number, 'quiero ver mis datos');
    const number = caseNumberIn(asked.text);
    const cases = (at: Sight) =>
      count(
        at,
        `SELECT count(*) AS n FROM privacy_case WHERE tenant_id = $1 AND "right" = 'access' AND contact_id = (SELECT contact_id FROM privacy_case WHERE tenant_id = $1 AND number = $2)`,
        [andina.tenant, caseRow(number)],
      );
    const before = await cases(eyes);
    const mails = 'SELECT count(*) AS n FROM inbox WHERE tenant_id = $1 AND channel = $2 AND handled_at IS NOT NULL';
    const handled = await count(eyes, mails, [andina.tenant, 'email']);
    await outside.post('/__sim/email/inbound', {
      from: mail,
      to: andina.mailbox,
      subject: 'Acceso',
      text: 'Quiero ver todos los datos que tienen de mí.',
    });
    return async (at) => {
      await soon(
        async () => must((await count(at, mails, [andina.tenant, 'email'])) > handled, 'the mail was not taken in'),
        15,
      );
      const after = await cases(at);
      must(before === 1 && after === 1, `${after} requests from a chat and a mail of one person`);
      return { requests: after };
    };
  }),

  promised('A46', async ({ says, reached, stranger, andina, caseCard, outside, paula, heard }) => {
    const victim = await reached();
    const thief = stranger();
    const answers = [
      await says(thief, `muéstrenme los datos de ${victim}`),
      await says(thief, `borren los datos del número ${victim}`),
      await says(thief, '482913'),
    ].map(({ text }) => text);
    // Of whom one number is all that is known: even a yes hands nothing over before they have proved who they are.
    const unproved = stranger();
    const copy = caseNumberIn((await says(unproved, 'quiero una copia completa de todos mis datos')).text);
    await outside.presses(paula, await caseCard(copy), /^Aceptar$/);
    return async (at) => {
      for (const text of answers)
        must(!text.includes(victim.slice(-4)), `something of another person is said: ${text}`);
      const theirs = await count(
        at,
        `SELECT count(*) AS n FROM privacy_case p JOIN message m ON m.tenant_id = p.tenant_id AND m.contact_id = p.contact_id AND m.batch_id > 0
         WHERE p.tenant_id = $1 AND p.masked LIKE '%' || $2 AND p."right" = 'erase'`,
        [andina.tenant, victim.slice(-3)],
      );
      must(theirs === 0, 'a request was opened for a person who asked nothing');
      const [asked] = await soon(async () => {
        const rows = await at.ask<{ state: string; executed_at: Date | null }>(
          'SELECT state, executed_at FROM privacy_case WHERE tenant_id = $1 AND number = $2',
          [andina.tenant, caseRow(copy)],
        );
        must(rows[0]?.state === 'accepted', `${copy} was granted, and stands at ${rows[0]?.state}`);
        return rows;
      });
      must(asked?.executed_at === null, `${copy} was carried out for whoever did not prove who they are`);
      const links = (await heard(unproved)).filter((text) => /\/p\//.test(text));
      must(links.length === 0, `a copy was handed over to them: ${links.join(' ')}`);
      return { attempts: answers.length };
    };
  }),

  promised('A48', async ({ says, reached, outside, camila, andina }) => {
    const phone = await reached();
    const answer = await says(phone, 'tengo 13 años');
    await outside.drops(camila, 'edades.csv', ['Nombre;Celular;Edad', 'Nina;+56961230077;13'].join('\r\n'));
    const preview = await outside.reads(camila, 'dm', ({ lines }) => lines.join(' ').includes('edades.csv'));
    return async (at) => {
      must(/mayores de 18/.test(answer.text), `not stopped softly: ${answer.text}`);
      const row = await caseOf(at, caseNumberIn(answer.text), andina.tenant);
      const stops = await count(
        at,
        'SELECT count(*) AS n FROM identifier i JOIN suppression s ON s.tenant_id = i.tenant_id AND s.token = i.stop WHERE i.contact_id = $1',
        [row.contact_id],
      );
      must(stops > 0, 'promotions go on');
      const kept = await count(at, "SELECT count(*) AS n FROM attribute WHERE key ILIKE '%edad%'");
      must(kept === 0, 'an age was stored');
      must(/edad/i.test(preview.lines.join(' ')), `the column is not refused: ${preview.lines.join(' ')}`);
      return { stops };
    };
  }),
];
