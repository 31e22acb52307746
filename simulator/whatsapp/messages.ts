import { Bucket, Buckets } from '../bucket';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import { type Json, object, text } from '../json';
import type { Answer, Visit } from '../server';
import type { Chats } from './chats';
import { contentOf, type Shown } from './content';
import { checkEnvelope } from './envelope';
import type { Fault } from './faults';
import { comesLater, GraphError } from './graph-error';
import type { Chat, Message, Person } from './model';
import type { CompanyNumber, Numbers, Template } from './numbers';
import { bsuidOf, type People, specialOf } from './people';
import { type Receipts, whatsAppIdIn } from './receipts';
import { failed, lifeOf } from './status-lifecycle';
import { filled, templateFor } from './templates';
import { wamid } from './wamid';

const day = 24 * 3_600_000;
const pair = { burst: 45, perSecond: 1 / 6 };
const silenceMs = 60_000;

interface Asked {
  number: CompanyNumber;
  person: Person;
  chat: Chat;
  input: string;
  byBsuid: boolean;
  type: string;
  body: Json;
}

interface Written {
  shown: Shown;
  template?: Template;
}

/** Takes messages from the product, or says why not, in the order in which Meta looks at them. */
export class Messages {
  /** Free text outside the day after a person's last message fails with a receipt, or at once. */
  refusesClosedWindow: 'later' | 'at_once' = 'later';
  private readonly throughput = new Map<string, Bucket>();
  private readonly pairs = new Buckets(pair.burst, pair.perSecond);

  constructor(
    private readonly clock: Clock,
    private readonly people: People,
    private readonly numbers: Numbers,
    private readonly chats: Chats,
    private readonly receipts: Receipts,
    private readonly faults: Faults<Fault>,
    private readonly isMedium: (id: string) => boolean,
  ) {}

  async send(number: CompanyNumber, body: Json, isMarketing: boolean, visit: Visit): Promise<Answer | undefined> {
    if (body.status === 'read') return this.markRead(number, body);
    const asked = this.asked(number, body, isMarketing);
    const fault = this.faults.take(
      (one) => (!one.number || one.number === number.id) && (!one.to || one.to === asked.person.id),
    );
    if (fault?.mode === 'reset') return void visit.response.socket?.resetAndDestroy();
    if (fault?.mode === 'slow') await wait(fault.ms ?? 2_000);
    if (asked.chat.isBlocked) throw new GraphError(130403, 'The business has blocked this person.');
    const later = provoked(fault) ?? this.closedWindow(asked);
    const written = this.written(asked, isMarketing);
    this.checkRates(asked);
    const message = this.accept(asked, written, later);
    if (fault?.mode === 'timeout_after_accept' || specialOf(asked.person) === '0009') return silence(visit, fault?.ms);
    if (fault?.mode === 'status_first') {
      this.receipts.take(message, { status: 'sent' });
      await wait(fault.ms ?? 250);
    }
    return answerOf(asked, message);
  }

  throttle(number: CompanyNumber, perSecond: number): void {
    number.throughput = perSecond;
    this.throughput.delete(number.id);
  }

  private asked(number: CompanyNumber, body: Json, isMarketing: boolean): Asked {
    const { to, recipient, type } = checkEnvelope(body, isMarketing);
    if (isMarketing && type !== 'template') throw new GraphError(131055, 'Only templates are sent through this method');
    if (to?.replace(/\D/g, '') === number.display) throw new GraphError(131021, 'A number cannot write to itself');
    const input = to ?? recipient ?? '';
    const person = this.people.meet(input);
    return { number, person, chat: this.chats.between(person, number), input, byBsuid: to === undefined, type, body };
  }

  /** @returns the code of the receipt by which free text fails when the person has been silent for a day */
  private closedWindow({ chat, type }: Asked): number | undefined {
    const isOpen = this.clock.ms() - (chat.lastInboundMs ?? Number.NEGATIVE_INFINITY) < day;
    if (isOpen || type === 'template') return undefined;
    if (this.refusesClosedWindow === 'later') return 131047;
    throw new GraphError(131047, 'More than 24 hours have passed since the recipient last wrote.');
  }

