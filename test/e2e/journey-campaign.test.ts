import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';
import { type Member, Outside, type SlackMessage, spoken } from '../tour/outside';
import { castOf, type Tour } from '../tour/steps';

jest.setTimeout(240_000);
const channel = 'C0CAMPANAS';
const patience = { within: 90_000, every: 250 };
let system: System;
let tour: Tour;
let outside: Outside;

beforeAll(async () => {
  system = await startSystem({ within: 240_000 });
  outside = new Outside(system.worldUrl, () => {});
  tour = await castOf(outside);
}, 300_000);
afterAll(() => system?.close());

type Way = 'dm' | 'mention' | 'slash';

/** Where somebody reads what comes of it: a mention is answered in its channel. */
const placeOf = (way: Way): string => (way === 'mention' ? channel : 'dm');
const read = async (member: Member, place: string): Promise<SlackMessage[]> => outside.channel(member, place);

/** What a member reads after saying it that way. */
async function says(member: Member, way: Way, text: string, fits: RegExp): Promise<SlackMessage> {
  const place = placeOf(way);
  const before = new Set((await read(member, place)).map(({ ts }) => ts));
  const at = way === 'dm' ? {} : { channel: place };
  await outside.post(`/__sim/slack/${way}`, { team: member.team, user: member.user, text, ...at });
  return sees(member, place, (one) => !before.has(one.ts) && fits.test(spoken(one)));
}
const sees = (member: Member, place: string, fits: (message: SlackMessage) => boolean): Promise<SlackMessage> =>
  eventually(async () => {
    const found = (await read(member, place)).findLast((one) => one.bot && fits(one));
    if (!found) {
      const seen = (await read(member, place)).slice(-3).map(spoken).join(' | ');
      throw new Error(`${member.name} does not read it; last: ${seen}`);
    }
    return found;
  }, patience);
const clock = async (): Promise<Date> => new Date((await outside.get<{ now: string }>('/__sim/clock')).now);
const move = (now: Date) => outside.post('/__sim/clock', { now: now.toISOString() });
const numberIn = (message: SlackMessage): string => /C-\d+/.exec(spoken(message))?.[0] ?? '?';

/** The first moment at which a clock in Santiago shows ten o'clock on the day after. */
async function tomorrowAtTen(): Promise<Date> {
  const day = new Date((await clock()).getTime() + 86_400_000);
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Santiago', dateStyle: 'short' }).format(day);
  return new Date(`${local}T13:00:00Z`);
}

