import { badRequest } from '../errors';
import { oneOf, wholeNumbersIn } from '../faults';
import { type Json, text } from '../json';

const modes = ['reset', 'timeout_after_accept'] as const;
const places = ['rcpt', 'data'] as const;

export interface EmailFault {
  /** For one address only; else for everybody. */
  to?: string;
  /** A reply of SMTP, said to the recipient or at the end of the mail. */
  code?: number;
  at?: (typeof places)[number];
  /** Of a mail that is taken, and comes back: `5.1.1`. */
  bounce?: string;
  /** The mailbox says that it is spam. */
  complaint?: true;
  mode?: (typeof modes)[number];
  times?: number;
}

/** Mailboxes that always do the same, by how their names begin. */
export const special: Readonly<Record<string, EmailFault>> = {
  'no-existe': { code: 550, at: 'rcpt' },
  rebota: { bounce: '5.1.1' },
  lleno: { bounce: '5.2.2' },
  'lista-gris': { code: 451, at: 'rcpt' },
  spam: { complaint: true },
};

/** @throws ControlError when it would do nothing */
export function emailFaultFrom(given: Json): EmailFault {
  const [to, bounce] = [text(given.to), text(given.bounce)];
  if (bounce && !/^[245]\.\d{1,3}\.\d{1,3}$/.test(bounce)) throw badRequest('bounce is a status as 5.1.1');
  const mode = oneOf(given, 'mode', modes);
  const at = oneOf(given, 'at', places);
  const fault: EmailFault = {
    ...(to && { to }),
    ...(bounce && { bounce }),
    ...(given.complaint === true && { complaint: true as const }),
    ...(mode && { mode }),
    ...(at && { at }),
    ...wholeNumbersIn(given, ['code', 'times']),
  };
  if (!bounce && !fault.complaint && !mode && fault.code === undefined)
    throw badRequest('a fault has a code, a bounce, a complaint or a mode');
  return fault;
}
