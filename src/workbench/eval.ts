import { createUnderstanding } from '../conversation/understand';
import { answerTo } from './answer';
import { entityFigures } from './entity-figures';
import { type Figures, figuresOf } from './figures';
import { INTENTS, MODELS } from './folders';
import { readLines } from './lines';
import { namesOf } from './named';
import type { Report } from './report';

/** `npm run intents:eval -- FILE.jsonl … [--json]`: the production path up to the decision, over lines that say what they mean. */
export const evaluate = async (files: readonly string[], asJson: boolean): Promise<Report> => {
  if (files.length === 0) throw new Error('Which lines? npm run intents:eval -- FILE.jsonl [--json]');
  const lines = files.flatMap(readLines);
  if (lines.length === 0) throw new Error(`${files.join(', ')}: no lines`);
  const engine = await createUnderstanding(INTENTS, MODELS);
  // the first round warms the machine up and is not timed
  const names = namesOf(lines);
  for (const line of lines) answerTo(engine, line, names);
  const answers = lines.map((line) => answerTo(engine, line, names));
  const figures = figuresOf(answers, entityFigures(answers));
  return { text: asJson ? JSON.stringify(figures, null, 2) : table(figures), failed: false };
};

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
const row = (...cells: (string | number)[]): string =>
  cells.map((cell, at) => String(cell).padEnd(at === 0 ? 24 : 12)).join('');

const table = (figures: Figures): string => {
  const { optOut, deleteData, none, entities, latency } = figures;
  const groups = { ...figures.perAudience, ...figures.perLang };
  return [
    row('', 'lines', 'accuracy', 'macro F1'),
    row('all', figures.n, percent(figures.accuracy), percent(figures.macroF1)),
    ...Object.entries(groups).map(([name, { n, accuracy, macroF1 }]) =>
      row(name, n, percent(accuracy), percent(macroF1)),
    ),
    '',
    row('intent', 'lines', 'precision', 'recall', 'F1'),
    ...Object.entries(figures.perIntent).map(([id, { n, precision, recall, f1 }]) =>
      row(id, n, percent(precision), percent(recall), percent(f1)),
    ),
    '',
    `leaving: ${optOut.n} lines, heard ${percent(optOut.recall)} (at once ${percent(optOut.suppressed)}, held ${percent(optOut.held)}); ` +
      `wrongly at once ${optOut.falseAlarms} (${percent(optOut.falseAlarmRate)}), wrongly held ${optOut.falseHolds} (${percent(optOut.falseHoldRate)})`,
    `erasing: ${deleteData.n} lines, heard ${percent(deleteData.recall)}; wrongly proposed ${deleteData.falseProposals} (${percent(deleteData.falseProposalRate)})`,
    `nothing wished: ${none.n} lines, heard ${percent(none.recall)}`,
    `entities: all of a line ${percent(entities.exact)}, single ones ${percent(entities.partial)}`,
    `one decision: p50 ${latency.p50.toFixed(2)} ms, p99 ${latency.p99.toFixed(2)} ms, ${latency.perSecond} a second`,
    '',
    ...figures.errors.map(({ text, expected, got }) => `${expected} → ${got}: ${text}`),
  ].join('\n');
};
