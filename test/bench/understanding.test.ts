import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPublicSet } from '../../bench/public-sets';
import { accuracy, auroc, refused } from '../../bench/scores';

const scored = (...answers: [score: number, right: boolean][]) =>
  answers.map(([score, right]) => ({ intent: 'x', score, right }));
const outside = (...scores: number[]) => scores.map((score) => ({ intent: 'x', score }));

describe('measuring on public sets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('when a file is missing, then it is said what to get and how to point to it', () => {
    expect(() => readPublicSet('clinc150', folder)).toThrow(/oos-eval.*--data DIR/s);
    expect(() => readPublicSet('banking77', folder)).toThrow(/PolyAI.*--data DIR/s);
    expect(() => readPublicSet('another', folder)).toThrow(/clinc150\|banking77/);
  });

  it('when a text has commas, quotes or line ends, then it is read whole', () => {
    const csv = 'text,category\r\nplain,one\n"with, ""quotes""\nand a line",two\nlast,three';
    for (const part of ['train', 'test']) writeFileSync(join(folder, `banking77-${part}.csv`), csv);
    expect(readPublicSet('banking77', folder)).toEqual({
      train: [
        { text: 'plain', intent: 'one' },
        { text: 'with, "quotes"\nand a line', intent: 'two' },
        { text: 'last', intent: 'three' },
      ],
      test: expect.arrayContaining([{ text: 'plain', intent: 'one' }]),
    });
  });

  it('when lines score, then two in a hundred may be lost for those outside, and what was wrong costs nothing', () => {
    const validation = scored(
      ...Array.from({ length: 90 }, (_, at): [number, boolean] => [(10 + at) / 100, true]),
      ...Array.from({ length: 10 }, (): [number, boolean] => [0.05, false]),
    );
    expect(accuracy(validation)).toBeCloseTo(0.9);
    // the two least sure right answers, at 0.10 and 0.11, may go: 0.12 is the least that is heard
    expect(refused(validation, outside(0.01, 0.115, 0.12, 0.5))).toBe(0.5);
  });

  it('when inside and outside are told apart wholly, half or the wrong way, then the area says so', () => {
    expect(auroc(outside(0.8, 0.9), outside(0.1, 0.2))).toBe(1);
    expect(auroc(outside(0.5, 0.5), outside(0.5, 0.5))).toBe(0.5);
    expect(auroc(outside(0.1, 0.9), outside(0.5))).toBe(0.5);
    expect(auroc(outside(0.1), outside(0.2, 0.3))).toBe(0);
  });
});
