import type { ChannelEvent, Sender, Surface } from '../channel';
import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import { houseTenant } from '../data/ids';
import type { Keys } from '../data/keys';
import { greetOnce, touchInbound } from '../domain/audience/contacts.table';
import { suggestedPlace } from '../domain/audience/countries';
import { attribute } from '../domain/delivery/attribution';
import { casesTable } from '../domain/privacy/cases.table';
import type { LineRef } from '../domain/support/hand-offs.service';
import { forwardedTable } from '../inbox/forwarded.table';
import { dropOverheard, lockLane, markHandled, nextWaiting, type WaitingRow } from '../inbox/inbox.table';
import { openEvent } from '../inbox/intake';
import type { Language, Person } from '../intent';
import { describeError, type Log } from '../log';
import { type ActRef, outlivedAction, readAction, signAction } from './actions';
import { type Beneath, beneath, goesOnWith, whereOf } from './beneath';
import { bindServices, type Domain } from './bind-services';
import { type DialogState, mayAcknowledge, waitForYes } from './dialog-state';
import { changeDialog, loadDialog, saveDialog } from './dialogs.table';
import type { Homes } from './homes';
import { keeperOf } from './misunderstood';
import { referenceOf } from './reference';
import { hearStranger } from './stranger';
import { sayError } from './texts';
import type { Conversation } from './turn';
import { inputOf, isSpoken, type SpokenEvent } from './turn-input';
import type { TurnInput, TurnPorts } from './turn-ports';
import type { Names } from './understand';
import { toMember, toRecipient } from './ways-back';

export interface TurnWorkerDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  log: Log;
  domain: Domain;
  conversation: Conversation;
  surface: Surface | undefined;
  workspace(team: string): Promise<Sender | undefined>;
  homes: Homes;
  publicUrl: string;
  /** The person sees that their message was read. */
  seen(sender: Sender, id: string): void;
}

interface Waiting {
  row: WaitingRow;
  event: ChannelEvent;
}
/** A row in which somebody speaks, in the transaction that handles it. */
interface Spoken {
  tx: TenantTx;
  lane: Buffer;
  row: WaitingRow;
  event: SpokenEvent;
  now: Date;
  beneath?: Beneath;
}

/** As an invitation is written, and nothing else is. */
const bringsCode = (event: SpokenEvent): boolean =>
  event.kind === 'message' &&
  event.content.type === 'text' &&
  /(?<![\w-])[A-Z2-9]{5}-[A-Z2-9]{5}(?![\w-])/i.test(event.content.text);

const order = ['email', 'sms', 'whatsapp'];

/** What people say and press, one lane at a time, in order: each row is handled in one transaction, with all that follows from it. */
export class TurnWorker {
  readonly kind = 'turn';

  constructor(private readonly deps: TurnWorkerDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const next = await this.deps.database.withTenant(tenant, (tx) => this.handleNext(tx, lane));
    if (next === 'nothing') return 'done';
    if (next !== 'handled') await hearStranger(this.deps, { tenant, lane, id: next.row.id }, next.event as SpokenEvent);
    return 'again';
  }

  /** Five tries failed: the row is set aside, promotions to the person wait, and the team is told. */
  async parked(tenant: string, lane: Buffer): Promise<void> {
    const { database, clock, domain } = this.deps;
    await database.withTenant(tenant, async (tx) => {
      const waiting = await this.next(tx, lane);
      if (!waiting) return;
      const { row, event } = waiting;
      const now = clock.now();
      const reference = referenceOf(row.id);
      this.deps.log.error({ event: 'turn.parked', tenant, reference }, 'a message could not be handled');
      if (!isSpoken(event)) return markHandled(tx, lane, row.id, 'parked', undefined, now);
      if (event.from.slack) {
        await this.sayFailed(tx, event, reference, now);
        return markHandled(tx, lane, row.id, 'parked', undefined, now);
      }
      const { contact } = await domain.audience.findOrCreate(tx, event.from, { source: event.channel, now });
      await domain.consent.hold(tx, contact, { source: 'parked', evidence: row.id, now });
      await markHandled(tx, lane, row.id, 'parked', contact, now);
      await domain.handOffs.show(tx, contact, now);
      await domain.handOffs.record(tx, contact, linesOf(row, event), now);
    });
  }

