import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entities, Understanding } from '../../src/conversation/understand';
import type { Answer } from '../../src/workbench/answer';
import { figuresOf } from '../../src/workbench/figures';
import { readLines } from '../../src/workbench/lines';

const answer = (
  intent: string,
  got: string,
  more: Partial<Omit<Answer, 'line'>> & { also?: string[]; audience?: 'operator' } = {},
): Answer => ({
  line: {
    ...{
      text: 'x',
      language: 'es',
      audience: 'recipient',
      intent,
      also: more.also ?? [],
      guarded: false,
      entities: {},
    },
    ...(more.audience && { audience: more.audience }),
  },
  got,
  suppressed: more.suppressed ?? false,
  held: more.held ?? false,
  erasureProposed: more.erasureProposed ?? false,
  heard: {} as Understanding,
  read: () => ({}) as Entities,
  zone: 'America/Santiago',
  milliseconds: more.milliseconds ?? 1,
});
const figures = (...answers: Answer[]) => figuresOf(answers, { exact: null, partial: null });

describe('the figures of a test set', () => {
  it('when three of four are right, then accuracy is 0.75, and another right answer counts', () => {
    const { accuracy, n } = figures(
      answer('none', 'none'),
      answer('help', 'none'),
      answer('opt-out', 'report-spam', { also: ['report-spam'] }),
      answer('thanks', 'thanks'),
    );
    expect({ accuracy, n }).toEqual({ accuracy: 0.75, n: 4 });
  });

  it('when a hold is heard, then leaving is heard, and counted apart', () => {
    const { optOut } = figures(
      answer('opt-out', 'opt-out', { suppressed: true }),
      answer('opt-out', 'opt-out', { held: true }),
      answer('opt-out', 'none'),
      answer('none', 'opt-out', { held: true }),
      answer('none', 'none'),
    );
    expect(optOut).toMatchObject({ n: 3, recall: 2 / 3, suppressed: 1 / 3, held: 1 / 3, falseAlarms: 0 });
    expect(optOut).toMatchObject({ falseHolds: 1, falseHoldRate: 1 / 2 });
  });

  it('when whoever wants less of us is stopped, then it is no false alarm, nor where it is also right', () => {
    const { optOut } = figures(
      answer('delete-data', 'opt-out', { suppressed: true }),
      answer('none', 'opt-out', { suppressed: true, also: ['opt-out'] }),
      answer('help', 'opt-out', { suppressed: true }),
    );
    expect(optOut).toMatchObject({ falseAlarms: 1, falseAlarmRate: 1 });
  });

  it('when an erasure is proposed for something else, then it is counted against all else', () => {
    const { deleteData } = figures(
      answer('delete-data', 'delete-data', { erasureProposed: true }),
      answer('access-data', 'access-data', { erasureProposed: true }),
      answer('none', 'none'),
      answer('none', 'none', { audience: 'operator' }),
    );
    expect(deleteData).toEqual({ n: 1, recall: 1, falseProposals: 1, falseProposalRate: 1 / 2 });
  });

  it('when an intent is guessed once rightly and once wrongly, then its precision is a half', () => {
    const { perIntent, macroF1 } = figures(answer('help', 'help'), answer('none', 'help'));
    expect(perIntent.help).toEqual({ n: 1, precision: 0.5, recall: 1, f1: 2 / 3 });
    expect(macroF1).toBeCloseTo(1 / 3);
  });
});

describe('the lines of a test set', () => {
  const written = (...lines: string[]): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'lines-')), 'lines.jsonl');
    writeFileSync(file, lines.join('\n'));
    return file;
  };

  it('when ids are written with _ and languages with a country, then they mean the same', () => {
    const json = JSON.stringify({
      text: 'bórrenme',
      lang: 'es-CL',
      audience: 'recipient',
      intent: 'delete_data',
      note: 'guarded, also=opt_out',
    });
    expect(readLines(written(json, ''))).toEqual([
      {
        text: 'bórrenme',
        language: 'es',
        audience: 'recipient',
        intent: 'delete-data',
        also: ['opt-out'],
        guarded: true,
        entities: {},
      },
    ]);
  });

  it('when a line does not fit, then its number is named', () => {
    expect(() => readLines(written('{"text":"a","lang":"fr","audience":"recipient","intent":"none"}'))).toThrow(
      /:1: .*fr/,
    );
    expect(() => readLines(written('{}', 'nothing'))).toThrow(/:1: /);
  });
});
