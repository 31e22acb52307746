import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { ana, Outside, RecordingProduct, root, tienda } from './outside';

const running: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

/** The events of a stream, as they come. */
async function watch(outside: Outside): Promise<{ event: string; content: unknown }[]> {
  const end = new AbortController();
  running.push(() => end.abort());
  const response = await fetch(`${outside.running.url}/__sim/stream`, { signal: end.signal });
  const seen: { event: string; content: unknown }[] = [];
  const read = async () => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      rest += Buffer.from(chunk).toString('utf8');
      const frames = rest.split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const [, event, content] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
        if (event && content) seen.push({ event, content: JSON.parse(content) });
      }
    }
  };
  void read().catch(() => {});
  return seen;
}

describe('time and news', () => {
  let outside: Outside;
  beforeAll(async () => {
    outside = await Outside.start();
  });
  afterAll(() => outside.stop());

  it('when nothing is said about time, then it is Tuesday morning in Santiago, and only goes forward', async () => {
    const { now, zone } = await outside.sim('GET', 'clock');
    expect([now.slice(0, 15), zone]).toEqual(['2026-12-01T13:3', 'America/Santiago']);
    const moved = await outside.sim('POST', 'clock', { advance: '2h' });
    expect(Date.parse(moved.now) - Date.parse(now)).toBeGreaterThanOrEqual(7_200_000);
    const back = await outside.fetch('POST', '/__sim/clock', JSON.stringify({ now: '2026-12-01T13:30:00Z' }));
    expect([back.status, (await back.json()) as object]).toMatchObject([409, { error: { code: 'CLOCK_BACKWARDS' } }]);
    const wrong = await outside.fetch('POST', '/__sim/clock', JSON.stringify({ advance: 'mucho' }));
    expect(wrong.status).toBe(400);
  });

  it('when something happens, then whoever watches is told: time, WhatsApp, Slack', async () => {
    const seen = await watch(outside);
    await outside.sim('POST', 'clock', { advance: '1h' });
    await outside.sim('POST', 'whatsapp/inbound', { from: ana, to: tienda, text: 'hola' });
    await outside.sim('POST', 'slack/dm', { team: 'T0ANDINA', user: 'U0CAMILA', text: 'hola' });
    await eventually(() => {
      expect(seen.filter(({ event }) => event === 'clock')).toHaveLength(2);
      expect(seen).toContainEqual({
        event: 'whatsapp',
        content: { phone: ana, number: tienda, message: expect.objectContaining({ direction: 'in', text: 'hola' }) },
      });
      expect(seen).toContainEqual({
        event: 'slack',
        content: expect.objectContaining({
          team: 'T0ANDINA',
          kind: 'message',
          message: expect.objectContaining({ text: 'hola' }),
        }),
      });
    });
  });

  it('when the world is described, then it fits the demo customers and says what special numbers do', async () => {
    const { whatsapp, slack } = await outside.sim('GET', 'world?language=en');
    expect(whatsapp.numbers.map(({ company }: { company: string }) => company)).toEqual([
      'Tienda Andina',
      'Clínica Sur',
    ]);
    expect(whatsapp.people).toContainEqual(
      expect.objectContaining({ id: '+56900000004', special: 'Is not on WhatsApp (131026).' }),
    );
    expect(whatsapp.people.filter(({ special }: { special?: string }) => !special)).toHaveLength(8);
    expect(slack.teams[0].users[0]).toEqual({
      id: 'U0CAMILA',
      name: 'Camila Rojas',
      title: 'Marketing',
      initials: 'CR',
    });
  });
});

describe('the world as a process', () => {
  it('when it ends and starts again, then time, chats and receipts go on where they were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'connectus-simulator-'));
    running.push(() => rmSync(folder, { recursive: true }));
    const stateFile = join(folder, 'state.json');
    const product = new RecordingProduct();
    const first = await Outside.start({ stateFile, product });
    await first.sim('POST', 'clock', { advance: '3d' });
    const { now: before } = await first.sim('GET', 'clock');
    await first.sim('POST', 'whatsapp/webhooks/hold');
    await first.sim('POST', 'whatsapp/inbound', { from: ana, to: tienda, text: 'antes' });
    await first.sim('POST', 'whatsapp/templates/promo_cyber', { number: tienda, status: 'PAUSED' });
    const answer = await first.send({ to: ana, type: 'text', text: { body: 'ya voy' } });
    await first.slack('chat.postMessage', { channel: 'U0DIEGO', text: 'para Diego' });
    await first.stop();

    const second = await Outside.start({ stateFile });
    running.push(() => second.stop());
    const { now } = await second.sim('GET', 'clock');
    expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse(before));
    await eventually(() => expect(second.product.messages()).toMatchObject([{ text: { body: 'antes' } }]));
    await eventually(() =>
      expect(second.product.receipts(answer.body.messages[0].id).map(({ status }) => status)).toEqual([
        'sent',
        'delivered',
      ]),
    );
    const { chats } = await second.sim('GET', `whatsapp/phones/${encodeURIComponent(ana)}`);
    expect(chats[0].messages.map(({ text }: { text: string }) => text)).toEqual(['antes', 'ya voy']);
    expect((await second.sendTemplate(ana)).body.error.code).toBe(132015);
    const { messages } = await second.sim('GET', 'slack/messages?team=T0ANDINA&channel=dm&user=U0DIEGO');
    expect(messages).toMatchObject([{ text: 'para Diego' }]);
  });

  it('when its parent is killed, then it ends too', async () => {
    const script = `
      const { fork } = require('node:child_process');
      const child = fork('simulator/main.ts', { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      child.on('message', ({ url }) => console.log(url));`;
    const parent = spawn(process.execPath, ['-e', script], { cwd: root, env: { ...process.env, SIM_PORT: '0' } });
    running.push(() => void parent.kill('SIGKILL'));
    const url = await firstLine(parent);
    expect((await fetch(`${url}/__sim/clock`)).status).toBe(200);
    parent.kill('SIGKILL');
    await eventually(() => expect(fetch(`${url}/__sim/clock`)).rejects.toThrow());
  });
});

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim())));
