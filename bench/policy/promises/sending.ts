import { type Cast, soon } from '../cast';
import { must } from '../must';
import { promised } from '../promised';
import type { Sight } from '../sight';
import { count } from '../tables';

/** To whom the figures of somebody who was erased belong: a count without a person. */
const nobody = '00000000-0000-7000-8000-000000000001';
const ranks = "array_position(ARRAY['accepted', 'sent', 'delivered', 'read'], %)";
const rank = (of: string): string => ranks.replace('%', of);

export const sending = [
  promised('A12', async ({ campaign, outside, andina }) => {
    const { deliveries } = await campaign();
    const ofCrowd = deliveries.filter(({ to }) => to.startsWith('+5697123')).slice(-3);
    // Every receipt again, in every wrong order, and each twice.
    const orders = [
      ['read', 'delivered', 'sent'],
      ['delivered', 'sent', 'read', 'read'],
      ['sent', 'read', 'sent', 'delivered'],
    ];
    for (const [index, { id, to, reference }] of ofCrowd.entries())
      for (const status of orders[index] ?? [])
        for (let times = 0; times < 2; times++)
          await outside.post('/__sim/whatsapp/status', { number: andina.number, id, status, recipient: to, reference });
    const references = ofCrowd.map(({ reference }) => reference.split('.').slice(0, 2));
    return async (at) => {
      for (const [batch = '', seq = ''] of references)
        await soon(async () => {
          const [row] = await at.ask<{ state: string; n: string; kinds: string }>(
            `SELECT m.state, count(r.*) AS n, count(DISTINCT r.status) AS kinds FROM message m LEFT JOIN receipt r USING (tenant_id, batch_id, seq)
             WHERE m.batch_id = $1 AND m.seq = $2 GROUP BY m.state`,
            [batch, seq],
          );
          must(row?.state === 'read', `read, then other receipts: it says ${row?.state}`);
          must(row.n === row.kinds, 'one receipt counts twice');
        }, 5);
      const back = await count(
        at,
        `SELECT count(*) AS n FROM message m JOIN receipt r USING (tenant_id, batch_id, seq) WHERE ${rank('m.state')} < ${rank('r.status')}`,
      );
      must(back === 0, `${back} messages stand behind their own receipts`);
      return { receipts: await count(at, 'SELECT count(*) AS n FROM receipt') };
    };
  }),

  promised('A14', async ({ campaign, andina, clinica, writes, martin, outside, camila }) => {
    await campaign();
    const draft = await outside.writes(
      camila,
      'manda novedades verano a clientes RM',
      ({ buttons }) => buttons.length > 0,
    );
    await outside.presses(camila, draft, /^Ver detalle/);
    const rules = await outside.reads(camila, 'dm', ({ lines }) => /Finalidad declarada/.test(lines.join(' ')));
    // A purpose that the company never declared.
    const undeclared = await writes(martin, 'manda recordatorio hora a pacientes', /C-\d+/);
    return async (at) => {
      must(/✅ Finalidad declarada/.test(rules.lines.join(' ')), 'the card does not say that its purpose is declared');
      must(/declar|finalidad/i.test(undeclared), `a purpose that nobody declared: ${undeclared}`);
      const without = await count(at, "SELECT count(*) AS n FROM message WHERE purpose IS NULL OR purpose = ''");
      must(without === 0, `${without} messages without a purpose`);
      const stray = await count(
        at,
        `SELECT count(*) AS n FROM message m JOIN campaign c USING (tenant_id, batch_id)
         WHERE m.state IN ('accepted', 'sent', 'delivered', 'read') AND NOT EXISTS (
           SELECT 1 FROM declared_purpose d WHERE d.tenant_id = m.tenant_id AND d.purpose = m.purpose)`,
      );
      must(stray === 0, `${stray} messages left for a purpose that was not declared`);
      await mustRefuse(at, 'UPDATE message SET purpose = NULL', 'a message may lose its purpose');
      await mustRefuse(at, "UPDATE message SET purpose = 'whatever'", 'a message may get any purpose');
      return {
        messages: await count(at, 'SELECT count(*) AS n FROM message WHERE tenant_id IN ($1, $2)', [
          andina.tenant,
          clinica.tenant,
        ]),
      };
    };
  }),

  promised('A15', async ({ outside, andina, stranger }) => {
    const phone = stranger();
    const mailbox = `ayuda.${phone.slice(-6)}@correo.example`;
    await outside.post('/__sim/whatsapp/inbound', { from: phone, to: andina.number, text: 'ayuda' });
    await outside.post('/__sim/sms/inbound', { from: phone, to: '56229384001', text: 'ayuda' });
    await outside.post('/__sim/email/inbound', {
      from: mailbox,
      to: 'hola@tienda-andina.example',
      text: 'ayuda',
      subject: 'ayuda',
    });
    const answers = async (path: string): Promise<{ direction: string; text: string }[]> =>
      (await outside.get<{ messages: { direction: string; text: string }[] }>(path)).messages;
    return async () => {
      for (const [channel, read] of [
        ['whatsapp', () => outside.chat(phone, andina.number)],
        ['sms', () => answers(`/__sim/sms/phones/${encodeURIComponent(phone)}`)],
        ['email', () => answers(`/__sim/email/mailboxes/${encodeURIComponent(mailbox)}`)],
      ] as const)
        await soon(async () => {
          const said = (await read()).filter(({ direction }) => direction === 'out');
          must(
            said.length === 1 && /BAJA/.test(said[0]?.text ?? ''),
            `${channel}: ${said.length} answers: ${said[0]?.text}`,
          );
        });
      return { channels: 3 };
    };
  }),

  promised('A16', async (cast) => {
    const { campaign, writes, camila } = cast;
    const { number, deliveries } = await campaign();
    const said = await soon(() => writes(camila, `reporte de ${number}`, /Reporte/), 20);
    const sent = Number(/([\d.]+) enviad/.exec(said)?.[1]?.replace(/\./g, ''));
    const lines = await csvOf(cast, number);
    return async (at) => {
      const [row] = await at.ask<{ left: string; batch: string }>(
        `SELECT count(*) FILTER (WHERE m.state IN ('accepted', 'sent', 'delivered', 'read')) AS left, min(c.batch_id) AS batch
         FROM campaign c JOIN message m USING (tenant_id, batch_id) WHERE c.number = $1`,
        [number.slice(2)],
      );
      const rows = Number(row?.left);
      must(rows === deliveries.length, `${rows} rows, ${deliveries.length} in the world`);
      must(sent === rows, `the report says ${sent}, the rows ${rows}`);
      const all = await count(at, 'SELECT count(*) AS n FROM message WHERE batch_id = $1', [row?.batch]);
      must(lines === all, `the file has ${lines} lines, there are ${all} messages`);
      const counted = await count(
        at,
        "SELECT sum(n) AS n FROM message_count WHERE batch_id = $1 AND state IN ('accepted', 'sent', 'delivered', 'read')",
        [row?.batch],
      );
      must(counted === rows, `what is billed counts ${counted}, the rows ${rows}`);
      return { sent: rows };
    };
  }),

  promised('A18', async ({ says, reached, andina, eyes, sends }) => {
    const [leaver, frozen, other] = [await reached(), await reached(), await reached()];
    await says(leaver, 'BAJA');
    await says(frozen, 'quiero que bloqueen mis datos mientras revisan');
    await declareService(eyes, andina.tenant);
    const got = (await sends('manda aviso despacho a clientes RM')).map(({ to }) => to);
    return async () => {
      must(got.includes(other), 'the notice about an order reached nobody');
      must(got.includes(leaver), 'who left promotions does not get the notice about their order');
      must(!got.includes(frozen), 'who asked for a block got a notice');
      return { notices: got.length };
    };
  }),

  promised('A20', async ({ campaign, says, reached, clinica, eyes, writes, martin }) => {
    await campaign();
    const told = await says(await reached(), '¿con qué permiso me escriben?');
    await eyes.ask("UPDATE declared_purpose SET basis = NULL WHERE tenant_id = $1 AND purpose = 'marketing'", [
      clinica.tenant,
    ]);
    const draft = await writes(martin, 'manda control anual a pacientes', /C-\d+/);
    await eyes.ask("UPDATE declared_purpose SET basis = 'consent' WHERE tenant_id = $1 AND purpose = 'marketing'", [
      clinica.tenant,
    ]);
    return async (at) => {
      must(/permiso|acept|consent/i.test(told.text), `the permission is not told: ${told.text}`);
      must(/base legal|sustento|permiso|legal/i.test(draft), `without a basis it is drafted all the same: ${draft}`);
      const refused = await count(
        at,
        "SELECT count(*) AS n FROM message WHERE state = 'left_out' AND reason = 'NO_CONSENT'",
      );
      must(refused > 0, 'nobody without a permission was left out');
      const without = await count(
        at,
        `SELECT count(*) AS n FROM message m WHERE m.purpose IN ('marketing', 'service', 'collections') AND m.state IN ('accepted', 'sent', 'delivered', 'read')
           AND NOT EXISTS (SELECT 1 FROM declared_purpose d WHERE d.tenant_id = m.tenant_id AND d.purpose = m.purpose AND d.basis IS NOT NULL)`,
      );
      must(without === 0, `${without} messages left without a basis`);
      return { refused };
    };
  }),

  promised('A21', async ({ campaign, writes, paula }) => {
    const { deliveries } = await campaign();
    const to = deliveries.find((one) => one.to.startsWith('+569'))?.to;
    const proof = await writes(paula, `prueba de consentimiento de ${to}`, /SHA-256/);
    return async (at) => {
      must(/SHA-256/.test(proof), `no proof: ${proof}`);
      const promotions = await count(
        at,
        "SELECT count(*) AS n FROM message WHERE purpose = 'marketing' AND contact_id <> $1 AND state IN ('accepted', 'sent', 'delivered', 'read')",
        [nobody],
      );
      // Each joins an act of the person, or of a list that was vouched for, before it left: with the words, their hash, the channel and who is behind it.
      const unproved = await count(
        at,
        `SELECT count(*) AS n FROM message m WHERE m.purpose = 'marketing' AND m.contact_id <> $1 AND m.state IN ('accepted', 'sent', 'delivered', 'read')
           AND NOT EXISTS (
             SELECT 1 FROM consent c JOIN consent_text t ON t.tenant_id = c.tenant_id AND t.hash = c.text_hash
             WHERE c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id AND c.channel = m.channel AND c.purpose = 'marketing'
               AND c.act IN ('given', 'renewed') AND c.at < m.created_at AND c.source <> '' AND c.actor <> '' AND c.evidence <> '')`,
        [nobody],
      );
      must(promotions > 0, 'no promotion left, so nothing can be said');
      must(unproved === 0, `${unproved} of ${promotions} promotions have no earlier permission`);
      return { promotions };
    };
  }),

  promised('A24', async ({ writes, camila, diego, campaign, says, stranger, outside }) => {
    const { card, number } = await campaign();
    const pending = await writes(camila, 'manda promo navidad a clientes RM', /C-\d+/);
    const alone = await writes(diego, 'ayuda');
    const human = await says(stranger(), 'quiero hablar con una persona');
    return async (at) => {
      must(/Meta todavía revisa|no está aprobada/.test(pending), `a template that Meta has not approved: ${pending}`);
      must(alone !== '' && /equipo|persona/i.test(human.text), `no way to a person: ${human.text}`);
      must(card.lines.join(' ').includes(number), 'no card of the campaign');
      // Nothing that Meta was given was a promotion in free text, or of a template it had not approved.
      const { calls } = await outside.get<{
        calls: { path: string; status: number; body: { type?: string; template?: { name?: string } } }[];
      }>('/__sim/calls?api=graph&limit=5000');
      const templates = calls.map(({ body }) => body?.template?.name).filter((name) => name !== undefined);
      must(templates.length > 0 && !templates.includes('promo_navidad'), 'a template left that Meta has not approved');
      const authors = await count(at, 'SELECT count(*) AS n FROM campaign WHERE approver_id = author_id');
      must(authors === 0, `${authors} campaigns were approved by their own author`);
      return { templates: templates.length };
    };
  }),
];

