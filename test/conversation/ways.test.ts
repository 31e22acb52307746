import { andina, OPENING_MS } from './house';
import { channel, openWires, type Read, type Wires } from './wires';

jest.setTimeout(120_000);
let wires: Wires;
beforeAll(async () => {
  wires = await openWires();
}, OPENING_MS);
afterAll(() => wires?.close());

type Who = ReturnType<Wires['member']>;
type Came = Awaited<ReturnType<Who['dm']>>;
const whole = (news: readonly Read[]): string => news.flatMap(({ lines, text }) => [text, ...lines]).join(' · ');

/** Every way in which words reach us. Those of a thread or a menu begin with what opens it. */
const ways: Record<string, (who: Who, words: string, thread: string) => Promise<Came>> = {
  'a direct message': (who, words) => who.dm(words),
  'a thread in direct messages': async (who, words) => {
    const [root] = (await who.dm('ayuda')).news;
    return who.act('dm', { text: words, thread: root?.ts });
  },
  'the command': (who, words) => who.command(words),
  'a mention': (who, words) => who.mention(words),
  'a mention in a thread': (who, words, thread) => who.mention(words, { thread }),
  'a reply in one’s own thread': (who, words, thread) => who.talks(words, { thread }),
  'the menu': async (who, words) => {
    await who.uses('form:ask');
    return who.fills({ words });
  },
};

/** What everybody says in the journeys of a campaign, of a case and of support; the acts are the same whatever the way. */
const sentences: readonly [who: string, words: string, act: RegExp][] = [
  ['U0CAMILA', 'manda la promo cyber a clientes RM mañana a las 10', /^send-campaign/],
  ['U0CAMILA', 'mejor el jueves a las 11', /^send-campaign\/change/],
  ['U0CAMILA', 'reporte de C-101', /^delivery-report/],
  ['U0CAMILA', 'please send the promo cyber to clientes RM tomorrow at 10', /^send-campaign/],
  ['U0CAMILA', 'manda a promo cyber para clientes RM amanhã às 10', /^send-campaign/],
  ['U0CAMILA', 'estado del mensaje a +56 9 8111 2233 ayer', /^message-status/],
  ['U0CAMILA', 'message status of +56 9 8111 2233', /^message-status/],
  ['U0CAMILA', '¿cómo está el canal de WhatsApp?', /^channel-health/],
  ['U0PAULA', 'solicitudes', /^privacy-requests/],
  ['U0PAULA', 'any pending privacy requests?', /^privacy-requests/],
  ['U0PAULA', 'historia de +56 9 8111 2233', /^recipient-history/],
  ['U0VICTOR', 'manda la promo cyber a clientes RM mañana a las 10', /^ROLE_REQUIRED/],
  ['U0TOMAS', 'reporte', /^NOT_LINKED/],
];

describe.each(Object.entries(ways))('by way of %s', (way, say) => {
  it('when each says what the journeys say, then it is the same act, and what is private is for them alone', async () => {
    const threads = new Map<string, string>();
    const heard: [string, string | null | undefined][] = [];
    for (const [user, words] of sentences) {
      const who = wires.member(user);
      // In a thread nobody is told what they are not: they were, by their mention.
      if (user === 'U0TOMAS' && way.startsWith('a reply')) continue;
      if (/thread/.test(way) && !threads.has(user)) {
        const { answer } = await who.mention('hola');
        threads.set(user, answer.ts);
      }
      const { outcomes, news } = await say(who, words, threads.get(user) ?? '');
      heard.push([words, outcomes.at(-1)]);
      expect([way, words, news.length > 0]).toEqual([way, words, true]);
      const seenByAll = news.filter((one) => one.channel === channel && !one.ephemeral);
      expect([way, words, whole(seenByAll).match(/••••|Tu rol|Aún no/)]).toEqual([way, words, null]);
    }
    const wanted = sentences.map(([, words, act]) => [words, expect.stringMatching(act)]);
    expect(heard).toEqual(wanted.slice(0, heard.length));
    expect(heard.length).toBeGreaterThanOrEqual(sentences.length - 1);
  });
});

describe('where it is answered', () => {
  it('when it is a command in a channel, then only the speaker sees it; a card that moves stands in their direct messages', async () => {
    const who = wires.member('U0CAMILA');
    const help = await who.command('');
    expect(help.outcomes).toEqual(['help']);
    expect(help.news).toEqual([expect.objectContaining({ channel, ephemeral: 'U0CAMILA' })]);
    const { news } = await who.command('manda la promo cyber a clientes RM mañana a las 10');
    const card = news.find(({ lines }) => /Borrador listo/.test(lines.join(' ')));
    expect(card?.channel).toMatch(/^D/);
    expect(news.filter((one) => one.channel === channel)).toEqual([expect.objectContaining({ ephemeral: 'U0CAMILA' })]);
  });

  it('when it is a mention, then it is answered in its thread', async () => {
    const { answer, news } = await wires
      .member('U0CAMILA')
      .mention('manda la promo cyber a clientes RM mañana a las 10');
    expect(news).toEqual([expect.objectContaining({ channel, thread_ts: answer.ts })]);
  });
});

