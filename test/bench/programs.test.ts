import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

interface Printed {
  bench: string;
  machine: object;
  figures: { id: string; value: number; unit: string; goal: string; met: boolean }[];
  raw: object;
}

/** As somebody types it. That a goal is missed at this size is no failure: it ends with 1 then, and prints all the same. */
async function measured(...args: string[]): Promise<Printed> {
  const env = { ...process.env, DATABASE_URL: '', REDIS_URL: '' };
  const said = await promisify(execFile)(process.execPath, ['src/boot.cjs', 'bench', ...args, '--json'], {
    cwd: root,
    env,
  }).catch((error: { code: number; stdout: string; stderr: string }) => {
    if (error.code !== 1 || error.stdout === '') throw new Error(error.stderr);
    return error;
  });
  return JSON.parse(said.stdout) as Printed; // one document and nothing else
}

describe('the programs that measure', () => {
  it.each([
    [
      'pipeline',
      ['P1', 'P2', 'P3', 'P3_all', 'P1_w1', 'P2_w1', 'P3_w1', 'P3_all_w1', 'P4', 'P6', 'P7_mean', 'P7_worst'],
      ['--messages', '60', '--workers', '1'],
    ],
    ['inbound', ['P9', 'P9_pace', 'INBOUND_BARE', 'INBOUND_TEXTBOOK'], ['--messages', '200']],
    ['fairness', ['P8', 'P8_same'], ['--messages', '200']],
    ['report', ['P11', 'P11_share', 'P11_equal'], ['--messages', '500']],
    ['overhead', ['P10', 'P10_cpu'], ['--messages', '40']],
  ])(
    'when %s runs on a few messages, then its figures are computed and named, and standard output is one document',
    async (name, ids, args) => {
      const { bench, machine, figures, raw } = await measured(name, ...args);
      expect({ bench, machine, raw }).toEqual({ bench: name, machine: expect.any(Object), raw: expect.any(Object) });
      expect(figures.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
      for (const figure of figures) {
        expect(figure).toEqual({ ...figure, unit: expect.any(String), goal: expect.stringMatching(/^[<>]= /) });
        expect([figure.id, Number.isFinite(figure.value) && figure.value > 0]).toEqual([figure.id, true]);
      }
    },
    600_000,
  );
});
