import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { membersTable } from '../accounts/members.table';
import { isInReview, needsTwo, waitsUntil } from './approval';
import { Approvals } from './approvals.service';
import type { Campaign } from './campaign';
import { type Actor, approvers, authors, requireRole, unfrozen } from './campaign-moves';
import { may, step } from './campaign-state';
import { type CampaignRow, campaignsTable } from './campaigns.table';
import { setFallback } from './fallbacks';
import { type TemplateRow, templatesTable } from './templates.table';
import { type CampaignWish, wished } from './wish';

export type { Actor } from './campaign-moves';

const pageOfPeople = 20;

/** A campaign's life, from words to the last message. A second person approves what is frozen. */
export class Campaigns extends Approvals {
  /** @throws TEMPLATE_NOT_FOUND, TEMPLATE_NOT_APPROVED, SEGMENT_NOT_FOUND, ROLE_REQUIRED */
  async draft(tx: TenantTx, wish: CampaignWish, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = { id: newId(now), ...(await wished(tx, wish, now)), author_id: by.id };
    await campaignsTable.insert(tx, row, now);
    await setFallback(tx, row.id, row.template_id, wish.backup);
    await this.record(tx, row.id, 'campaign.drafted', by.id, now);
    return this.get(tx, row.id, now);
  }