/** A statement that the database itself must refuse; what it does is undone. */
async function mustRefuse(at: Sight, sql: string, otherwise: string): Promise<void> {
  const done = await at
    .ask(`DO $$ BEGIN ${sql}; RAISE EXCEPTION 'taken' USING ERRCODE = 'ZZ001'; END $$`)
    .then(() => 'ZZ001')
    .catch(({ code }: { code?: string }) => code);
  must(done !== 'ZZ001', otherwise);
}

/** The company declares that it also writes about orders. */
const declareService = (at: Sight, tenant: string): Promise<unknown> =>
  at.ask(
    `INSERT INTO declared_purpose (tenant_id, purpose, category, basis, declared_at)
     VALUES ($1, 'service', 'UTILITY', 'contract', now()) ON CONFLICT DO NOTHING`,
    [tenant],
  );

/** Lines of the list that a member takes along, beside its head and its mark. */
async function csvOf({ outside, camila }: Cast, number: string): Promise<number | undefined> {
  const card = await outside.writes(camila, `exporta el reporte de ${number} en csv`, (one) => one.buttons.length > 0);
  await outside.presses(camila, card, /CSV/);
  await outside.fills(camila, 'Bajar la lista', { reason: 'Revisar que las cifras cuadren', people: 'masked' });
  const file = await soon(async () => {
    const found = (await outside.files()).find(
      ({ name, isComplete }) => isComplete && /\.csv$/.test(name) && name.includes(number),
    );
    must(found, 'no file of the report came');
    return found;
  }, 60);
  const text = await (await fetch(`${outside.url}/__sim/slack/files/${file.id}`)).text();
  return text.split('\r\n').filter((line) => line.includes(number)).length;
}
