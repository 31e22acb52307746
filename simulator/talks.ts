import { Bounded } from './bounded';
import type { Clock } from './clock';
import { notFound } from './errors';

export type TalkStatus = 'accepted' | 'sent' | 'delivered' | 'failed';

export interface TalkMessage {
  id: string;
  /** Out: from the company to the person. */
  direction: 'in' | 'out';
  /** The person's phone or mail. */
  person: string;
  /** The company's number or address. */
  number: string;
  at: string;
  text: string;
  title?: string;
  /** What the page, or a test, may want to know besides: parts, headers, … */
  about?: Readonly<Record<string, unknown>>;
  error?: { code: string; title: string };
  statuses: { status: TalkStatus; at: string }[];
}
export type TalksMemory = TalkMessage[];

const most = 20_000;

/** What people and companies said to each other over one channel. */
export class Talks {
  private readonly byId = new Map<string, TalkMessage>();
  readonly messages = new Bounded<TalkMessage>(most, (gone) => this.byId.delete(gone.id));

  constructor(
    private readonly clock: Clock,
    private readonly changed: (message: TalkMessage) => void,
  ) {}

  keep(message: Omit<TalkMessage, 'at' | 'statuses'>): TalkMessage {
    const at = this.clock.now().toISOString();
    const kept: TalkMessage = { ...message, at, statuses: [] };
    if (kept.direction === 'out') kept.statuses.push({ status: 'accepted', at });
    this.restore(kept);
    this.changed(kept);
    return kept;
  }

  become(message: TalkMessage, status: TalkStatus, error?: TalkMessage['error']): void {
    message.statuses.push({ status, at: this.clock.now().toISOString() });
    if (error) message.error = error;
    this.changed(message);
  }

  /** @throws ControlError when nobody has it */
  get(id: string): TalkMessage {
    const message = this.byId.get(id);
    if (!message) throw notFound(`message ${id}`);
    return message;
  }

  /** The last that the company wrote to this person. */
  lastTo(person: string, number: string): TalkMessage | undefined {
    return this.messages.items.findLast(
      (one) => one.direction === 'out' && one.person === person && one.number === number,
    );
  }

  of(person: string): TalkMessage[] {
    return this.messages.items.filter((one) => one.person === person);
  }

  remember = (): TalksMemory => this.messages.items;

  restore(message: TalkMessage): void {
    this.byId.set(message.id, message);
    this.messages.push(message);
  }
}

/** A message as the page shows it. */
export const shownTalk = ({ id, direction, at, text, title, about, error, statuses }: TalkMessage) => ({
  ...{ id, direction, at, type: 'text', text },
  ...(title && { title }),
  ...(about && { about }),
  ...(error && { error }),
  ...(direction === 'out' && { status: statuses.at(-1)?.status }),
});

/** As an entry of the ledger. */
export const enteredTalk = (message: TalkMessage) => ({ ...message });
