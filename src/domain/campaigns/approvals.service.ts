import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import { membersTable } from '../accounts/members.table';
import { rolesNow } from '../accounts/roles';
import { tenantsTable } from '../accounts/tenants.table';
import { segmentsTable } from '../audience/segments.table';
import { expiresAt, isInReview, remindAt } from './approval';
import type { Campaign } from './campaign';
import { type Actor, approvers, authors, CampaignMoves, requireRole, unfrozen } from './campaign-moves';
import { may } from './campaign-state';
import { type CampaignRow, campaignsTable } from './campaigns.table';
import { contentHash, obstacle } from './content';
import { templatesTable } from './templates.table';

/** Two people stand behind every campaign: one asks, another approves what was frozen then. */
export abstract class Approvals extends CampaignMoves {
  /** Freezes content and audience. @throws CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, CAMPAIGN_LATE, APPROVAL_STALE, ROLE_REQUIRED */
  async askApproval(tx: TenantTx, id: string, version: number, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id, version);
    const template = await templatesTable.get(tx, row.template_id);
    if (!template || (template.status !== 'APPROVED' && !isInReview(template.status)))
      throw new AppError('TEMPLATE_NOT_APPROVED');
    if (may(row.state, 'ask_approval') && row.scheduled_at && row.scheduled_at <= now)
      throw new AppError('CAMPAIGN_LATE');
    const obstacles = await this.ports.obstacles(tx, row, now);
    if (obstacles.some(({ code, halts }) => halts && code !== 'TEMPLATE_NOT_APPROVED'))
      throw new AppError('CAMPAIGN_OBSTRUCTED');
    const segment = await segmentsTable.get(tx, row.segment_id);
    row.segment_version = segment?.version ?? null;
    await this.move(tx, row, 'ask_approval', by.id, now, {
      content_hash: contentHash(row, template),
      frozen_at: now,
      comment: null,
    });
    await this.ports.freeze(tx, row, now);
    await campaignsTable.wake(tx, row.batch_id);
    return this.get(tx, id, now);
  }

  /** A second member. @throws APPROVAL_BY_AUTHOR, APPROVAL_STALE, TEMPLATE_NOT_APPROVED, CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, ROLE_REQUIRED */
  async approve(tx: TenantTx, id: string, version: number, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, approvers);
    const row = await this.take(tx, id, version);
    if (row.author_id === by.id) throw new AppError('APPROVAL_BY_AUTHOR');
    const campaign = await this.approved(tx, row, by, now);
    await this.ports.onNotice(tx, row, 'approved', now);
    return campaign;
  }

  /**
   * Whose campaign nobody else may approve, where the account's owner allowed it up to so many people, and only by saying to how many it goes.
   * @throws APPROVAL_BY_AUTHOR where it was not allowed, APPROVAL_COUNT where the number is another, as `approve`
   */
  async approveAlone(
    tx: TenantTx,
    id: string,
    { version, people }: { version: number; people: number },
    by: Actor,
    now: Date,
  ): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id, version);
    const { sendable } = await this.ports.figures(tx, row);
    if (sendable > (await this.aloneAtMost(tx, by.id, now))) throw new AppError('APPROVAL_BY_AUTHOR');
    if (people !== sendable) throw new AppError('APPROVAL_COUNT');
    return this.approved(tx, row, by, now, { alone: 'yes', people: String(people) });
  }

  /** To how many people this member may approve their own; 0: to nobody, or somebody else may. */
  async aloneAtMost(tx: TenantTx, member: string, now: Date): Promise<number> {
    const most = await tenantsTable.aloneAtMost(tx);
    if (most === null) return 0;
    const team = (await membersTable.list(tx)).map(({ id, roles, granted_until }) => ({
      isOther: id !== member,
      roles: rolesNow(roles, granted_until, now),
    }));
    const others = (wanted: readonly string[]) =>
      team.some(({ isOther, roles }) => isOther && roles.some((role) => wanted.includes(role)));
    const mayApprove = team.some(({ isOther, roles }) => !isOther && roles.some((role) => approvers.includes(role)));
    // Among several who prepare campaigns it is theirs who may approve; who is alone may all the same.
    return others(mayApprove ? approvers : authors) ? 0 : most;
  }

  /** What the account's owner allowed; undefined: nobody approves alone. */
  async aloneAllowed(tx: TenantTx): Promise<number | undefined> {
    return (await tenantsTable.aloneAtMost(tx)) ?? undefined;
  }

  /** @param most null: nobody approves alone. @throws ROLE_REQUIRED */
  async allowAlone(tx: TenantTx, most: number | null, by: Actor, now: Date): Promise<void> {
    requireRole(by, ['owner']);
    await tenantsTable.setAloneAtMost(tx, most);
    const entry = { actor: `member:${by.id}`, act: 'campaign.alone_allowed', subject: `tenant:${tx.tenant}` };
    await this.audit.record(tx, { ...entry, detail: { most } }, now);
  }

  /** Back to its author. @throws CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, APPROVAL_STALE, ROLE_REQUIRED */
  async askChanges(
    tx: TenantTx,
    id: string,
    version: number,
    comment: string,
    by: Actor,
    now: Date,
  ): Promise<Campaign> {
    requireRole(by, approvers);
    const row = await this.take(tx, id, version);
    await this.ports.thaw(tx, row);
    await this.move(tx, row, 'ask_changes', by.id, now, { comment: comment.slice(0, 500), ...unfrozen });
    await this.ports.onNotice(tx, row, 'returned', now);
    return this.get(tx, id, now);
  }

  /** Its author, or one who may approve it, hands it to another who may. @throws MEMBER_NOT_FOUND, APPROVAL_STALE, CAMPAIGN_STATE, ROLE_REQUIRED */
  async delegate(
    tx: TenantTx,
    id: string,
    { version, to }: { version: number; to: string },
    by: Actor,
    now: Date,
  ): Promise<Campaign> {
    const row = await this.take(tx, id, version);
    if (row.author_id !== by.id) requireRole(by, approvers);
    if (!may(row.state, 'approve')) throw new AppError('CAMPAIGN_STATE');
    const other = (await membersTable.list(tx)).find((one) => one.id === to && one.id !== row.author_id);
    if (!other || !rolesNow(other.roles, other.granted_until, now).some((role) => approvers.includes(role)))
      throw new AppError('MEMBER_NOT_FOUND');
    row.asked_of = other.id;
    await this.keep(tx, row, 'delegate', by.id, now, { to: other.id });
    await this.ports.onNotice(tx, row, 'handed', now);
    return this.get(tx, id, now);
  }

  /** Nobody has approved it: they are told again before its hour, and at its hour it is over. @returns when to look again */
  async waitForApproval(tx: TenantTx, row: CampaignRow, now: Date): Promise<Date | undefined> {
    const [over, remind] = [expiresAt(row), remindAt(row)];
    if (over && over <= now) {
      await this.move(tx, row, 'expire', 'system:schedule', now, { done_at: now });
      await this.ports.cancelPlanned(tx, row);
      await this.ports.onNotice(tx, row, 'expired', now);
      return undefined;
    }
    if (!remind || remind > now) return remind ?? over;
    row.reminded_at = now;
    await this.keep(tx, row, 'remind', 'system:schedule', now);
    await this.ports.onNotice(tx, row, 'reminder', now);
    return over;
  }

  private async approved(tx: TenantTx, row: CampaignRow, by: Actor, now: Date, detail = {}): Promise<Campaign> {
    const template = await templatesTable.get(tx, row.template_id);
    // One in review is waited for later: what it says must be what was frozen all the same.
    const asIfApproved = template && isInReview(template.status) ? { ...template, status: 'APPROVED' } : template;
    const why = may(row.state, 'approve') && obstacle(row, asIfApproved);
    if (why) throw new AppError(why);
    if (!(await this.ports.isFrozen(tx, row))) throw new AppError('AUDIENCE_PREPARING');
    await this.move(tx, row, 'approve', by.id, now, { approver_id: by.id }, detail);
    await campaignsTable.wake(tx, row.batch_id);
    return this.get(tx, row.id, now);
  }
}
