import type { TenantTx } from '../data/database';
import { causeOf, scopeOf } from '../domain/privacy/causes';
import type { CorrectionNotices } from '../domain/privacy/correction-notices';
import type { Identity } from '../domain/privacy/identity.service';
import type { Talk } from '../domain/privacy/identity-ways';
import type { Keepers } from '../domain/privacy/keepers';
import type { Privacy } from '../domain/privacy/privacy.service';
import type { Rectification } from '../domain/privacy/rectification';
import { rights } from '../domain/privacy/rights';
import { disclosures } from '../domain/registers/disclosures';
import type { Records } from '../domain/support/records.service';
import type { Support } from '../domain/support/support.service';
import { lastMessages } from '../domain/support/timeline.table';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { Services } from '../services';
import { bindDesk, type Tell, withKeeper } from './bind-desk';
import { bindMeant } from './bind-records';
import type { Posts } from './posts';

interface Rooms {
  privacy: Privacy;
  identity: Identity;
  rectification: Rectification;
  records: Records;
  support: Support;
  keepers: Keepers;
  correctionNotices: CorrectionNotices;
  posts: Posts;
}
interface Turning extends Talk {
  person: Person;
  now: Date;
  at: Date;
  publicUrl: string;
}

/** Messages of theirs among which the last promotion is looked for. */
const looked = 50;

/** What a person may ask about their data and what the controller may decide, bound to one turn. */
export function bindPrivacy(
  tx: TenantTx,
  domain: Rooms,
  decider: { member: string; roles: readonly string[] },
  talk: Turning,
  tell: Tell,
): Services['privacy'] {
  const { privacy, identity, rectification } = domain;
  const { person, now, at, inbox } = talk;
  /** A person's case is theirs alone: a button that reached somebody else does nothing. */
  const own = async (id: string) => {
    const mine = person.kind === 'recipient' && (await privacy.isOf(tx, id, person.contact));
    if (!mine) throw new AppError('CASE_NOT_FOUND');
    return id;
  };
  /** What is said of it by a way in which anybody could write in their name waits for a proof. */
  const sure = async (id: string) => {
    await identity.mustBeSure(tx, await own(id), talk, now);
    return id;
  };
  /** Of several rights in one message, the one that came first. */
  let first: string | undefined;
  return {
    open: async (contact, right, words = '', known?: string) => {
      const cause = known ?? causeOf(right, words);
      const said = {
        ...(cause && { cause }),
        ...(words && { detail: words }),
        ...(first && { parent: first }),
        scope: scopeOf(right, words),
      };
      const opened = await privacy.open(tx, { contact, right, ...said, from: inbox, receivedAt: at, now });
      await identity.seen(tx, opened.id, talk, now);
      first ??= opened.id;
      return { ...opened, ...(cause && { cause }) };
    },
    confirm: async (id) => privacy.confirm(tx, await sure(id), now),
    withdraw: async (id) => privacy.withdraw(tx, await sure(id), now, inbox),
    release: async (id) => {
      const actor = person.kind === 'recipient' ? `contact:${person.contact}` : '';
      return privacy.release(tx, await sure(id), actor, now);
    },
    ...bindDesk(tx, domain, { decider, now, publicUrl: talk.publicUrl, tell }),
    get: async (id) =>
      person.kind === 'recipient'
        ? privacy.get(tx, await own(id), now)
        : withKeeper(tx, domain, await privacy.get(tx, id, now), now),
    list: () => privacy.list(tx, now),
    meant: bindMeant(tx, domain, decider, now),
    rulesOf: (right) => rights[right],
    openOf: (contact) => privacy.openOf(tx, contact, now),
    latest: (contact) => privacy.latest(tx, contact, now),
    sharedWith: (contact) => disclosures.of(tx, contact),
    lastPromotion: async (contact) => {
      const [last] = (await lastMessages(tx, contact, looked)).filter(
        ({ purpose, acceptedAt }) => purpose === 'marketing' && acceptedAt,
      );
      return last && { at: last.acceptedAt ?? last.createdAt, channel: last.channel };
    },
    correct: async (id, words, field) => rectification.say(tx, await own(id), words, field, now),
    corrections: async (id) =>
      person.kind === 'recipient' ? rectification.of(tx, await own(id)) : rectification.hidden(tx, id),
    confirmCorrections: async (id) => void (await rectification.confirm(tx, await sure(id), now)),
    dropCorrections: async (id) => rectification.drop(tx, await own(id)),
    summary: (contact) => privacy.summary(tx, contact),
  };
}