describe('colleagues’ chatter', () => {
  const order = 'manda la promo cyber a clientes RM mañana a las 10';
  it('when it is said to nobody by name, in a channel or in a thread of their own, then nothing comes in', async () => {
    const camila = wires.member('U0CAMILA');
    const { answer, outcomes, news } = await camila.talks(order);
    expect([outcomes, news]).toEqual([[], []]);
    expect((await camila.talks(order, { thread: answer.ts })).outcomes).toEqual([]); // no answer of ours stands there
    expect(await wires.inboxOf().then((rows) => rows.filter(({ outcome }) => outcome === null))).toEqual([]);
  });

  it('when a colleague writes in the thread of somebody’s draft, then nothing happens and nothing of it is kept', async () => {
    const [camila, diego] = [wires.member('U0CAMILA'), wires.member('U0DIEGO')];
    const { answer } = await camila.mention(order);
    for (const other of [diego, wires.member('U0TOMAS')]) {
      const came = await other.talks('mejor el jueves a las 11', { thread: answer.ts });
      expect([came.outcomes, came.news]).toEqual([[], []]);
    }
    expect((await camila.talks('mejor el jueves a las 11', { thread: answer.ts })).outcomes).toEqual([
      'send-campaign/change',
    ]);
  });

  it('when the author chats in their own thread, then we keep quiet', async () => {
    const camila = wires.member('U0CAMILA');
    const { answer } = await camila.mention(order);
    for (const words of ['jaja ya, gracias Diego', 'hola', '¿almorzamos?', 'qué buena la foto de Víctor', 'ok', 'sí'])
      expect([words, (await camila.talks(words, { thread: answer.ts })).news]).toEqual([words, []]);
  });

  it('when another program or we ourselves speak, then nobody spoke', async () => {
    const team = 'T0ANDINA';
    const event = {
      type: 'message',
      channel_type: 'im',
      channel: 'D1',
      text: order,
      ts: '1796131802.000100',
      event_ts: '1796131802.000100',
    };
    const outer = (more: object, id: string) => ({
      ...{ type: 'event_callback', team_id: team, api_app_id: 'A0CONNECTUS', event_id: id, event_time: 1796131802 },
      authorizations: [{ team_id: team, user_id: 'U0BOTANDINA', is_bot: true }],
      event: { ...event, ...more },
    });
    const before = (await wires.inboxOf()).length;
    for (const [at, more] of [
      { user: 'U0CAMILA', bot_id: 'B9' },
      { user: 'U0BOTANDINA' },
      { bot_id: 'B0ANDINA' },
    ].entries())
      expect((await wires.sim('POST', 'slack/events', { body: outer(more, `EvOwn${at}`) })).status).toBe(200);
    expect((await wires.inboxOf()).length).toBe(before);
  });
});

describe('Slack’s own menus', () => {
  const begun = async () => {
    const camila = wires.member('U0CAMILA');
    const { news } = await camila.mention('manda la promo cyber a clientes RM mañana a las 10');
    const [card] = news;
    if (!card) throw new Error('no draft');
    return { camila, card };
  };

  it('when «¿por qué falló?» is used on the card of a campaign, then that one is meant; on anything else what failed lately', async () => {
    const { camila, card } = await begun();
    const number = /C-\d+/.exec(whole([card]))?.[0] ?? '?';
    const on = await camila.uses('why_failed', card);
    expect(whole(on.news)).toContain(number);
    expect(on.news.every((one) => one.channel.startsWith('D') || one.ephemeral === 'U0CAMILA')).toBe(true);
    const { answer } = await camila.talks('buenos días');
    const off = await camila.uses('why_failed', { channel, ts: answer.ts });
    expect(whole(off.news)).toMatch(/no falló ningún mensaje|Por qué fallaron/);
  });

  it('when «abrir un caso» is used on a message, then its words are in the form, nobody unknown is made up, and the case is the person’s', async () => {
    const paula = wires.member('U0PAULA');
    const { answer } = await paula.talks('me llamó una clienta, quiere que borren sus datos');
    await paula.uses('form:open_case', { channel, ts: answer.ts });
    expect(JSON.stringify((await paula.views()).at(-1))).toMatch(/quiere que borren sus datos/);
    await paula.fills({ address: '+56 9 0123 4567', right: 'erase', words: 'por teléfono' });
    const again = (await paula.views()).at(-1);
    expect(again?.text).toMatch(/No conozco a nadie/);
    expect(JSON.stringify(again?.blocks)).toContain('por teléfono');
    await paula.fills({ address: '+56 9 8111 2233', right: 'erase', words: 'por teléfono' });
    expect((await paula.views()).at(-1)?.text).toMatch(/SOL-\d+/);
    const { answer: other } = await wires.member('U0CAMILA').talks('otra cosa');
    const camila = wires.member('U0CAMILA');
    await camila.uses('form:open_case', { channel, ts: other.ts });
    expect((await camila.views()).at(-1)?.text).toMatch(/Tu rol no permite/);
  });

  it('when a new campaign is begun from the menu, then its first step is open', async () => {
    const camila = wires.member('U0CAMILA');
    await camila.uses('form:new_campaign');
    expect((await camila.views()).at(-1)?.title).toBe('Campaña, 1 de 4');
  });

  it('when an entry is none of ours, then nothing is done', async () => {
    expect((await wires.member('U0CAMILA').uses('delete_everything')).outcomes).toEqual(['ACTION_INVALID']);
  });
});

describe('a file', () => {
  it.each(['dm', channel])('when it is dropped into %s, then it is the same list', async (place) => {
    const base64 = Buffer.from('fono,nombre\n+56981112233,Ana\n').toString('base64');
    const { outcomes } = await wires.member('U0CAMILA').act('drop', { channel: place, name: 'lista.csv', base64 });
    expect(outcomes).toEqual(['import-recipients/brought']);
  });
});

it('when all of this was said, then another customer has heard nothing of it', async () => {
  expect(andina).toBeDefined();
  expect(await wires.inboxOf('019ad5a0-0000-7000-8000-0000000000b2')).toEqual([]);
});
