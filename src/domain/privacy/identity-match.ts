import { rutOf } from '../accounts/rut';
import type { MatchRule } from './identity-policy';

/** What somebody wrote in the form, or what the company holds, by what it is. */
export type Data = Readonly<Partial<Record<MatchRule['of'], string>>>;

const bare = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();

const same: Readonly<Record<MatchRule['of'], (written: string, held: string) => boolean>> = {
  /** A first name and a surname of those that are held; one word alone is no name. */
  name: (written, held) => {
    const words = new Set(bare(held).split(' '));
    const said = [...new Set(bare(written).split(' '))];
    return said.length >= 2 && said.every((word) => words.has(word));
  },
  rut: (written, held) => {
    const own = rutOf(written);
    return own !== undefined && own === rutOf(held);
  },
  contract: (written, held) => {
    const [own, theirs] = [written, held].map((one) => bare(one).replaceAll(' ', ''));
    return own !== undefined && own.length >= 4 && own === theirs;
  },
};

/** Whether what was written is what is held, of as many things as the rules want. What is held and was written wrongly spoils it. */
export function isMatch(written: Data, held: Data, atLeast: Readonly<Record<MatchRule['of'], number>>): boolean {
  const kinds = Object.keys(same) as MatchRule['of'][];
  const asked = kinds.filter((kind) => written[kind] && held[kind]);
  const right = asked.filter((kind) => same[kind](written[kind] ?? '', held[kind] ?? ''));
  return right.length > 0 && right.length === asked.length && right.some((kind) => right.length >= atLeast[kind]);
}
