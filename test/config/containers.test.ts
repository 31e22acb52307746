import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { listSettings } from '../../src/config';
import { loadAdapters, root, settingsOf } from '../../src/load';

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const file = read('deploy/Dockerfile');
const compose = load(read('deploy/compose.yaml'), { schema: CORE_SCHEMA.withTags(mergeTag) }) as {
  services: Record<string, { environment: Record<string, string | null>; command?: string[] }>;
};
const services = Object.entries(compose.services);
const settings = new Set(listSettings(settingsOf(loadAdapters())).map(({ key }) => key));

// There is no container engine to try them with: what can be held against the rest of the house is.
describe('the container files', () => {
  it('when they are read, then they say that nobody has tried them', () => {
    for (const name of ['deploy/Dockerfile', 'deploy/compose.yaml']) expect(read(name)).toMatch(/^# UNTESTED/);
    expect(read('docs/operations.md')).toMatch(/\*\*They are untested\*\*/);
  });

  it('when a setting is named, then it is one; what production can’t do without is given to each', () => {
    for (const [name, { environment }] of services) {
      const keys = Object.keys(environment);
      expect([name, keys.filter((key) => !settings.has(key))]).toEqual([name, []]);
      for (const key of ['DATABASE_APP_URL', 'REDIS_URL', 'MASTER_KEY', 'SIGNING_KEY', 'PUBLIC_URL'])
        expect([name, keys]).toEqual([name, expect.arrayContaining([key])]);
      expect([name, environment.NODE_ENV]).toEqual([name, 'production']);
    }
  });

  it('when the owner’s login is given, then it is to whoever migrates, and to nobody who serves', () => {
    const owners = services.filter(([, { environment }]) => 'DATABASE_URL' in environment).map(([name]) => name);
    expect(owners).toEqual(['migrate']);
  });

  it('when the roles are told apart, then one takes webhooks and the other works', () => {
    expect(services.map(([name, { environment }]) => [name, environment.ROLE])).toEqual([
      ['migrate', undefined],
      ['web', 'web'],
      ['worker', 'worker'],
    ]);
  });

  it('when something is copied or run, then it is there; no secret and no simulator goes along', () => {
    const copied = [...file.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    expect(copied).toEqual(expect.arrayContaining(['adapters', 'intents', 'migrations', 'src']));
    const commands = [
      ...services.flatMap(([, { command }]) => (command ? [command] : [])),
      JSON.parse(/^CMD (\[.+\])$/m.exec(file)?.[1] ?? '[]'),
    ];
    for (const [, script, program] of commands)
      expect([existsSync(join(root, script)), read(script)]).toEqual([
        true,
        expect.stringMatching(new RegExp(`\\b${program}: '`)),
      ]);
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.env', '.data', 'simulator', 'test']));
  });
});
