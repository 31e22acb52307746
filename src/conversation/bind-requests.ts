import type { TenantTx } from '../data/database';
import { isId } from '../data/ids';
import type { Senders } from '../domain/accounts/senders.service';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { Audience } from '../domain/audience/audience.service';
import type { Audit } from '../domain/audit/audit.service';
import type { Right } from '../domain/privacy/case-state';
import type { Privacy } from '../domain/privacy/privacy.service';
import { rights } from '../domain/privacy/rights';
import type { Unsorted } from '../domain/privacy/unsorted';
import type { UnsortedRow } from '../domain/privacy/unsorted.table';
import type { Support } from '../domain/support/support.service';
import { AppError } from '../errors';
import type { Person } from '../intent';
import type { Card } from '../services';
import type { RequestVerbs } from '../services-requests';
import type { Posts } from './posts';

interface Rooms {
  audience: Audience;
  audit: Audit;
  posts: Posts;
  privacy: Privacy;
  senders: Senders;
  support: Support;
  tenants: Tenants;
  unsorted: Unsorted;
}
interface Said {
  person: Person;
  now: Date;
  at: Date;
  inbox: string;
  channel: string;
  isDoor?: boolean;
}
type Post = (card: Card) => Promise<boolean>;

const mayRead = ['privacy', 'agent', 'owner'];

/** What came in that no program can read, bound to one turn. @param post shows a card to whoever looks after requests */
export function bindRequests(
  tx: TenantTx,
  domain: Rooms,
  by: { member: string; roles: readonly string[] },
  { person, now, at, inbox, channel, isDoor = false }: Said,
  post: Post,
): RequestVerbs {
  const { unsorted, posts, privacy } = domain;
  const viewOf = async (row: UnsortedRow) => ({
    inbox: row.inbox_id,
    contact: row.contact_id,
    masked: await domain.audience.masked(tx, row.contact_id, row.channel),
    medium: row.medium,
    receivedAt: row.received_at,
    state: row.state,
    ...(row.case_id && { number: (await privacy.get(tx, row.case_id, now)).number }),
  });
  return {
    isDoor,
    unheard: async (medium) => {
      if (person.kind !== 'recipient') return false;
      const { contact } = person;
      await unsorted.note(tx, { contact, inbox, channel, medium, at });
      if (!isDoor) return true;
      const topic = `unsorted:${inbox}`;
      return post({ card: 'received-request/unheard', args: { inbox }, topic, about: contact });
    },
    waiting: async (contact) => Promise.all((await unsorted.waiting(tx, contact)).map(viewOf)),
    get: async (id) => viewOf(await unsorted.get(tx, id)),
    file: async (whom, right, words) => {
      if (!by.roles.some((role) => mayRead.includes(role))) throw new AppError('ROLE_REQUIRED');
      if (!(right in rights)) throw new AppError('ACTION_INVALID');
      const contact = isId(whom) ? whom : await domain.audience.findByAddress(tx, whom);
      if (!contact) return undefined;
      const asked = { contact, right: right as Right, receivedAt: at, now };
      const opened = await privacy.open(tx, { ...asked, ...(words && { detail: words }) });
      const entry = { actor: `member:${by.member}`, act: 'request.filed', subject: `case:${opened.id}` };
      await domain.audit.record(tx, entry, now);
      return opened;
    },
    words: async (id) => {
      if (!by.roles.some((role) => mayRead.includes(role))) throw new AppError('ROLE_REQUIRED');
      const row = await unsorted.get(tx, id);
      const entry = { actor: `member:${by.member}`, act: 'request.read', subject: `inbox:${id}` };
      await domain.audit.record(tx, entry, now);
      return domain.support.words(tx, row.contact_id, row.received_at);
    },
    sort: async (id, as) => {
      const opened = await unsorted.sort(tx, id, as, by, now);
      const { contact_id: contact } = await unsorted.get(tx, id);
      for (const topic of [`unsorted:${id}`, `talk:${contact}`]) await posts.refresh(tx, topic);
      return opened;
    },
  };
}
