import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Audience, UnderstandingEngine } from '../../src/conversation/understand';
import type { Language } from '../../src/intent';
import { ask, TRAINING_MS, theEngine } from './engine';

interface Line {
  text: string;
  lang: Language;
  audience: Audience;
  intent: string;
  also?: string[];
  guarded?: boolean;
}
const read = (file: string): Line[] =>
  readFileSync(join(__dirname, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
/** Written before the engine; never trained on, though some of its mistakes led to better rules. */
const lines = read('heldout.jsonl');
/** Written later, harder; its mistakes were looked at and taught from, so its figure says little. Never trained on either. */
const development = read('development/earlier.jsonl');

const ERASING = ['delete-data'];
const share = (part: number, of: number): number => (of === 0 ? 1 : part / of);

describe('lines that nobody trained on', () => {
  let engine: UnderstandingEngine;
  beforeAll(async () => {
    engine = await theEngine();
  }, TRAINING_MS);

  const answers = () =>
    lines.map((line) => ({ line, got: ask(engine, line.text, { audience: line.audience, language: line.lang }) }));

  it('when a line is held out, then it stands in no example', () => {
    const trained = new Set(
      engine.intents.flatMap(({ phrases }) =>
        (['es', 'en', 'pt'] as const).flatMap((l) => [...phrases[l].examples.recipient, ...phrases[l].examples.team]),
      ),
    );
    expect([...lines, ...development].filter(({ text }) => trained.has(text)).map(({ text }) => text)).toEqual([]);
  });

  it('when they are heard, then enough are heard rightly', () => {
    const right = answers().filter(({ line, got }) => [line.intent, ...(line.also ?? [])].includes(got.intent));
    const accuracy = share(right.length, lines.length);
    process.stdout.write(`held-out lines: ${lines.length}, accuracy ${accuracy.toFixed(3)}\n`);
    expect(accuracy).toBeGreaterThanOrEqual(0.85);
  });

  it('when somebody wants to leave, then it is heard', () => {
    const leaving = answers().filter(({ line }) => line.intent === 'opt-out');
    const heard = leaving.filter(({ got }) => got.intent === 'opt-out');
    const atOnce = heard.filter(({ got }) => got.strength === 'strong');
    const figures = `heard ${share(heard.length, leaving.length).toFixed(3)}, at once ${share(atOnce.length, leaving.length).toFixed(3)}`;
    process.stdout.write(`wishes to leave: ${leaving.length}, ${figures}\n`);
    expect(share(heard.length, leaving.length)).toBeGreaterThanOrEqual(0.97);
  });

  it('when harder lines are said, then leaving is heard in nearly all of them', () => {
    const leaving = development.filter(({ intent }) => intent === 'opt-out');
    const missed = leaving.filter(({ text, lang }) => ask(engine, text, { language: lang }).intent !== 'opt-out');
    expect(share(missed.length, leaving.length)).toBeLessThanOrEqual(0.05);
  });

  it('when nobody wants to leave, then hardly anybody is suppressed', () => {
    const staying = answers().filter(
      ({ line }) => line.audience === 'recipient' && line.intent !== 'opt-out' && line.intent !== 'delete-data',
    );
    const wrongly = staying.filter(({ got }) => got.intent === 'opt-out' && got.strength === 'strong');
    expect(share(wrongly.length, staying.length)).toBeLessThanOrEqual(0.01);
  });

  it('when an erasure is denied, supposed, quoted or somebody else’s, then none is proposed', () => {
    const proposed = answers()
      .filter(({ line }) => line.guarded)
      .filter(({ got }) => [got.intent, ...got.also, ...got.candidates].some((intent) => ERASING.includes(intent)));
    expect(proposed.map(({ line }) => line.text)).toEqual([]);
  });

  it('when something else is wanted, then no erasure is proposed', () => {
    const proposed = answers()
      .filter(({ line }) => line.audience === 'recipient' && !ERASING.includes(line.intent))
      .filter(({ got }) => got.intent === 'delete-data');
    expect(proposed.map(({ line }) => line.text)).toEqual([]);
  });
});