  private written({ number, type, body }: Asked, isMarketing: boolean): Written {
    if (type !== 'template') {
      const shown = contentOf(type, body);
      if (shown.medium?.id && !this.isMedium(shown.medium.id))
        throw new GraphError(131053, 'no medium of that id was left with this number');
      return { shown };
    }
    const given = object(body.template);
    const template = templateFor(this.numbers, number, given);
    if (isMarketing && template.category !== 'MARKETING') throw new GraphError(134100, 'Only marketing templates');
    return { template, shown: filled(template, given, this.isMedium) };
  }

  private checkRates({ number, person }: Asked): void {
    const now = this.clock.ms();
    const rate = this.throughput.get(number.id) ?? new Bucket(number.throughput, number.throughput, now);
    this.throughput.set(number.id, rate);
    if (rate.take(now) > 0) throw new GraphError(130429, 'Message throughput of this number reached.');
    if (specialOf(person) === '0008' || this.pairs.take(`${number.id}/${person.id}`, now) > 0)
      throw new GraphError(131056, 'Too many messages to this person from this number.');
  }

  private accept(asked: Asked, written: Written, later: number | undefined): Message {
    const message = this.message(asked, written);
    const isStopped = message.category === 'MARKETING' && asked.chat.isStopped;
    const code = later ?? (isStopped ? 131050 : undefined);
    message.life = code === undefined ? lifeOf(message) : [failed(code)];
    this.chats.keep(message);
    this.receipts.follow(message);
    return message;
  }

  private message({ number, person, type, body }: Asked, { shown, template }: Written): Message {
    const at = this.clock.now().toISOString();
    const reference = text(body.biz_opaque_callback_data);
    return {
      id: wamid(person.id),
      direction: 'out',
      ...{ person, number, at, type },
      ...shown,
      ...(template && { template: template.name, category: template.category }),
      ...(reference && { reference }),
      life: [],
      statuses: [{ status: 'accepted', at }],
    };
  }

  private markRead(number: CompanyNumber, body: Json): Answer {
    const message = this.chats.find(text(body.message_id) ?? '');
    if (message?.direction !== 'in' || message.number !== number)
      throw new GraphError(131009, 'message_id is not a message of this number');
    if (message.statuses.at(-1)?.status !== 'read') this.chats.become(message, 'read', this.clock.now());
    return { body: { success: true } };
  }
}

/** A server error in front of the Graph API: no code, no JSON. */
export class HttpFault extends Error {
  constructor(readonly status: number) {
    super(`provoked ${status}`);
  }
}

/** @returns the code of a failure that comes as a receipt @throws GraphError, HttpFault for one that is said at once */
function provoked(fault: Fault | undefined): number | undefined {
  const { code, http } = fault ?? {};
  if (code === undefined && http !== undefined) throw new HttpFault(http);
  if (code !== undefined && (http !== undefined || !comesLater(code)))
    throw new GraphError(code, 'provoked', http === undefined ? {} : { http });
  return code;
}

function answerOf({ number, person, input, byBsuid, type }: Asked, message: Message): Answer {
  const contact = byBsuid
    ? { input, user_id: bsuidOf(person, number.waba) }
    : { input, wa_id: whatsAppIdIn(message) ?? input.replace(/\D/g, '') };
  const isHeld = specialOf(person) === '0007' && message.category === 'MARKETING';
  const paced = type === 'template' && { message_status: isHeld ? 'held_for_quality_assessment' : 'accepted' };
  const body = { messaging_product: 'whatsapp', contacts: [contact], messages: [{ id: message.id, ...paced }] };
  return { body };
}

/** The answer never comes; one day the line is cut. */
function silence({ response }: Visit, ms = silenceMs): undefined {
  setTimeout(() => response.destroy(), ms).unref();
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms).unref());
