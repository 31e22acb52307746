import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { plain } from './understand';

const file = readFileSync(join(__dirname, 'wrong-number.yaml'), 'utf8');
const { never, ...said } = load(file) as Record<string, string[]>;
const any = (phrases: readonly string[] = []): RegExp => new RegExp(`\\b(?:${phrases.join('|')})`);
const phrases = any(Object.values(said).flat());
const otherwise = any(never);

/** Whether somebody who leaves also says that the number is not whose we think it is. Asked of such messages alone. */
export const saysWrongNumber = (text: string): boolean => {
  const words = plain(text);
  return phrases.test(words) && !otherwise.test(words);
};
