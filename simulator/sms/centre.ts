import type { Socket } from 'node:net';
import { createServer, errors, PDU, type Pdu, type Server, type Session } from 'smpp';
import type { Clock } from '../clock';

const binds: ReadonlySet<string> = new Set(['bind_transceiver', 'bind_receiver', 'bind_transmitter']);
const answerMs = 5_000;
const againMs = 2_000;
const mostWaiting = 50_000;
const window = 10;

export interface CentreParts {
  clock: Clock;
  password: string;
  /** What becomes of a submit_sm. Whoever answers it may also do something else with the line. */
  submitted(pdu: Pdu, line: Session): void;
}

/** The carrier's SMPP server: checks who binds, takes what is submitted, and brings what telephones say until it is taken. */
export class Centre {
  readonly server: Server;
  private readonly bound = new Map<Session, string>();
  private readonly waiting: Record<string, unknown>[] = [];
  private onWay = 0;

  constructor(private readonly parts: CentreParts) {
    this.server = createServer({}, (line) => {
      line.on('error', () => line.destroy());
      line.on('close', () => this.bound.delete(line));
      line.on('pdu', (pdu: Pdu) => this.hear(pdu, line));
    });
  }

  get lines(): number {
    return this.bound.size;
  }

  /** To the product, over any line that may receive; kept until it is taken. */
  bring(fields: Record<string, unknown>): void {
    if (this.waiting.length < mostWaiting) this.waiting.push(fields);
    this.pump();
  }

  /** The carrier lets go of every line. */
  drop(): void {
    for (const line of this.bound.keys()) (line.socket as Socket).resetAndDestroy();
  }

  close(): void {
    for (const line of this.server.sessions) line.destroy();
    this.server.close();
  }

  private hear(pdu: Pdu, line: Session): void {
    if (pdu.isResponse()) return;
    if (binds.has(pdu.command)) return void this.bind(pdu, line);
    if (pdu.command === 'enquire_link') return void line.send(pdu.response());
    if (!this.bound.has(line)) return void line.send(pdu.response({ command_status: errors.ESME_RINVBNDSTS }));
    if (pdu.command === 'submit_sm') return void this.parts.submitted(pdu, line);
    line.send(pdu.response(pdu.command === 'unbind' ? {} : { command_status: errors.ESME_RINVCMDID }));
    if (pdu.command === 'unbind') line.close();
  }

  private bind(pdu: Pdu, line: Session): void {
    const [systemId, password] = [pdu.system_id, pdu.password];
    const no = this.bound.has(line)
      ? errors.ESME_RALYBND
      : systemId !== 'connectus'
        ? errors.ESME_RINVSYSID
        : password !== this.parts.password
          ? errors.ESME_RINVPASWD
          : undefined;
    if (no !== undefined) return void line.send(pdu.response({ command_status: no }));
    this.bound.set(line, pdu.command);
    line.send(pdu.response({ system_id: 'simulated' }));
    this.pump();
  }

  /** In the order they came, a few on their way at once: pieces of a long message are answered together. */
  private pump(): void {
    while (this.onWay < window && this.waiting.length > 0) {
      const [line] = [...this.bound].filter(([, how]) => how !== 'bind_transmitter').map(([one]) => one);
      const next = line && this.waiting.shift();
      if (!next) return;
      this.onWay++;
      void ask(line, new PDU('deliver_sm', next)).then((status) => {
        this.onWay--;
        if (status === errors.ESME_ROK) return this.pump();
        this.waiting.unshift(next);
        this.parts.clock.after(againMs, () => this.pump());
      });
    }
  }
}

function ask(line: Session, pdu: Pdu): Promise<number | undefined> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(undefined), answerMs);
    const end = (status: number | undefined) => {
      clearTimeout(timer);
      line.off('close', gone);
      done(status);
    };
    const gone = () => end(undefined);
    line.once('close', gone);
    if (!line.send(pdu, (response) => end(response.command_status))) end(undefined);
  });
}
