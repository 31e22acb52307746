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

/** Something long, but not beyond belief, for each variable of a sentence. */
export function exampleFor(sentence: string): Record<string, string | number> {
  const vars: Record<string, string | number> = {};
  const visit = (pieces: readonly Piece[]): void => {
    for (const { type, value = '', options = {} } of pieces) {
      const isNumber = type === 2 || type === 6;
      if (!plainText.includes(type))
        vars[value] = isNumber ? 12_345 : (long[value] ?? 'Comercial Tienda Andina Limitada');
      for (const one of Object.values(options)) visit(one.value);
    }
  };
  visit(new IntlMessageFormat(sentence, 'es-CL', undefined, { ignoreTag: true }).getAst() as Piece[]);
  return vars;
}
const long: Readonly<Record<string, string>> = {
  url: 'https://conversaciones.tienda-andina.example/privacy/019ad5a0-0000-7000-8000-0000000000a1',
  text: 'Acepto recibir novedades y promociones por WhatsApp, SMS y correo. Puedo retirar mi consentimiento cuando quiera, gratis, respondiendo BAJA.',
};

/** Every sentence of a tree of texts by its path: `replies.done.text`. */
export function sentencesOf(tree: unknown, path = ''): Map<string, string> {
  if (typeof tree === 'string') return new Map([[path, tree]]);
  if (typeof tree !== 'object' || tree === null) return new Map();
  return new Map(
    Object.entries(tree).flatMap(([key, value]) => [...sentencesOf(value, path ? `${path}.${key}` : key)]),
  );
}
