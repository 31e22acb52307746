import { parseArgs } from 'node:util';
import { AUDIENCES } from '../conversation/understand';
import { reachDatabase } from '../local/reach';
import { evaluate } from './eval';
import { languageOf } from './lines';
import { lintReport } from './lint';
import { newIntent } from './new';
import type { Report } from './report';
import { review } from './review';
import { withTerminal } from './terminal';
import { testFolders } from './test';
import { tryOut } from './try';
import { Waiting } from './waiting';

interface Said {
  words: readonly string[];
  json: boolean;
  audience: string;
  lang?: string;
  tenant?: string;
  limit: string;
  label?: string;
}

/** What those who write intents run: `npm run intents:<tool> -- …`. Starts no server. */
const tools: Readonly<Record<string, (said: Said) => Promise<Report> | Report>> = {
  lint: ({ json }) => lintReport(json),
  test: ({ words, json }) => testFolders(words, json),
  try: ({ words, json, audience, lang = 'es' }) => {
    const text = words.join(' ').trim();
    if (text === '') throw new Error('Which sentence? npm run intents:try -- "ya no me escriban"');
    return tryOut({ text, audience: audienceOf(audience), language: languageOf(lang) }, json);
  },
  new: ({ words }) => newIntent(words),
  eval: ({ words, json }) => evaluate(words, json),
  review: async ({ json, lang, tenant, limit, label }) => {
    if (!(Number(limit) >= 1)) throw new Error('--limit is a number: how many lines to show');
    const language = lang === undefined ? undefined : languageOf(lang);
    const wish = { json, language, tenant, label, limit: Math.floor(Number(limit)) };
    const waiting = new Waiting(await reachDatabase());
    try {
      return await withTerminal((terminal) => review(waiting, wish, terminal));
    } finally {
      await waiting.close();
    }
  },
};

const audienceOf = (said: string) => {
  const found = AUDIENCES.find((audience) => audience === said);
  if (!found) throw new Error(`--audience is one of ${AUDIENCES.join(', ')}`);
  return found;
};

const usage = `npm run intents:<tool> -- …
  lint                          lines that teach wrongly
  test [intent …]               the tests of the folders
  try "text"                    why it is heard as it is        --audience recipient|operator|support  --lang es|en|pt
  new recipient/<id>            begins a folder                 (or team/<id>)
  eval FILE.jsonl …             how well lines are understood
  review                        what was not understood         --tenant <name>  --lang es  --limit 50  --label ID=intent
--json prints the same for programs. intents/README.md explains each.`;

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const tool = tools[name];
  if (!tool) throw new Error(`Unknown tool “${name}”. There are: ${Object.keys(tools).join(', ')}.`);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      audience: { type: 'string', default: 'recipient' },
      lang: { type: 'string' },
      tenant: { type: 'string' },
      limit: { type: 'string', default: '50' },
      label: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const { text, failed } = await tool({ words: positionals, ...values });
  process.stdout.write(`${text}\n`);
  if (failed) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
