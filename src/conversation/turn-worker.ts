import type { ChannelEvent, Content, Form, InboundContent, Sender, Surface, SurfaceRef } from '../channel';
import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import { greetOnce, touchInbound } from '../domain/audience/contacts.table';
import { suggestedPlace } from '../domain/audience/countries';
import { AppError } from '../errors';
import { lockLane, markHandled, nextWaiting, type WaitingRow } from '../inbox/inbox.table';
import { openEvent } from '../inbox/intake';
import type { Language, Person } from '../intent';
import type { Log } from '../log';
import type { Services } from '../services';
import { readAction, signAction } from './actions';
import { addCard, bindServices, type Domain, postTo, type TurnContext } from './bind-services';
import type { DialogState } from './dialog';
import { loadDialog, saveDialog } from './dialogs.table';
import { sayError } from './texts';
import type { Conversation, TurnInput, TurnPorts } from './turn';
import type { Names } from './understand';

export interface TurnWorkerDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  log: Log;
  domain: Domain;
  conversation: Conversation;
  surface: Surface | undefined;
  workspace(team: string): Promise<Sender | undefined>;
  publicUrl: string;
}

type Spoken = ChannelEvent & { kind: 'message' | 'action' };
interface Waiting {
  row: WaitingRow;
  event: ChannelEvent;
}

/** What people say and press, one lane at a time, in order: each row is handled in one transaction, with all that follows from it. */
export class TurnWorker {
  readonly kind = 'turn';

