import { isSlacks } from '../../../adapters/slack/files';
import { Sending } from '../../../adapters/slack/send';
import { aSender } from '../door';
import { type Answer, json, Provider } from '../provider';

let slack: Provider;
let elsewhere: Provider;
let sending: Sending;
let about: object;
let file: Answer;
let deletion: object;
const text =
  (status: number, body: string): Answer =>
  (response) =>
    void response.writeHead(status).end(body);

beforeAll(async () => {
  [slack, elsewhere] = [await Provider.start(), await Provider.start()];
  slack.answer = (response, asked) => {
    const { pathname } = new URL(asked.path, slack.url);
    if (pathname === '/api/files.info') return json(200, { ok: true, file: about })(response, asked);
    if (pathname === '/api/files.getUploadURLExternal')
      return json(200, { ok: true, upload_url: `${slack.url}/upload/F9`, file_id: 'F9' })(response, asked);
    if (pathname === '/upload/F9') return text(200, 'OK - 5')(response, asked);
    if (pathname === '/api/files.delete') return json(200, deletion)(response, asked);
    if (pathname.startsWith('/api/')) return json(200, { ok: true, files: [] })(response, asked);
    return file(response, asked);
  };
  elsewhere.answer = text(200, 'somebody else’s');
  sending = new Sending(`${slack.url}/api/`);
});
beforeEach(() => {
  slack.asked.length = 0;
  elsewhere.asked.length = 0;
  deletion = { ok: true };
  file = text(200, 'fono\n912345678');
  about = { id: 'F1', size: 14, url_private: `${slack.url}/files-pri/F1/lista.csv` };
});
afterAll(async () => {
  await sending.close();
  await slack.stop();
  await elsewhere.stop();
});

const sender = aSender('slack', 'T0ANDINA');
const fetched = async (most = 1_000): Promise<string> => {
  const found = await sending.fetchFile(sender, 'F1', most);
  if (found.outcome !== 'accepted') return found.code;
  let whole = '';
  for await (const chunk of found.source) whole += chunk.toString();
  return whole;
};

describe('a file in Slack', () => {
  it('when it is fetched, then its bytes come for the workspace’s token', async () => {
    expect(await fetched()).toBe('fono\n912345678');
    expect(slack.asked.at(-1)?.headers.authorization).toBe(`Bearer ${sender.token}`);
  });

  it('when it is said to be anywhere but in Slack, then nobody is asked and the token goes nowhere', async () => {
    about = { id: 'F1', size: 14, url_private: `${elsewhere.url}/lista.csv` };
    expect(await fetched()).toBe('SLACK_FILE_ELSEWHERE');
    file = (response) => void response.writeHead(302, { location: `${elsewhere.url}/lista.csv` }).end();
    about = { id: 'F1', size: 14, url_private: `${slack.url}/files-pri/F1/lista.csv` };
    expect(await fetched()).toBe('SLACK_FILE_NOT_GIVEN');
    expect(elsewhere.asked).toHaveLength(0);
  });

  it('when it is too long, by what is said or by what comes, then it is not taken', async () => {
    about = { id: 'F1', size: 5_000, url_private: `${slack.url}/files-pri/F1/lista.csv` };
    expect(await fetched()).toBe('SLACK_FILE_TOO_LARGE');
    about = { id: 'F1', size: 3, url_private: `${slack.url}/files-pri/F1/lista.csv` };
    file = text(200, 'x'.repeat(5_000));
    await expect(fetched()).rejects.toThrow('longer');
  });

  it('when it is put beneath a post, then it is announced with its length, brought and shared in that thread', async () => {
    const at = { team: 'T0ANDINA', channel: 'D0CAMILA', post: '1.2' };
    const outcome = await sending.putFile(sender, at, { name: 'rechazadas.csv', content: Buffer.from('a;b\r\n') });
    expect(outcome).toEqual({ outcome: 'accepted', providerId: 'F9' });
    const fields = (method: string) =>
      Object.fromEntries(new URLSearchParams(slack.asked.find(({ path }) => path.endsWith(method))?.body));
    expect(fields('files.getUploadURLExternal')).toMatchObject({ filename: 'rechazadas.csv', length: '5' });
    expect(fields('files.completeUploadExternal')).toMatchObject({ channel_id: 'D0CAMILA', thread_ts: '1.2' });
    const brought = slack.asked.find(({ path }) => path === '/upload/F9');
    expect(brought).toMatchObject({ body: 'a;b\r\n' });
    expect(brought?.headers.authorization).toBeUndefined();
  });

  it('when it is longer than memory should hold, then it goes as it comes, with its length and the words for a picture', async () => {
    const at = { team: 'T0ANDINA', channel: 'D0CAMILA', post: '1.2' };
    const source = (async function* () {
      for (const part of ['a;b\r\n', '1;2\r\n', '3;4\r\n']) yield Buffer.from(part);
    })();
    const before = slack.asked.length;
    const outcome = await sending.putFile(sender, at, {
      name: 'x.csv',
      content: { bytes: 15, source },
      alt: 'y'.repeat(2_000),
    });
    expect(outcome).toEqual({ outcome: 'accepted', providerId: 'F9' });
    const asked = slack.asked.slice(before);
    const announced = asked.find(({ path }) => path.endsWith('files.getUploadURLExternal'));
    expect(Object.fromEntries(new URLSearchParams(announced?.body))).toMatchObject({
      length: '15',
      alt_text: 'y'.repeat(1_000),
    });
    const brought = asked.find(({ path }) => path === '/upload/F9');
    expect(brought).toMatchObject({ body: 'a;b\r\n1;2\r\n3;4\r\n' });
    expect(brought?.headers['content-length']).toBe('15');
  });

  it('when it is taken down, then Slack is asked to, and one that is gone already is', async () => {
    expect(await sending.removeFile(sender, 'F9')).toEqual({ outcome: 'accepted', providerId: 'F9' });
    const asked = slack.asked.findLast(({ path }) => path.endsWith('files.delete'));
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toMatchObject({ file: 'F9' });
    deletion = { ok: false, error: 'file_deleted' };
    expect(await sending.removeFile(sender, 'F9')).toEqual({ outcome: 'accepted', providerId: 'F9' });
    deletion = { ok: false, error: 'cant_delete_file' };
    expect((await sending.removeFile(sender, 'F9')).outcome).toBe('refused');
  });

  it('when an address only looks like Slack’s, then it is none', () => {
    const api = 'https://slack.com/api/';
    for (const good of ['https://files.slack.com/files-pri/T1-F1/x.csv', 'https://slack.com/x'])
      expect([good, isSlacks(good, api)]).toEqual([good, true]);
    const bad = [
      'http://files.slack.com/x',
      'https://files.slack.com.evil.example/x',
      'https://evilslack.com/x',
      'https://files.slack.com@evil.example/x',
      'https://user:x@files.slack.com/x',
      'https://files.slack.com:8443/x',
      'file:///etc/passwd',
      '//files.slack.com/x',
      '',
    ];
    for (const address of bad) expect([address, isSlacks(address, api)]).toEqual([address, false]);
  });
});