  /** A member hears that it failed, with what the log calls it; among colleagues' talk nobody asked. */
  private async sayFailed(tx: TenantTx, event: SpokenEvent, reference: string, now: Date): Promise<void> {
    if (event.kind === 'message' && event.aside) return;
    const slack = event.from.slack ?? { team: '', user: '' };
    const language = (await this.deps.domain.members.find(tx, slack.team, slack.user, now))?.language ?? 'es';
    const { zone } = await this.deps.domain.tenants.get(tx);
    const reader = { language, zone };
    const { say } = toMember(tx, this.deps, event, { kind: 'stranger', ...reader, slack }, now);
    await say({ text: sayError('UNEXPECTED', reader, { reference }) }, { isPrivate: true });
  }

  private async next(tx: TenantTx, lane: Buffer): Promise<Waiting | undefined> {
    await lockLane(tx, lane);
    const row = await nextWaiting(tx, lane, 'turn');
    return row && { row, event: openEvent(await this.deps.keys.of(tx), row) };
  }

  private async handleNext(tx: TenantTx, lane: Buffer): Promise<'nothing' | 'handled' | Waiting> {
    const waiting = await this.next(tx, lane);
    if (!waiting) return 'nothing';
    try {
      return await this.handle(tx, lane, waiting);
    } catch (error) {
      const failed = { event: 'turn.failed', tenant: tx.tenant, reference: referenceOf(waiting.row.id) };
      this.deps.log.warn({ ...failed, ...describeError(error) }, 'a message was not handled this time');
      throw error;
    }
  }

  private async handle(tx: TenantTx, lane: Buffer, waiting: Waiting): Promise<'handled' | Waiting> {
    const { row, event } = waiting;
    const now = this.deps.clock.now();
    if (isSpoken(event)) {
      const spoken = { tx, lane, row, event, now };
      if (!event.from.slack) return this.hearRecipient(spoken);
      return (await this.hearMember(spoken)) ? 'handled' : waiting;
    }
    if (event.kind === 'opened') {
      await this.showHome(tx, event, now);
      await markHandled(tx, lane, row.id, 'home', undefined, now);
      return 'handled';
    }
    const contact = await this.takeNote(tx, row, event, now);
    await markHandled(tx, lane, row.id, event.kind, contact, now);
    return 'handled';
  }

  /** Somebody looks at their page; whom the customer does not know reads there how to come in. */
  private async showHome(tx: TenantTx, event: ChannelEvent & { kind: 'opened' }, now: Date): Promise<void> {
    const { domain, homes, workspace } = this.deps;
    const { team, user } = event.from.slack ?? { team: '', user: '' };
    const found = await domain.members.find(tx, team, user, now);
    if (found && found.roles.length > 0) return homes.opened(tx, found);
    tx.afterCommit(async () => homes.turnAway(team, user, await workspace(team)));
  }

  /** What a provider says about a person, in their name or of their number. */
  private async takeNote(tx: TenantTx, row: WaitingRow, event: ChannelEvent, now: Date): Promise<string | undefined> {
    const { audience, consent } = this.deps.domain;
    const origin = { source: event.channel, now };
    if (event.kind === 'echo') return this.noteEcho(tx, row, event, now);
    if (event.kind === 'identity') return audience.identityChanged(tx, event.previous, event.current, origin);
    if (event.kind !== 'preference') return undefined;
    const { contact } = await audience.findOrCreate(tx, event.from, { ...origin, place: suggestedPlace(event.from) });
    // To resume there undoes what was said there: whoever left by their own words here stays out.
    const source = event.channel === 'email' ? 'complaint' : 'whatsapp_preference';
    const wish = { source, evidence: row.id, now, at: event.at };
    if (event.marketing === 'stop') await consent.withdraw(tx, contact, wish);
    else await consent.resume(tx, contact, wish);
    return contact;
  }

