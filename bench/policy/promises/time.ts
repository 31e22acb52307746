import { readFileSync } from 'node:fs';
import { caseNumberIn, caseRow, soon } from '../cast';
import { must, promised } from '../promised';
import { count, findPlain } from '../tables';

/** What takes a person's data away, and what time does; the last of the play. */
export const time = [
  promised('A33', async ({ says, reached, outside, paula, andina, caseCard }) => {
    const phone = await reached();
    await says(phone, 'hola, soy Zunilda Quilaleo, tienen talla 42?');
    const asked = await says(phone, 'borren todos mis datos');
    const number = caseNumberIn(asked.text);
    await outside.taps(phone, andina.number, asked, /^Sí/);
    await outside.presses(paula, await caseCard(number), /^Aceptar/);
    const letter = await outside.receives(phone, andina.number, ({ text }) => /eliminamos/.test(text));
    const link = /https?:\/\/\S+\/c\/[\w.-]+/.exec(letter.text)?.[0];
    return async (at) => {
      await soon(async () => {
        const [row] = await at.ask<{ state: string }>(
          'SELECT state FROM privacy_case WHERE tenant_id = $1 AND number = $2',
          [andina.tenant, caseRow(number)],
        );
        must(row?.state === 'closed', `${number} stands at ${row?.state}`);
      }, 30);
      const traces = [phone.slice(1), phone.slice(3), 'Zunilda', 'Quilaleo'];
      const left = await findPlain(at, traces);
      must(left.length === 0, `still in ${left.join(', ')}`);
      must(!traces.some((trace) => at.log().includes(trace)), 'still in the log');
      const posts = JSON.stringify(await at.outside.get('/__sim/slack/messages?team=T0ANDINA&limit=5000'));
      must(!traces.some((trace) => posts.includes(trace)) && !posts.includes(number), 'still in Slack');
      must(link, `no certificate came: ${letter.text}`);
      return { request: number };
    };
  }),

  promised('A32', async () => {
    return async (at) => {
      const dry = await at.tool('retention', ['--dry-run', '--json']);
      must(dry.code === 0, `the dry run fails: ${dry.error.slice(0, 200)}`);
      const table = readFileSync('src/domain/privacy/retention.yaml', 'utf8');
      must(/months|days|years/.test(table), 'periods are no data');
      return { rules: table.split('\n').filter((line) => /^ {0,2}\w+:/.test(line)).length };
    };
  }),

  promised('A35', async () => {
    return async (at) => {
      const made = await at.tool('backup', ['--json']);
      must(made.code === 0, `no backup: ${made.error.slice(0, 200)}`);
      const keys = await count(at, 'SELECT count(*) AS n FROM contact_key');
      return { keys };
    };
  }),

  // The clock goes past the end of every contract: nothing else can be played after it.
  promised('A30', async ({ campaign, outside, writes, camila }) => {
    await campaign();
    await outside.post('/__sim/clock', { now: '2030-01-02T13:30:00Z' });
    const refused = await soon(() => writes(camila, 'manda la promo cyber a clientes RM', /C-\d+/), 30);
    return async (at) => {
      must(/contrato|autoriz/i.test(refused), `drafted though the contract is over: ${refused}`);
      const left = await count(
        at,
        "SELECT count(*) AS n FROM message WHERE batch_id > 0 AND created_at > '2030-01-01'",
      );
      must(left === 0, `${left} messages were prepared`);
      return { contracts: 1 };
    };
  }),
];
