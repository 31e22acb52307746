import { caseNumberIn, soon } from '../cast';
import { must } from '../must';
import { promised } from '../promised';
import { count, findPlain } from '../tables';

/** The check digit of a Chilean tax number, computed here anew. */
function isRut(given: string): boolean {
  const [, digits = '', check = ''] = /^([\d.]+)-([\dkK])$/.exec(given) ?? [];
  const sum = [...digits.replace(/\./g, '')]
    .reverse()
    .reduce((all, digit, at) => all + Number(digit) * (2 + (at % 6)), 0);
  const rest = 11 - (sum % 11);
  return digits !== '' && check.toUpperCase() === (rest === 11 ? '0' : rest === 10 ? 'K' : String(rest));
}

export const team = [
  promised('A06', async ({ writes, diego, andina }) => {
    const shown = await writes(diego, 'datos de la empresa');
    return async (at) => {
      must(shown.includes(andina.legal) && shown.includes(andina.mailbox), `the profile is not shown: ${shown}`);
      const rows = await at.ask<{ name: string; rut: string }>(
        "SELECT name, rut FROM tenant WHERE name <> 'unknown' AND contact <> '' AND country = 'CL'",
      );
      const wrong = rows.filter(({ rut }) => rut !== '' && !isRut(rut)).map(({ name, rut }) => `${name}: ${rut}`);
      must(wrong.length === 0 && rows.some(({ rut }) => rut !== ''), `tax numbers that are none: ${wrong.join(', ')}`);
      const taken = await at
        .ask(
          "DO $$ BEGIN UPDATE tenant SET rut = '76.517.351-4' WHERE country = 'CL'; RAISE EXCEPTION 'taken' USING ERRCODE = 'ZZ001'; END $$",
        )
        .then(() => true)
        .catch(({ code }: { code?: string }) => code === 'ZZ001');
      must(!taken, 'a tax number with a wrong check digit is taken');
      return { companies: rows.length };
    };
  }),

  promised('A07', async ({ writes, tomas, camila, eyes, campaign }) => {
    await campaign();
    const before = await count(eyes, 'SELECT count(*) AS n FROM campaign');
    const answers: string[] = [];
    for (const text of ['manda la promo cyber a clientes RM', 'historia de +56987654321', 'solicitudes'])
      answers.push(await writes(tomas, text));
    await writes(camila, 'mi token es xoxb-7351462-qwertyuiop y mi clave hunter2-policy');
    return async (at) => {
      for (const answer of answers)
        must(/vincul|invitaci|código/i.test(answer), `whoever is not linked was answered: ${answer}`);
      must((await count(at, 'SELECT count(*) AS n FROM campaign')) === before, 'whoever is not linked made a campaign');
      const readable = await findPlain(at, ['xoxb-andina', 'xoxb-clinica', 'xoxb-7351462', 'hunter2-policy']);
      must(readable.length === 0, `secrets are readable in ${readable.join(', ')}`);
      must(!/xoxb-|hunter2/.test(at.log()), 'a secret stands in the log');
      return { answers: answers.length, members: await count(at, 'SELECT count(*) AS n FROM member') };
    };
  }),

  promised('A08', async ({ writes, camila, says, reached, campaign, andina }) => {
    await campaign();
    const phone = await reached();
    const card = '4111 1111 1111 1111';
    await says(phone, `mi tarjeta es ${card}, cóbrenme ahí`);
    return async (at) => {
      const left = (await at.outside.deliveries()).filter(
        ({ template, number }) => template && number === andina.number,
      ).length;
      const said = await soon(() => writes(camila, 'saldo', /promoci/), 20);
      const sent = Number(/sali(?:ó|eron) ([\d.]+)/.exec(said)?.[1]?.replace(/\./g, ''));
      must(sent === left, `it says ${sent} left, ${left} are in the world`);
      const readable = await findPlain(at, [card, card.replace(/ /g, '')]);
      must(readable.length === 0 && !at.log().includes('4111'), `a card is readable: ${readable.join(', ')}`);
      return { sent };
    };
  }),

  promised('A09', async ({ writes, camila, campaign }) => {
    await campaign();
    const mine = await writes(camila, 'mi actividad');
    return async (at) => {
      must(/C-10\d|prepar/i.test(mine), `my activity is not shown: ${mine}`);
      await at.asProgram(async (ask) => {
        for (const sql of [
          "UPDATE audit SET act = 'x'",
          'DELETE FROM audit',
          'DELETE FROM audit_link',
          'UPDATE consent SET at = at',
        ]) {
          await ask('BEGIN');
          await ask(
            "SELECT set_config('role', 'tenant_rw', true), set_config('app.tenant', (gen_random_uuid())::text, true)",
          );
          const refused = await ask(sql).then(
            () => undefined,
            ({ code }: { code?: string }) => code,
          );
          await ask('ROLLBACK');
          must(refused === '42501', `the program may: ${sql}`);
        }
      });
      const differing = await count(
        at,
        `SELECT count(*) AS n FROM (SELECT tenant_id, batch_id, state, count(*) AS n FROM message WHERE batch_id > 0 GROUP BY 1, 2, 3) r
         FULL JOIN (SELECT tenant_id, batch_id, state, sum(n) AS n FROM message_count WHERE batch_id > 0 GROUP BY 1, 2, 3 HAVING sum(n) <> 0) c
           USING (tenant_id, batch_id, state) WHERE r.n IS DISTINCT FROM c.n`,
      );
      must(differing === 0, `${differing} figures are not their rows`);
      return { entries: await count(at, 'SELECT count(*) AS n FROM audit') };
    };
  }),

  promised('A11', async ({ says, reached, writes, sofia, outside, andina }) => {
    const phone = await reached();
    await says(phone, 'les cuento que soy alérgica a la penicilina');
    const hidden = await writes(sofia, `muéstrame la conversación con ${phone}`);
    const asked = await says(phone, 'borren todos mis datos');
    await outside.taps(phone, andina.number, asked, /^Sí/);
    return async (at) => {
      must(!/penicilina/.test(hidden), 'what a person wrote is shown without a reason');
      must(/motivo|razón|reg/i.test(hidden), `no reason is asked: ${hidden}`);
      const shared = await count(
        at,
        'SELECT count(*) AS n FROM (SELECT wrapped FROM tenant_key GROUP BY wrapped HAVING count(*) > 1) t',
      );
      must(shared === 0, 'two companies share a key');
      must((await findPlain(at, ['penicilina'])).length === 0, 'what a person wrote is readable');
      return { request: caseNumberIn(asked.text) };
    };
  }),

  promised('A17', async ({ eyes, outside, clinica, martin, elena, writes }) => {
    // As if the company were a year old, and both of these had joined it today.
    await eyes.ask("UPDATE tenant SET created_at = created_at - interval '1 year' WHERE tenant_id = $1", [
      clinica.tenant,
    ]);
    const before = (await outside.deliveries()).length;
    const draft = await outside.writes(martin, 'manda control anual a pacientes', ({ buttons }) => buttons.length > 0);
    await outside.presses(martin, draft, /aprobación/i);
    const asked = await outside.reads(elena, 'dm', ({ buttons }) =>
      buttons.some(({ label }) => /^Aprobar/.test(label)),
    );
    await outside.presses(elena, asked, /^Aprobar/);
    await soon(async () => {
      const held = await count(eyes, "SELECT count(*) AS n FROM campaign WHERE tenant_id = $1 AND state = 'held'", [
        clinica.tenant,
      ]);
      must(held > 0, 'a campaign of two people of today to everybody was not held');
    }, 30);
    const card = await soon(() => writes(elena, '¿cómo va la campaña?'), 10);
    return async (at) => {
      const left = (await at.outside.deliveries()).filter(({ template }) => template === 'control_anual').length;
      must(left <= 50, `${left} messages left before it was stopped`);
      must((await at.outside.deliveries()).length >= before, 'the world forgot');
      must(/alguien más|fueron ustedes/i.test(card), `nobody is told why: ${card}`);
      const stop = await at.tool('kill', ['status']);
      must(stop.code === 0, `the kill switch does not answer: ${stop.error}`);
      return { left };
    };
  }),
];
