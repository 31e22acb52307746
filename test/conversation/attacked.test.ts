import type { Fields, Log } from '../../src/log';
import { silentLog } from '../../src/log';
import { eventually } from '../support/eventually';
import { andina, numbers, OPENING_MS } from './house';
import { someone } from './people';
import { channel, openWires, type Read, type Wires } from './wires';

jest.setTimeout(180_000);
let wires: Wires;
const logged: Fields[] = [];
const log: Log = {
  ...silentLog,
  warn: (fields) => void logged.push(fields),
  error: (fields) => void logged.push(fields),
};
beforeAll(async () => {
  wires = await openWires(log);
}, OPENING_MS);
afterEach(async () => {
  await wires.sim('DELETE', 'slack/faults');
  logged.length = 0;
});
afterAll(() => wires?.close());

const order = 'manda la promo cyber a clientes RM mañana a las 10';
const whole = (news: readonly Read[]): string => news.flatMap(({ lines, text }) => [text, ...lines]).join(' · ');
const camila = () => wires.member('U0CAMILA');
const fault = (given: object) => wires.sim('POST', 'slack/faults', { ...given });
const mended = () => wires.sim('DELETE', 'slack/faults');

describe('what is forged, replayed or altered', () => {
  const command = (trigger: string) => ({
    ...{ team_id: 'T0ANDINA', user_id: 'U0CAMILA', channel_id: channel, command: '/connectus', text: 'plantillas' },
    ...{ trigger_id: trigger, response_url: 'http://127.0.0.1:1/x' },
  });
  it.each(['wrong', 'none', 'stale', 'future'])(
    'when the signature is %s, then it is refused and nothing comes in',
    async (signature) => {
      const before = (await wires.inboxOf()).length;
      const body = command(`forged.${signature}`);
      expect((await wires.sim('POST', 'slack/events', { body, form: true, signature })).status).toBe(401);
      expect((await wires.inboxOf()).length).toBe(before);
    },
  );

  it('when a command is replayed within its five minutes, then it is done once', async () => {
    const body = command('1.2.replayed');
    const { outcomes } = await camila().after(async () => {
      for (let times = 0; times < 3; times++)
        expect((await wires.sim('POST', 'slack/events', { body, form: true })).status).toBe(200);
    });
    expect(outcomes).toEqual(['list-templates']);
  });

  it('when every event comes twice, then each is heard once and answered once', async () => {
    await wires.sim('POST', 'slack/delivery', { duplicate: true });
    const { outcomes, news } = await camila().dm('plantillas');
    await wires.sim('POST', 'slack/delivery', { duplicate: false });
    expect([outcomes, news.length]).toEqual([['list-templates'], 1]);
  });

  it('when a button carries what nobody signed, then it does nothing', async () => {
    const [card] = (await camila().dm(order)).news;
    const button = card?.buttons.find(({ label }) => /Pedir aprobación/.test(label));
    const altered = `${button?.value.slice(0, -1)}${button?.value.endsWith('A') ? 'B' : 'A'}`;
    const pressed = await camila().act('click', {
      channel: card?.channel,
      ts: card?.ts,
      actionId: button?.actionId,
      value: altered,
    });
    expect(pressed.outcomes).toEqual(['ACTION_INVALID']);
  });

  it('when a form is sent twice at once, then it counts once', async () => {
    await camila().uses('form:ask');
    const viewId = (await camila().views()).at(-1)?.id;
    const submit = () =>
      wires.sim('POST', 'slack/submit', { team: 'T0ANDINA', user: 'U0CAMILA', viewId, values: { words: order } });
    const { outcomes } = await camila().after(() => Promise.all([submit(), submit()]));
    expect(outcomes).toHaveLength(1);
  });
});

describe('who is no longer there', () => {
  it('when a member was removed, then their old buttons do nothing and tell nothing', async () => {
    const victor = wires.member('U0VICTOR');
    const [help] = (await victor.dm('ayuda')).news;
    await wires.house.inside(andina, async (tx) => {
      const now = wires.clock.now();
      const member = await wires.house.rooms.members.find(tx, 'T0ANDINA', 'U0VICTOR', now);
      await wires.house.rooms.members.leave(tx, member?.id ?? '', 'test', now);
    });
    if (!help) throw new Error('no help');
    const { outcomes, news } = await victor.presses(help, /Ver reporte/);
    expect(outcomes).toEqual(['NOT_LINKED']);
    expect(whole(news)).toMatch(/Aún no te conozco/);
    expect(whole(news)).not.toMatch(/C-\d+/);
  });

  it('when the trigger has expired, then it is said that the form did not open, and pressing again opens it', async () => {
    const [card] = (await camila().dm('nueva campaña')).news;
    if (!card) throw new Error('no question');
    await fault({ method: 'views.open', error: 'expired_trigger_id', times: 1 });
    expect((await camila().presses(card, /formulario/)).outcomes).toEqual(['FORM_NOT_OPENED']);
    await camila().presses(card, /formulario/);
    expect((await camila().views()).at(-1)?.title).toBe('Campaña, 1 de 4');
  });
});

