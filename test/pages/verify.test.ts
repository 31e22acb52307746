import { createHash, randomBytes } from 'node:crypto';
import { signDocument, verifyDocument } from '../../src/data/signed-document';
import { signerOf } from '../../src/data/signing';
import { exitCertificatesTable } from '../../src/domain/privacy/exit-certificates.table';
import { signingKeysTable } from '../../src/domain/privacy/signing-keys.table';
import { createWeb, type Web } from '../../src/http';
import { silentLog } from '../../src/log';
import { verifyRoute } from '../../src/pages/verify-route';
import { carriedOut, type ErasingOffice, erasingOffice, needlesFor } from '../domain/privacy/erasing';
import { aKnownPerson, anAcceptedErasure } from '../domain/privacy/office';
import { itInABrowser, problemsAt } from '../support/axe';
import { hitsIn } from '../support/scanner';

let desk: ErasingOffice;
let web: Web;
let url: string;
let certificate: string;
let path: string;
let person: Awaited<ReturnType<typeof aKnownPerson>>;
let pending: string;
beforeAll(async () => {
  desk = await erasingOffice();
  await desk.database.withSystem('resolver', (tx) => signingKeysTable.publish(tx, desk.signer, desk.clock.at));
  web = createWeb([verifyRoute({ ...desk, publicUrl: 'https://connectus.example' })], async () => {}, silentLog);
  url = (await web.listen(0, '127.0.0.1')).url;
  person = await aKnownPerson(desk);
  const id = await anAcceptedErasure(desk, person);
  await carriedOut(desk, id);
  certificate = (await desk.certificateOf(id)) ?? '';
  path = new URL(await desk.in((tx) => desk.certificates.link(tx, id))).pathname;
  const other = await anAcceptedErasure(desk, await aKnownPerson(desk));
  await desk.work(other);
  pending = new URL(await desk.in((tx) => desk.certificates.link(tx, other))).pathname;
});
afterAll(async () => {
  await web.close();
  await desk.close();
});

const get = (at: string, headers: Record<string, string> = {}) => fetch(`${url}${at}`, { headers });
/** As a browser sends the form, with a file or with text. */
async function handIn(
  given: { file?: string | Buffer; text?: string },
  lang = 'es',
): Promise<{ status: number; page: string }> {
  const form = new FormData();
  form.set('file', new Blob([given.file ?? '']), given.file === undefined ? '' : 'certificate.json');
  form.set('text', given.text ?? '');
  const answer = await fetch(`${url}/verify?lang=${lang}`, { method: 'POST', body: form });
  return { status: answer.status, page: await answer.text() };
}
const mainOf = (page: string): string => page.slice(page.indexOf('<main>'));

describe('the page of a certificate', () => {
  it('when its link is opened, then it says everything, shows a code that leads to its verification, and nothing runs or is fetched', async () => {
    const answer = await get(path);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-robots-tag')).toContain('noindex');
    expect(page).not.toMatch(/<script|<img|src=|javascript:/);
    for (const said of [
      'Certificado de supresión de datos personales',
      'CE-0',
      'Tienda Andina SpA',
      '76.517.351-5',
      '0 coincidencias',
      '7 ii',
      'Verificar este certificado',
      '<svg',
    ])
      expect(page).toContain(said);
    expect(page).toContain(`/verify?c=${path.split('/')[2]}`);
    expect(hitsIn('page', Buffer.from(page), needlesFor(person))).toEqual([]);
  });

  it('when it is taken along, then the JSON is the very bytes that were signed, and the paper carries them within, the same every time', async () => {
    const json = await get(`${path}/certificate.json`);
    expect(json.headers.get('content-disposition')).toMatch(/CE-\d{6}\.json/);
    expect(await json.text()).toBe(certificate);
    const paper = async (): Promise<Buffer> => Buffer.from(await (await get(`${path}/certificate.pdf`)).arrayBuffer());
    const [one, again] = [await paper(), await paper()];
    expect(one.subarray(0, 5).toString()).toBe('%PDF-');
    expect(one.toString('latin1')).toMatch(/EmbeddedFile/);
    expect(one.toString('latin1')).toMatch(/\/StructTreeRoot/); // tagged: it can be read aloud
    expect(again.length).toBe(one.length);
  });

  it('when the last of it is not done, then it says that it is being completed; the files are not there', async () => {
    expect(await (await get(pending)).text()).toContain('Se está completando');
    expect((await get(`${pending}/certificate.json`)).status).toBe(404);
    expect((await get(`${pending}/certificate.pdf`)).status).toBe(404);
  });

  it.each([
    '/c/x',
    '/c/..%2F..',
    `/c/${'a'.repeat(64)}`,
    '/c/1.1.c.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.0.AAAAAAAAAAAAAAAAAAAAAA',
  ])('when %s is opened, then it is as any link that opens nothing', async (at) =>
    expect((await get(at)).status).toBe(404),
  );

  it('when one letter of the link is another, then it opens nothing', async () => {
    const turned = path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A');
    expect((await get(turned)).status).toBe(404);
    expect((await get(`/verify?c=${turned.split('/')[2]}`)).status).toBe(200);
    expect(await (await get(`/verify?c=${turned.split('/')[2]}`)).text()).not.toContain('auténtico');
  });

  it('when a customer who left opens theirs by the hash of it, then it is there, though nothing else of theirs is', async () => {
    const words = { title: 'Certificado de término', lead: 'Terminó.', sections: [] };
    const text = signDocument({ kind: 'certificate', language: 'es', facts: { number: 'CE-X1' }, words }, desk.signer);
    await desk.database.withSystem('resolver', (tx) => exitCertificatesTable.insert(tx, text, desk.clock.at));
    const hash = createHash('sha256').update(text).digest('hex');
    expect(await (await get(`/c/${hash}`)).text()).toContain('Certificado de término');
    expect(await (await get(`/verify?c=${hash}`)).text()).toContain('Es auténtico');
  });
});

