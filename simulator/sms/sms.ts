import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { errors, type Pdu, type Session } from 'smpp';
import { Bucket } from '../bucket';
import type { Clock } from '../clock';
import { badRequest } from '../errors';
import { Faults } from '../faults';
import { type Json, text } from '../json';
import { type TalkMessage, Talks } from '../talks';
import type { WorldLine } from '../world';
import { Centre } from './centre';
import { finalStates, type SmsFault } from './faults';
import { heard, spoken } from './text';

interface Parts {
  clock: Clock;
  password: string;
  numbers: readonly WorldLine[];
  changed(message: TalkMessage): void;
}
interface Half {
  texts: Map<number, string>;
  count: number;
}

const usualThroughput = 50;
const deliveredMs = 900;
/** Numbers that always do the same, as on WhatsApp: +56 9 0000 NNNN. */
const special: Readonly<Record<string, Omit<SmsFault, 'to'>>> = {
  '0004': { state: 'UNDELIV' },
  '0008': { status: errors.ESME_RTHROTTLED ?? 0 },
  '0009': { mode: 'timeout_after_accept' },
};
/** Every receipt twice. */
const twice = '0011';

/** A carrier and the telephones behind it. */
export class Sms {
  readonly talks: Talks;
  readonly faults = new Faults<SmsFault>();
  readonly centre: Centre;
  private rate: Bucket;
  private readonly halves = new Map<string, Half>();
  private count = 0;

  constructor(private readonly parts: Parts) {
    this.talks = new Talks(parts.clock, parts.changed);
    this.rate = this.throttled(usualThroughput);
    this.centre = new Centre({
      clock: parts.clock,
      password: parts.password,
      submitted: (pdu, line) => this.submitted(pdu, line),
    });
  }

  /** How many messages a second are taken. */
  throttle(perSecond: number): void {
    this.rate = this.throttled(perSecond);
  }

  /** A person sends an SMS to a number of a company. */
  write(given: Json): TalkMessage {
    const [from, to, words] = ['from', 'to', 'text'].map((name) => text(given[name]));
    const number = this.parts.numbers.find(({ id }) => id === to?.replace(/^\+/, ''));
    if (!from || !/^\+\d{6,15}$/.test(from)) throw badRequest('from is a phone as +56…');
    if (!number) throw badRequest('to is none of the numbers');
    if (!words) throw badRequest('text is missing');
    const kept = this.talks.keep({ id: newId(), direction: 'in', person: from, number: number.id, text: words });
    for (const body of spoken(words, this.count++))
      this.centre.bring({
        ...{ source_addr: from.slice(1), source_addr_ton: 1, source_addr_npi: 1 },
        ...{ destination_addr: number.id, dest_addr_ton: 1, dest_addr_npi: 1, ...body },
      });
    return kept;
  }

  private throttled(perSecond: number): Bucket {
    return new Bucket(perSecond, perSecond, this.parts.clock.ms());
  }

  private submitted(pdu: Pdu, line: Session): void {
    const answer = (fields: Record<string, unknown>): void => {
      line.send(pdu.response(fields));
    };
    const refuse = (status: number | undefined): void => {
      answer({ command_status: status });
    };
    const person = `+${String(pdu.destination_addr).replace(/^\+/, '')}`;
    const number = String(pdu.source_addr);
    if (!this.parts.numbers.some(({ id }) => id === number)) return void refuse(errors.ESME_RINVSRCADR);
    if (!/^\+\d{8,15}$/.test(person)) return void refuse(errors.ESME_RINVDSTADR);
    const fault =
      this.faults.take(({ to }) => !to || to === person) ??
      (/^\+5690000\d{4}$/.test(person) ? special[person.slice(-4)] : undefined);
    if (fault?.status !== undefined) return void refuse(fault.status);
    if (fault?.mode === 'reset') return void (line.socket as Socket).resetAndDestroy();
    if (this.rate.take(this.parts.clock.ms()) > 0) return void refuse(errors.ESME_RTHROTTLED);
    const id = newId();
    this.arrived(pdu, { id, person, number, state: fault?.state ?? 'DELIVRD' });
    if (fault?.mode === 'timeout_after_accept') return;
    if (fault?.mode === 'slow') this.parts.clock.after(fault.ms ?? 3_000, () => answer({ message_id: id }));
    else answer({ message_id: id });
  }

  /** Shown once it is whole; the receipt of the part that asks for one follows. */
  private arrived(pdu: Pdu, to: { id: string; person: string; number: string; state: string }): void {
    const { text: words, piece } = heard(pdu);
    const whole = piece ? this.join(`${to.number}>${to.person}/${piece.of}`, words, piece) : { words, count: 1 };
    if (!whole) return;
    const about = { parts: whole.count, coding: pdu.data_coding === 8 ? 'UCS-2' : 'GSM-7' };
    const message = this.talks.keep({ ...without(to), direction: 'out', text: whole.words, about });
    const wantsReceipt = (Number(pdu.registered_delivery) & 1) === 1;
    this.parts.clock.after(deliveredMs, () => {
      const isDelivered = to.state === 'DELIVRD';
      const error = isDelivered ? undefined : { code: to.state, title: to.state };
      this.talks.become(message, isDelivered ? 'delivered' : 'failed', error);
      const copies = to.person.startsWith('+5690000') && to.person.endsWith(twice) ? 2 : 1;
      if (wantsReceipt) for (let copy = 0; copy < copies; copy++) this.centre.bring(this.receipt(to));
    });
  }

  private join(of: string, words: string, { at, count }: { at: number; count: number }) {
    const half = this.halves.get(of) ?? { texts: new Map(), count };
    half.texts.set(at, words);
    this.halves.set(of, half);
    if (half.texts.size < count) return undefined;
    this.halves.delete(of);
    const texts = [...half.texts].sort(([one], [other]) => one - other).map(([, one]) => one);
    return { words: texts.join(''), count };
  }

  /** In both its forms at once, as most carriers write it. */
  private receipt({ id, person, number, state }: { id: string; person: string; number: string; state: string }) {
    const time = this.parts.clock.now().toISOString().replace(/\D/g, '').slice(2, 12);
    const counted = state === 'DELIVRD' ? '001 err:000' : '000 err:001';
    const [dlvrd, err] = counted.split(' ');
    return {
      ...{ source_addr: person.slice(1), source_addr_ton: 1, source_addr_npi: 1, destination_addr: number },
      ...{ esm_class: 0x04, receipted_message_id: id, message_state: finalStates[state] ?? 7 },
      short_message: `id:${id} sub:001 dlvrd:${dlvrd} submit date:${time} done date:${time} stat:${state} ${err} text:`,
    };
  }
}

const without = ({ id, person, number }: { id: string; person: string; number: string }) => ({ id, person, number });
const newId = (): string => randomBytes(8).toString('hex');
