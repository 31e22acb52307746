import type { TenantTx } from '../data/database';
import type { RevealPorts } from '../domain/support/reveals';
import { addCard, type Domain, tellOfRequest } from './bind-services';

/** What was asked for comes to whoever asked, alone; that they did, to whoever looks after privacy. */
export function tellOfReveal(rooms: Pick<Domain, 'tenants' | 'members' | 'posts'>): RevealPorts {
  const { members, posts } = rooms;
  return {
    onRevealed: async (tx: TenantTx, row, now) => {
      const { id, contact, member, what, reason, at } = row;
      const to = await members.get(tx, member, now);
      if (!to) return;
      const shown = { card: 'recipient-lookup/shown', args: { reveal: id }, topic: `reveal:${id}`, about: contact };
      await addCard(tx, posts, { team: to.team, user: to.slackUser }, shown, '', to.language, now);
      const args = { contact, member, what, reason, at: at.toISOString() };
      const seen = { card: 'recipient-lookup/seen', args, topic: `seen:${id}`, about: contact };
      await tellOfRequest(tx, rooms, seen, now);
    },
    onHidden: (tx, id) => posts.refresh(tx, `reveal:${id}`),
  };
}
