import { IntlMessageFormat } from 'intl-messageformat';

interface Piece {
  type: number;
  value?: string;
  options?: Record<string, { value: Piece[] }>;
}
/** Everything but plain text and the `#` of a plural names a variable. */
const plainText = [0, 7];

/** The variables that a sentence needs. @throws when it does not parse */
export function holesOf(sentence: string): string[] {
  const found = new Set<string>();
  const visit = (pieces: readonly Piece[]): void => {
    for (const { type, value = '', options = {} } of pieces) {
      if (!plainText.includes(type)) found.add(value);
      for (const one of Object.values(options)) visit(one.value);
    }
  };
  visit(new IntlMessageFormat(sentence, 'es-CL', undefined, { ignoreTag: true }).getAst() as Piece[]);
  return [...found].sort();
}

/** Every sentence of a tree of texts by its path: `replies.done.text`. */
export function sentencesOf(tree: unknown, path = ''): Map<string, string> {
  if (typeof tree === 'string') return new Map([[path, tree]]);
  if (typeof tree !== 'object' || tree === null) return new Map();
  return new Map(
    Object.entries(tree).flatMap(([key, value]) => [...sentencesOf(value, path ? `${path}.${key}` : key)]),
  );
}