const stories = {
  es: {
    ...{
      wish: 'manda la promo cyber a clientes RM mañana a las 10',
      draft: /Borrador listo.*Personas: [\d.]+ de [\d.]+/,
    },
    ...{ when: /Cuándo: \S+ \d+ de \S+, 10:00/, cost: /Costo: cerca de/, checks: /\d+ revisiones en orden/ },
    ...{ ask: /^Pedir aprobación/, approve: /^Aprobar/, approved: /aprobada\. Sale: /, report: 'reporte de' },
    ...{
      wait: 'espera, no la mandes todavía',
      waits: /Sigue programada \(/,
      go: 'ok, mándala',
      goes: /sale a su hora/,
    },
    figures: /[\d.]+ enviad/,
  },
  en: {
    ...{ wish: 'send promo cyber to clientes RM tomorrow at 10', draft: /draft is ready.*People: [\d,]+ of [\d,]+/ },
    ...{ when: /When: .*10:00 AM/, cost: /Cost: about/, checks: /\d+ checks passed/ },
    ...{ ask: /^Ask for approval/, approve: /^(Approve|Aprobar)/, approved: /approved\. It leaves|aprobada\. Sale/ },
    ...{ wait: "wait, don't send it yet", waits: /still scheduled for/, go: 'ok, send it', goes: /leaves at its hour/ },
    ...{ report: 'report of', figures: /[\d,]+ sent/ },
  },
  pt: {
    ...{
      wish: 'manda a promo cyber para clientes RM amanhã às 10',
      draft: /Rascunho pronto.*Pessoas: [\d.]+ de [\d.]+/,
    },
    ...{ when: /Quando: .*10:00/, cost: /Custo: cerca de/, checks: /\d+ conferências passaram/ },
    ...{
      ask: /^Pedir aprovação/,
      approve: /^Aprovar|^Aprobar|^Approve/,
      approved: /aprovada\. Sai|aprobada\. Sale|approved/,
    },
    ...{
      wait: 'espera, não manda ainda',
      waits: /continua programada/,
      go: 'ok, pode mandar',
      goes: /sai na sua hora/,
    },
    ...{ report: 'relatório da', figures: /[\d.]+ enviad/ },
  },
} as const;

/** A draft, approved by a second member, told to wait and to go, sent at its hour, with its report. */
async function play(language: keyof typeof stories, way: Way): Promise<void> {
  const { camila, diego } = tour;
  const story = stories[language];
  const hour = await tomorrowAtTen();
  const draft = await says(camila, way, story.wish, story.draft);
  for (const part of [story.when, story.cost, story.checks]) expect(spoken(draft)).toMatch(part);
  const number = numberIn(draft);
  await outside.presses(camila, draft, story.ask);
  const asked = await sees(
    diego,
    'dm',
    (one) => spoken(one).includes(number) && one.buttons.some(({ label }) => story.approve.test(label)),
  );
  await outside.presses(diego, asked, story.approve);
  await sees(diego, 'dm', (one) => spoken(one).includes(number) && story.approved.test(spoken(one)));
  expect(spoken(await says(camila, way, story.wait, story.waits))).toContain(number);
  expect(spoken(await says(camila, way, story.go, story.goes))).toContain(number);
  const before = (await outside.deliveries()).length;
  await move(hour);
  await sees(camila, channel, (one) => spoken(one).includes(number) && /Terminada|Done\.|Concluída/.test(spoken(one)));
  expect((await outside.deliveries()).length).toBeGreaterThan(before);
  const report = await says(camila, way, `${story.report} ${number}`, story.figures);
  expect(spoken(report)).toContain(number);
}

describe('a campaign, from words to report', () => {
  it('when it is said in Spanish in direct messages, then it goes its way to the report', () => play('es', 'dm'));

  it('when it is filled in step by step, then a wrong field is said and what stood there is kept, and the draft is the same as by words', async () => {
    const { camila } = tour;
    const asked = await says(camila, 'dm', 'nueva campaña', /¿Qué plantilla mando\?/);
    await outside.presses(camila, asked, /formulario/);
    await outside.fills(camila, 'Campaña, 1 de 4', { template: 'novedades verano · WhatsApp' });
    await outside.fills(camila, 'Campaña, 2 de 4', { people: 'a los xyzzy de la luna' });
    const wrong = await form(camila, /No conozco alguna de esas palabras/);
    expect(JSON.stringify(wrong.blocks)).toContain('xyzzy');
    await outside.fills(camila, 'Campaña, 2 de 4', { segment: 'clientes Biobío', people: '' });
    await outside.fills(camila, 'Campaña, 3 de 4', { pace: 'local', moment: 'algún día' });
    await form(camila, /Esa hora no me queda clara/);
    await outside.fills(camila, 'Campaña, 3 de 4', { pace: 'local', moment: 'el viernes a las 11' });
    const check = await form(camila, /novedades verano.*clientes Biobío.*viernes \d+ de \S+, 11:00, a esa hora donde/);
    expect(check.title).toBe('Campaña, 4 de 4');
    await outside.fills(camila, 'Campaña, 4 de 4', {});
    const draft = await sees(camila, 'dm', (one) => /Borrador listo/.test(spoken(one)) && /Biobío/.test(spoken(one)));
    expect(spoken(draft)).toMatch(/viernes \d+ de \S+, 11:00, a esa hora donde esté cada persona/);
  });

  it('when it is said in English by the command, then it goes its way to the report', () => play('en', 'slash'));

  it('when it is said in Portuguese by naming the app in a channel, then it goes its way to the report', () =>
    play('pt', 'mention'));
});

const form = (member: Member, fits: RegExp): Promise<{ title: string; text: string; blocks: unknown[] }> =>
  eventually(async () => {
    const query = new URLSearchParams({ team: member.team, user: member.user });
    const { views } = await outside.get<{ views: { title: string; text: string; blocks: unknown[] }[] }>(
      `/__sim/slack/views?${query}`,
    );
    const found = views.find(({ text }) => fits.test(text.replace(/\*/g, '')));
    if (!found) throw new Error(`no such form: ${views.map(({ title, text }) => `${title}: ${text}`).join(' | ')}`);
    return found;
  }, patience);
