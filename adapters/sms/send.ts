import { type Identity, type OutboundContent, type Sender, type SendOutcome, tooLate } from '../../src/channel';
import type { Answer, Line } from './line';
import { type Part, partsOf, wordsIn } from './message';
import { providerError } from './provider-errors';

const codings = { gsm7: 0x00, ucs2: 0x08 } as const;
const triesOfAPart = 4;
const patienceMs = 15_000;
/** Nothing begins later, whoever waits: an answer must fit into what is left of the caller's patience. */
const beginMs = 8_000;

/** What is told when all parts are taken: the id of the last, whose receipt is asked for. */
export type OnAccepted = (providerId: string, reference: string) => void;

/** Sends over a line, the parts of a long message one after the other. There is no idempotency key: what may have arrived is `unknown`. */
export class Sending {
  private count = Math.floor(Math.random() * 256);

  constructor(private readonly onAccepted: OnAccepted) {}

  async send(
    line: Line | undefined,
    sender: Sender,
    to: Identity,
    content: OutboundContent,
    reference: string,
    startBy = Number.POSITIVE_INFINITY,
  ): Promise<SendOutcome> {
    if (!to.phone) return refused('NO_ADDRESS');
    if (!line) return refused('NOT_CONNECTED');
    const words = wordsIn(content);
    if (!words) return refused('INVALID'); // no carrier keeps templates
    const parts = partsOf(words, this.count++ & 0xff);
    const address = { ...from(sender.id), ...destination(to.phone) };
    const begin = Math.min(startBy, performance.now() + beginMs);
    const until = performance.now() + patienceMs;
    let last: SendOutcome = refused('INVALID');
    for (const [at, part] of parts.entries()) {
      const pdu = () => ({ ...address, ...bodyOf(part), registered_delivery: at === parts.length - 1 ? 1 : 0 });
      last =
        at === 0
          ? outcomeOf(await line.submit(pdu(), begin))
          : await this.follow(() => line.submit(pdu(), until), until);
      if (last.outcome !== 'accepted') return at === 0 ? last : { outcome: 'unknown', code: 'SMS_PARTLY_SENT' };
    }
    if (last.outcome === 'accepted') this.onAccepted(last.providerId, reference);
    return last;
  }

  /** A further part: the person has the first already, so the message is never begun anew; this part alone is tried again. */
  private async follow(submit: () => Promise<Answer>, until: number): Promise<SendOutcome> {
    let outcome = outcomeOf(await submit());
    for (let tried = 1; tried < triesOfAPart; tried++) {
      const pause = outcome.outcome === 'refused' ? (outcome.retryAfterMs ?? 0) : 0;
      const mayTry = outcome.outcome === 'refused' && outcome.treatment === 'retry';
      if (!mayTry || performance.now() + pause > until) return outcome;
      await new Promise((done) => setTimeout(done, pause));
      outcome = outcomeOf(await submit());
    }
    return outcome;
  }
}

const refused = (name: string): SendOutcome => ({ outcome: 'refused', ...providerError(name) });

function outcomeOf(answer: Answer): SendOutcome {
  if (answer.is === 'late') return tooLate;
  if (answer.is === 'lost') return { outcome: 'unknown', code: answer.code };
  if (answer.is === 'closed') {
    // The line is refused for good, or for now: its password is wrong, or somebody is bound already.
    const error = answer.status === undefined ? undefined : providerError(answer.status);
    if (error?.treatment === 'pause') return { outcome: 'refused', ...error };
    return {
      outcome: 'not_sent',
      code: error?.code ?? (answer.code.startsWith('NETWORK_') ? answer.code : `SMS_${answer.code}`),
    };
  }
  if (answer.status !== 0) return { outcome: 'refused', ...providerError(answer.status) };
  return answer.messageId
    ? { outcome: 'accepted', providerId: answer.messageId }
    : { outcome: 'unknown', code: 'SMS_UNREADABLE' };
}

/** A number of ours, a short code, or a word; how it is written says which. */
function from(id: string) {
  const digits = id.replace(/^\+/, '');
  if (!/^\d+$/.test(digits)) return { source_addr: id, source_addr_ton: 5, source_addr_npi: 0 };
  return { source_addr: digits, source_addr_ton: digits.length > 6 ? 1 : 3, source_addr_npi: 1 };
}

const destination = (phone: string) => ({
  destination_addr: phone.replace(/^\+/, ''),
  dest_addr_ton: 1,
  dest_addr_npi: 1,
});

const bodyOf = ({ udh, message, encoding }: Part) => ({
  data_coding: codings[encoding],
  esm_class: udh ? 0x40 : 0,
  short_message: udh ? { udh, message } : message,
});
