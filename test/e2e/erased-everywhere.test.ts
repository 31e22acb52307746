import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningPostgres } from '../../src/local/postgres';
import { eventually } from '../support/eventually';
import { lendModels } from '../support/models';
import { testRedis } from '../support/redis';
import { type Hit, hitsIn, type Needle, needlesOf, scanDatabase, scanFiles, scanRedis } from '../support/scanner';
import { type System, startSystem } from '../support/system';
import { Outside, type PhoneMessage, spoken } from '../tour/outside';
import { castOf, type Tour } from '../tour/steps';

jest.setTimeout(400_000); // a bound for a busy machine
const root = join(__dirname, '..', '..');
/** Carla, as the outside knows her, and two things that only she wrote. */
const phone = '+56982223344';
const wrote = ['las sandalias verde petroleo del 37', 'soy la hermana de Eufrasia Colipán'];

let dataDir: string;
let redisUrl: string;
let system: System;
let outside: Outside;
let cast: Tour;
let needles: Needle[];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'connectus-system-'));
  lendModels(dataDir);
  redisUrl = `${testRedis().url}/14`; // nobody else's
  system = await startSystem({ within: 200_000, dataDir, environment: { REDIS_URL: redisUrl, LOG_LEVEL: 'debug' } });
  outside = new Outside(system.worldUrl, () => {});
  cast = await castOf(outside);
  const { person } = await outside.get<{ person: { bsuid?: string; email?: string } }>(
    `/__sim/whatsapp/phones/${encodeURIComponent(phone)}`,
  );
  const ids = [person.bsuid, 'carla.munoz@correo.example'].filter((one) => one !== undefined);
  needles = needlesOf({ phone, others: [...ids, ...wrote] });
}, 260_000);
afterAll(async () => {
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What is no business of this search, and why. */
const elsewhere = {
  'simulator.json': 'the memory of the outside world: Meta’s, Slack’s and the person’s own phone',
  models: 'what was learnt of languages, from written examples alone',
  'postgres/cluster/pg_wal':
    'what the database writes ahead of itself: it holds what was sealed, until it is written over',
};
/** Our own posts in the customer's Slack, and what we put into its files. */
async function slackHits(): Promise<Hit[]> {
  const places = [
    ...['C0PRIVACIDAD', 'C0ATENCION', 'C0CAMPANAS'].map((channel) => ({ member: cast.paula, channel })),
    ...[cast.camila, cast.diego, cast.paula].map((member) => ({ member, channel: 'dm' })),
  ];
  const hits: Hit[] = [];
  for (const { member, channel } of places) {
    const messages = await outside.channel(member, channel).catch(() => []);
    const ours = messages.filter(({ bot }) => bot);
    hits.push(...hitsIn(`slack:${channel}`, Buffer.from(JSON.stringify(ours)), needles));
  }
  return [...hits, ...hitsIn('slack:files', Buffer.from(JSON.stringify(await outside.files())), needles)];
}

const everywhere = async (): Promise<string[]> => {
  const ownerUrl = runningPostgres(dataDir, 'connectus');
  if (!ownerUrl) throw new Error('the database does not run here');
  const hits = [
    ...(await scanDatabase(ownerUrl, needles)),
    ...(await scanRedis(redisUrl, needles)),
    ...scanFiles(dataDir, needles, elsewhere),
    ...hitsIn('log', Buffer.from(system.output()), needles),
    ...(await slackHits()),
  ];
  return [...new Set(hits.map(({ where, form }) => `${where}: ${form}`))];
};

const says = (text: string, more: object = {}): Promise<PhoneMessage> =>
  outside.answers(phone, cast.number, text, more);

/** A draft from words, approved by somebody else; it is enough that it reached her. */
async function getsACampaign(): Promise<void> {
  const { camila, diego } = cast;
  const draft = await outside.writes(camila, 'manda la promo cyber a clientes RM', ({ buttons }) => buttons.length > 0);
  const number = /C-\d+/.exec(spoken(draft))?.[0] ?? '';
  await outside.presses(camila, draft, /aprobación/i);
  const asked = await outside.reads(
    diego,
    'dm',
    (one) => spoken(one).includes(number) && spoken(one).includes('[Aprobar]'),
  );
  await outside.presses(diego, asked, /^Aprobar/);
  await eventually(async () => expect((await outside.deliveries()).map(({ to }) => to)).toContain(phone), {
    within: 150_000,
    every: 500,
  });
}

it('T-ERA-1: when somebody who got a campaign, wrote, sent a picture and spoke with the team is erased, then no place of ours knows them in any form, also after a late receipt', async () => {
  // In the clear there is nothing of anybody, even before: what there is is sealed. Her words stand in Slack while the team reads them.
  await getsACampaign();
  await says(`hola, tienen ${wrote[0]}?`);
  await says('quiero hablar con una persona');
  await outside.post('/__sim/whatsapp/inbound', { from: phone, to: cast.number, text: wrote[1] });
  await outside.post('/__sim/whatsapp/inbound', { from: phone, to: cast.number, type: 'image', text: undefined });

  const asked = await says('bórrenme');
  const request = /SOL-\d+/.exec(asked.text)?.[0] ?? '';
  await outside.taps(phone, cast.number, asked, /^Sí/);
  const card = await outside.reads(
    cast.paula,
    'C0PRIVACIDAD',
    ({ lines, buttons }) => lines.join(' ').includes(request) && buttons.some(({ label }) => /^Aceptar/.test(label)),
  );
  await outside.presses(cast.paula, card, /^Aceptar/);
  const letter = await outside.receives(phone, cast.number, ({ text }) => /\/c\/[\w.-]+/.test(text));
  const link = /https?:\/\/\S+\/c\/[\w.-]+/.exec(letter.text)?.[0] ?? '';
  const certificate = await eventually(
    async () => {
      const answer = await fetch(`${link}/certificate.json`);
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.text();
    },
    { within: 90_000, every: 500 },
  );
  expect(hitsIn('certificate', Buffer.from(certificate), needles)).toEqual([]);
  expect(await everywhere()).toEqual([]);

  // She opens the old promotion now: Meta says so, of somebody whom nobody knows any more.
  await outside.post(`/__sim/whatsapp/phones/${encodeURIComponent(phone)}/read`, { number: cast.number });
  await new Promise((done) => setTimeout(done, 5_000));
  expect(await everywhere()).toEqual([]);

  const file = join(dataDir, 'certificate-of-carla.json');
  writeFileSync(file, certificate);
  const verify = () =>
    spawnSync(process.execPath, ['src/boot.cjs', 'verify', file], {
      cwd: root,
      env: { ...process.env, DATA_DIR: dataDir },
      encoding: 'utf8',
    });
  expect(verify()).toMatchObject({ status: 0, stdout: expect.stringContaining('Valid') });
  writeFileSync(file, certificate.replace('"found":0', '"found":1'));
  expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining('facts.scan.found') });
});