  /** Somebody of the company answered by its own app: their words are ours, and the bot keeps quiet for a while. */
  private async noteEcho(
    tx: TenantTx,
    row: WaitingRow,
    event: ChannelEvent & { kind: 'echo' },
    now: Date,
  ): Promise<string> {
    const { audience, handOffs } = this.deps.domain;
    const place = suggestedPlace(event.to);
    const { contact } = await audience.findOrCreate(tx, event.to, { source: event.channel, now, place });
    await handOffs.present(tx, contact, event.at);
    await handOffs.record(tx, contact, linesOf(row, event), now);
    return contact;
  }

  private async hearRecipient(spoken: Spoken): Promise<'handled'> {
    const { tx, event, now } = spoken;
    const { audience } = this.deps.domain;
    const place = suggestedPlace(event.from);
    const { contact } = await audience.findOrCreate(tx, event.from, { source: event.channel, now, place });
    // Meta's hours: what is written elsewhere does not open them.
    if (event.channel === 'whatsapp') await touchInbound(tx, contact, event.at);
    if (event.kind === 'message') await attribute(tx, await this.deps.keys.of(tx), contact, event);
    await casesTable.wakeOwed(tx, contact);
    const where = await audience.place(tx, contact);
    const language = (where?.language ?? 'es') as Language;
    if (tx.tenant === houseTenant && event.channel === 'email')
      await forwardedTable.note(tx, spoken.lane, spoken.row.id, now);
    await this.take(spoken, { kind: 'recipient', contact, language, zone: where?.zone ?? 'America/Santiago' });
    await this.showSeen(tx, event);
    return 'handled';
  }

  private async showSeen(tx: TenantTx, event: SpokenEvent): Promise<void> {
    const { senders } = this.deps.domain;
    const own = event.kind === 'message' ? await senders.find(tx, event) : undefined;
    if (!own) return;
    const sender = await senders.sender(tx, own.id);
    tx.afterCommit(() => this.deps.seen(sender, event.id));
  }

  /** @returns false for a Slack user whom the customer does not know */
  private async hearMember(spoken: Spoken): Promise<boolean> {
    const { tx, event, now } = spoken;
    const { members, tenants } = this.deps.domain;
    const { team, user } = event.from.slack ?? { team: '', user: '' };
    // In a channel shared by two companies nobody acts for theirs in the other's workspace.
    if (team !== event.sender) return false;
    const found = await members.find(tx, team, user, now);
    const member = found && found.roles.length > 0 ? found : undefined;
    const under = await beneath(tx, this.deps.domain, event, member?.id);
    if (event.kind === 'message' && event.aside && !(member && under.isTheirs)) {
      await dropOverheard(tx, spoken.lane, spoken.row.id);
      return true;
    }
    if (!member) return false;
    // One of our own people brings another customer's code: linking makes transactions of its own.
    if (bringsCode(event) && (await members.isStaff(tx, member.id))) return false;
    const zone = member.zone ?? (await tenants.get(tx)).zone;
    const { id, name, roles, language } = member;
    await this.take({ ...spoken, beneath: under }, { kind: 'member', member: id, name, roles, language, zone });
    return true;
  }

  private async take(spoken: Spoken, person: Person & { kind: 'recipient' | 'member' }): Promise<void> {
    const { tx, lane, row, event, now } = spoken;
    const contact = person.kind === 'recipient' ? person.contact : undefined;
    const input = inputOf(event);
    const said: string[] = [];
    const outcome = input ? await this.talk(spoken, person, contact, input, said) : 'ignored';
    if (contact && input) {
      const lines = [...linesOf(row, event), ...said.map((seq) => ({ seq }))];
      await this.deps.domain.handOffs.record(tx, contact, lines, now);
    }
    await markHandled(tx, lane, row.id, outcome, contact, now);
  }

