import { testRules } from '../domain/delivery/test-sends';
import { dayIn } from '../domain/privacy/calendar';
import type { DialogState } from './dialog-state';
import type { TurnPorts } from './turn-ports';

const { codeDigits, triesADay } = testRules;
/** A whole message, in any of our languages, with what a phone puts around it. */
const said = new RegExp(`^[\\s*_"«“]*(?:prueba|test|teste)\\s*:?\\s*(\\d{${codeDigits}})[\\s*_"»”.!]*$`, 'iu');

/** The code of a message that can only be meant to prove a member's own phone. */
const testCodeIn = (text: string): string | undefined => said.exec(text)?.[1];

/**
 * Somebody proves that this phone is a member's. A wrong code is talk like any other, and counted: after so many of a day none is looked at.
 * @returns what is said, as a text of the house; undefined: it is no such message
 */
export async function provesPhone(text: string, ports: TurnPorts): Promise<string | undefined> {
  const { person, services, state, now } = ports;
  const code = testCodeIn(text);
  if (!code || person.kind !== 'recipient') return undefined;
  const today = dayIn(now, person.zone);
  const tries = triedOn(state, today);
  if (tries >= triesADay) return undefined;
  const sent = await services.tests.prove(person.contact, code);
  if (!sent) {
    await ports.save({ ...state, tried: { day: today, times: tries + 1 } });
    return undefined;
  }
  if (sent.sent.length > 0) return 'test_phone.sent';
  return sent.refused ? `test_phone.${sent.refused}` : 'test_phone.proven';
}

const triedOn = ({ tried }: DialogState, day: string): number => (tried?.day === day ? tried.times : 0);
