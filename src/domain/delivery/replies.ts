import { createHash } from 'node:crypto';
import type { Channel, OutboundContent, Sender, SendOutcome } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Senders } from '../accounts/senders.service';
import type { Audience } from '../audience/audience.service';
import { type TemplateRow, templatesTable } from '../campaigns/templates.table';
import { disclosures } from '../registers/disclosures';
import { askAlone, askWay } from './campaign-facts';
import { giveBack } from './claim-doubt';
import type { ClaimDoubt } from './claim-doubt.table';
import { type Bring, type FileAnswer, uploaded } from './file-answers';
import { insist } from './insist';
import { verdictOf } from './outcomes';
import { writeOutcomes } from './outcomes.table';
import { referenceOf } from './reference';
import type { Around } from './rendering';
import { rememberSent, sentToken } from './sent-ids.table';
import { claimSingle, failFirst, failSingle, isSending, type SingleRow, wakeCase, wakeReplies } from './singles.table';
import { countSingle } from './spending.table';
import { askTest, noMedium, routeOfTest, type TestRoute, withMedium } from './test-routes';
import type { Transport } from './transport';

export interface RepliesDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  senders: Senders;
  audience: Audience;
  transport: Transport;
  /** Who takes what is sent. */
  worker?(): string | undefined;
  /** A link by which this person stops promotions at once, for mail's own button beside a message. */
  unsubscribe(tx: TenantTx, contact: string): Promise<string>;
  /** The provider's copy of what stands above a template's words. Absent: nothing has any. */
  medium?(tenant: string, template: TemplateRow, own: { id: string; sender: Sender }): Promise<Around['medium']>;
  /** A file that a member put for somebody, and how it is left with the provider. Absent: nobody sends any. */
  bring?: Bring;
  upload?(channel: string): Channel['upload'];
  /** An answer did not leave, or nobody knows: whoever watches is told. */
  onFailed?(tx: TenantTx, seq: string): Promise<void>;
}
interface Ready {
  row: SingleRow;
  /** Missing where there is nobody to send to. */
  sender?: Sender;
  text: string;
  send(): Promise<SendOutcome>;
}

/** Single messages to one person, in order, without Redis: replies never wait behind a campaign. */
export class Replies {
  readonly kind = 'reply';

  constructor(private readonly deps: RepliesDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const contact = toUuid(lane);
    const { database } = this.deps;
    const doubt: ClaimDoubt = { batch: '0', seqs: [], began: '', worker: this.deps.worker?.() };
    const next = await database
      .withTenant(tenant, (tx) => this.prepare(tx, contact, doubt))
      .catch(async (error) => {
        await giveBack(database, tenant, doubt, (tx, seqs) => this.takeBack(tx, seqs, doubt));
        throw error;
      });
    if (next === 'nothing') return 'done';
    if (next === 'refused') return 'again';
    const outcome = await next.send();
    // Shorter than the lane's lease.
    await insist(() => database.withTenant(tenant, (tx) => this.conclude(tx, next, outcome, doubt)), 20_000);
    return 'again';
  }

  /** The first that waits could not even be tried: it fails and is seen, those behind it go on. */
  async parked(tenant: string, lane: Buffer): Promise<void> {
    await this.deps.database.withTenant(tenant, (tx) => failFirst(tx, toUuid(lane)));
  }

  /** It waits again; what begins a talk stays counted. */
  private async takeBack(tx: TenantTx, seqs: readonly string[], { began }: ClaimDoubt): Promise<void> {
    const queued = {
      state: 'queued',
      reason: null,
      provider: null,
      sealed: null,
      hash: null,
      pause: 0,
      began,
    } as const;
    await writeOutcomes(
      tx,
      '0',
      seqs.map((seq) => ({ ...queued, seq })),
      this.deps.clock.now(),
    );
  }

