import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

/** A file, what it imports, and the rules it breaks. */
const planted: [file: string, imports: string, rules: string[]][] = [
  ['adapters/slack/a.ts', 'adapters/whatsapp/send.ts', ['room-adapters']],
  ['adapters/slack/b.ts', 'src/domain/audit/audit.ts', ['room-adapters']],
  ['adapters/slack/c.ts', 'adapters/slack/send.ts', []],
  ['adapters/slack/d.ts', 'src/channel.ts', []],
  ['intents/team/send-campaign/a.ts', 'src/services.ts', ['room-intents']],
  ['intents/team/send-campaign/b.ts', 'intents/team/link/words.ts', ['room-intents']],
  ['intents/team/send-campaign/c.ts', 'src/intent.ts', []],
  ['src/conversation/a.ts', 'intents/team/link/words.ts', ['room-conversation']],
  ['src/conversation/b.ts', 'src/queue/bull.ts', ['room-conversation']],
  ['src/conversation/c.ts', 'src/domain/audit/audit.ts', []],
  ['src/conversation/understand/a.ts', 'src/data/database.ts', ['room-understand']],
  ['src/domain/privacy/a.ts', 'src/conversation/turn.ts', ['room-domain']],
  ['src/domain/audience/a.ts', 'src/domain/consent/consent.ts', ['floor-audience']],
  ['src/domain/audit/a.ts', 'src/domain/accounts/tenants.ts', ['floor-audit']],
  ['src/domain/privacy/b.ts', 'src/domain/consent/consent.ts', []],
  ['src/domain/gifts/a.ts', 'src/clock.ts', ['no-floor']],
  ['src/queue/a.ts', 'src/domain/audit/audit.ts', ['room-queue']],
  ['src/data/a.ts', 'src/config.ts', ['room-data']],
  ['src/log.ts', 'src/clock.ts', ['room-ground']],
  ['src/load.ts', 'adapters/whatsapp/send.ts', ['room-load']],
  ['src/gifts/a.ts', 'src/clock.ts', ['no-room']],
  ['src/domain/audit/b.ts', 'test/support/world.ts', ['no-test', 'room-domain']],
  ['simulator/a.ts', 'src/clock.ts', ['room-simulator']],
  ['src/local/a.ts', 'simulator/world.ts', ['room-local']],
  ['src/domain/audit/c.service.ts', 'node_modules/sequelize', ['library-sequelize']],
  ['src/domain/audit/c.table.ts', 'node_modules/sequelize', []],
  ['src/domain/audit/d.table.ts', 'node_modules/pg', ['library-pg']],
  ['src/inbox/a.ts', 'node_modules/bull', ['library-bull']],
  ['src/inbox/b.ts', 'node_modules/ioredis', ['library-ioredis']],
  ['src/conversation/d.ts', 'node_modules/@nlpjs/nlp', ['library-nlpjs']],
  ['adapters/whatsapp/a.ts', 'node_modules/@slack/bolt', ['library-slack']],
  ['src/app.ts', 'node_modules/express', ['library-express']],
  ['src/phone.ts', 'node_modules/undeclared', ['no-undeclared']],
  ['src/domain.ts', 'src/domain/audit/nowhere.ts', ['no-lost-import']],
];

let house: string;
const broken = new Map<string, string[]>();

beforeAll(async () => {
  house = mkdtempSync(join(tmpdir(), 'connectus-imports-'));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), text);
  };
  const isLibrary = (file: string) => file.startsWith('node_modules/');
  const libraries = planted.map(([, imports]) => imports).filter(isLibrary);
  for (const library of libraries) write(`${library}/index.js`, '');
  const declared = libraries.filter((name) => !name.endsWith('/undeclared')).map((name) => [name.slice(13), '*']);
  write('package.json', JSON.stringify({ dependencies: Object.fromEntries(declared) }));
  for (const [, imports] of planted)
    if (!isLibrary(imports) && !imports.endsWith('nowhere.ts')) write(imports, 'export type Nothing = never;');
  for (const [file, imports] of planted) {
    const path = isLibrary(imports) ? imports.slice(13) : `./${relative(dirname(file), imports).replace(/\.ts$/, '')}`;
    write(file, `import type { Nothing } from '${path}';\nexport type Other = Nothing;\n`);
  }
  for (const [file, other] of ['ab', 'ba']) write(`src/inbox/circle-${file}.ts`, `import './circle-${other}';\n`);
  for (const { from, rule } of await violations()) broken.set(from, [...(broken.get(from) ?? []), rule.name].sort());
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

async function violations(): Promise<{ from: string; rule: { name: string } }[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      ...['src', 'adapters', 'intents', 'simulator', '--output-type', 'json'],
      ...['--config', join(root, '.dependency-cruiser.cjs')],
    ],
    { cwd: house, maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout).summary.violations;
}

describe('who may import whom', () => {
  it.each(planted)('when %s imports %s, then it breaks %j', (file, _imports, rules) => {
    expect(broken.get(file) ?? []).toEqual(rules);
  });

  it('when two files need each other, then it is a circle', () => {
    expect(broken.get('src/inbox/circle-a.ts')).toEqual(['no-circle']);
  });
});