describe('verifying', () => {
  it('when the code on it is scanned, then the page says at once that it is authentic', async () => {
    const page = mainOf(await (await get(`/verify?c=${path.split('/')[2]}`)).text());
    expect(page).toContain('Es auténtico y está intacto');
    expect(page).toContain(desk.signer.id);
    expect(page).toContain('CE-0');
  });

  it('when it is uploaded or pasted as it is, also with space around it, then it is authentic', async () => {
    for (const given of [{ file: certificate }, { text: certificate }, { text: `\r\n ${certificate}\r\n` }])
      expect(await handIn(given)).toMatchObject({
        status: 200,
        page: expect.stringContaining('Es auténtico y está intacto'),
      });
  });

  it('when one fact was changed, then it says which, and does not repeat what it claims', async () => {
    const { page } = await handIn({ text: certificate.replace('"found":0', '"found":7') });
    expect(mainOf(page)).toContain('Fue alterado');
    expect(mainOf(page)).toContain('facts.scan.found');
    expect(mainOf(page)).not.toContain('Lo que dice');
  });

  it('when any byte of it is another, then the page never calls it authentic', async () => {
    for (let turn = 0; turn < 40; turn++) {
      const bytes = Buffer.from(certificate);
      const at = Math.floor((bytes.length * turn) / 40);
      bytes[at] = (bytes[at] as number) ^ 1;
      const { page } = await handIn({ file: bytes });
      expect([at, mainOf(page).includes('Es auténtico')]).toEqual([at, false]);
    }
  });

  it('when somebody else signed it, then it is intact, and said to be nobody’s whom we know', async () => {
    const stranger = signerOf(randomBytes(32).toString('base64'));
    const { document } = verifyDocument(certificate);
    const { page } = await handIn({ text: signDocument(document ?? {}, stranger) });
    expect(mainOf(page)).toContain('no conozco a quien lo firmó');
    expect(mainOf(page)).not.toContain('Es auténtico');
  });

  it.each([
    ['nothing', {}, 422, 'Falta el certificado'],
    ['words', { text: 'hola <b>mundo</b>' }, 200, 'No parece un certificado'],
    ['half of it', { text: '{"document":{' }, 200, 'No parece un certificado'],
  ])('when %s is handed in, then it says so', async (_what, given, status, said) => {
    const outcome = await handIn(given);
    expect(outcome.status).toBe(status);
    expect(outcome.page).toContain(said);
    expect(outcome.page).not.toContain('<b>mundo');
  });

  it('when far too much is handed in, then it is refused', async () => {
    expect((await handIn({ text: 'x'.repeat(600_000) })).status).toBe(413);
  });

  it('when it is asked in English or Portuguese, then it is said so', async () => {
    expect((await handIn({ text: certificate }, 'en')).page).toContain('It is authentic and intact');
    expect((await handIn({ text: certificate }, 'pt')).page).toContain('É autêntico e está intacto');
  });

  it('when somebody wants the keys, then they are published where they are looked for', async () => {
    const { keys } = (await (await get('/.well-known/signing-keys.json')).json()) as { keys: { id: string }[] };
    expect(keys).toContainEqual(expect.objectContaining({ id: desk.signer.id, public_key: desk.signer.public_key }));
  });
});

itInABrowser(
  'when axe looks at a certificate and at what is verified, then it finds nothing',
  async () => {
    const urls = [path, pending, '/verify'].flatMap((at) => ['es', 'en', 'pt'].map((one) => `${url}${at}?lang=${one}`));
    expect(await problemsAt(urls)).toEqual([]);
  },
  90_000,
);
