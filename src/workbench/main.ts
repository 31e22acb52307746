import { parseArgs } from 'node:util';
import { evaluate } from './eval';

/** What those who write intents run: `npm run intents:<tool> -- …`. Starts no server. */
const tools: Readonly<Record<string, (files: readonly string[], asJson: boolean) => Promise<string>>> = {
  eval: evaluate,
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const tool = tools[name];
  if (!tool) throw new Error(`Unknown tool “${name}”. There are: ${Object.keys(tools).join(', ')}.`);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  process.stdout.write(`${await tool(positionals, values.json)}\n`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
