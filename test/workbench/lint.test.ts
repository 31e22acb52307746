import { lint } from '../../src/workbench/lint';
import { type WrittenLine, writtenLines } from '../../src/workbench/written';

const line = (text: string, more: Partial<WrittenLine> = {}): WrittenLine => ({
  where: 'intents/recipient/opt-out/es.yaml:1',
  text,
  intent: 'opt-out',
  folder: 'recipient',
  language: 'es',
  kind: 'example',
  saidBy: ['recipient'],
  ...more,
});
/** What is found in added lines, beside those that stand there and are needed to tell languages apart. */
const found = (...added: WrittenLine[]): string[] => {
  const placed = added.map((one, at) => ({ ...one, where: `added:${at}` }));
  return lint([...writtenLines(), ...placed]).flatMap(({ where, what }) => (where.startsWith('added:') ? [what] : []));
};

describe('the words of the intents', () => {
  it('when they are read, then nothing in them teaches wrongly', () => {
    expect(lint().map(({ where, what }) => `${where}: ${what}`)).toEqual([]);
  });

  it('when a line stands in two intents, if only by other capitals, accents and points, then it is found', () => {
    const one = line('sáquenme de esta cosa rara');
    expect(found(one, line('SAQUENME DE ESTA COSA RARA!!', { intent: 'none' }))).toEqual([
      expect.stringContaining('already'),
    ]);
  });

  it('when the same line is said by the other side, then it is no mistake', () => {
    const one = line('sáquenme de esta cosa rara');
    expect(found(one, line('sáquenme de esta cosa rara', { folder: 'team', saidBy: ['team'] }))).toEqual([]);
  });

  it('when a line of a test set is taught, then it is found', () => {
    expect(found(line('me tienen chato con tanta promo, paren'))).toEqual([expect.stringContaining('measures')]);
  });

  it('when a line stands under the wrong language, then it is found', () => {
    expect(found(line('could you please stop sending me all of these messages'))).toEqual([
      expect.stringContaining('does not look like “es”'),
    ]);
  });

  it('when lines differ in one word, then eight may, nine are filler', () => {
    const fruits = ['pera', 'uva', 'kiwi', 'mora', 'guinda', 'piña', 'lima', 'sandía', 'frutilla'];
    const filler = fruits.map((fruit) => line(`quiero una ${fruit} de ustedes ahora`, { intent: 'none' }));
    expect(found(...filler.slice(0, 8))).toEqual([]);
    expect(found(...filler)).toEqual([expect.stringContaining('differ in one word')]);
  });

  it('when two intents of a folder claim a keyword, then it is found', () => {
    const keyword = line('zapallo', { kind: 'keyword' });
    expect(found(keyword, { ...keyword, intent: 'opt-in' })).toEqual([
      expect.stringContaining('is of opt-out already'),
    ]);
  });
});