  constructor(private readonly deps: TurnWorkerDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const next = await this.deps.database.withTenant(tenant, (tx) => this.handleNext(tx, lane));
    if (next === 'nothing') return 'done';
    if (next !== 'handled') await this.hearStranger(tenant, lane, next);
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
      this.deps.log.error({ event: 'turn.parked', tenant, reference: row.id }, 'a message could not be handled');
      const isRecipient = (event.kind === 'message' || event.kind === 'action') && !event.from.slack;
      if (!isRecipient) return markHandled(tx, lane, row.id, 'parked', undefined, now);
      const { contact } = await domain.audience.findOrCreate(tx, event.from, { source: event.channel, now });
      await domain.consent.hold(tx, contact, { source: 'parked', evidence: row.id, now });
      await markHandled(tx, lane, row.id, 'parked', contact, now);
      await postTo(
        tx,
        domain.tenants,
        domain.posts,
        'support',
        { card: 'recipient-history/talk', args: { contact }, topic: `talk:${contact}`, about: contact },
        '',
        now,
      );
    });
  }

  private async next(tx: TenantTx, lane: Buffer): Promise<Waiting | undefined> {
    await lockLane(tx, lane);
    const row = await nextWaiting(tx, lane, 'turn');
    return row && { row, event: openEvent(await this.deps.keys.of(tx), row) };
  }

  private async handleNext(tx: TenantTx, lane: Buffer): Promise<'nothing' | 'handled' | Waiting> {
    const waiting = await this.next(tx, lane);
    if (!waiting) return 'nothing';
    const { row, event } = waiting;
    const now = this.deps.clock.now();
    if (event.kind === 'message' || event.kind === 'action') {
      if (!event.from.slack) return this.hearRecipient(tx, lane, row, event, now);
      return (await this.hearMember(tx, lane, row, event, now)) ? 'handled' : waiting;
    }
    const contact = await this.takeNote(tx, row, event, now);
    await markHandled(tx, lane, row.id, event.kind, contact, now);
    return 'handled';
  }

  /** What a provider says about a person, in their name or of their number. */
  private async takeNote(tx: TenantTx, row: WaitingRow, event: ChannelEvent, now: Date): Promise<string | undefined> {
    const { audience, consent } = this.deps.domain;
    const origin = { source: event.channel, now };
    if (event.kind === 'identity') return audience.identityChanged(tx, event.previous, event.current, origin);
    if (event.kind !== 'preference') return undefined;
    const { contact } = await audience.findOrCreate(tx, event.from, { ...origin, place: suggestedPlace(event.from) });
    // To resume there does not bring back a permission that was withdrawn here.
    if (event.marketing === 'stop')
      await consent.withdraw(tx, contact, { source: 'whatsapp_preference', evidence: row.id, now, at: event.at });
    return contact;
  }

  private async hearRecipient(
    tx: TenantTx,
    lane: Buffer,
    row: WaitingRow,
    event: Spoken,
    now: Date,
  ): Promise<'handled'> {
    const { domain } = this.deps;
    const place = suggestedPlace(event.from);
    const { contact } = await domain.audience.findOrCreate(tx, event.from, { source: event.channel, now, place });
    await touchInbound(tx, contact, event.at);
    const where = await domain.audience.place(tx, contact);
    const person: Person = {
      kind: 'recipient',
      contact,
      language: (where?.language ?? 'es') as Language,
      zone: where?.zone ?? 'America/Santiago',
    };
    const input = inputOf(event);
    const outcome = input ? await this.talk(tx, lane, row, event, person, input, now) : 'ignored';
    await markHandled(tx, lane, row.id, outcome, contact, now);
    return 'handled';
  }

  /** @returns false for a Slack user whom the customer does not know */
  private async hearMember(tx: TenantTx, lane: Buffer, row: WaitingRow, event: Spoken, now: Date): Promise<boolean> {
    const { members, tenants } = this.deps.domain;
    const { team, user } = event.from.slack ?? { team: '', user: '' };
    const member = await members.find(tx, team, user, now);
    if (!member || member.roles.length === 0) return false;
    const { zone } = await tenants.get(tx);
    const person: Person = {
      kind: 'member',
      member: member.id,
      name: member.name,
      roles: member.roles,
      language: member.language,
      zone,
    };
    const input = inputOf(event);
    const outcome = input ? await this.talk(tx, lane, row, event, person, input, now) : 'ignored';
    await markHandled(tx, lane, row.id, outcome, undefined, now);
    return true;
  }

  private async talk(
    tx: TenantTx,
    lane: Buffer,
    row: WaitingRow,
    event: Spoken,
    person: Person,
    input: TurnInput,
    now: Date,
  ): Promise<string> {
    const { keys, domain, conversation } = this.deps;
    let state = await loadDialog(tx, keys, lane);
    const contact = person.kind === 'recipient' ? person.contact : undefined;
    const save = async (next: DialogState) => {
      state = next;
      await saveDialog(tx, keys, lane, contact, next, now);
    };
    const today = now.toISOString().slice(0, 10);
    let acknowledge = false;
    const context: TurnContext = {
      person,
      now,
      at: event.at,
      inbox: row.id,
      channel: event.channel,
      publicUrl: this.deps.publicUrl,
      firstToday: () => {
        acknowledge = state.acknowledged !== today;
        return acknowledge;
      },
    };
    const tenantKeys = await keys.of(tx);
    const ports: TurnPorts = {
      person,
      now,
      services: bindServices(tx, domain, context, () => 'none'),
      get state() {
        return state;
      },
      save,
      names: () => this.names(tx),
      advertised: contact ? await this.stopWords(tx) : [],
      sign: (action) => signAction(tenantKeys, action, now),
      read: (signed) => readAction(tenantKeys, signed, now),
      firstTime: async () => (contact ? greetOnce(tx, contact, now) : false),
      handedOff: contact ? await domain.support.isHandedOff(tx, contact) : false,
      speaks: async (language) => {
        if (contact) await domain.audience.setLanguage(tx, contact, language);
      },
      ...(contact ? this.toRecipient(tx, row, event, contact, now) : this.toMember(tx, event, person, now)),
    };
    const outcome = await conversation.take(input, ports);
    if (acknowledge) await save({ ...state, acknowledged: today });
    return outcome;
  }

  /** Answers leave as message rows bound to the row they answer. */
  private toRecipient(
    tx: TenantTx,
    row: WaitingRow,
    event: Spoken,
    contact: string,
    now: Date,
  ): Pick<TurnPorts, 'say' | 'card' | 'form'> {
    const refuse = async () => {
      throw new AppError('ACTION_INVALID');
    };
    return {
      say: async (content) => {
        const senders = await this.deps.domain.senders.list(tx, event.channel);
        const sender = senders.find((one) => one.provider_id === event.sender && one.app === event.app);
        if (!sender) throw new AppError('TENANT_REQUIRED');
        await this.deps.domain.outbox.enqueue(
          tx,
          { contact, sender: sender.id, channel: event.channel, purpose: 'answer', boundTo: row.id },
          { kind: 'content', ...content },
          now,
        );
      },
      card: refuse,
      form: refuse,
    };
  }

  /** Answers in Slack go where the words were, or to the one who pressed. */
  private toMember(tx: TenantTx, event: Spoken, person: Person, now: Date): Pick<TurnPorts, 'say' | 'card' | 'form'> {
    const { posts } = this.deps.domain;
    const here: SurfaceRef = event.surface ?? { team: event.sender };
    const fill = (form: Parameters<Surface['form']>[2]) => tx.afterCommit(() => this.fillForm(here, form));
    return {
      say: async (content: Content, { isPrivate }) => {
        if (here.view && event.kind === 'action' && !event.values)
          return fill({ title: 'Connectus', text: content.text, close: 'OK' });
        await posts.add(
          tx,
          {
            at: { ...placeOf(here), ...((isPrivate || here.private) && { private: true }) },
            language: person.language,
            content,
          },
          now,
        );
      },
      card: (live, intent) => addCard(tx, posts, placeOf(here), live, intent, person.language, now),
      form: async (form: Form) => {
        if (!here.view) throw new AppError('ACTION_INVALID');
        fill(form);
      },
    };
  }

  private async fillForm(at: SurfaceRef, form: Parameters<Surface['form']>[2]): Promise<void> {
    const sender = await this.deps.workspace(at.team);
    if (!sender || !at.view || !this.deps.surface) return;
    const outcome = await this.deps.surface.form(sender, at.view, form);
    if (outcome.outcome !== 'accepted')
      this.deps.log.warn(
        { event: 'form.failed', code: outcome.code },
        'a form stayed empty; pressing again opens another',
      );
  }

  /** Whoever is not linked can only link, which makes transactions of its own; a crash in between finds the code used by the same person. */
  private async hearStranger(tenant: string, lane: Buffer, { row, event }: Waiting): Promise<void> {
    const { database, clock, domain, conversation, keys } = this.deps;
    const spoken = event as Spoken;
    const slack = spoken.from.slack ?? { team: '', user: '' };
    const now = clock.now();
    const said: Content[] = [];
    const person: Person = { kind: 'stranger', language: 'es', zone: 'America/Santiago', slack };
    const input = inputOf(spoken);
    const tenantKeys = await keys.tenant(tenant);
    const link = async (code: string) =>
      domain.members.link({ ...slack, ...(spoken.from.name && { name: spoken.from.name }) }, code, now);
    const ports: TurnPorts = {
      person,
      now,
      services: { team: { link } } as unknown as Services,
      state: {},
      save: async () => {},
      names: async () => ({ campaigns: [], templates: [], segments: [] }),
      advertised: [],
      sign: (action) => signAction(tenantKeys, action, now),
      read: (signed) => readAction(tenantKeys, signed, now),
      firstTime: async () => false,
      handedOff: false,
      speaks: async () => {},
      say: async (content) => void said.push(content),
      card: async () => {},
      form: async () => {},
    };
    const outcome = input ? await conversation.take(input, ports) : 'ignored';
    const at = { ...placeOf(spoken.surface ?? { team: slack.team }), user: slack.user, private: true };
    await database.withTenant(tenant, async (tx) => {
      for (const content of said.length > 0
        ? said
        : [{ text: sayError('NOT_LINKED', { language: 'es', zone: 'UTC' }) }])
        await domain.posts.add(tx, { at, language: 'es', content }, now);
      await markHandled(tx, lane, row.id, outcome, undefined, now);
    });
  }

  private async names(tx: TenantTx): Promise<Names> {
    const { campaigns, audience } = this.deps.domain;
    const templates = new Map(
      (await campaigns.templates(tx)).map(({ id, name }) => [name, { id, name: name.replace(/_/g, ' ') }]),
    );
    return {
      campaigns: await campaigns.names(tx, 30),
      templates: [...templates.values()],
      segments: (await audience.segments(tx)).map(({ id, name }) => ({ id, name })),
    };
  }

  private async stopWords(tx: TenantTx): Promise<string[]> {
    const words = (await this.deps.domain.campaigns.templates(tx)).flatMap((template) =>
      template.stop_word ? [template.stop_word] : [],
    );
    return [...new Set(words)];
  }
}

const placeOf = ({ team, channel, thread, user }: SurfaceRef): SurfaceRef => ({
  team,
  ...(channel && { channel }),
  ...(thread && { thread }),
  ...(user && { user }),
});

/** What is heard of an event; reactions, deletions and what no one can read are not. */
function inputOf(event: Spoken): TurnInput | undefined {
  if (event.kind === 'action') return { kind: 'action', action: event.action, label: '', values: event.values ?? {} };
  return inputOfContent(event.content);
}

function inputOfContent(content: InboundContent): TurnInput | undefined {
  switch (content.type) {
    case 'text':
      return { kind: 'text', text: content.text };
    case 'button':
      return { kind: 'action', action: content.action, label: content.label, values: {} };
    case 'media':
      return { kind: 'media', media: content.media, ...(content.caption && { caption: content.caption }) };
    case 'edited':
      return content.text ? { kind: 'edited', text: content.text } : undefined;
    default:
      return undefined;
  }
}