  private async talk(
    { tx, lane, row, event, now, beneath: under }: Spoken,
    person: Person,
    contact: string | undefined,
    input: TurnInput,
    said: string[],
  ): Promise<string> {
    const { keys, domain, conversation, publicUrl } = this.deps;
    let state = await loadDialog(tx, keys, lane);
    const save = async (next: DialogState) => {
      state = next;
      await saveDialog(tx, keys, lane, contact, next, now);
    };
    let acknowledged = false;
    const acknowledge = () => {
      acknowledged = mayAcknowledge(state, now, person.zone);
      return acknowledged;
    };
    const tenantKeys = await keys.of(tx);
    const sign = (action: ActRef) => signAction(tenantKeys, action, now);
    const awaitYes = (whose: string, yes: ActRef, no: ActRef, minutes: number) =>
      changeDialog(tx, keys, whose, (was) => waitForYes(was, yes, no, minutes, now), now);
    const team = event.channel === 'slack' ? { team: event.sender } : {};
    const where = { inbox: row.id, channel: event.channel, ...team };
    const level = contact ? await domain.identity.levelOf(tx, contact, event, now) : 'L0';
    const isDoor = event.channel === 'email' && (await domain.senders.find(tx, event))?.purpose === 'privacy';
    const context = { person, now, at: event.at, level, isDoor, ...where, publicUrl, acknowledge, sign, awaitYes };
    const ports: TurnPorts = {
      person,
      now,
      services: bindServices(tx, domain, context),
      get state() {
        return state;
      },
      save,
      names: () => this.names(tx),
      advertised: contact ? await this.stopWords(tx) : [],
      sign,
      read: (signed) => readAction(tenantKeys, signed, now),
      outlived: (signed) => outlivedAction(tenantKeys, signed, now),
      misunderstood: keeperOf(tx, this.deps, event, person, now),
      firstTime: async () => (contact ? greetOnce(tx, contact, now) : false),
      handedOff: contact ? await domain.handOffs.isQuiet(tx, contact, now) : false,
      hadCard: event.hadCard === true,
      brief: event.channel === 'sms',
      where: event.surface ? whereOf(event.surface) : '',
      within: event.surface ? goesOnWith(event.surface) : '',
      beneath: under?.args ?? {},
      aside: event.kind === 'message' && event.aside === true,
      speaks: (language) => this.noteLanguage(tx, person, language),
      ...(contact
        ? toRecipient(tx, domain, event, { contact, inbox: row.id, now, said })
        : toMember(tx, this.deps, event, person, now)),
    };
    const outcome = await conversation.take(input, ports);
    if (acknowledged) await save({ ...state, acknowledged: now.toISOString() });
    return outcome;
  }

  private async noteLanguage(tx: TenantTx, person: Person, language: Language): Promise<void> {
    const { audience, members } = this.deps.domain;
    if (person.kind === 'recipient') await audience.setLanguage(tx, person.contact, language);
    if (person.kind === 'member') await members.setLanguage(tx, person.member, language);
  }

  private async names(tx: TenantTx): Promise<Names> {
    const { campaigns, audience } = this.deps.domain;
    // Of several channels one is called by the name alone: WhatsApp's, where it has one.
    const all = (await campaigns.templates(tx)).sort(
      (one, other) => order.indexOf(one.channel) - order.indexOf(other.channel),
    );
    const templates = new Map(all.map(({ id, name }) => [name, { id, name: name.replace(/_/g, ' ') }]));
    return {
      campaigns: await campaigns.names(tx, 30),
      templates: [...templates.values()],
      segments: await audience.segmentNames(tx),
    };
  }

  private async stopWords(tx: TenantTx): Promise<string[]> {
    const words = (await this.deps.domain.campaigns.templates(tx)).flatMap((template) =>
      template.stop_word ? [template.stop_word] : [],
    );
    return [...new Set(words)];
  }
}

/** What came in as a line of the talk with the team, with the file that is in it. */
function linesOf({ id, channel, app, sender }: WaitingRow, event: ChannelEvent): LineRef[] {
  const content = event.kind === 'message' || event.kind === 'echo' ? event.content : undefined;
  if (content?.type !== 'media' || !content.file) return [{ inbox: id }];
  return [{ inbox: id, file: { ...content.file, medium: content.media, channel, app, sender } }];
}
