import { adapter } from '../../../adapters/slack';
import { conformance } from '../../../adapters/slack/conformance';
import type { ChannelDeps } from '../../../src/channel';
import { eventually } from '../../support/eventually';
import { aSender, type Door, now, open } from '../door';
import { fixture } from '../fixtures';
import { type Answer, hang, json, Provider } from '../provider';

let door: Door;
let slack: Provider;
let choices: NonNullable<ChannelDeps['choices']>;
let sender: (app: string, id: string) => Promise<ReturnType<typeof aSender> | undefined>;

beforeAll(async () => {
  slack = await Provider.start();
  door = await open(
    adapter,
    { ...conformance.settings, SLACK_API_URL: `${slack.url}/api/` },
    (app, id) => sender(app, id),
    (asked) => choices(asked),
  );
});
beforeEach(() => {
  door.received.length = 0;
  slack.asked.length = 0;
  slack.answer = json(200, { ok: true, view: { id: 'V0OPENED' } });
  sender = async (_app, id) => aSender('slack', id);
  door.receive = async (events) => void door.received.push([...events]);
});
afterAll(async () => {
  await door.close();
  await slack.stop();
});

const bring = (body: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${door.url}/slack/events`, { method: 'POST', body, headers });
const deliver = (payload: unknown, headers: Record<string, string> = {}): Promise<Response> => {
  const { body, contentType } = conformance.write(payload);
  return bring(body, { 'content-type': contentType, ...conformance.sign(body, now), ...headers });
};
const heard = async (name: string) => {
  const answer = await deliver(fixture('slack', name));
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  return door.events();
};

const camila = { slack: { team: 'T0ANDINA', user: 'U0CAMILA' } };
const diego = { slack: { team: 'T0ANDINA', user: 'U0DIEGO' } };
const inDm = { team: 'T0ANDINA', channel: 'D0CAMILA', user: 'U0CAMILA' };
const inChannel = { team: 'T0ANDINA', channel: 'C0CAMPANAS' };

describe('what members say', () => {
  const said = (text: string, more: object) => ({
    kind: 'message',
    from: camila,
    content: { type: 'text', text },
    ...more,
  });

  it.each([
    ['dm', said('¿cómo va la campaña?', { id: 'Ev0DM', at: now, sender: 'T0ANDINA', surface: inDm })],
    ['dm-thread', said('y los que fallaron?', { surface: { ...inDm, thread: '1796131700.000100' } })],
    ['dm-escaped', said('busca +56 9 8765 4321 & a <ana>', { surface: inDm })],
    [
      'mention',
      said('pausa la campaña', {
        surface: { ...inChannel, user: 'U0CAMILA', thread: '1796131802.000100', begins: true },
      }),
    ],
    [
      'command',
      said('reporte de C-118', { id: 'command/9.1.abc', surface: { ...inChannel, user: 'U0CAMILA', private: true } }),
    ],
    ['command-alone', said('help', { id: 'command/9.1.def' })],
    ['dm-file', { kind: 'message', from: camila, content: { type: 'media', media: 'file' } }],
  ])('when it is %s, then it is heard, with the place to answer', async (name, expected) => {
    expect(await heard(name)).toEqual([expect.objectContaining(expected)]);
  });

  it.each(['aside-beneath-us', 'aside-in-own-thread'])(
    'when it is %s, then it may be for us, and says that it was said to nobody by name',
    async (name) => {
      const aside = { aside: true, surface: { ...inChannel, user: 'U0CAMILA', thread: '1796131700.000200' } };
      expect(await heard(name)).toEqual([expect.objectContaining(said('mejor el jueves a las 11', aside))]);
    },
  );

  it.each([
    ...['dm-of-a-bot', 'dm-of-ourselves', 'dm-edited', 'channel-talk', 'talk-in-a-thread', 'mention-heard-twice'],
  ])('when it is %s, then nobody spoke to us', async (name) => {
    expect(await heard(name)).toEqual([]);
  });

  it('when a file comes with words, then the words are heard', async () => {
    const payload = fixture('slack', 'dm-file');
    payload.event.text = 'reporte';
    await deliver(payload);
    expect(door.events()).toMatchObject([{ content: { type: 'text', text: 'reporte' } }]);
  });

  it('when it is delivered again, then it has the same id', async () => {
    await deliver(fixture('slack', 'dm'));
    await deliver(fixture('slack', 'dm'), { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' });
    expect(door.events().map((event) => event.id)).toEqual(['Ev0DM', 'Ev0DM']);
  });
});

describe('a list that is searched', () => {
  const typed = {
    ...{ type: 'block_suggestion', team: { id: 'T0ANDINA' }, user: { id: 'U0CAMILA', team_id: 'T0ANDINA' } },
    ...{ action_id: 'value', block_id: 'template', value: 'cyb', view: { id: 'V1', private_metadata: 'a1.x' } },
  };

  it('when somebody types, then they are answered at once with what fits, cut to what Slack takes, and nothing is stored', async () => {
    let asked: unknown;
    choices = async (what) => {
      asked = what;
      return Array.from({ length: 120 }, (_, at) => ({ value: String(at), label: 'ñ'.repeat(100) }));
    };
    const answer = (await (await deliver(typed)).json()) as { options: { text: { text: string } }[] };
    expect(asked).toEqual({
      ...{ app: 'default', sender: 'T0ANDINA', from: camila, action: 'a1.x', field: 'template', words: 'cyb' },
    });
    expect(answer.options).toHaveLength(100);
    expect(answer.options[0]?.text.text).toHaveLength(75);
    expect(door.events()).toEqual([]);
  });

  it('when what there is can’t be read, then the request is answered all the same, with nothing', async () => {
    choices = async () => {
      throw new Error('the database is away');
    };
    const answer = await deliver(typed);
    expect(answer.status).toBeLessThan(500);
    expect(door.events()).toEqual([]);
  });
});

describe('what members press', () => {
  it('when it is a button, then its action comes with the post that carried it, to be answered to that one alone', async () => {
    expect(await heard('button')).toMatchObject([
      {
        kind: 'action',
        id: 'action/U0DIEGO/1796131807.550000/act:0',
        at: new Date(1_796_131_807_550),
        from: diego,
        action: 'a1.send-campaign.approve.W10.xyz.mac',
        surface: { ...inChannel, user: 'U0DIEGO', post: '1796131700.000200', private: true },
      },
    ]);
    expect(slack.asked).toEqual([]);
  });
  it('when it stands in a thread, then the answer belongs there', async () => {
    expect(await heard('button-in-a-thread')).toMatchObject([{ surface: { thread: '1796131700.000200' } }]);
  });
  it('when it is a choice, then the chosen value is the action', async () => {
    expect(await heard('menu')).toMatchObject([{ kind: 'action', action: 'a1.pick' }]);
  });
  it('when the whole organisation has installed us, then the team is that of the one who pressed', async () => {
    expect(await heard('button-of-an-org')).toMatchObject([{ sender: 'T0ANDINA', from: diego }]);
  });
  it('when a form is sent, then its answers come by field, with the action it carried', async () => {
    expect(await heard('form')).toMatchObject([
      {
        kind: 'action',
        id: 'view/V1/1796131809.abc',
        from: diego,
        action: 'a1.send-campaign.rejected.W10.xyz.mac',
        values: { reason: 'El precio está malo', kind: 'price', extra: '' },
      },
    ]);
  });
});

describe('Slack’s own menus', () => {
  it('when an entry is chosen above all, then its name comes, to be answered to that one alone', async () => {
    expect(await heard('shortcut')).toMatchObject([
      {
        kind: 'shortcut',
        id: 'shortcut/U0DIEGO/9.4.abc',
        from: diego,
        name: 'new',
        surface: { user: 'U0DIEGO', private: true },
      },
    ]);
    expect(slack.asked).toEqual([]);
  });

  it('when one of a message is chosen that opens a form, then it is open, and the message comes along as it reads', async () => {
    expect(await heard('message-shortcut')).toMatchObject([
      {
        kind: 'shortcut',
        id: 'shortcut/U0DIEGO/1796131810.55',
        name: 'open_case',
        said: 'llamó https://x.example & pide que   borren sus datos',
        surface: {
          ...inChannel,
          post: '1796131700.000200',
          thread: '1796131600.000100',
          view: 'V0OPENED',
          private: true,
        },
      },
    ]);
    expect(slack.asked).toMatchObject([{ path: '/api/views.open' }]);
  });
});

describe('a button that opens a form', () => {
  const press = () => deliver(fixture('slack', 'button-that-opens-a-form'));

  it('when it is pressed, then a waiting form opens before it is answered, and the event names it', async () => {
    expect((await press()).status).toBe(200);
    expect(slack.asked).toMatchObject([{ path: '/api/views.open' }]);
    const asked = new URLSearchParams(slack.asked[0]?.body);
    expect(asked.get('trigger_id')).toBe('9.2.form');
    expect(JSON.parse(asked.get('view') ?? '')).toMatchObject({ type: 'modal', callback_id: 'loading' });
    expect(door.events()).toMatchObject([
      { action: 'a1.send-campaign.reject.W10.xyz.mac', surface: { view: 'V0OPENED' } },
    ]);
  });

  const unknown: typeof sender = async () => undefined;
  const broken: typeof sender = () => Promise.reject(new Error('no database'));
  it.each<[string, { answer?: Answer; sender?: typeof sender }]>([
    ['Slack refuses', { answer: json(200, { ok: false, error: 'expired_trigger_id' }) }],
    ['Slack does not answer', { answer: hang }],
    ['the workspace is not known', { sender: unknown }],
    ['the workspace cannot be looked up', { sender: broken }],
  ])(
    'when %s, then what was pressed is told all the same, without a form, and Slack asked once',
    async (_what, world) => {
      slack.answer = world.answer ?? slack.answer;
      sender = world.sender ?? sender;
      expect((await press()).status).toBe(200);
      expect(door.events()).toMatchObject([{ kind: 'action' }]);
      expect(door.events()[0]).not.toHaveProperty('surface.view');
      expect(slack.asked).toHaveLength(world.sender ? 0 : 1);
    },
  );

  it('when somebody of another organisation presses it, then no form opens', async () => {
    const payload = fixture('slack', 'button-that-opens-a-form');
    payload.user.team_id = 'T0OTHER';
    await deliver(payload);
    expect(slack.asked).toEqual([]);
    expect(door.events()).toHaveLength(1);
  });
});

describe('people of another organisation, in a shared channel', () => {
  it.each(['button-by-a-stranger', 'mention-by-a-guest'])(
    'when it is %s, then they are known by their own team, and it reached ours',
    async (name) => {
      expect(await heard(name)).toMatchObject([
        { sender: 'T0ANDINA', from: { slack: { team: 'T0OTHER', user: 'U0OTHER' } }, surface: { team: 'T0ANDINA' } },
      ]);
    },
  );
});

describe('somebody who looks at their page', () => {
  it('when it is the home tab, then whose it is is told; when it is the messages beside it, then it is only kept', async () => {
    expect(await heard('home-opened')).toEqual([
      expect.objectContaining({
        ...{ kind: 'opened', id: 'Ev0HOME', from: camila, sender: 'T0ANDINA' },
        surface: { team: 'T0ANDINA', user: 'U0CAMILA' },
      }),
    ]);
    door.received.length = 0;
    const { event, ...outer } = fixture('slack', 'home-opened') as { event: object };
    await deliver({ ...outer, event_id: 'Ev0MESSAGES', event: { ...event, tab: 'messages' } });
    expect(door.events()).toMatchObject([{ kind: 'account', field: 'app_home_opened' }]);
  });
});

describe('what is about the workspace', () => {
  it.each([
    ['tokens-revoked', { id: 'Ev0REVOKED', field: 'tokens_revoked', sender: 'T0ANDINA', value: { isBot: true } }],
    ['user-is-a-guest', { id: 'Ev0USER', field: 'user_change', value: { user: 'U0PAULA', standing: 'guest' } }],
    ['event-of-tomorrow', { id: 'Ev0NEW', field: 'mood_changed' }],
    ['rate-limited', { field: 'app_rate_limited', sender: 'T0ANDINA' }],
    ['form-closed', { field: 'view_closed' }],
  ])('when it is %s, then it is kept', async (name, expected) => {
    expect(await heard(name)).toMatchObject([{ kind: 'account', ...expected }]);
  });
});

describe('what Slack asks to get to know us', () => {
  it('when it verifies the address, then its challenge is given back, and nothing is handed over', async () => {
    const answer = await deliver({ type: 'url_verification', token: 'x', challenge: 'abc' });
    expect([answer.status, await answer.json()]).toEqual([200, { challenge: 'abc' }]);
    expect(door.received).toEqual([]);
  });
  it('when the challenge is not signed, then it is refused', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    expect((await bring(body, { 'content-type': 'application/json' })).status).toBe(401);
  });
  it('when it looks at our certificate, unsigned, then it is answered and nothing is handed over', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await bring('ssl_check=1&token=x', form)).status).toBe(200);
    expect((await bring('ssl_check=0&token=x', form)).status).toBe(401);
    expect((await bring('ssl_check=1', { 'content-type': 'application/json' })).status).toBe(401);
    expect(door.received).toEqual([]);
  });
});

describe('how it is sent', () => {
  it('when a command’s type names its letters, then it is read all the same', async () => {
    await deliver(fixture('slack', 'command'), { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' });
    expect(door.events()).toHaveLength(1);
  });
  it('when the type is none that Slack uses, then it is refused', async () => {
    const answer = await deliver(fixture('slack', 'dm'), { 'content-type': 'text/plain' });
    expect(answer.status).toBe(400);
    expect(door.received).toEqual([]);
  });
  it('when its time is too old or in the future, then it is refused', async () => {
    const { body, contentType } = conformance.write(fixture('slack', 'dm'));
    for (const seconds of [-301, 301]) {
      const signed = conformance.sign(body, new Date(now.getTime() + seconds * 1000));
      expect((await bring(body, { 'content-type': contentType, ...signed })).status).toBe(401);
    }
    expect(door.received).toEqual([]);
  });
});

describe('Slack waits three seconds', () => {
  it('when storing takes longer, then it is told as failed', async () => {
    let store = () => {};
    door.receive = () =>
      new Promise((done) => {
        store = done;
      });
    expect((await deliver(fixture('slack', 'dm'))).status).toBe(503);
    store();
  });

  it('when opening a form took the time, then what was told as failed does not happen afterwards', async () => {
    let found = (_sender: ReturnType<typeof aSender>) => {};
    sender = () =>
      new Promise((done) => {
        found = done;
      });
    expect((await deliver(fixture('slack', 'button-that-opens-a-form'))).status).toBe(503);
    found(aSender('slack', 'T0ANDINA'));
    await eventually(() => expect(slack.asked).toHaveLength(1));
    expect((await deliver(fixture('slack', 'dm'))).status).toBe(200);
    expect(door.events().map((event) => event.id)).toEqual(['Ev0DM']);
  });
});
