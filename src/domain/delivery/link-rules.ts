import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { domainToUnicode } from 'node:url';
import { load } from 'js-yaml';
import { z } from 'zod';

const domains = z.array(z.string()).transform((all) => new Set(all));
const rules = z
  .strictObject({
    schemes: z.array(z.string()),
    shorteners: domains,
    blocked: domains,
    known: domains,
    publicSuffixes: domains,
    lookalike: z.strictObject({ distance: z.int().positive(), fromLength: z.int().positive() }),
    taken: z.record(z.string(), z.string()),
    looks: z.record(z.string(), z.string()),
  })
  .parse(load(readFileSync(join(__dirname, 'link-rules.yaml'), 'utf8')));

/** Why a link may not be sent. */
export type LinkFault = 'scheme' | 'userinfo' | 'address' | 'shortener' | 'blocked' | 'lookalike' | 'unreadable';
export interface RefusedLink {
  /** As it was written, cut to what can be read. */
  link: string;
  fault: LinkFault;
}

// A link with its scheme, one that begins with //, or a name with points in it. No part may run back over what another has read: a text may be long.
const written =
  /(?:[a-z][a-z0-9+.-]{0,15}:\/\/|(?<=^|[\s(<«“])\/\/(?=[\p{L}\p{N}[]))[^\s<>"'）)]+|(?:javascript|data|vbscript|tel|sms):[^\s<>"']+|(?<![\p{L}\p{N}@._-])[\p{L}\p{N}][\p{L}\p{N}.-]+(?![\p{L}\p{N}@.-])(?::\d+)?(?:[/?#][^\s<>"']*)?/giu;
// What phones underline without a scheme: its ending is one of letters.
const bare = /^[^/?#:]+\.(?:\p{L}{2,}|xn--[a-z0-9-]+)\.?(?:$|[:/?#])/iu;

/** All that people could tap in a text. A mail address is none. */
export const linksIn = (text: string): string[] =>
  [...text.matchAll(written)]
    .map(([link]) => link.replace(/[.,;:!?…]+$/u, ''))
    .filter((link) => /^[^/?#]*(?::|\/\/)/.test(link) || bare.test(link));

/** Which links of a text may not be sent, and why. @param own domains of the customer */
export function refusedLinks(text: string, own: readonly string[]): RefusedLink[] {
  return linksIn(text).flatMap((link) => {
    const fault = faultOf(link, own.map(registered));
    return fault ? [{ link: link.slice(0, 80), fault }] : [];
  });
}

/** Whose page a link is: `tienda.cl`. `undefined`: nobody can say. */
export function domainOf(link: string): string | undefined {
  const url = read(link);
  return url && registered(url.hostname);
}

function faultOf(link: string, own: readonly string[]): LinkFault | undefined {
  const url = read(link);
  if (!url) return 'unreadable';
  if (!rules.schemes.includes(url.protocol.slice(0, -1))) return 'scheme';
  if (url.username || url.password) return 'userinfo';
  const host = url.hostname.replace(/\.$/, '');
  if (/^[\d.]+$|^\[/.test(host)) return 'address'; // the parser has made one of 0x7f.1 and 2130706433 too
  const domain = registered(host);
  if (isUnder(host, own) || own.includes(domain)) return undefined;
  if (isUnder(host, rules.known)) return undefined;
  if (isUnder(host, rules.shorteners)) return 'shortener';
  if (isUnder(host, rules.blocked)) return 'blocked';
  return own.some((mine) => isLookalike(host, domain, mine)) ? 'lookalike' : undefined;
}

function read(link: string): URL | undefined {
  const whole = link.startsWith('//')
    ? `https:${link}`
    : /^[a-z][a-z0-9+.-]*:/i.test(link) && !/^[^/]*\.[^/]*:\d/.test(link)
      ? link
      : `https://${link}`;
  try {
    return new URL(whole);
  } catch {
    return undefined;
  }
}

const isUnder = (host: string, all: Iterable<string>): boolean =>
  [...all].some((one) => host === one || host.endsWith(`.${one}`));

/** `shop.tienda.com.br` is `tienda.com.br`'s. */
function registered(host: string): string {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const levels = rules.publicSuffixes.has(labels.slice(-2).join('.')) ? 3 : 2;
  return labels.slice(-levels).join('.');
}

/** Reads like the customer's own name without being it: other letters, few changed ones, the name before another ending, or within another name. */
function isLookalike(host: string, domain: string, mine: string): boolean {
  const [own = ''] = mine.split('.');
  const name = domainToUnicode(domain).split('.')[0] ?? '';
  const [seen, ours] = [asRead(name), asRead(own)];
  if (seen === ours) return true;
  if (ours.length < rules.lookalike.fromLength) return false;
  const labels = domainToUnicode(host).split('.').slice(0, -1);
  if (labels.some((label) => asRead(label.replaceAll('-', '')).includes(ours.replaceAll('-', '')))) return true;
  return distance(seen, ours, rules.lookalike.distance) <= rules.lookalike.distance;
}

/** As somebody reads it who does not look closely. */
function asRead(label: string): string {
  const plain = [...label.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()]
    .map((letter) => rules.looks[letter] ?? letter)
    .join('');
  return Object.entries(rules.taken).reduce((text, [from, to]) => text.replaceAll(from, to), plain);
}

/** Letters changed, added or left out; more than `most` is not counted further. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [there, its] of [...other].entries())
      next.push(
        Math.min((next[there] ?? 0) + 1, (row[there + 1] ?? 0) + 1, (row[there] ?? 0) + (letter === its ? 0 : 1)),
      );
    row = next;
  }
  return row[other.length] ?? 0;
}
