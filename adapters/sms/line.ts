import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, errors, PDU, type Pdu, type Session } from 'smpp';

export interface LineSettings {
  host: string;
  port: number;
  tls: boolean;
  systemId: string;
  password: string;
  systemType: string;
  /** Submits on their way at once. */
  window: number;
}

/** What became of one PDU of ours. `lost`: it was written and nobody answered. */
export type Answer =
  | { is: 'answered'; status: number; messageId: string }
  | { is: 'late' }
  | { is: 'closed'; code: string; status?: number }
  | { is: 'lost'; code: string };

/** Takes what the other side delivers. @throws when it could not be kept: the provider brings it again */
export type Deliver = (pdu: Pdu, line: string) => Promise<void>;

const connectMs = 5_000;
const answerMs = 10_000;
const enquireMs = 30_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const mostInHand = 500;

type State =
  | { is: 'down'; code: string; status?: number }
  | { is: 'opening'; done: Promise<void> }
  | { is: 'bound'; session: Session };

/** One bind as transceiver, kept up: opened again with growing pauses, asked now and then whether it still stands. */
export class Line {
  private state: State = { is: 'down', code: 'NETWORK_CLOSED' };
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private readonly free = new Set<() => void>();
  private pauseMs = firstPauseMs;
  private again: NodeJS.Timeout | undefined;
  private enquiry: NodeJS.Timeout | undefined;
  private inHand = 0;
  private isClosed = false;
  private onWay = 0;
  /** The connection of now, and a name that tells it from all others. */
  private current: Session | undefined;
  private name = '';

  constructor(
    private readonly settings: LineSettings,
    private readonly deliver: Deliver,
  ) {}

  /** Begins to keep the line up; does nothing when it is up already. */
  open(): void {
    if (this.isClosed || this.state.is !== 'down' || this.again) return;
    const done = this.bind();
    this.state = { is: 'opening', done };
  }

  /** @param startBy on `performance.now()`: nothing is written after it */
  async submit(fields: Readonly<Record<string, unknown>>, startBy: number): Promise<Answer> {
    this.open();
    if (this.state.is === 'opening') await within(this.state.done, startBy);
    if (!(await this.slot(startBy)))
      return performance.now() > startBy ? { is: 'late' } : { is: 'closed', code: 'WINDOW_FULL' };
    try {
      if (performance.now() > startBy) return { is: 'late' };
      if (this.state.is === 'opening') return { is: 'closed', code: 'NETWORK_TIMEOUT' };
      if (this.state.is === 'down') {
        const { code, status } = this.state;
        return { is: 'closed', code, ...(status !== undefined && { status }) };
      }
      return await this.ask(this.state.session, new PDU('submit_sm', fields));
    } finally {
      this.onWay--;
      const [next] = this.free;
      next?.();
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.again);
    const { state } = this;
    if (state.is === 'bound') await this.unbind(state.session);
    if (state.is === 'opening') await state.done;
    this.fall(undefined, 'NETWORK_CLOSED');
  }

  /** One of the window's places; waits for one no longer than an answer takes. */
  private async slot(startBy: number): Promise<boolean> {
    const until = Math.min(startBy, performance.now() + answerMs);
    while (this.onWay >= this.settings.window) {
      if (performance.now() > until) return false;
      await within(
        new Promise<void>((done) => {
          const wake = () => {
            this.free.delete(wake);
            done();
          };
          this.free.add(wake);
          setTimeout(wake, Math.max(1, until - performance.now() + 1)).unref();
        }),
        until,
      );
    }
    this.onWay++;
    return true;
  }

  /** Everything from here on may have arrived. */
  private ask(session: Session, pdu: Pdu): Promise<Answer> {
    return new Promise((done) => {
      if (!session.send(pdu)) return done({ is: 'closed', code: 'NETWORK_CLOSED' });
      const sequence = pdu.sequence_number;
      const timer = setTimeout(() => answer({ is: 'lost', code: 'NETWORK_TIMEOUT' }), answerMs);
      const answer = (one: Answer) => {
        clearTimeout(timer);
        this.waiting.delete(sequence);
        done(one);
      };
      this.waiting.set(sequence, answer);
    });
  }

