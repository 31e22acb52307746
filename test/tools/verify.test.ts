import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signDocument } from '../../src/data/signed-document';
import { signerOf } from '../../src/data/signing';

const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'connectus-verify-'));
const seed = randomBytes(32).toString('base64');
const signer = signerOf(seed);
const words = {
  title: 'Certificado',
  lead: 'Se borró.',
  sections: [{ title: 'Caso', facts: [['Número', 'CE-000204']], notes: [] }],
};
const text = signDocument({ kind: 'certificate', facts: { number: 'CE-000204', erased: 3 }, words }, signer);
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
/** No server is within reach, and no key but those that are given. */
function verify(args: string[], given: Record<string, string> = {}): { code: number | null; out: string } {
  const env = {
    ...process.env,
    DATABASE_URL: '',
    DATABASE_APP_URL: '',
    REDIS_URL: '',
    MASTER_KEY: '',
    SIGNING_KEY: '',
    DATA_DIR: folder,
    ...given,
  };
  const { status, stdout } = spawnSync(process.execPath, ['src/boot.cjs', 'verify', ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { code: status, out: stdout };
}

it('when a certificate is whole and by our key, then what it says is shown and it ends with 0; without the key it is whole and unknown, with the published keys it is known', () => {
  const path = file('certificate.json', text);
  expect(verify([path], { SIGNING_KEY: seed })).toEqual({
    code: 0,
    out: expect.stringMatching(/Certificado[\s\S]*Número: CE-000204[\s\S]*Valid: signed by key/),
  });
  expect(verify([path])).toEqual({ code: 2, out: expect.stringContaining(signer.id) });
  const { id, public_key } = signer;
  const keys = file('keys.json', JSON.stringify({ keys: [{ id, public_key }] }));
  expect(verify([path, '--keys', keys]).code).toBe(0);
  const said = JSON.parse(verify([path, '--keys', keys, '--json']).out);
  expect(said).toMatchObject({ outcome: 'valid', changed: [], document: { facts: { erased: 3 } } });
});

it('when something was changed, then it names what, shows nothing of what it claims, and ends with 1', () => {
  const path = file('changed.json', text.replace('"erased":3', '"erased":0'));
  const { code, out } = verify([path], { SIGNING_KEY: seed });
  expect([code, out]).toEqual([1, expect.stringContaining('NOT VALID. Not as it was signed: facts.erased.')]);
  expect(out).not.toContain('Número');
  expect(verify([file('nothing.json', 'hola')], { SIGNING_KEY: seed }).code).toBe(1);
  expect(verify([join(folder, 'not-there.json')]).code).toBe(1);
});
