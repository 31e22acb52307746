import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Classifier } from '../../src/conversation/understand/classifier/classifier';
import { PRODUCTION } from '../../src/conversation/understand/classifier/settings';
import { Kept, type Packing } from '../../src/conversation/understand/kept';

type Line = { text: string; intent: string; language: 'es' | 'en' | 'pt' };
const said = (intent: string, language: Line['language'], ...texts: string[]): Line[] =>
  texts.map((text) => ({ text, intent, language }));

const LINES: readonly Line[] = [
  ...said(
    'leave',
    'es',
    'no me escriban mas',
    'saquenme de la lista',
    'ya basta de mensajes',
    'no quiero mas mensajes',
  ),
  ...said('leave', 'en', 'stop texting me', 'take me off the list', 'no more messages please', 'please stop this'),
  ...said('hours', 'es', 'a que hora abren', 'hasta que hora atienden', 'abren el domingo', 'cual es el horario'),
  ...said(
    'hours',
    'en',
    'what time do you open',
    'are you open on sunday',
    'when do you close',
    'opening hours please',
  ),
  ...said('thanks', 'es', 'muchas gracias', 'se agradece', 'gracias por todo', 'mil gracias'),
  ...said('thanks', 'pt', 'muito obrigado', 'obrigada por tudo', 'valeu mesmo', 'agradeco muito'),
];
const QUESTIONS = ['no quiero que me escriban', 'when do you open on sunday', 'obrigado', 'zxqv wkjh', ''];

const answers = (classifier: Classifier) => QUESTIONS.map((text) => classifier.classify(text, 'es'));

describe('the classifier', () => {
  let classifier: Classifier;
  let folder: string;
  beforeAll(async () => {
    classifier = await Classifier.train(LINES);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'classifier-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['no me manden mas mensajes', 'es', 'leave'],
    ['hasta que hora abren el domingo', 'es', 'hours'],
    ['please stop the messages', 'en', 'leave'],
    ['obrigado por tudo mesmo', 'pt', 'thanks'],
  ] as const)('when "%s" is said, which nobody taught it, then it is understood', (text, language, intent) =>
    expect(classifier.classify(text, language).guesses[0]?.intent).toBe(intent),
  );

  it('when any text is asked, then every intent has a belief from 0 to 1, likeliest first, and 1 between them at most', () => {
    for (const { guesses } of answers(classifier)) {
      const beliefs = guesses.map(({ activation }) => activation);
      expect(guesses.map(({ intent }) => intent).sort()).toEqual(['hours', 'leave', 'thanks']);
      expect(beliefs).toEqual([...beliefs].sort((a, b) => b - a));
      expect(Math.min(...beliefs)).toBeGreaterThanOrEqual(0);
      expect(beliefs.reduce((sum, belief) => sum + belief, 0)).toBeLessThanOrEqual(1.00001);
    }
  });

  it('when lines come in another order or twice, then the answers are the same to the last digit', async () => {
    const again = await Classifier.train([...LINES].reverse().concat(LINES));
    expect(answers(again)).toEqual(answers(classifier));
  });

  it('when settings differ, then something else is learnt', async () => {
    const other = await Classifier.train(LINES, { ...PRODUCTION, pieces: [3, 3] });
    expect(answers(other)).not.toEqual(answers(classifier));
  });

  it('when words are strange, then it is less familiar and less believed', () => {
    const [known, strange] = ['muchas gracias', 'muchas gracias zxqv wkjh'].map((text) =>
      classifier.classify(text, 'es'),
    );
    expect(known).toMatchObject({ unknown: 0, words: 2 });
    expect(strange).toMatchObject({ unknown: 0.5, words: 4 });
    expect(strange?.familiar).toBeLessThan(known?.familiar ?? 0);
    expect(strange?.guesses[0]?.activation).toBeLessThan(known?.guesses[0]?.activation ?? 0);
  });

  it('when the name of an object’s own parts is said, then it is a word like any other', async () => {
    const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const other = await Classifier.train([
      ...LINES,
      ...odd.map((text) => ({ text, intent: '__proto__', language: 'en' as const })),
    ]);
    for (const text of odd) {
      expect(classifier.knows(text)).toBe(false);
      expect(classifier.classify(text, 'en')).toMatchObject({ unknown: 1 });
      expect(other.classify(text, 'en').guesses[0]?.intent).toBe('__proto__');
    }
  });

  it('when it has answered, then it holds no text, neither taught nor asked', () => {
    classifier.classify('mi clave secreta es 4711', 'es');
    const held = new Set<unknown>();
    const strings: string[] = [];
    const walk = (part: unknown): void => {
      if (typeof part === 'string') strings.push(part);
      if (typeof part !== 'object' || part === null || held.has(part) || ArrayBuffer.isView(part)) return;
      held.add(part);
      if (part instanceof Map) for (const [key, value] of part) [key, value].forEach(walk);
      else if (part instanceof Set) for (const one of part) walk(one);
      else Object.values(part).forEach(walk);
    };
    walk(classifier);
    expect(strings.sort()).toEqual(['hours', 'leave', 'thanks']);
  });

  describe('with a folder to keep what it learnt', () => {
    const packing: Packing<Classifier> = { pack: (one) => one.pack(), unpack: (bytes) => Classifier.unpack(bytes) };
    const train = (lines = LINES, dir = folder) =>
      new Kept(dir, lines).of('classifier', () => Classifier.train(lines), packing);
    const files = () => readdirSync(folder).map((file) => join(folder, file));

    it('when it starts again, then it answers the same to the last digit', async () => {
      await train();
      expect(answers(await train())).toEqual(answers(classifier));
      expect(files()).toHaveLength(1);
    });

    it('when something was kept, then it is read and not learnt again', async () => {
      await train();
      const [mine = ''] = files();
      const other = await train(LINES.slice(1));
      const theirs = files().find((file) => file !== mine) ?? '';
      writeFileSync(mine, readFileSync(theirs));
      expect(answers(await train())).toEqual(answers(other));
    });

    it('when a line is changed, then it learns again', async () => {
      await train();
      await train(LINES.slice(1));
      expect(files()).toHaveLength(2);
    });

    it.each([
      ['is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
      ['is empty', () => Buffer.alloc(0)],
      ['has one other byte', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([7])])],
      ['is something else', () => Buffer.from('{"weights":[]}')],
    ])('when the file %s, then it learns again and writes a good one', async (_, spoil) => {
      await train();
      const [file = ''] = files();
      const good = readFileSync(file);
      writeFileSync(file, spoil(good));
      expect(answers(await train())).toEqual(answers(classifier));
      expect(readFileSync(file).equals(good)).toBe(true);
    });

    it('when many things were learnt, then only the last are kept', async () => {
      for (let left = 0; left < 18; left += 1) await train(LINES.slice(left));
      expect(files()).toHaveLength(16);
    });

    it('when the folder can’t be written, then it learns all the same', async () => {
      const blocked = join(folder, 'file');
      writeFileSync(blocked, '');
      expect(answers(await train(LINES, join(blocked, 'below')))).toEqual(answers(classifier));
    });

    it('when what was kept is looked into, then no line and no word of it is found', async () => {
      await train();
      const bytes = readFileSync(files()[0] ?? '').toString('latin1');
      for (const { text } of LINES)
        for (const word of text.split(' ')) if (word.length > 5) expect(bytes).not.toContain(word);
    });
  });
});
