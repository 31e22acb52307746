import { createWeb } from '../../src/http';
import { silentLog } from '../../src/log';
import { packageRoute } from '../../src/pages/package-route';
import {
  type Archive,
  aGranted,
  aKnownPerson,
  archive,
  carriedOut,
  type Known,
  opened,
  start,
  toldOf,
} from '../domain/privacy/copied';
import { itInABrowser, problemsAt } from '../support/axe';

let desk: Archive;
let person: Known;
let web: ReturnType<typeof createWeb>;
let url: string;
beforeAll(async () => {
  desk = await archive();
  person = await aKnownPerson(desk);
  web = createWeb([packageRoute({ ...desk.here })], async () => {}, silentLog);
  ({ url } = await web.listen(0, '127.0.0.1'));
}, 60_000);
afterAll(async () => {
  await web.close();
  await desk.close();
});

async function aCopy(): Promise<{ id: string; page: string }> {
  const id = await aGranted(desk, person.contact);
  await carriedOut(desk, id);
  const { link = '' } = await toldOf(desk, id);
  return { id, page: `${url}${new URL(link).pathname}` };
}
const post = (page: string, fields: Record<string, string>): Promise<Response> =>
  fetch(page, { method: 'POST', body: new URLSearchParams(fields) });
const downloads = (id: string): Promise<number> =>
  desk.in(async (tx) => {
    const [row] = await tx.query<{ downloads: number }>('SELECT downloads FROM package WHERE case_id = $1', [id]);
    return row?.downloads ?? -1;
  });

describe('the page of a copy', () => {
  it('when whatever fetches links ahead opens it, then nothing counts; the button takes one download and gives the file', async () => {
    const { id, page } = await aCopy();
    for (const method of ['GET', 'HEAD', 'GET']) {
      const looked = await fetch(page, { method });
      expect([looked.status, looked.headers.get('cache-control'), looked.headers.get('referrer-policy')]).toEqual([
        ...[200, 'no-store', 'no-referrer'],
      ]);
    }
    expect(await downloads(id)).toBe(0);
    const file = await post(page, { act: 'fetch' });
    expect(file.headers.get('content-type')).toBe('application/zip');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="SOL-\d+[.]zip"$/);
    expect(Object.keys(opened(Buffer.from(await file.arrayBuffer())))).toContain('written.csv');
    expect(await downloads(id)).toBe(1);
  });

  it('when it is looked at, then it tells nothing of the person, in the language that is asked for', async () => {
    const { page } = await aCopy();
    const shown = await (await fetch(`${page}?lang=en`)).text();
    expect(shown).toContain('<html lang="en">');
    expect(shown).toContain('Download my data');
    for (const word of person.words) expect(shown).not.toContain(word);
    expect(shown).not.toContain('<script');
  });

  it('when a link is guessed, over or used up, then each answers the same', async () => {
    const { page } = await aCopy();
    for (let time = 0; time < 3; time++) expect((await post(page, { act: 'fetch' })).status).toBe(200);
    const answers = await Promise.all(
      [page, `${url}/p/${'a'.repeat(54)}`, `${page.slice(0, -2)}zz`, `${url}/p/x`].map(async (one) => {
        const [looked, fetched] = [await fetch(one), await post(one, { act: 'fetch' })];
        return [looked.status, fetched.status, await looked.text(), await fetched.text()];
      }),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.slice(0, 2)).toEqual([404, 404]);
  });
});

describe('a copy of somebody with another mailbox on record', () => {
  beforeAll(async () => {
    const mailbox = { channel: 'email', app: 'default', providerId: 'hola@andina.example', token: '', label: 'Andina' };
    await desk.here.tenants.addSender(desk.tenant.id, mailbox, start);
  });

  /** What was sent to the other channel last. */
  const codeSent = (): Promise<string> =>
    desk.in(async (tx) => {
      const [row] = await tx.query<{ seq: string; sealed: Buffer }>(
        "SELECT seq::text, sealed FROM message WHERE contact_id = $1 AND channel = 'email' AND sealed IS NOT NULL ORDER BY seq DESC LIMIT 1",
        [person.contact],
      );
      if (!row) return '';
      const text = (await desk.here.keys.person(tx, person.contact))
        .open(row.sealed, `message|0|${row.seq}`)
        .toString();
      return /\b\d{6}\b/.exec(text)?.[0] ?? '';
    });

  it('when the link alone is used, then nothing is handed over; with the code from the other channel it is', async () => {
    const { id, page } = await aCopy();
    expect(await (await fetch(page)).text()).toContain('correo');
    expect((await post(page, { act: 'fetch' })).status).toBe(403);
    expect((await post(page, { act: 'code' })).status).toBe(200);
    const code = await codeSent();
    expect(code).toMatch(/^\d{6}$/);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    const refused = await post(page, { act: 'fetch', code: wrong });
    expect(refused.status).toBe(403);
    expect(await downloads(id)).toBe(0);
    const file = await post(page, { act: 'fetch', code });
    expect(file.status).toBe(200);
    await file.arrayBuffer();
    expect(await downloads(id)).toBe(1);
  });

  it('when codes are guessed, then after five a day the right one opens nothing either', async () => {
    const { id, page } = await aCopy();
    await post(page, { act: 'code' });
    const code = await codeSent();
    for (let guess = 0; guess < 5; guess++) {
      const wrong = String((Number(code) + 1 + guess) % 1_000_000).padStart(6, '0');
      expect((await post(page, { act: 'fetch', code: wrong })).status).toBe(403);
    }
    expect((await post(page, { act: 'fetch', code })).status).toBe(403);
    expect(await downloads(id)).toBe(0);
  });
});

itInABrowser(
  'when axe looks at the page of a copy, then it finds nothing',
  async () => {
    const { page } = await aCopy();
    expect(await problemsAt(['es', 'en', 'pt'].map((language) => `${page}?lang=${language}`))).toEqual([]);
  },
  60_000,
);
