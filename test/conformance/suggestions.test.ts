import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { readWorld } from '../../simulator/world';
import { ask, TRAINING_MS, theEngine } from '../understanding/engine';

const demo = load(readFileSync(join(__dirname, '..', '..', 'src/demo/demo.yaml'), 'utf8')) as {
  tenants: {
    workspace: { team: string };
    templates: { name: string; status: string }[];
    segments: { name: string }[];
  }[];
};
const teams = readWorld().slack.teams.flatMap(({ id, name, says }) => (says ? [[name, id, says] as const] : []));
const source = readFileSync(join(__dirname, '..', '..', 'simulator/page/texts.js'), 'utf8');
/** The suggestions of the page that hold a name, in the order of its languages. */
const suggested = [...source.matchAll(/'([^'\n]*\{template\}[^'\n]*)'/g)].map(([, words = '']) => words);

describe.each(teams)('what the page suggests to say to %s', (_name, id, says) => {
  const tenant = demo.tenants.find(({ workspace }) => workspace.team === id);
  const nameOf = (template: string) => template.replaceAll('_', ' ');

  it('when names stand in it, then they are of a template and a group that this company has', () => {
    const approved = tenant?.templates.filter(({ status }) => status === 'APPROVED').map(({ name }) => nameOf(name));
    expect(approved).toContain(says.template);
    expect(tenant?.segments.map(({ name }) => name)).toContain(says.segment);
  });

  it(
    'when it is said, then it is understood, with the template and the group that it names',
    async () => {
      const engine = await theEngine();
      const templates = tenant?.templates.map(({ name }) => ({ id: name, name: nameOf(name) })) ?? [];
      const segments = tenant?.segments.map(({ name }) => ({ id: name, name })) ?? [];
      const names = { campaigns: [], templates, segments };
      const heard = suggested.map((words) => {
        const text = words.replace('{template}', says.template).replace('{segment}', says.segment);
        const { intent, slots } = ask(engine, text, { audience: 'operator', names });
        return words.includes('{segment}') ? [intent, slots.segment] : [intent];
      });
      const language = [['send-campaign', says.segment], ['delivery-report']];
      expect(heard).toEqual([...language, ...language, ...language]);
    },
    TRAINING_MS,
  );
});
