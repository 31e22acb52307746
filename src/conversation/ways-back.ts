import type { Content, Form, Sender, Surface, SurfaceRef } from '../channel';
import type { TenantTx } from '../data/database';
import { houseTenant } from '../data/ids';
import { AppError } from '../errors';
import type { Language, Person } from '../intent';
import type { Log } from '../log';
import { addCard, type Domain } from './bind-services';
import { sayHouse } from './texts';
import type { SpokenEvent } from './turn-input';
import type { TurnPorts } from './turn-ports';

/** How something is said back. */
export type WayBack = Pick<TurnPorts, 'say' | 'card' | 'form'>;

export interface SurfaceDeps {
  domain: Domain;
  log: Log;
  surface: Surface | undefined;
  workspace(team: string): Promise<Sender | undefined>;
}

/** To a recipient: answers leave as message rows bound to the row they answer, or to the case that froze their data. */
export function toRecipient(
  tx: TenantTx,
  domain: Domain,
  event: SpokenEvent,
  from: { contact: string; inbox: string; now: Date; said: string[] },
): WayBack {
  const refuse = async () => {
    throw new AppError('ACTION_INVALID');
  };
  return {
    say: async (said) => {
      // Whoever wrote to our own mailbox is not told which company got it: each answers by itself.
      if (event.kind === 'message' && event.forwarded) return;
      const content = tx.tenant === houseTenant ? await withForwarded(tx, domain, from.contact, said) : said;
      const sender = await domain.senders.find(tx, event);
      if (!sender) throw new AppError('TENANT_REQUIRED');
      const { contact, inbox, now } = from;
      // Whoever's data is out of use is still answered about that: the gate lets nothing else through to them.
      const freezing = await domain.privacy.freezing(tx, contact);
      const proof = freezing
        ? ({ purpose: 'case', boundTo: freezing } as const)
        : ({ purpose: 'answer', boundTo: inbox } as const);
      const single = { contact, sender: sender.id, channel: event.channel, ...proof };
      // A mail stands beside what it answers; in a chat the last words are the question anyway.
      const thread = event.channel === 'email' && event.kind === 'message' ? { replyTo: event.id } : {};
      from.said.push(await domain.outbox.enqueue(tx, single, { kind: 'content', ...thread, ...content }, now));
    },
    card: refuse,
    form: refuse,
  };
}

/** The same for everybody, whoever holds what of them. */
async function withForwarded(tx: TenantTx, { audience }: Domain, contact: string, said: Content): Promise<Content> {
  const place = await audience.place(tx, contact);
  const reader = { language: (place?.language ?? 'es') as Language, zone: place?.zone ?? 'America/Santiago' };
  const note = [said.note, sayHouse({ text: 'forwarded_to_holders' }, reader)].filter(Boolean).join('\n\n');
  return { ...said, note };
}

/** To a member: answers go where the words were, or to the one who pressed. */
export function toMember(tx: TenantTx, deps: SurfaceDeps, event: SpokenEvent, person: Person, now: Date): WayBack {
  const { posts } = deps.domain;
  const here: SurfaceRef = event.surface ?? { team: event.sender };
  const fill = (form: Parameters<Surface['form']>[2]) => tx.afterCommit(() => fillForm(deps, here, form));
  const house = (text: string) => sayHouse({ text: `notice.${text}` }, person);
  return {
    say: async (content: Content, { isPrivate }) => {
      // A form was opened, or waits, for an answer that turned out to be a sentence: it stands there and in no post. Only what can be pressed does.
      if (here.view) {
        const isPressed = content.buttons !== undefined;
        const more = isPressed ? [house('in_messages')] : (content.facts ?? []);
        fill({ title: house('title'), text: [content.text, ...more].join('\n\n'), close: house('close') });
        if (!isPressed) return;
      }
      const at = { ...placeOf(here), ...((isPrivate || here.private) && { private: true }) };
      await posts.add(tx, { at, language: person.language, content }, now);
    },
    card: async (live, intent, language) => {
      const isApart = standsApart(event, here, live.args);
      await addCard(tx, posts, isApart ? directTo(here) : placeOf(here), live, intent, language, now);
      if (here.view) return fill({ title: house('title'), text: house('in_messages'), close: house('close') });
      if (!isApart) return;
      const at = { ...placeOf(here), private: true };
      await posts.add(tx, { at, language: person.language, content: { text: house('in_messages') } }, now);
    },
    form: async (form: Form) => {
      if (!here.view) throw new AppError('FORM_NOT_OPENED');
      fill(form);
    },
  };
}

/** A card can't be shown to one person in a channel: what was asked for in private, or is of one person, stands in their direct messages. */
function standsApart(event: SpokenEvent, here: SurfaceRef, args: Readonly<Record<string, string>>): boolean {
  if (event.kind === 'action' || !here.user || !here.channel || here.channel.startsWith('D')) return false;
  return here.private === true || args.contact !== undefined || args.case !== undefined;
}

const directTo = ({ team, user }: SurfaceRef): SurfaceRef => ({ team, ...(user && { user }) });

async function fillForm(deps: SurfaceDeps, at: SurfaceRef, form: Parameters<Surface['form']>[2]): Promise<void> {
  const sender = await deps.workspace(at.team);
  if (!sender || !at.view || !deps.surface) return;
  const outcome = await deps.surface.form(sender, at.view, form);
  if (outcome.outcome !== 'accepted')
    deps.log.warn({ event: 'form.failed', code: outcome.code }, 'a form stayed empty; pressing again opens another');
}

/** Without the post and the form: an answer is a new post. */
export const placeOf = ({ team, channel, thread, user }: SurfaceRef): SurfaceRef => ({
  team,
  ...(channel && { channel }),
  ...(thread && { thread }),
  ...(user && { user }),
});
