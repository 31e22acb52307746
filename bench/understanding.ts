import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Line, type PublicSet, readPublicSet } from './public-sets';
import { accuracy, auroc, type Guess, refused, type Scored } from './scores';
import { SYSTEMS, type System } from './systems';

/** Percent, seconds and milliseconds; null where a set has nothing outside its intents. */
interface Figures {
  inScope: number;
  oosRecall: number | null;
  auroc: number | null;
  trainSeconds: number;
  p50: number;
  p99: number;
}

const DATA = join(__dirname, '..', '..', 'shared', 'data', 'nlu');
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
const now = (): number => performance.now();

const measure = async (system: System, { train, test, outside }: PublicSet): Promise<Figures> => {
  const began = now();
  const ask = await system(train);
  const trainSeconds = (now() - began) / 1000;
  const guesses = async (lines: readonly Line[]): Promise<(Guess & { milliseconds: number })[]> => {
    const out = [];
    for (const { text } of lines) {
      const asked = now();
      const guess = await ask(text);
      out.push({ ...guess, milliseconds: now() - asked });
    }
    return out;
  };
  const scored = async (lines: readonly Line[]): Promise<(Scored & { milliseconds: number })[]> =>
    (await guesses(lines)).map((guess, at) => ({ ...guess, right: guess.intent === lines[at]?.intent }));
  const validation = await scored(outside?.validation ?? train.slice(0, 1000)); // warms up, too
  const answers = await scored(test);
  const strange = await guesses(outside?.test ?? []);
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (part: number) => rounded(times[Math.floor(times.length * part)] ?? 0, 3);
  return {
    inScope: rounded(100 * accuracy(answers), 2),
    oosRecall: outside ? rounded(100 * refused(validation, strange), 2) : null,
    auroc: outside ? rounded(auroc(answers, strange), 4) : null,
    trainSeconds: rounded(trainSeconds, 1),
    p50: at(0.5),
    p99: at(0.99),
  };
};

const table = (set: string, ours: Figures, plain: Figures): string => {
  const rows: [string, keyof Figures, string][] = [
    ['understood', 'inScope', '%'],
    ['outside heard as such', 'oosRecall', '%'],
    ['inside above outside', 'auroc', ''],
    ['learnt in', 'trainSeconds', 's'],
    ['one line, median', 'p50', 'ms'],
    ['one line, 99 of 100', 'p99', 'ms'],
  ];
  const cell = (value: number | null, unit: string) => (value === null ? '–' : `${value} ${unit}`).padStart(14);
  return [
    `${set.padEnd(22)}${'ours'.padStart(14)}${'plain nlp.js'.padStart(14)}`,
    ...rows.map(([name, key, unit]) => `${name.padEnd(22)}${cell(ours[key], unit)}${cell(plain[key], unit)}`),
    '',
    `Of 100 lines that nobody taught it, ours understands ${Math.round(ours.inScope)}, and plain nlp.js ${Math.round(plain.inScope)}.`,
  ].join('\n');
};

/** `npm run intents:bench -- clinc150|banking77 [--data DIR] [--json]`: our classifier beside plain nlp.js, on lines of others. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string', default: DATA }, json: { type: 'boolean', default: false } },
  });
  const [set = ''] = positionals;
  const lines = readPublicSet(set, values.data);
  const ours = await measure(SYSTEMS.ours, lines);
  const plain = await measure(SYSTEMS.plain, lines);
  process.stdout.write(`${values.json ? JSON.stringify({ set, ours, plain }, null, 2) : table(set, ours, plain)}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
