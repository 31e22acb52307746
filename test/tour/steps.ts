import { eventually } from '../support/eventually';
import { type Delivery, type Member, type Outside, type SlackMessage, spoken } from './outside';

export interface Step {
  name: string;
  /** Does it and looks at what came of it. Returns what was seen; throws when it is not so. */
  run(tour: Tour): Promise<string>;
}

/** What one step leaves for the next. */
export interface Tour {
  outside: Outside;
  number: string;
  camila: Member;
  diego: Member;
  paula: Member;
  sofia: Member;
  first: { number: string; deliveries: Delivery[] };
  left: string;
  /** Who turned WhatsApp off on their own page. */
  chose: string;
}

const template = 'promo_cyber';
const second = 'novedades_verano';
/** Whom the demo's list brought without a permission. */
const unproven = '+56984445566';
/** Somebody of a list who is nobody's so far. */
const newcomer = '+56961239876';
const spaced = (name: string): string => name.replace(/_/g, ' ');

/** @throws when it is not so */
export function must(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** A draft from words, frozen, approved by somebody else, sent to the end. Returns its number and what arrived. */
export async function campaign(
  tour: Pick<Tour, 'outside' | 'camila' | 'diego'>,
  words: string,
): Promise<{ number: string; deliveries: Delivery[]; card: SlackMessage }> {
  const { outside, camila, diego } = tour;
  const known = new Set((await outside.deliveries()).map((one) => one.id));
  const draft = await outside.writes(camila, words, (message) => message.buttons.length > 0);
  const number = /C-\d+/.exec(spoken(draft))?.[0];
  must(number, 'the draft has no number');
  await outside.presses(camila, draft, /aprobación/i);
  const asked = await outside.reads(diego, 'dm', (message) => has(message, number) && has(message, '[Aprobar]'));
  await outside.presses(diego, asked, /^Aprobar/);
  const card = await eventually(
    async () => {
      const messages = await outside.channel(camila, 'C0CAMPANAS');
      const found = messages.find((message) => has(message, number) && /Terminada/.test(spoken(message)));
      must(found, `${number} is not done`);
      return found;
    },
    { within: 240_000, every: 250 },
  );
  outside.tell(`    Connectus    ‹ ${spoken(card)}`);
  const deliveries = (await outside.deliveries()).filter((one) => !known.has(one.id) && one.template);
  return { number, deliveries, card };
}

const has = (message: SlackMessage, part: string): boolean => spoken(message).includes(part);

/** The number that a report says before a word: `1.045 enviados`. */
function figure(text: string, word: string): number {
  const found = new RegExp(`([\\d.]+) ${word}`).exec(text)?.[1];
  must(found, `no figure for ${word} in: ${text}`);
  return Number(found.replace(/\./g, ''));
}

const reached = (one: Delivery, ...wanted: string[]): boolean =>
  one.statuses.some(({ status }) => wanted.includes(status));

/** Waits until each of them has its receipt. Returns how many arrived. */
function arrived(outside: Outside, ids: ReadonlySet<string>): Promise<number> {
  return eventually(
    async () => {
      const now = (await outside.deliveries()).filter((one) => ids.has(one.id));
      const open = now.filter((one) => !reached(one, 'delivered', 'read', 'failed'));
      must(open.length === 0, `${open.length} without a receipt`);
      return now.filter((one) => reached(one, 'delivered', 'read')).length;
    },
    { within: 30_000, every: 250 },
  );
}

export const steps: readonly Step[] = [
  {
    name: 'a campaign from Spanish words, approved by a second member, reaches those who agreed',
    run: async (tour) => {
      const { number, deliveries } = await campaign(tour, `manda la ${spaced(template)} a clientes RM`);
      tour.first = { number, deliveries };
      must(deliveries.length > 0, 'nothing arrived');
      const twice = deliveries.length - new Set(deliveries.map((one) => one.to)).size;
      must(twice === 0, `${twice} people got it twice`);
      return `${number}: ${deliveries.length} delivered, nobody twice`;
    },
  },
  {
    name: 'its report says what the world says',
    run: async (tour) => {
      const { outside, camila, first } = tour;
      must(first.number, 'there was no campaign before');
      const delivered = await arrived(outside, new Set(first.deliveries.map((one) => one.id)));
      return eventually(
        async () => {
          const report = await outside.writes(camila, `reporte de ${first.number}`, (one) => has(one, 'Reporte'));
          const text = spoken(report);
          must(figure(text, 'enviad') === first.deliveries.length, `sent differs: ${text}`);
          must(figure(text, 'entregad') === delivered, `delivered differs: ${text}`);
          return `${first.deliveries.length} sent, ${delivered} delivered, as in the report`;
        },
        { within: 20_000, every: 1_000 },
      );
    },
  },
  {
    name: 'the report’s picture stands in its thread, and says what it shows',
    run: async ({ outside, first }) =>
      eventually(
        async () => {
          const found = (await outside.files()).find(
            ({ name, isComplete }) => isComplete && name.startsWith(`${first.number}-`) && name.endsWith('.png'),
          );
          must(found, 'no picture came');
          must(found.alt?.includes(`Enviados: ${first.deliveries.length}`), `its words differ: ${found.alt}`);
          return `${found.name}, ${found.size} bytes: ${found.alt}`;
        },
        { within: 30_000, every: 250 },
      ),
  },
  {
    name: 'a person leaves in their own words',
    run: async (tour) => {
      const { outside, number, first } = tour;
      tour.left = first.deliveries[0]?.to ?? '';
      must(tour.left, 'nobody has got a campaign');
      const answer = await outside.answers(tour.left, number, 'ya po, no me escriban más');
      must(/no te enviará/i.test(answer.text), `not confirmed: ${answer.text}`);
      return `${tour.left}: confirmed once`;
    },
  },
  {
    name: 'a person chooses on a page of their own, by a link they asked for',
    run: async (tour) => {
      const { outside, number, first } = tour;
      tour.chose = first.deliveries.find((one) => one.to !== tour.left && one.to.startsWith('+569'))?.to ?? '';
      must(tour.chose, 'nobody has got a campaign');
      const answer = await outside.answers(tour.chose, number, 'ELEGIR');
      const link = /https?:\/\/\S+\/preferences\/[\w.-]+/.exec(answer.text)?.[0];
      must(link, `no link: ${answer.text}`);
      const page = await outside.opens(link);
      must(/value="whatsapp" checked/.test(page), 'WhatsApp is not on');
      must(!page.includes(tour.chose.slice(-8)), 'the page shows the number');
      const form = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '';
      const told = await outside.submits(link, { act: 'save', form, channel: 'sms', frequency: 'monthly' });
      must(/quedó guardado/.test(told) && !/value="whatsapp" checked/.test(told), 'it was not kept');
      return `${tour.chose.slice(0, 6)}…: no more by WhatsApp, by SMS once a month at most`;
    },
  },
  {
    name: 'the next campaign leaves that person out',
    run: async (tour) => {
      const { number, deliveries } = await campaign(tour, `manda ${spaced(second)} a clientes RM`);
      must(deliveries.length > 0, 'nothing arrived');
      must(!deliveries.some((one) => one.to === tour.left), `${tour.left} got it`);
      must(!deliveries.some((one) => one.to === tour.chose), `${tour.chose} got it by WhatsApp`);
      return `${number}: ${deliveries.length} delivered, none to ${tour.left}`;
    },
  },
  {
    name: 'a list dropped in Slack is looked through first, vouched for, and leaves out whoever left',
    run: async (tour) => {
      const { outside, camila, left } = tour;
      must(left, 'nobody has left');
      const rows = [`Íñigo;${newcomer};Ñuñoa`, `Quien se fue;${left};Talca`, 'Caro;5,69E+10;Talca'];
      const file = ['Nombre;Celular;Comuna', ...rows].join('\r\n');
      await outside.drops(camila, 'feria.csv', file);
      const preview = await outside.reads(
        camila,
        'dm',
        (one) => has(one, 'feria.csv · 3 filas') && has(one, '[Dar fe'),
      );
      must(has(preview, '1 nueva') && has(preview, 'no se guardan: 1'), `counted otherwise: ${spoken(preview)}`);
      must(has(preview, 'Excel convirtió'), 'it does not say what Excel did');
      must(await isForgotten(tour, newcomer), 'the dry run stored somebody');
      await outside.presses(camila, preview, /^Dar fe/);
      await outside.fills(camila, 'Dar fe del permiso', {
        ...{ text: 'v1/es', channels: 'whatsapp', place: 'Feria de Talca', when: '20-11-2026' },
        ...{ how: 'Firmaron en el mesón de la feria.', vouch: 'yes' },
      });
      const done = await outside.reads(
        camila,
        'dm',
        (one) => has(one, 'lista adentro') && has(one, 'archivo de abajo'),
      );
      must(has(done, '1 nueva') && has(done, 'no se guardan: 1'), `stored otherwise: ${spoken(done)}`);
      const { files } = await outside.get<{ files: { name: string }[] }>('/__sim/slack/files');
      must(
        files.some(({ name }) => name === 'feria-rechazadas.csv'),
        'the rows that were not taken did not come back',
      );
      const proof = await outside.writes(camila, `prueba de consentimiento de ${newcomer}`, (one) =>
        /feria/i.test(spoken(one)),
      );
      return `one in with a proof, ${left.slice(0, 6)}… left out, one row back: ${spoken(proof).slice(0, 80)}`;
    },
  },
  {
    name: 'a person has their data erased, after the company’s decision',
    run: async (tour) => {
      const { outside, number, first, paula } = tour;
      const phone = first.deliveries.find((one) => one.to !== tour.left && one.to.startsWith('+'))?.to ?? '';
      must(phone, 'nobody has got a campaign');
      const asked = await outside.answers(phone, number, 'quiero que borren todos mis datos');
      const caseNumber = /SOL-\d+/.exec(asked.text)?.[0];
      must(caseNumber, `no case: ${asked.text}`);
      await outside.taps(phone, number, asked, /^Sí/);
      const open = (message: SlackMessage) => has(message, caseNumber) && has(message, '[Aceptar]');
      const card = await outside.reads(paula, 'C0PRIVACIDAD', open);
      await outside.presses(paula, card, /^Aceptar/);
      await outside.receives(phone, number, (message) => /eliminamos/.test(message.text));
      await eventually(async () => must(await isForgotten(tour, phone), `${phone} is still known`), {
        within: 60_000,
        every: 1_000,
      });
      return `${caseNumber}: erased; nobody is found by ${phone.slice(0, 6)}…, no post about them stands`;
    },
  },
  {
    name: 'support asks what became of a message',
    run: async (tour) => {
      const { outside, sofia, first, left } = tour;
      const other = first.deliveries.findLast((one) => one.to !== left && one.to.startsWith('+'))?.to ?? '';
      const told = await outside.writes(sofia, `estado del mensaje a ${other}`, (message) => /•/.test(spoken(message)));
      must(!spoken(told).includes(other), 'the number is not masked');
      must(/entregado|leído/.test(spoken(told)), `no status: ${spoken(told)}`);
      return spoken(told).slice(0, 120);
    },
  },
  {
    name: 'a forged webhook is refused',
    run: async (tour) => {
      const body = { object: 'whatsapp_business_account', entry: [] };
      const { status } = await tour.outside.post<{ status: number }>('/__sim/whatsapp/webhook', {
        body,
        signature: 'wrong',
      });
      must(status === 401, `answered ${status}`);
      const slack = await tour.outside.post<{ status: number }>('/__sim/slack/events', { body, signature: 'wrong' });
      must(slack.status === 401, `Slack's door answered ${slack.status}`);
      return 'both doors: 401';
    },
  },
  {
    name: 'the same webhook three times is answered once',
    run: async (tour) => {
      const { outside, number, first, left } = tour;
      const phone = first.deliveries.at(-2)?.to ?? '';
      must(phone && phone !== left, 'nobody to ask');
      const before = (await outside.chat(phone, number)).filter((one) => one.direction === 'out').length;
      await outside.answers(phone, number, '¿qué política de privacidad tienen?', { copies: 3 });
      await outside.answers(phone, number, '¿qué puedo hacer aquí?');
      const answers = (await outside.chat(phone, number)).filter((one) => one.direction === 'out').length - before;
      must(answers === 2, `${answers} answers to two messages`);
      return 'two messages, one of them three times: two answers';
    },
  },
  {
    name: 'a person without proof subscribes by the QR, in two steps, and the proof can be shown',
    run: async ({ outside, number, camila, paula }) => {
      const shown = await outside.writes(camila, 'crea un QR de suscripción', (one) => has(one, 'wa.me/'));
      const code = /text=ALTA%20([a-z]+-\w{4})/.exec(spoken(shown))?.[1];
      must(code && /Código QR/.test(spoken(shown)), `no code or no picture: ${spoken(shown)}`);
      const asked = await outside.answers(unproven, number, `ALTA ${code}`);
      must(/Responde SÍ/.test(asked.text), `not asked: ${asked.text}`);
      const agreed = await outside.taps(unproven, number, asked, /^Sí/);
      must(/¡Listo!/.test(agreed.text), `not agreed: ${agreed.text}`);
      const proof = await outside.writes(paula, `prueba de consentimiento de ${unproven}`, (one) => has(one, code));
      must(/SHA-256/.test(spoken(proof)) && !has(proof, unproven), `no proof, or not masked: ${spoken(proof)}`);
      return `${code}: asked, agreed, proved`;
    },
  },
];

/** Looked for as a member would: by number, and in what stands in Slack about it. */
async function isForgotten({ outside, paula }: Tour, phone: string): Promise<boolean> {
  const told = await outside.writes(paula, `historia de ${phone}`, () => true);
  const masked = `•${phone.slice(-3)}`;
  const posts = [...(await outside.channel(paula, 'C0PRIVACIDAD')), ...(await outside.channel(paula, 'C0ATENCION'))];
  return /^No hay (nadie|nada de esa persona)/.test(spoken(told)) && !posts.some((one) => has(one, masked));
}

/** Who plays, from the world as it is. */
export async function castOf(outside: Outside): Promise<Tour> {
  const world = await outside.world();
  const member = (user: string): Member => {
    for (const team of world.slack.teams) {
      const found = team.users.find((one) => one.id === user);
      if (found) return { team: team.id, user, name: found.name.split(' ')[0] ?? found.name };
    }
    throw new Error(`no member ${user} in this world`);
  };
  const number = world.whatsapp.numbers.find((one) => one.company === 'Tienda Andina')?.id ?? '';
  return {
    outside,
    number,
    camila: member('U0CAMILA'),
    diego: member('U0DIEGO'),
    paula: member('U0PAULA'),
    sofia: member('U0SOFIA'),
    first: { number: '', deliveries: [] },
    left: '',
    chose: '',
  };
}