describe('what people outside write', () => {
  const evil =
    '<!channel> <@U0DIEGO> *negrita* _cursiva_ ~tachado~ `código` <https://evil.example|banco> \n> cita\n\u202eodartnoc\u0007';
  const written = async (text: string, name?: string) => {
    const person = someone(wires.house);
    const { name: _none, ...identity } = { name: undefined, ...person.identity };
    await wires.house.edge.receive([
      {
        ...{
          channel: 'whatsapp',
          app: 'default',
          sender: numbers[andina] ?? '',
          id: `w${Math.random()}`,
          at: wires.clock.now(),
        },
        ...{ kind: 'message', from: { ...identity, ...(name && { name }) }, content: { type: 'text', text } },
      },
    ]);
    await wires.settled();
    const posts = await camila().reads('C0ATENCION');
    // What we answer stands below it: theirs is the newest that holds their words.
    return posts.findLast((one) => whole([one]).includes(text.slice(0, 15))) as Read;
  };

  it('when it mentions, formats, quotes, links or turns around, then it stands there as it was typed, and does none of it', async () => {
    const card = await written(`¿tienen talla 42? ${evil}`);
    const raw = JSON.stringify(card.blocks);
    expect(raw).not.toMatch(/<[!@#h]/);
    expect(raw).not.toMatch(/\*negrita|_cursiva|~tachado|`c[oó]digo/);
    expect(raw).not.toMatch(/\\n&gt;|[\u202a-\u202e\u2066-\u2069]|\\u0007|\\u202e/);
    expect(whole([card])).toMatch(/negrita.*cursiva.*tachado.*código.*cita.*odartnoc/s);
    expect(raw).toMatch(/"verbatim":true/);
  });

  it('when it is twelve thousand characters or a thousand mentions, then a card stands that Slack takes', async () => {
    for (const text of ['larga '.repeat(2_000), '<!channel> '.repeat(1_000), '&'.repeat(12_000)]) {
      const card = await written(`hola, una consulta: ${text}`);
      expect(card.lines.join(' ')).toMatch(/hola, una consulta/);
      expect(JSON.stringify(card.blocks)).not.toContain('<!');
    }
    const refused = (await wires.sim('GET', 'calls?api=slack&limit=5000')).calls.filter(
      (one: { status: number }) => one.status >= 400,
    );
    expect(refused).toEqual([]);
  });

  it('when a member writes twelve thousand characters, then they are answered', async () => {
    const { news } = await camila().dm(`${order} ${'x'.repeat(12_000)}`);
    expect(news.length).toBeGreaterThan(0);
  });
});

describe('Slack is not well', () => {
  const posted = async (text: RegExp): Promise<Read[]> =>
    (await camila().reads()).filter((one) => one.bot && text.test(whole([one])));

  it('when it takes a post and the answer never comes, then it is looked for, and stands once', async () => {
    await fault({ method: 'chat.postMessage', mode: 'timeout_after_accept', times: 1 });
    const before = (await posted(/plantilla/i)).length;
    await camila().dm('plantillas');
    expect((await posted(/plantilla/i)).length).toBe(before + 1);
    const states = await wires.house.inside(andina, (tx) =>
      tx.query<{ state: string }>("SELECT state FROM slack_post WHERE state NOT IN ('posted', 'deleted')"),
    );
    expect(states).toEqual([]);
    await camila().dm('grupos');
  });

  it('when it answers nothing but errors for a while, then all that was to be said is said then, once and in order', async () => {
    await fault({ method: '*', http: 503 });
    const seen = new Set((await camila().reads()).map(({ ts }) => ts));
    for (const words of ['plantillas', 'grupos', 'equipo'])
      await wires.sim('POST', 'slack/dm', { team: 'T0ANDINA', user: 'U0CAMILA', text: words });
    await eventually(() => expect(logged.filter(({ event }) => event === 'post.unknown').length).toBeGreaterThan(0), {
      within: 20_000,
    });
    await mended();
    await eventually(
      async () => {
        const news = (await camila().reads()).filter(({ ts, bot }) => bot && !seen.has(ts));
        expect(news).toHaveLength(3);
      },
      { within: 120_000, every: 500 },
    );
  });

  it('when it is away while a campaign goes out, then it goes on, and how far it came is shown once Slack is back', async () => {
    const diego = wires.member('U0DIEGO');
    const [draft] = (await camila().dm('manda novedades verano a clientes Biobío ahora')).news;
    if (!draft) throw new Error('no draft');
    await camila().presses(draft, /Pedir aprobación/);
    const asked = (await diego.reads()).findLast(({ buttons }) => buttons.some(({ label }) => label === 'Aprobar'));
    const number = /C-\d+/.exec(whole(asked ? [asked] : []))?.[0] ?? '?';
    await fault({ method: '*', http: 503 });
    const { channel: at, ts, buttons = [] } = asked ?? {};
    const actionId = buttons.find(({ label }) => label === 'Aprobar')?.actionId;
    await wires.sim('POST', 'slack/click', { team: 'T0ANDINA', user: 'U0DIEGO', channel: at, ts, actionId });
    await eventually(
      () =>
        wires.house.inside(andina, async (tx) => {
          const [done] = await wires.house.rooms.campaigns.list(tx, 1, wires.clock.now());
          expect(done).toMatchObject({ number, sent: 1, queued: 1 }); // one of the two is asleep
        }),
      { within: 60_000, every: 250 },
    );
    await mended();
    await eventually(
      async () => {
        const shown = (await camila().reads(channel)).filter((one) => whole([one]).includes(number));
        expect(shown.map((one) => /\(1\/2\)/.test(whole([one])))).toEqual([true]);
      },
      { within: 100_000, every: 500 },
    );
  });

  it('when it asks for less in one channel, then others go on, and nothing is asked of it before', async () => {
    await fault({ method: 'chat.postMessage', http: 429, retryAfter: 12, times: 1 });
    await wires.sim('POST', 'slack/dm', { team: 'T0ANDINA', user: 'U0CAMILA', text: 'plantillas' });
    await eventually(() => expect(logged.some(({ code }) => code === 'SLACK_ratelimited')).toBe(true));
    const paula = await wires.sim('POST', 'slack/dm', { team: 'T0ANDINA', user: 'U0PAULA', text: 'solicitudes' });
    expect(paula.status).toBe(200);
    await eventually(async () => expect((await wires.member('U0PAULA').reads()).some(({ bot }) => bot)).toBe(true), {
      within: 10_000,
    });
    await wires.sim('POST', 'clock', { advance: '12s' });
    await wires.settled();
  });
});

describe('we are not well', () => {
  it('when Postgres is slow, then Slack is answered in time; an event that it brings again is heard once', async () => {
    let open = () => {};
    let held: Promise<void> | undefined;
    await new Promise<void>((locked) => {
      held = wires.house.inside(andina, async (tx) => {
        await tx.query('LOCK TABLE inbox IN SHARE MODE');
        locked();
        await new Promise<void>((done) => {
          open = done;
        });
      });
    });
    const { status } = await wires.sim('POST', 'slack/dm', { team: 'T0ANDINA', user: 'U0PAULA', text: 'solicitudes' });
    expect(status).toBe(503); // who hears nothing for three seconds has waited too long, and says 0
    const rows = new Set((await wires.inboxOf()).map(({ id }) => id));
    open();
    await held;
    await eventually(async () => expect((await wires.inboxOf()).filter(({ id }) => !rows.has(id)).length).toBe(1));
    await wires.settled();
    await wires.sim('POST', 'clock', { advance: '15s' });
    await wires.settled();
    expect((await wires.inboxOf()).filter(({ id }) => !rows.has(id)).map(({ outcome }) => outcome)).toEqual([
      'privacy-requests',
    ]);
  });

  it('when something of ours breaks, then whoever spoke reads a reference that the log knows, and no more', async () => {
    const { segments } = wires.house.rooms;
    const broken = jest.spyOn(segments, 'list').mockRejectedValue(new Error('Ana Pérez +56911112222'));
    await wires.sim('POST', 'slack/dm', { team: 'T0ANDINA', user: 'U0CAMILA', text: 'grupos' });
    const told = await eventually(
      async () => {
        const found = (await camila().reads()).findLast(({ bot, lines }) => bot && /Algo falló/.test(lines.join(' ')));
        if (!found) throw new Error('nothing is said');
        return whole([found]);
      },
      { within: 60_000, every: 250 },
    );
    broken.mockRestore();
    const [, reference] = /referencia es ([0-9A-F]{8})/.exec(told) ?? [];
    expect(logged.filter((one) => one.reference === reference).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['turn.failed', 'turn.parked']),
    );
    expect(JSON.stringify(logged)).not.toMatch(/Ana Pérez|11112222/);
    expect((await camila().dm('plantillas')).outcomes).toEqual(['list-templates']);
  });
});
