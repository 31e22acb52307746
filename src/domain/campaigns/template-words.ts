import type { Variable } from './template-parts';

/** `{nombre}`, `{nombre|cliente}`: the person's first name, with what stands for it. `{=30 %}`: a place that is always the same. */
const place = /\{\s*(?:(nombre|name|nome)\s*(?:\|\s*([^{}|]*?))?|=\s*([^{}]*?))\s*\}/gi;

/** What somebody wrote, as words with numbered places and what fills them. The same place twice is one. */
export function readWords(written: string): { body: string; variables: Variable[] } {
  const variables: Variable[] = [];
  const numbers = new Map<string, number>();
  const body = written
    .replaceAll('\r\n', '\n')
    .trim()
    .replace(place, (_, name?: string, otherwise = '', fixed = '') => {
      const variable: Variable = name ? { from: 'name', otherwise } : { text: fixed };
      const key = JSON.stringify(variable);
      if (!numbers.has(key)) numbers.set(key, variables.push(variable));
      return `{{${numbers.get(key)}}}`;
    });
  return { body, variables };
}

const names: Readonly<Record<string, string>> = { es: 'nombre', en: 'name', pt: 'nome' };

/** What a name is called in words of this language. */
export const nameIn = (language: string): string => names[language.slice(0, 2)] ?? 'nombre';

/** The other way: as it would be written. A place without anything that fills it stays a number. */
export const writeWords = (body: string, variables: readonly Variable[], language: string): string =>
  body.replace(/\{\{([1-9]\d*)\}\}/g, (whole, number) => {
    const variable = variables[Number(number) - 1];
    if (!variable) return whole;
    if ('text' in variable) return `{=${variable.text}}`;
    return `{${nameIn(language)}|${variable.otherwise}}`;
  });
