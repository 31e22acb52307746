import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { identityRules } from '../domain/privacy/identity-policy';
import type { ActRef } from './actions';
import type { TurnPorts } from './turn-ports';
import { plain } from './understand';

const { digits } = identityRules.code;
const around = load(readFileSync(join(__dirname, 'identity-code.yaml'), 'utf8')) as string[];
const words = `(?:[^\\p{L}\\d]|\\b(?:${around.join('|')})\\b)*`;
/** A whole message: the digits, perhaps in groups, and at most words that say what they are. */
const said = new RegExp(`^${words}((?:\\d[ -]?){${digits}})(?!\\d)${words}$`, 'u');

/** Somebody writes the code that was sent to another number or mailbox of theirs. @returns what is done about it; undefined: it is no such message */
export async function provesIdentity(text: string, { person, services }: TurnPorts): Promise<ActRef | undefined> {
  const code = said.exec(plain(text))?.[1]?.replace(/\D/g, '');
  if (!code || person.kind !== 'recipient') return undefined;
  const heard = await services.identity.hear(code);
  if (!heard) return undefined;
  return heard === 'wrong'
    ? { intent: 'prove-identity', act: 'wrong', args: {} }
    : { intent: 'prove-identity', act: 'proved', args: { case: heard.proved } };
}
