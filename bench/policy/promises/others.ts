import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type Cast, soon } from '../cast';
import { must } from '../must';
import { promised } from '../promised';
import type { Sight } from '../sight';
import { count, findPlain } from '../tables';

interface Subprocessor {
  id: string;
  name: string;
  country: string;
  channels: string[];
  hosts: string[];
  fields: string[];
  contract: { reference: string; until: string };
  review: string;
  transfer?: { mechanism: string };
}
/** The register of those who work for us, as it stands in its file. */
const register = (): Subprocessor[] =>
  (
    load(
      readFileSync(join(__dirname, '..', '..', '..', 'src', 'domain', 'registers', 'subprocessors.yaml'), 'utf8'),
    ) as { subprocessors: Subprocessor[] }
  ).subprocessors;

const safeguards = ['adequacy', 'clauses', 'bcr', 'certification', 'agency_authorization'];

const hasTable = async (at: Sight, name: string): Promise<boolean> =>
  Boolean((await at.ask<{ name: string | null }>('SELECT to_regclass($1)::text AS name', [name]))[0]?.name);

const drafts: Readonly<Record<string, string>> = {
  whatsapp: 'manda la promo cyber por whatsapp a clientes RM',
  sms: 'manda la promo cyber por sms a clientes RM',
  email: 'manda la promo cyber por correo a clientes RM',
};

/** What stands in a draft's way while this is changed in what the company has put on record. */
async function draftWhile({ eyes, writes, camila }: Cast, channel: string, sql: string, back: string): Promise<string> {
  await eyes.ask(sql);
  try {
    return await writes(camila, drafts[channel] ?? '', /C-\d+/);
  } finally {
    await eyes.ask(back);
  }
}

/** A carrier whom the company has not authorised carries nothing. */
const carrier = (id: string, channel: string, subprocessor: string) =>
  promised(id, async (cast) => {
    await cast.campaign();
    const { tenant } = cast.andina;
    const of = `subprocessor = '${subprocessor}' AND tenant_id = '${tenant}'`;
    const refused = await draftWhile(
      cast,
      channel,
      `UPDATE subprocessor_authorisation SET revoked_at = now() WHERE ${of}`,
      `UPDATE subprocessor_authorisation SET revoked_at = NULL WHERE ${of}`,
    );
    const listed = await cast.writes(cast.diego, 'subencargados');
    return async (at) => {
      must(
        /no autoriz|no ha autorizado|[Pp]roveedores autorizados/.test(refused),
        `drafted without an authorisation: ${refused}`,
      );
      must(
        !/\[Pedir aprobación\]/.test(refused) || /no autoriz|no ha autorizado/.test(refused),
        'approval may be asked all the same',
      );
      const entry = register().find(({ id }) => id === subprocessor);
      must(
        entry?.country && entry.fields.length > 0 && entry.contract.reference && entry.review,
        `${subprocessor} is not whole in the register`,
      );
      must(listed.includes(entry.name), `${entry.name} is not named in the list: ${listed}`);
      const unauthorised = await count(
        at,
        `SELECT count(*) AS n FROM message m WHERE m.channel = $1 AND m.batch_id > 0 AND m.state IN ('accepted', 'sent', 'delivered', 'read')
           AND NOT EXISTS (SELECT 1 FROM subprocessor_authorisation a WHERE a.tenant_id = m.tenant_id AND a.subprocessor = $2 AND date_trunc('day', a.authorised_at) <= m.created_at)`,
        [channel, subprocessor],
      );
      must(unauthorised === 0, `${unauthorised} messages left by ${subprocessor} without an authorisation`);
      return { name: entry.name, country: entry.country };
    };
  });

interface Call {
  path: string;
  status: number;
  body: unknown;
}
/** The names of all that is in a body, at whatever depth. */
function fieldsIn(body: unknown, under = ''): string[] {
  if (Array.isArray(body)) return body.flatMap((one) => fieldsIn(one, under));
  if (typeof body !== 'object' || body === null) return [under];
  return Object.entries(body).flatMap(([key, value]) => fieldsIn(value, under ? `${under}.${key}` : key));
}

