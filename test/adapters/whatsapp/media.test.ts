import { fetch } from '../../../adapters/whatsapp/media';
import { Sending } from '../../../adapters/whatsapp/send';
import type { OutboundContent } from '../../../src/channel';
import { aSender } from '../door';
import { type Answer, json, Provider } from '../provider';

let graph: Provider;
let elsewhere: Provider;
let about: object;
let file: Answer;
const sender = aSender('whatsapp', '106540352242922');
const ana = { phone: '+56987654321' };
const text =
  (status: number, body: string): Answer =>
  (response) =>
    void response.writeHead(status).end(body);

beforeAll(async () => {
  [graph, elsewhere] = [await Provider.start(), await Provider.start()];
  elsewhere.answer = text(200, 'somebody else’s');
  graph.answer = (response, asked) =>
    asked.path.startsWith('/v25.0/') ? json(200, about)(response, asked) : file(response, asked);
});
beforeEach(() => {
  graph.asked.length = 0;
  about = { id: '900100', url: `${graph.url}/media/1`, file_size: 5, mime_type: 'image/jpeg' };
  file = text(200, 'bytes');
});
afterAll(async () => {
  await graph.stop();
  await elsewhere.stop();
});

const settings = () => ({ baseUrl: graph.url, version: 'v25.0', deadlineMs: 5_000 });
async function fetched(most = 1_000): Promise<string> {
  const found = await fetch(settings(), sender, '900100', most);
  if (found.outcome !== 'accepted') return `${found.outcome} ${found.code}`;
  let whole = '';
  for await (const part of found.source) whole += part.toString();
  return whole;
}

describe('what a person sent', () => {
  it('when it is fetched, then its address is asked for, and its bytes come for the number’s token', async () => {
    expect(await fetched()).toBe('bytes');
    expect(graph.asked.map(({ path }) => path)).toEqual(['/v25.0/900100?phone_number_id=106540352242922', '/media/1']);
    for (const { headers } of graph.asked) expect(headers.authorization).toBe(`Bearer ${sender.token}`);
  });

  it('when it is said to be anywhere but with Meta, then nobody is asked and the token goes nowhere', async () => {
    about = { id: '900100', url: `${elsewhere.url}/media/1`, file_size: 5 };
    expect(await fetched()).toBe('refused WHATSAPP_FILE_ELSEWHERE');
    expect(elsewhere.asked).toEqual([]);
  });

  it('when its address is too old or Meta is busy, then it is tried again; when it is refused, never', async () => {
    for (const status of [404, 500]) {
      file = text(status, '');
      expect(await fetched()).toBe('not_sent WHATSAPP_FILE_NOT_GIVEN');
    }
    file = text(401, '');
    expect(await fetched()).toBe('refused WHATSAPP_FILE_NOT_GIVEN');
  });

  it('when it is longer than is taken, by what is said or by what comes, then it is not', async () => {
    about = { ...about, file_size: '2000' };
    expect(await fetched()).toBe('refused WHATSAPP_FILE_TOO_LARGE');
    about = { ...about, file_size: 5 };
    file = text(200, 'x'.repeat(2_000));
    await expect(fetched()).rejects.toThrow(/longer/);
  });
});

describe('what is sent to a person', () => {
  const cases: [Partial<OutboundContent & { kind: 'media' }>, object][] = [
    [
      { medium: 'image', text: 'Esta' },
      { type: 'image', image: { id: '7', caption: 'Esta' } },
    ],
    [
      { medium: 'video', text: '' },
      { type: 'video', video: { id: '7' } },
    ],
    [
      { medium: 'audio', text: '' },
      { type: 'audio', audio: { id: '7' } },
    ],
    [
      { medium: 'document', text: 'Tu boleta', name: 'boleta.pdf' },
      { type: 'document', document: { id: '7', caption: 'Tu boleta', filename: 'boleta.pdf' } },
    ],
  ];
  it.each(cases)('when it is %j, then it goes as Meta takes it', async (content, expected) => {
    const sending = new Sending(settings());
    about = { messaging_product: 'whatsapp', messages: [{ id: 'wamid.T1VU' }] };
    const whole = { kind: 'media', media: '7', ...content } as OutboundContent;
    expect(await sending.send(sender, ana, whole, '7.42.mac')).toMatchObject({ outcome: 'accepted' });
    expect(JSON.parse(graph.asked[0]?.body ?? '')).toMatchObject(expected);
    await sending.close();
  });
});
