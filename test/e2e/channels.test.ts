import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';
import { Outside } from '../tour/outside';

interface Said {
  id: string;
  direction: 'in' | 'out';
  text: string;
  title?: string;
  status?: string;
  number: string;
  about?: {
    listUnsubscribe?: string;
    oneClick?: boolean;
    fromName?: string;
    parts?: number;
    coding?: string;
    head?: string;
  };
}

jest.setTimeout(150_000);
const tienda = { sms: '56229384001', email: 'hola@tienda-andina.example' };
let system: System;
let outside: Outside;

beforeAll(async () => {
  system = await startSystem();
  outside = new Outside(system.worldUrl, () => {});
}, 300_000);
afterAll(() => system?.close());

const said = async (channel: 'sms' | 'email', person: string): Promise<Said[]> => {
  const place = channel === 'sms' ? 'phones' : 'mailboxes';
  return (await outside.get<{ messages: Said[] }>(`/__sim/${channel}/${place}/${encodeURIComponent(person)}`)).messages;
};
const answers = async (channel: 'sms' | 'email', person: string): Promise<Said[]> =>
  (await said(channel, person)).filter(({ direction }) => direction === 'out');
const writes = (channel: 'sms' | 'email', from: string, text: string, to: string = tienda[channel]) =>
  outside.post(`/__sim/${channel}/inbound`, { from, to, text });
/** So many answers, and after a while still so many. */
const hasAnswers = async (channel: 'sms' | 'email', person: string, count: number): Promise<Said[]> => {
  await eventually(async () => expect((await answers(channel, person)).length).toBeGreaterThanOrEqual(count), {
    within: 20_000,
  });
  await new Promise((done) => setTimeout(done, 1_500));
  const all = await answers(channel, person);
  expect(all).toHaveLength(count);
  return all;
};

const leftByThemselves = /sali[óo]|pidi[óo]|baja/i;
/** What a member is told of why a number gets nothing. */
async function whyNot(phone: string): Promise<string> {
  const ask = { team: 'T0ANDINA', user: 'U0CAMILA' };
  const read = async () => {
    const query = new URLSearchParams({ ...ask, channel: 'dm' });
    const { messages } = await outside.get<{ messages: { lines: string[]; bot?: boolean }[] }>(
      `/__sim/slack/messages?${query}`,
    );
    return messages.filter(({ bot }) => bot);
  };
  const before = (await read()).length;
  await outside.post('/__sim/slack/dm', { ...ask, text: `por qué no le llega a ${phone}` });
  return eventually(
    async () => {
      const now = await read();
      expect(now.length).toBeGreaterThan(before);
      return now.at(-1)?.lines.join(' ') ?? '';
    },
    { within: 15_000 },
  );
}

describe('SMS, over a real SMPP line', () => {
  const ana = '+56987654321';

  it('when somebody answers BAJA, then they are out and are told so once, by SMS', async () => {
    await writes('sms', ana, 'BAJA');
    const [answer] = await hasAnswers('sms', ana, 1);
    expect(answer?.text).toMatch(/Tienda Andina/);
    await eventually(async () => expect((await answers('sms', ana))[0]?.status).toBe('delivered'));
  });

  it('when they leave by SMS, then nothing comes by WhatsApp any more either', async () => {
    expect(await whyNot(ana)).toMatch(leftByThemselves);
  });

  it('when a long one comes in pieces, then it is understood as one', async () => {
    const benjamin = '+56981112233';
    await writes(
      'sms',
      benjamin,
      `Hola, miren, les quería pedir un favor: ${'de verdad '.repeat(8)} no me manden más promociones por favor, gracias`,
    );
    await hasAnswers('sms', benjamin, 1);
  });

  it('when the carrier breaks the line, then it is opened again and nothing that people say is lost', async () => {
    const carla = '+56982223344';
    await outside.post('/__sim/sms/drop', {});
    await writes('sms', carla, 'STOP');
    await hasAnswers('sms', carla, 1);
  });

  it('when the carrier says too fast, then the answer waits and leaves once', async () => {
    const diego = '+56983334455';
    await outside.post('/__sim/sms/faults', { to: diego, status: 'ESME_RTHROTTLED', times: 2 });
    await writes('sms', diego, 'BAJA');
    await hasAnswers('sms', diego, 1);
  });
});

describe('mail, over real SMTP', () => {
  const ana = 'ana.rojas@correo.example';
  const fresh = (name: string) => `${name}@correo.example`;

  it('when somebody who has a mail answers “unsubscribe”, then they are told once, by mail, in their thread', async () => {
    const maria = fresh('maria');
    await writes('email', maria, 'hola, quiero hablar con una persona');
    await hasAnswers('email', maria, 1);
    await writes('email', maria, 'unsubscribe');
    const [, answer] = await hasAnswers('email', maria, 2);
    expect(answer?.about?.fromName).toBe('Tienda Andina');
    expect(answer?.title).toBeTruthy();
    expect(answer?.about?.listUnsubscribe).toMatch(
      /^<http.+\/unsubscribe\/.+>, <mailto:hola\+unsubscribe@tienda-andina\.example/,
    );
    expect(answer?.about?.oneClick).toBe(true);
    expect(answer?.about?.head).toMatch(/^In-Reply-To: </m);
  });

  it('when somebody who left by SMS leaves by mail once more, then they are not told again', async () => {
    await writes('email', ana, 'BAJA');
    await hasAnswers('email', ana, 0);
  });

  it('when somebody who is known by phone leaves by mail, then it holds for their phone', async () => {
    await writes('email', 'joao.lima@correo.example', 'SAIR');
    await hasAnswers('email', 'joao.lima@correo.example', 1);
    expect(await whyNot('+5511987654321')).toMatch(leftByThemselves);
  });

  it('when the mailbox’s own button is pressed, by mail or by one click, then they are out', async () => {
    const rosa = fresh('rosa');
    await writes('email', rosa, 'hola');
    const [first] = await hasAnswers('email', rosa, 1);
    await outside.post(`/__sim/email/messages/${encodeURIComponent(first?.id ?? '')}/unsubscribe`, {});
    await hasAnswers('email', rosa, 2);
    const link = /<(http[^>]+)>/.exec(first?.about?.listUnsubscribe ?? '')?.[1] ?? '';
    const clicked = await fetch(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(clicked.status).toBe(200);
  });

  it('when a mail comes back, or is called spam, then the product takes it without a word to the person', async () => {
    const bounces = 'rebota@correo.example';
    await writes('email', bounces, 'hola');
    await hasAnswers('email', bounces, 1);
    await eventually(async () => expect((await answers('email', bounces))[0]?.status).toBe('failed'));
    const complains = 'spam@correo.example';
    await writes('email', complains, 'hola');
    await hasAnswers('email', complains, 1);
    await eventually(async () => expect(await whyNot(complains)).toMatch(leftByThemselves), {
      within: 20_000,
      every: 1_000,
    });
    expect(await whyNot(bounces)).not.toMatch(leftByThemselves);
  });
});
