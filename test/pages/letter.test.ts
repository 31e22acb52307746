import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { unzipSync } from 'fflate';
import { newId } from '../../src/data/ids';
import { signLink } from '../../src/data/links';
import { letterRoute } from '../../src/pages/letter-route';
import { itInABrowser, problemsAt } from '../support/axe';
import { aSite, later, type Site, start } from './site';

let site: Site;
let web: Server;
let url: string;
beforeAll(async () => {
  site = await aSite();
  const { database, keys, clock } = site.here;
  web = createServer(express().use(letterRoute({ ...site.here, database, keys, clock }))).listen(0, '127.0.0.1');
  await new Promise((done) => web.once('listening', done));
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
}, 120_000);
afterAll(async () => {
  web?.close();
  await site?.close();
});
beforeEach(() => {
  site.here.clock.at = start;
});

const boss = { member: newId(), roles: ['privacy'] };
const facts = 'Tiene un contrato vigente hasta marzo.';

async function aRefusal() {
  const contact = await site.person();
  return site.here.in(site.tenant, async (tx) => {
    const { privacy, keys } = site.here;
    const { id, number } = await privacy.open(tx, { contact, right: 'access', receivedAt: start, now: start });
    await privacy.reject(tx, id, { ground: 'law_forbids', facts }, boss, start);
    const [letter] = await tx.query<{ id: string }>('SELECT id FROM case_letter WHERE case_id = $1', [id]);
    const expires = later(60);
    const link = signLink(await keys.of(tx), 'letter', { subject: letter?.id ?? '', expires });
    return {
      id,
      number,
      letter: `${url}/letter/${link}`,
      dossier: url + (await privacy.dossierLink(tx, id, boss, start)).path,
    };
  });
}
const get = async (link: string) => {
  const answer = await fetch(link);
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};

describe('a letter by its link', () => {
  it('when it is opened, then it is read as it was written, kept by nobody, and nothing changes', async () => {
    const { letter, number } = await aRefusal();
    const before = await site.everything();
    const { status, headers, bytes } = await get(letter);
    const text = bytes.toString();
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    for (const said of ['no puede acoger su solicitud de acceso', facts, 'puede reclamar ante la Agencia', number])
      expect(text).toContain(said);
    expect(text).not.toMatch(/<script|<img/);
    expect(await site.everything()).toBe(before);
  });

  it('when it is altered, over, or a link for something else, then it opens nothing and says the same', async () => {
    const { letter, dossier } = await aRefusal();
    const gone = (await get(`${url}/letter/x`)).bytes.toString();
    const swapped = letter.replace('/letter/', '/dossier/');
    for (const link of [
      `${letter}x`,
      letter.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
      swapped,
      dossier.replace('/dossier/', '/letter/'),
    ]) {
      const answer = await get(link);
      expect([answer.status, answer.bytes.toString()]).toEqual([404, gone]);
    }
    site.here.clock.at = later(61);
    expect((await get(letter)).status).toBe(404);
  });
});

describe('the file of a case by its link', () => {
  it('when it is fetched, then it is all there as a ZIP, and that it was read is on record', async () => {
    const { dossier, number, id } = await aRefusal();
    const { status, headers, bytes } = await get(dossier);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/zip']);
    const files = unzipSync(bytes);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([`${number}/case.json`, `${number}/letter-1-answer.txt`, `${number}/manifest.json`]),
    );
    expect(Buffer.from(files[`${number}/letter-1-answer.txt`] as Uint8Array).toString()).toContain(facts);
    const acts = await site.here.in(site.tenant, (tx) =>
      tx.query<{ act: string; actor: string }>(
        "SELECT act, actor FROM audit WHERE subject = $1 AND act LIKE 'case.dossier%' ORDER BY id",
        [`case:${id}`],
      ),
    );
    expect(acts).toEqual([
      { act: 'case.dossier_link', actor: `member:${boss.member}` },
      { act: 'case.dossier', actor: 'link:dossier' },
    ]);
    site.here.clock.at = later(24 * 60 + 1);
    expect((await get(dossier)).status).toBe(404);
  });
});

itInABrowser(
  'when axe looks at a letter, then it finds nothing',
  async () => {
    const { letter } = await aRefusal();
    expect(await problemsAt(['es', 'en', 'pt'].map((language) => `${letter}?lang=${language}`))).toEqual([]);
  },
  60_000,
);