  /** Never throws: what failed is the state, and is tried again. */
  private bind(): Promise<void> {
    const { host, port, tls, systemId, password, systemType } = this.settings;
    return new Promise((done) => {
      const session = connect({ host, port, tls, ...(!isIP(host) && { servername: host }) });
      this.current = session;
      this.name = randomBytes(8).toString('base64url');
      const fail = (code: string, status?: number) => {
        this.fall(session, code, status);
        done();
      };
      const timer = setTimeout(() => fail('NETWORK_TIMEOUT'), connectMs);
      session.on('error', (error: { code?: string }) => fail(`NETWORK_${error.code ?? 'LOST'}`));
      session.on('close', () => fail('NETWORK_CLOSED'));
      session.on('pdu', (pdu: Pdu) => this.hear(session, pdu));
      session.on(tls ? 'secureConnect' : 'connect', () => {
        const given = { system_id: systemId, password, system_type: systemType, interface_version: 0x34 };
        session.send(new PDU('bind_transceiver', given), (response) => {
          clearTimeout(timer);
          if (response.command_status !== 0) return fail('BIND_REFUSED', response.command_status);
          if (this.isClosed) return fail('NETWORK_CLOSED');
          this.state = { is: 'bound', session };
          this.pauseMs = firstPauseMs;
          this.enquiry = setInterval(() => void this.enquire(session), enquireMs).unref();
          done();
        });
      });
      session.once('close', () => clearTimeout(timer));
    });
  }

  /** The line is gone: who waits for an answer gets none, and it is opened again after a pause. */
  private fall(session: Session | undefined, code: string, status?: number): void {
    session?.destroy();
    if (session && session !== this.current) return;
    this.current = undefined;
    clearInterval(this.enquiry);
    this.state = { is: 'down', code, ...(status !== undefined && { status }) };
    for (const answer of [...this.waiting.values()]) answer({ is: 'lost', code: 'NETWORK_LOST' });
    if (this.isClosed) return;
    const wait = this.pauseMs * (0.75 + Math.random() / 2);
    this.pauseMs = Math.min(longestPauseMs, this.pauseMs * 2);
    this.again = setTimeout(() => {
      this.again = undefined;
      this.open();
    }, wait).unref();
  }

  private hear(session: Session, pdu: Pdu): void {
    if (pdu.isResponse()) {
      const messageId = typeof pdu.message_id === 'string' ? pdu.message_id : '';
      this.waiting.get(pdu.sequence_number)?.({ is: 'answered', status: pdu.command_status, messageId });
    } else if (pdu.command === 'deliver_sm') void this.take(session, pdu);
    else if (pdu.command === 'unbind') {
      session.send(pdu.response());
      session.close();
    } else session.send(pdu.response()); // enquire_link, and what we do not know
  }

  /** Answered only when it is ours: an answer of ROK is never followed by another delivery. */
  private async take(session: Session, pdu: Pdu): Promise<void> {
    if (this.inHand >= mostInHand) return void session.send(pdu.response({ command_status: errors.ESME_RMSGQFUL }));
    this.inHand++;
    const status = await this.deliver(pdu, this.name).then(
      () => errors.ESME_ROK,
      () => errors.ESME_RX_T_APPN,
    );
    this.inHand--;
    session.send(pdu.response({ command_status: status }));
  }

  private async enquire(session: Session): Promise<void> {
    const answer = await this.ask(session, new PDU('enquire_link'));
    if (answer.is !== 'answered') this.fall(session, 'NETWORK_TIMEOUT');
  }

  private unbind(session: Session): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(() => session.destroy(), 1_000);
      session.once('close', () => {
        clearTimeout(timer);
        done();
      });
      if (!session.send(new PDU('unbind'), () => session.close())) session.destroy();
    });
  }
}

/** The promise, or the moment on `performance.now()`, whichever is first. */
async function within(done: Promise<void>, until: number): Promise<void> {
  const left = Math.min(until - performance.now(), connectMs + answerMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((end) => {
    timer = setTimeout(end, Math.max(0, left));
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