/** What may stand in a message to Meta: the wire's own words, the address, the approved template and what fills it, our reference. */
const declaredToMeta =
  /^(messaging_product|recipient_type|to|recipient|type|status|message_id|typing_indicator(\..+)?|context\.message_id|biz_opaque_callback_data|text\.(body|preview_url)|template\.(name|language\.(code|policy)|components\.(type|sub_type|index|parameters\.(type|text|payload|parameter_name|image\.(id|link)|video\.(id|link)|document\.(id|link|filename))))|interactive\.(type|body\.text|footer\.text|header\.(type|text)|action\..+)|(image|document|audio|video)\.(id|link|caption|filename)|product_policy|message_activity_sharing)$/;

export const others = [
  promised('A19', async ({ outside, sofia, diego, paula, eyes, campaign }) => {
    const { deliveries } = await campaign();
    const phone = deliveries.find(({ to }) => to.startsWith('+569'))?.to ?? '';
    const list = await outside.writes(sofia, 'autoridades', ({ buttons }) =>
      buttons.some(({ label }) => label === 'Registrar'),
    );
    await outside.presses(sofia, list, /^Registrar/);
    await outside.fills(sofia, 'Autoridad', {
      ...{ authority: 'Fiscalía de Santiago', basis: 'Código Procesal Penal, art. 218', document: 'Oficio 77' },
      ...{ addresses: phone, field: 'phone', since: '2026-11-01', until: '2026-12-02' },
    });
    const [row] = await soon(async () => {
      const rows = await eyes.ask<{ number: number }>(
        'SELECT number FROM authority_request ORDER BY number DESC LIMIT 1',
      );
      must(rows.length > 0, 'the request of an authority was not entered');
      return rows;
    });
    const number = `AUT-${String(row?.number).padStart(6, '0')}`;
    const file = await eyes.keep('authority.json', '');
    const handOver = () => eyes.tool('authority', [number, '--tenant', 'andina', '--out', file]);
    const approve = async (who: typeof diego): Promise<void> => {
      const all = await outside.writes(who, 'autoridades', ({ buttons }) =>
        buttons.some(({ label }) => label === number),
      );
      await outside.presses(who, all, new RegExp(number));
      const card = await outside.reads(who, 'dm', ({ buttons }) => buttons.some(({ label }) => label === 'Aprobar'));
      await outside.presses(who, card, /^Aprobar/);
    };
    const early = await handOver();
    await approve(diego);
    await soon(async () => must((await approvals(eyes)) === 1, 'the first approval is not on record'));
    const half = await handOver();
    await approve(paula);
    await soon(async () => must((await approvals(eyes)) === 2, 'the second approval is not on record'));
    const done = await handOver();
    const handed = readFileSync(file, 'utf8');
    return async (at) => {
      must(early.code !== 0 && half.code !== 0, 'data was handed over before two people had approved');
      must(done.code === 0, `what was approved is not handed over: ${done.error}`);
      const { people } = JSON.parse(handed) as { people: Record<string, unknown>[] };
      const fields = people.flatMap((one) => Object.keys(one));
      must(people.length === 1 && fields.join() === 'phone', `handed over: ${fields.join(', ')}`);
      must((await approvals(at)) === 2, 'approvals are gone');
      return { entries: await count(at, 'SELECT count(*) AS n FROM authority_request') };
    };
  }),

  promised('A22', async ({ campaign, says, reached }) => {
    await campaign();
    const told = await says(await reached(), '¿con quién compartieron mis datos?');
    return async (at) => {
      const { calls } = await at.outside.get<{ calls: Call[] }>('/__sim/calls?api=graph&limit=5000');
      const sent = calls.filter(({ path }) => /\/(marketing_)?messages$/.test(path));
      must(sent.length > 0, 'nothing was given to Meta');
      const fields = new Set(sent.flatMap(({ body }) => fieldsIn(body)));
      const undeclared = [...fields].filter((field) => !declaredToMeta.test(field));
      must(undeclared.length === 0, `given to Meta and not declared: ${undeclared.join(', ')}`);
      must(await hasTable(at, 'disclosure'), 'what was disclosed is not kept');
      const disclosed = await count(at, 'SELECT count(*) AS n FROM disclosure');
      must(disclosed > 0, 'no disclosure is on record');
      must(/Meta/.test(told.text), `a person is not told who has it: ${told.text}`);
      must(/WhatsApp|Estados Unidos|EE/.test(told.text), `nor where: ${told.text}`);
      return { messages: sent.length, fields: fields.size };
    };
  }),

  promised('A23', async ({ outside, writes, camila, eyes, campaign }) => {
    const { number } = await campaign();
    const lists = async () =>
      (await outside.files()).filter(
        ({ name, isComplete }) => isComplete && /\.csv$/.test(name) && name.includes(number),
      );
    const before = await lists();
    const heard = await writes(camila, 'exporta los clientes a audiencias de facebook');
    const takes = async (reason: string): Promise<void> => {
      const card = await outside.writes(camila, `exporta el reporte de ${number} en csv`, ({ buttons }) =>
        buttons.some(({ label }) => /CSV/.test(label)),
      );
      await outside.presses(camila, card, /CSV/);
      await outside.fills(camila, 'Bajar la lista', { reason, people: 'masked' });
    };
    await takes('').catch(() => {});
    const without = (await lists()).length - before.length;
    const reason = 'Para mostrarlo en la auditoría anual';
    await takes(reason);
    const [file] = await soon(async () => {
      const fresh = (await lists()).filter(({ id }) => !before.some((one) => one.id === id));
      must(fresh.length > 0, 'the list that was asked for with a reason did not come');
      return fresh;
    }, 60);
    const { text } = await eyes.page(`${outside.url}/__sim/slack/files/${file?.id}`);
    return async (at) => {
      must(!/facebook\.com|subid|listo/i.test(heard), `it was done: ${heard}`);
      must(without === 0, 'a list left without a reason');
      must(text.includes(reason) && text.includes('Camila'), 'the list does not say who took it and why');
      must(!/\+?569\d{8}/.test(text), 'the list shows whole numbers to whoever only sends');
      const hosts = register().flatMap((one) => one.hosts);
      must(!hosts.some((host) => /ads|doubleclick|analytics/.test(host)), 'somebody on the register sells advertising');
      const strange = strangers();
      must(strange.length === 0, `it talks to ${strange.join(', ')}`);
      const audited = await count(
        at,
        "SELECT count(*) AS n FROM audit WHERE act LIKE 'report.%' OR act LIKE '%export%' OR act LIKE '%taken%'",
      );
      must(audited > 0, 'that a list was taken along is not on record');
      return { others: strange.length };
    };
  }),

  carrier('A25', 'whatsapp', 'meta'),
  carrier('A26', 'sms', 'sms-carrier'),
  carrier('A27', 'email', 'email-provider'),

  promised('A28', async ({ writes, diego }) => {
    const listed = await writes(diego, 'subencargados');
    return async () => {
      const host = register().find(({ id }) => id === 'hosting');
      must(host?.country && host.contract.reference, 'no register says where the servers stand');
      must(listed.includes(host.name), `${host.name} is not named: ${listed}`);
      return { name: host.name, country: host.country };
    };
  }),

  promised('A29', async ({ says, stranger }) => {
    const card = '5555 5555 5555 4444';
    await says(stranger(), `paguen con esta: ${card} cvv 123`);
    return async (at) => {
      const columns = await count(
        at,
        "SELECT count(*) AS n FROM information_schema.columns WHERE table_schema IN ('public', 'edge') AND column_name ~* '^(card_number|pan|cvv|cvc|iban)$'",
      );
      must(columns === 0, 'card data has a place');
      const readable = await findPlain(at, [card, card.replace(/ /g, '')]);
      must(readable.length === 0 && !at.log().includes('5555'), `a card is readable in ${readable.join(', ')}`);
      const gateways = register().filter(({ fields }) => fields.some((field) => /card|payment/.test(field)));
      must(gateways.length === 0, 'somebody on the register gets cards');
      return { others: gateways.length };
    };
  }),

  promised('A31', async (cast) => {
    await cast.campaign();
    const { tenant } = cast.andina;
    const of = `subprocessor = 'meta' AND tenant_id = '${tenant}'`;
    const kept = await cast.eyes.ask<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM transfer t WHERE ${of}`);
    const refused = await draftWhile(
      cast,
      'whatsapp',
      `DELETE FROM transfer WHERE ${of}`,
      kept
        .map(({ row }) => `INSERT INTO transfer SELECT * FROM jsonb_populate_record(NULL::transfer, '${row}'::jsonb)`)
        .join(';'),
    );
    return async (at) => {
      must(/transferencia|otro país/i.test(refused), `drafted without a ground of the transfer: ${refused}`);
      const bare = await count(at, 'SELECT count(*) AS n FROM transfer WHERE ground <> ALL ($1::text[])', [safeguards]);
      must(bare === 0, `${bare} transfers without a safeguard that the law knows`);
      const loose = register().filter(
        ({ country, transfer }) => country !== 'CL' && !safeguards.includes(transfer?.mechanism ?? ''),
      );
      must(loose.length === 0, `abroad without a safeguard: ${loose.map(({ name }) => name).join(', ')}`);
      const transfers = await count(at, 'SELECT count(*) AS n FROM transfer');
      must(transfers > 0, 'no transfer is on record');
      return { transfers };
    };
  }),

  promised('A38', async ({ outside, paula, andina, eyes, campaign }) => {
    await campaign();
    const list = await outside.writes(paula, 'incidentes', ({ buttons }) =>
      buttons.some(({ label }) => label === 'Registrar'),
    );
    await outside.presses(paula, list, /^Registrar/);
    await outside.fills(paula, 'Incidente', {
      ...{ nature: 'leak', what: 'Un archivo con teléfonos salió por error', scope: 'whatsapp' },
      ...{ since: '2026-11-01', until: '2026-12-02', category: 'economic', effects: 'Mensajes no deseados' },
    });
    const said = await outside.reads(paula, 'dm', ({ lines }) => /INC-\d+/.test(lines.join(' ')));
    const reached = await count(
      eyes,
      "SELECT count(DISTINCT contact_id) AS n FROM message WHERE tenant_id = $1 AND channel = 'whatsapp' AND state IN ('accepted', 'sent', 'delivered', 'read')",
      [andina.tenant],
    );
    return async (at) => {
      const [row] = await at.ask<Record<string, unknown>>(
        'SELECT * FROM incident WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1',
        [andina.tenant],
      );
      must(row, 'the incident is not on record');
      const affected = Number(row.affected);
      must(
        affected > 0 && affected >= reached,
        `${affected} affected, ${reached} were written to: ${said.lines.join(' ')}`,
      );
      must(row.must_notify_subjects === true, 'of a debt, each person must be told, and it does not say so');
      must(
        /avisar también a cada persona/.test(said.lines.join(' ')),
        `who must be told is not said: ${said.lines.join(' ')}`,
      );
      const closed = await at.ask('UPDATE incident SET closed_at = now() WHERE people_told_at IS NULL').then(
        () => true,
        () => false,
      );
      must(!closed, 'it can be closed though nobody was told');
      return { people: affected };
    };
  }),
];

const approvals = async (at: Sight): Promise<number> =>
  count(
    at,
    'SELECT (approved_by IS NOT NULL)::int + (seconded_by IS NOT NULL)::int AS n FROM authority_request ORDER BY number DESC LIMIT 1',
  );

/** Whom this machine's network talks to, beside itself: looked up in the system's own table of connections. */
function strangers(): string[] {
  try {
    const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
    const peers = lines.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === '01');
    // An address stands there backwards: 7F at its end is this machine.
    return [...new Set(peers.map(([, , remote = '']) => remote.split(':')[0] ?? ''))].filter((one) => !/7F$/.test(one));
  } catch {
    return []; // no such table on this system
  }
}