  /** Its author says it otherwise. An approval that was asked for is void. @throws as `draft`, CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE */
  async change(tx: TenantTx, id: string, wish: CampaignWish, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id);
    if (row.author_id !== by.id) throw new AppError('CAMPAIGN_NOT_FOUND');
    step(row.state, 'change');
    const change = { ...(await wished(tx, wish, now)), ...unfrozen };
    if (row.content_hash) await this.ports.thaw(tx, row);
    await this.move(tx, row, 'change', by.id, now, change);
    await campaignsTable.rewrite(tx, row);
    await setFallback(tx, id, row.template_id, wish.backup);
    return this.get(tx, id, now);
  }

  /** Acts at once: the claim of the next parcel finds the campaign paused. */
  async pause(tx: TenantTx, id: string, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id);
    await this.move(tx, row, 'pause', by.id, now);
    await campaignsTable.wake(tx, row.batch_id);
    return this.get(tx, id, now);
  }

  /** The product stops it by itself, or the provider does: it waits for a person, and says why. @param why the code that the card says */
  async halt(tx: TenantTx, batch: string, why: string, now: Date): Promise<void> {
    const row = await campaignsTable.byBatch(tx, batch);
    const locked = row && (await campaignsTable.lock(tx, row.id));
    if (locked && may(locked.state, 'halt')) await this.hold(tx, locked, why, 'system:delivery', now);
  }

  /** One that was held by a guard goes on with two people: of the first it is only noted. @throws CAMPAIGN_STATE, RESUME_NEEDS_ANOTHER, ROLE_REQUIRED */
  async resume(tx: TenantTx, id: string, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id);
    step(row.state, 'resume');
    if (!(await this.ports.mayResume(tx, row, by.id, now))) throw new AppError('RESUME_TOO_NEW');
    if (needsTwo(row.held_why) && !(await this.isSecond(tx, row, by))) {
      row.resumed_by = by.id;
      await this.keep(tx, row, 'resume_asked', by.id, now);
      return this.get(tx, id, now);
    }
    // Whoever lets it go on after a look at a wave lets the next one go.
    const wave = row.held_why?.startsWith('WAVE_') ? row.wave + 1 : row.wave;
    const first = row.resumed_by ? { with: row.resumed_by } : {};
    const change = { comment: null, wave, wave_over_at: null };
    await this.move(tx, row, 'resume', by.id, now, change, first);
    await campaignsTable.wake(tx, row.batch_id);
    return this.get(tx, id, now);
  }

  /**
   * There is credit again for one that lacked it: within its time it goes on by itself, later its people are asked. Once a hold, whoever looks.
   * @param isInTime asked while nobody else can move it
   */
  async creditCame(
    tx: TenantTx,
    id: string,
    isInTime: (row: CampaignRow) => Promise<boolean>,
    now: Date,
  ): Promise<void> {
    const row = await this.take(tx, id);
    if (row.held_why !== 'CREDIT_USED_UP') return;
    if (await isInTime(row)) {
      await this.move(tx, row, 'resume', 'system:credit', now);
      await campaignsTable.wake(tx, row.batch_id);
      await this.ports.onNotice(tx, row, 'went_on', now);
      return;
    }
    row.held_why = 'CREDIT_BACK';
    await this.keep(tx, row, 'resume_offered', 'system:credit', now);
    await this.ports.onNotice(tx, row, 'may_go_on', now);
  }

  async cancel(tx: TenantTx, id: string, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id);
    await this.move(tx, row, 'cancel', by.id, now, { done_at: now });
    await this.ports.cancelPlanned(tx, row);
    await campaignsTable.wake(tx, row.batch_id);
    return this.get(tx, id, now);
  }

  /** The provider no longer lets this template be sent: what uses it waits, and its card says so. */
  async pauseByTemplate(
    tx: TenantTx,
    { name, language }: { name: string; language: string },
    why: string,
    now: Date,
  ): Promise<void> {
    for (const id of await campaignsTable.usingTemplate(tx, name, language)) {
      const row = await this.take(tx, id);
      if (may(row.state, 'halt')) await this.hold(tx, row, why, 'system:template', now);
    }
  }

  /** Its hour may have come; a template in review is waited for, for a while. @param due its hour; of everybody's own hours the first. @returns whether it may send now */
  async startIfDue(tx: TenantTx, row: CampaignRow, now: Date, due = row.scheduled_at): Promise<boolean> {
    if (row.state === 'scheduled' && (!due || due <= now)) {
      const template = await templatesTable.get(tx, row.template_id);
      if (!isInReview(template?.status))
        await this.move(tx, row, 'start', 'system:schedule', now, { started_at: row.started_at ?? now });
      else if (waitsUntil(row) <= now) await this.hold(tx, row, 'TEMPLATE_NOT_APPROVED', 'system:schedule', now);
    }
    return row.state === 'sending';
  }

  /** The next wave of it begins, or nobody of this one waits any more. */
  async setWave(tx: TenantTx, row: CampaignRow, wave: number, overAt: Date | null): Promise<void> {
    Object.assign(row, { wave, wave_over_at: overAt });
    await campaignsTable.save(tx, row);
    await this.ports.onChanged(tx, row.id);
  }

  async finish(tx: TenantTx, row: CampaignRow, now: Date): Promise<void> {
    if (may(row.state, 'finish')) await this.move(tx, row, 'finish', 'system:delivery', now, { done_at: now });
  }

  /** What somebody means who names none: the newest that has begun, else the newest of all. Returns its id. */
  async newest(tx: TenantTx): Promise<string | undefined> {
    return campaignsTable.newest(tx);
  }

  /** Of the customer's own rules, for this campaign alone. @throws ROLE_REQUIRED, CAMPAIGN_NOT_FOUND, ACTION_INVALID when it is none that may be lifted */
  async lift(tx: TenantTx, id: string, code: string, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, ['owner']);
    const row = await this.take(tx, id);
    if (!(await this.ports.lift(tx, row, code, by.id, now))) throw new AppError('ACTION_INVALID');
    await this.record(tx, id, 'campaign.rule_lifted', by.id, now, { code });
    await campaignsTable.wake(tx, row.batch_id);
    await this.ports.onChanged(tx, id);
    return this.get(tx, id, now);
  }

  /** Newest first. */
  async list(tx: TenantTx, limit: number, now: Date, from = 0): Promise<Campaign[]> {
    const views: Campaign[] = [];
    for (const row of await campaignsTable.list(tx, limit, from)) views.push(await this.view(tx, row, now));
    return views;
  }

  async count(tx: TenantTx): Promise<number> {
    return campaignsTable.count(tx);
  }

  /** The figures with what failed, by reason. @throws CAMPAIGN_NOT_FOUND */
  async report(
    tx: TenantTx,
    id: string,
    now: Date,
  ): Promise<Campaign & { failures: readonly { code: string; count: number }[] }> {
    const campaign = await this.get(tx, id, now);
    const row = await campaignsTable.get(tx, id);
    return { ...campaign, failures: row?.content_hash ? await this.ports.failures(tx, row) : [] };
  }

  /** Who of it is left out, a page at a time: looking at people is on record. @throws CAMPAIGN_NOT_FOUND, ROLE_REQUIRED */
  async leftOut(
    tx: TenantTx,
    id: string,
    after: string | undefined,
    by: Actor,
    now: Date,
  ): Promise<{ channel: string; people: readonly { contact: string; code: string }[]; next?: string }> {
    requireRole(by, authors);
    const row = isId(id) ? await campaignsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
    const found = await this.ports.leftOut(tx, row, { after, most: pageOfPeople + 1 }, now);
    const people = found.slice(0, pageOfPeople);
    await this.record(tx, id, 'campaign.left_out_seen', by.id, now, { people: String(people.length) });
    const last = found.length > people.length ? people.at(-1) : undefined;
    return { channel: row.channel, people, ...(last && { next: last.contact }) };
  }

  /** Whether this person is in any campaign made since then. */
  async hasReached(tx: TenantTx, contact: string, since: Date): Promise<boolean> {
    return (await campaignsTable.ofContact(tx, contact, since)).length > 0;
  }

  /** Names only, for understanding what somebody means. */
  async names(
    tx: TenantTx,
    limit: number,
  ): Promise<{ id: string; name: string; number: number; at: Date; begun: boolean }[]> {
    return (await campaignsTable.list(tx, limit)).map((row) => ({
      id: row.id,
      name: row.name,
      number: row.number,
      at: row.started_at ?? row.scheduled_at ?? row.created_at,
      begun: row.started_at !== null,
    }));
  }

  async templates(tx: TenantTx): Promise<TemplateRow[]> {
    return templatesTable.list(tx);
  }

  private async hold(tx: TenantTx, row: CampaignRow, why: string, actor: string, now: Date): Promise<void> {
    await this.move(tx, row, 'halt', actor, now, { held_why: why, held_at: now }, { why });
    await this.ports.onNotice(tx, row, 'held', now);
  }

  /** Whether somebody else wanted it to go on before, and one of the two may approve. */
  private async isSecond(tx: TenantTx, row: CampaignRow, by: Actor): Promise<boolean> {
    if (row.resumed_by === by.id) throw new AppError('RESUME_NEEDS_ANOTHER');
    const first = row.resumed_by ? await membersTable.byId(tx, row.resumed_by) : undefined;
    if (first && ![...first.roles, ...by.roles].some((role) => approvers.includes(role)))
      throw new AppError('ROLE_REQUIRED');
    return first !== undefined;
  }
}