  private async prepare(tx: TenantTx, contact: string, doubt: ClaimDoubt): Promise<Ready | 'refused' | 'nothing'> {
    const { keys, clock, senders, transport } = this.deps;
    const row = await claimSingle(tx, contact, clock.now(), doubt);
    if (row === 'wait') await wakeReplies(tx, contact, 1);
    // Its lease ends by itself: then it is unknown, and what is behind it goes on.
    if (!row && (await isSending(tx, contact))) await wakeReplies(tx, contact, 10);
    if (!row || row === 'wait') return 'nothing';
    const route = row.purpose === 'test' ? await routeOfTest(tx, row.boundTo, row.sender) : undefined;
    if (row.refused || (row.purpose === 'test' && (await this.refusesTest(tx, row, route)))) {
      if (isOfCase(row)) await wakeCase(tx, row.boundTo);
      await this.deps.onFailed?.(tx, row.seq);
      return 'refused';
    }
    const sender = await senders.sender(tx, row.sender);
    if (await this.hasNoWay(tx, row, sender.channel)) return 'refused';
    const text = await this.open(tx, row);
    const alone = row.purpose === 'service' ? await templatesTable.get(tx, row.boundTo) : undefined;
    if (row.purpose === 'service' && (await this.refusesAlone(tx, row, alone, text))) return 'refused';
    const template = alone ?? route?.template;
    const person = await this.read(tx, contact);
    if (!person || text === undefined) {
      const send = async (): Promise<SendOutcome> => ({
        outcome: 'refused',
        code: 'PERSON_ERASED',
        treatment: 'permanent',
      });
      return { row, text: '', send };
    }
    const content: OutboundContent | FileAnswer = {
      ...(JSON.parse(text) as OutboundContent | FileAnswer),
      ...(sender.channel === 'email' && { unsubscribe: await this.deps.unsubscribe(tx, contact) }),
    };
    const told =
      content.kind === 'file' ? { channel: sender.channel, file: true as const } : { channel: sender.channel };
    await disclosures.note(tx, '0', template ?? told, clock.now());
    const reference = referenceOf(await keys.of(tx), { batch: '0', seq: row.seq });
    const send = async (): Promise<SendOutcome> => {
      if (content.kind === 'file') {
        const whole = await uploaded(content, sender, this.deps.bring, this.deps.upload?.(sender.channel));
        return 'kind' in whole ? transport.send(sender, person.identity, whole, reference) : whole;
      }
      const own = { sender, id: row.sender };
      const whole = await withMedium(content, template, async (of) => this.deps.medium?.(tx.tenant, of, own));
      return whole ? transport.send(sender, person.identity, whole, reference) : noMedium;
    };
    return { row, sender, text, send };
  }

  /** What no person decides is asked again, in the transaction of the claim. */
  private async refusesTest(tx: TenantTx, row: SingleRow, route: TestRoute | undefined): Promise<boolean> {
    const refused = route ? await askTest(tx, route, this.deps.clock.now()) : 'UNBOUND';
    if (refused) await failSingle(tx, row.seq, refused);
    return refused !== undefined;
  }

  /** The template as it would leave now, its places filled; what begins counts against the limits. */
  private async refusesAlone(
    tx: TenantTx,
    row: SingleRow,
    template: TemplateRow | undefined,
    text: string | undefined,
  ): Promise<boolean> {
    const now = this.deps.clock.now();
    const { words = '' } = JSON.parse(text ?? '{}') as { words?: string };
    const refused = template
      ? await askAlone(tx, { ...template, body: words }, row.sender, now)
      : 'TEMPLATE_NOT_APPROVED';
    if (!refused) await countSingle(tx, row, now);
    else {
      await failSingle(tx, row.seq, refused);
      await this.deps.onFailed?.(tx, row.seq);
    }
    return refused !== undefined;
  }

  /** Nobody carries it whom the customer did not authorise; a case is told, so that it is answered another way. */
  private async hasNoWay(tx: TenantTx, row: SingleRow, channel: string): Promise<boolean> {
    const refused = await askWay(tx, row.purpose, channel);
    if (!refused) return false;
    await failSingle(tx, row.seq, refused);
    if (isOfCase(row)) await wakeCase(tx, row.boundTo);
    return true;
  }

  private async conclude(
    tx: TenantTx,
    { row, sender, text }: Ready,
    outcome: SendOutcome,
    { began }: ClaimDoubt,
  ): Promise<void> {
    const keys = await this.deps.keys.of(tx);
    const verdict = verdictOf(outcome, 'queued', row.attempts);
    const { providerId } = verdict;
    const written = {
      seq: row.seq,
      ...verdict.row,
      began,
      provider: providerId ? keys.findRaw('wamid', providerId) : null,
      // SMS carries no reference of ours: its receipts come by the carrier's id.
      sentAs: providerId && sender?.channel === 'sms' ? sentToken(keys, { ...sender, providerId }) : null,
      sealed: null,
      hash: text ? createHash('sha256').update(text).digest() : null,
    };
    const now = this.deps.clock.now();
    await writeOutcomes(tx, '0', [written], now);
    if (['failed', 'unknown'].includes(verdict.row.state)) await this.deps.onFailed?.(tx, row.seq);
    await rememberSent(tx, '0', [written], now);
    if (isOfCase(row) && verdict.row.state !== 'queued') await wakeCase(tx, row.boundTo);
  }

  private async open(tx: TenantTx, row: SingleRow): Promise<string | undefined> {
    if (!row.sealed) return undefined;
    const key = (await this.deps.keys.people(tx, [row.contact])).get(row.contact);
    return key?.open(row.sealed, `message|0|${row.seq}`).toString('utf8');
  }

  private async read(tx: TenantTx, contact: string) {
    return this.deps.audience.read(tx, contact).catch((error) => {
      if (error instanceof AppError && error.code === 'PERSON_ERASED') return undefined;
      throw error;
    });
  }
}

function toUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** A letter of a case, or the notice that leads to one. */
const isOfCase = ({ purpose }: SingleRow): boolean => purpose === 'case' || purpose === 'notice';
