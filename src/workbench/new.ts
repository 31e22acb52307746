import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INTENTS } from './folders';
import type { Report } from './report';

const FOLDERS = ['recipient', 'shared', 'team'];

const intentFile = (audience: string) => `summary: Say in one line what the person wants.
audience: ${audience}
${audience === 'team' ? '# who may do it; others are told so\nroles: [operator, owner]\n# support staff hear it too: support: true\n' : ''}# always: it only asks, and acts after a yes
confirm: never
# what it needs to know, asked one by one:
# slots:
#   campaign: { type: campaign, optional: true }
`;

const languageFile = (
  language: string,
) => `# How people say it in “${language}”: as they type on a phone, each line its own way, one wish a line.
# Never a real person's name, number or message.
examples: []
# Lines that sound alike and mean something else.
never: []
# Lines that must be heard: - { say: "…", expect: this-intent }
tests: []
# What is answered.
replies: {}
`;

const HANDLER = `import { type IntentHandler, reply } from '../../../src/intent';

export const intent: IntentHandler = {
  heard: async () => reply('done'),
};
`;

/** `npm run intents:new -- recipient/size-guide`: an empty folder to be filled in. */
export const newIntent = ([path = '']: readonly string[]): Report => {
  const [audience = '', id = '', ...more] = path.split('/');
  if (!FOLDERS.includes(audience) || !/^[a-z]+(-[a-z]+)*$/.test(id) || more.length > 0)
    throw new Error(
      'Which one? npm run intents:new -- recipient/size-guide (recipient, team or shared; small letters and hyphens)',
    );
  const owner = FOLDERS.find((folder) => readdirSync(join(INTENTS, folder)).includes(id));
  if (owner) throw new Error(`intents/${owner}/${id} exists already.`);
  const folder = join(INTENTS, audience, id);
  if (existsSync(folder)) throw new Error(`${folder} exists already.`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'intent.yaml'), intentFile(audience));
  for (const language of ['es', 'en', 'pt']) writeFileSync(join(folder, `${language}.yaml`), languageFile(language));
  writeFileSync(join(folder, 'handler.ts'), HANDLER);
  const text = [
    `intents/${audience}/${id} is made. Next:`,
    '  1. examples in es.yaml, en.yaml and pt.yaml, and the reply “done” in each (handler.ts says it)',
    '  2. npm run intents:lint, then npm run intents:test',
  ].join('\n');
  return { text, failed: false };
};
