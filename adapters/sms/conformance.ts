import { randomBytes } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, errors, PDU, type Pdu, type Session } from 'smpp';

type Json = Record<string, unknown>;
const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).replaceAll('\0', '') : '';
const byte = (value: unknown): number => (Number.isInteger(value) ? (value as number) & 0xff : 0);

/** Numbers on this line, as an SMS centre gives them: the same payload has the same. */
const sequenceOf = (payload: unknown): number => byte(object(payload).sequence_number) + 1_000;

/** A payload as a deliver_sm, as far as bytes can hold it. */
function pduOf(payload: unknown): Pdu {
  const {
    hex,
    udh,
    short_message: words,
    receipted_message_id: receipted,
    message_state: state,
    ...rest
  } = object(payload);
  const message = typeof hex === 'string' ? Buffer.from(hex, 'hex').subarray(0, 200) : text(words).slice(0, 60);
  const header = typeof udh === 'string' ? Buffer.from(udh, 'hex').subarray(0, 40) : undefined;
  const coding = Number.isInteger(rest.data_coding) ? byte(rest.data_coding) : null;
  return new PDU('deliver_sm', {
    sequence_number: sequenceOf(payload),
    source_addr: text(rest.source_addr).slice(0, 20),
    source_addr_ton: byte(rest.source_addr_ton),
    destination_addr: text(rest.destination_addr).slice(0, 20),
    esm_class: byte(rest.esm_class) & ~0x40,
    data_coding: Buffer.isBuffer(message) ? byte(coding) : coding === 0 ? 0 : 8,
    short_message: header?.length
      ? { udh: header, message: Buffer.isBuffer(message) ? message : utf16(message) }
      : words === undefined && !Buffer.isBuffer(message)
        ? ''
        : message,
    ...(text(receipted) && { receipted_message_id: text(receipted).slice(0, 64) }),
    ...(state !== undefined && { message_state: byte(state) }),
  });
}
const utf16 = (words: string): Buffer => Buffer.from(words, 'utf16le').swap16();

/** An SMS centre for one line, that does as it is told. */
async function wire() {
  let session: Session | undefined;
  let how = 'take';
  let asked = 0;
  const answers = new Map<number, (status: number) => void>();
  const server = createServer({}, (opened) => {
    opened.on('error', () => opened.destroy());
    opened.on('pdu', (pdu: Pdu) => {
      if (pdu.command === 'bind_transceiver') {
        session = opened;
        opened.send(pdu.response({ system_id: 'centre' }));
      } else if (pdu.command === 'deliver_sm_resp') answers.get(pdu.sequence_number)?.(pdu.command_status);
      else if (pdu.command === 'submit_sm') {
        asked++;
        submitted(opened, pdu);
      } else if (!pdu.isResponse()) opened.send(pdu.response());
    });
    opened.on('close', () => {
      if (session === opened) session = undefined;
    });
  });
  const submitted = (opened: Session, pdu: Pdu): void => {
    if (how === 'breaks the line') return void (opened.socket as Socket).resetAndDestroy();
    if (how === 'answers in another tongue') return void opened.socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    if (how === 'gives no id') return void opened.send(pdu.response({ message_id: '' }));
    const status = refusals[how] ?? errors.ESME_ROK;
    opened.send(pdu.response(status ? { command_status: status } : { message_id: randomBytes(6).toString('hex') }));
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const closed = createServer({}, () => {});
  await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
  const nowhere = (closed.address() as AddressInfo).port;
  await new Promise((done) => closed.close(done));
  const at = (where: number) => ({ SMS_URL: `smpp://connectus:secret@127.0.0.1:${where}` });
  return {
    settings: at(port),
    nowhere: at(nowhere),
    async deliver(payload: unknown): Promise<'taken' | 'again' | 'refused'> {
      while (!session) await new Promise((done) => setTimeout(done, 5));
      const pdu = pduOf(payload);
      const status = await new Promise<number>((done) => {
        answers.set(pdu.sequence_number, done);
        session?.send(pdu);
      });
      return status === errors.ESME_ROK ? 'taken' : 'again';
    },
    answer: (next: string) => {
      how = next;
    },
    odd: ['breaks the line', 'answers in another tongue', 'gives no id'],
    refusals: Object.keys(refusals),
    asked: () => asked,
    async stop() {
      for (const open of server.sessions) open.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

const refusals: Readonly<Record<string, number | undefined>> = {
  'is too busy': errors.ESME_RTHROTTLED,
  'has its queue full': errors.ESME_RMSGQFUL,
  'knows no such number': errors.ESME_RINVDSTADR,
  'says something of its own': 0x0481,
};

/** What the conformance suite must know of SMS. */
export const conformance = {
  settings: {},
  address: { phone: '+56987654321' },
  wire,
  /** A telephone's message begins its id with its number on the line; receipts have one of their own,. */
  idsOf(payload: unknown): string[] {
    const pdu = object(payload);
    const isReceipt =
      (byte(pdu.esm_class) & 0x3c) !== 0 || text(pdu.receipted_message_id) !== '' || pdu.udh !== undefined;
    return isReceipt ? [] : [String(sequenceOf(payload))];
  },
};
