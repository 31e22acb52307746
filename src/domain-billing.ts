import { tellRole } from './conversation/bind-services';
import type { Posts } from './conversation/posts';
import type { Database, TenantTx } from './data/database';
import type { Keys } from './data/keys';
import type { SystemKeys } from './data/system-keys';
import type { Members } from './domain/accounts/members.service';
import type { Audit } from './domain/audit/audit.service';
import { Credit } from './domain/billing/credit.service';
import { goOn } from './domain/billing/going-on';
import { OwnPrices } from './domain/billing/own-prices.service';
import { Payments } from './domain/billing/payments.service';
import { Statements } from './domain/billing/statements.service';
import type { Campaigns } from './domain/campaigns/campaigns.service';

interface BillingRooms {
  database: Database;
  keys: Keys;
  systemKeys: SystemKeys;
  audit: Audit;
  members: Members;
  campaigns: Campaigns;
  posts: Posts;
  wake(kind: string): void;
  takesPayments: boolean;
}

/** What is told of money goes to whoever runs the account, in person. */
export function createBilling({
  database,
  keys,
  systemKeys,
  audit,
  members,
  campaigns,
  posts,
  wake,
  takesPayments,
}: BillingRooms) {
  const tell = async (tx: TenantTx, card: string, args: Record<string, string>, topic: string, now: Date) =>
    void (await tellRole(tx, { members, posts }, 'owner', { card, args, topic }, now));
  const goOnWithCredit = (tx: TenantTx, now: Date) => goOn(tx, { credit, campaigns }, now);
  const credit: Credit = new Credit(audit, {
    onLevel: (tx, level, now) => tell(tx, 'usage-billing/warning', { level }, 'credit', now),
    onChanged: (tx) => posts.refresh(tx, 'credit'),
    onFunded: (tx, now) => goOnWithCredit(tx, now),
  });
  const statements = new Statements(credit, audit, {
    onMade: (tx, id, now) => tell(tx, 'invoice/statement', { statement: id }, `statement:${id}`, now),
    onChanged: (tx, id) => posts.refresh(tx, `statement:${id}`),
  });
  const payments = new Payments({
    ...{ database, keys, systemKeys, audit },
    isOffered: takesPayments,
    wake: () => wake('payment'),
  });
  const agreedPrices = new OwnPrices(audit, { onChanged: (tx) => posts.refresh(tx, 'credit') });
  return { credit, goOnWithCredit, statements, payments, agreedPrices };
}
