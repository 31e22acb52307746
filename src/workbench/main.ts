import { parseArgs } from 'node:util';
import { evaluate } from './eval';
import { lintReport } from './lint';
import type { Report } from './report';

/** What those who write intents run: `npm run intents:<tool> -- …`. Starts no server. */
const tools: Readonly<Record<string, (words: readonly string[], asJson: boolean) => Promise<Report> | Report>> = {
  eval: evaluate,
  lint: (_, asJson) => lintReport(asJson),
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const tool = tools[name];
  if (!tool) throw new Error(`Unknown tool “${name}”. There are: ${Object.keys(tools).join(', ')}.`);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const { text, failed } = await tool(positionals, values.json);
  process.stdout.write(`${text}\n`);
  if (failed) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
