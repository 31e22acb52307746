import { identityRules } from '../domain/privacy/identity-policy';
import type { ActRef } from './actions';
import type { TurnPorts } from './turn-ports';

const { digits } = identityRules.code;
/** A whole message: the digits, perhaps in groups, perhaps after a word that says what they are. */
const said = new RegExp(
  `^[\\s*_"«“]*(?:(?:mi |el |my |the |meu |o )?(?:c[oó]digo|code)(?: es| is| é)?\\s*:?\\s*)?((?:\\d[ -]?){${digits}})[\\s*_"»”.!]*$`,
  'iu',
);

/** Somebody writes the code that was sent to another number or mailbox of theirs. @returns what is done about it; undefined: it is no such message */
export async function provesIdentity(text: string, { person, services }: TurnPorts): Promise<ActRef | undefined> {
  const code = said.exec(text)?.[1]?.replace(/\D/g, '');
  if (!code || person.kind !== 'recipient') return undefined;
  const heard = await services.identity.hear(code);
  if (!heard) return undefined;
  return heard === 'wrong'
    ? { intent: 'prove-identity', act: 'wrong', args: {} }
    : { intent: 'prove-identity', act: 'proved', args: { case: heard.proved } };
}
