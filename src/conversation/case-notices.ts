import type { TenantTx } from '../data/database';
import type { Members } from '../domain/accounts/members.service';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { CaseNotice } from '../domain/privacy/case-clocks';
import type { CaseView } from '../domain/privacy/case-view';
import type { Role } from '../intent';
import { postTo, tellRole } from './bind-services';
import type { Posts } from './posts';

interface Rooms {
  tenants: Tenants;
  members: Members;
  posts: Posts;
}
/** Whoever answers for the customer in law is its owner here. */
const roleOf: Readonly<Record<Exclude<CaseNotice['tell'][number], 'privacy'>, Role>> = {
  owner: 'owner',
  legal: 'owner',
  platform: 'platform',
};

/** Something was to have happened with a case and has not: who has to hear of it does, each once. */
export async function tellOfCase(
  tx: TenantTx,
  { tenants, members, posts }: Rooms,
  view: CaseView,
  { clock, tell }: CaseNotice,
  now: Date,
): Promise<void> {
  const card = { card: 'privacy-requests/notice', args: { case: view.id, clock }, topic: `case:${view.id}` };
  const isPosted = tell.includes('privacy') && (await postTo(tx, tenants, posts, 'privacy', card, now));
  const roles = tell.flatMap((who): Role[] => {
    if (who !== 'privacy') return [roleOf[who]];
    return isPosted ? [] : ['privacy'];
  });
  for (const role of new Set(roles)) await tellRole(tx, { members, posts }, role, card, now);
}
