import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { linkLimit } from '../pages/limits';

const triesAMinute = 10;
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Who may see how things stand: whoever knows the one password, by HTTP's own login (any name), or as a bearer token for what scrapes. It leaves nothing in a
 * browser. Ten wrong ones a minute from one address are enough: until that minute is over not even the right one lets in, or guessing would go on unslowed.
 */
export function login(password: string, clock?: () => number): RequestHandler {
  const wanted = digest(password);
  const mayTry = linkLimit(triesAMinute, clock);
  return (request, response, next) => {
    const given = givenBy(request.header('authorization') ?? '');
    const from = request.socket.remoteAddress ?? '';
    if (!mayTry(from, false)) return void response.sendStatus(429);
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return next();
    if (given !== undefined) mayTry(from);
    response.set('www-authenticate', 'Basic realm="Connectus", charset="UTF-8"').sendStatus(401);
  };
}

function givenBy(header: string): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}
