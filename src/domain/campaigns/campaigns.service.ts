import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import { segmentsTable } from '../audience/segments.table';
import type { Audit } from '../audit/audit.service';
import { type Campaign, campaignOf, type Figures, type Obstacle } from './campaign';
import { type CampaignAct, may, step } from './campaign-state';
import { type CampaignRow, campaignsTable } from './campaigns.table';
import { contentHash, obstacle } from './content';
import { type TemplateRow, templatesTable } from './templates.table';
import { type CampaignWish, wished } from './wish';

export interface Actor {
  id: string;
  roles: readonly string[];
}

/** What a campaign needs of the floors above it. */
export interface CampaignPorts {
  /** How many of the segment may be written to, and why the others may not. */
  preview(tx: TenantTx, row: CampaignRow, now: Date): Promise<Figures>;
  /** Makes the audience's rows, once; those who may not be written to with their reason. */
  freeze(tx: TenantTx, row: CampaignRow, now: Date): Promise<void>;
  /** Undoes `freeze`: the campaign went back to its author. */
  thaw(tx: TenantTx, row: CampaignRow): Promise<void>;
  /** What is left to send does not go. */
  cancelPlanned(tx: TenantTx, row: CampaignRow): Promise<void>;
  /** Its owner lifts a rule. @returns whether it is one that may be */
  lift(tx: TenantTx, row: CampaignRow, code: string, by: string, now: Date): Promise<boolean>;
  figures(tx: TenantTx, row: CampaignRow): Promise<Figures>;
  failures(tx: TenantTx, row: CampaignRow): Promise<readonly { code: string; count: number }[]>;
  /** What stands in the way of it as a whole, at its hour. */
  obstacles(tx: TenantTx, row: CampaignRow, now: Date): Promise<readonly Obstacle[]>;
  /** Anything of it changed: cards are drawn again. */
  onChanged(tx: TenantTx, campaign: string): Promise<void>;
}

const approvers = ['approver', 'owner'];
const authors = ['operator', 'approver', 'owner'];

/** A campaign's life, from words to the last message. A second person approves what is frozen. */
export class Campaigns {
  constructor(
    private readonly audit: Audit,
    private readonly ports: CampaignPorts,
  ) {}

  /** @throws TEMPLATE_NOT_FOUND, TEMPLATE_NOT_APPROVED, SEGMENT_NOT_FOUND, ROLE_REQUIRED */
  async draft(tx: TenantTx, wish: CampaignWish, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = { id: newId(now), ...(await wished(tx, wish)), author_id: by.id };
    await campaignsTable.insert(tx, row, now);
    await this.record(tx, row.id, 'campaign.drafted', by.id, now);
    return this.get(tx, row.id, now);
  }

  /** Its author says it otherwise. An approval that was asked for is void. @throws as `draft`, CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE */
  async change(tx: TenantTx, id: string, wish: CampaignWish, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id);
    if (row.author_id !== by.id) throw new AppError('CAMPAIGN_NOT_FOUND');
    step(row.state, 'change');
    const change = { ...(await wished(tx, wish)), ...unfrozen };
    if (row.content_hash) await this.ports.thaw(tx, row);
    await this.move(tx, row, 'change', by.id, now, change);
    await campaignsTable.rewrite(tx, row);
    return this.get(tx, id, now);
  }

  /** Freezes content and audience. @throws CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, APPROVAL_STALE, ROLE_REQUIRED */
  async askApproval(tx: TenantTx, id: string, version: number, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id, version);
    const template = await templatesTable.get(tx, row.template_id);
    if (template?.status !== 'APPROVED') throw new AppError('TEMPLATE_NOT_APPROVED');
    if ((await this.ports.obstacles(tx, row, now)).some((one) => one.halts)) throw new AppError('CAMPAIGN_OBSTRUCTED');
    const segment = await segmentsTable.get(tx, row.segment_id);
    row.segment_version = segment?.version ?? null;
    await this.move(tx, row, 'ask_approval', by.id, now, {
      content_hash: contentHash(row, template),
      frozen_at: now,
      comment: null,
    });
    await this.ports.freeze(tx, row, now);
    return this.get(tx, id, now);
  }

  /** A second member. @throws APPROVAL_BY_AUTHOR, APPROVAL_STALE, TEMPLATE_NOT_APPROVED, CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE, ROLE_REQUIRED */
  async approve(tx: TenantTx, id: string, version: number, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, approvers);
    const row = await this.take(tx, id, version);
    if (row.author_id === by.id) throw new AppError('APPROVAL_BY_AUTHOR');
    const template = await templatesTable.get(tx, row.template_id);
    const why = may(row.state, 'approve') && obstacle(row, template);
    if (why) throw new AppError(why);
    await this.move(tx, row, 'approve', by.id, now, { approver_id: by.id });
    await campaignsTable.wake(tx, row.batch_id);
    return this.get(tx, id, now);
  }

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
    await this.move(tx, row, 'ask_changes', by.id, now, {
      comment: comment.slice(0, 500),
      ...unfrozen,
    });
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

  /** The provider refuses to send at all, or the template lost its approval: it waits for a person. @param why the code that the card says */
  async halt(tx: TenantTx, batch: string, why: string, now: Date): Promise<void> {
    const row = await campaignsTable.byBatch(tx, batch);
    const locked = row && (await campaignsTable.lock(tx, row.id));
    if (locked?.state === 'sending')
      await this.move(tx, locked, 'pause', 'system:delivery', now, { comment: why }, { why });
  }

  async resume(tx: TenantTx, id: string, by: Actor, now: Date): Promise<Campaign> {
    requireRole(by, authors);
    const row = await this.take(tx, id);
    await this.move(tx, row, 'resume', by.id, now, { comment: null });
    await campaignsTable.wake(tx, row.batch_id);
    return this.get(tx, id, now);
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
  async pauseByTemplate(tx: TenantTx, name: string, language: string, now: Date): Promise<void> {
    for (const id of await campaignsTable.usingTemplate(tx, name, language)) {
      const row = await this.take(tx, id);
      const why = 'TEMPLATE_NOT_APPROVED';
      if (may(row.state, 'pause')) await this.move(tx, row, 'pause', 'system:template', now, { comment: why }, { why });
    }
  }

  /** Its hour has come. Returns whether it may send now. */
  async startIfDue(tx: TenantTx, row: CampaignRow, now: Date): Promise<boolean> {
    if (row.state === 'scheduled' && (!row.scheduled_at || row.scheduled_at <= now))
      await this.move(tx, row, 'start', 'system:schedule', now, { started_at: row.started_at ?? now });
    return row.state === 'sending';
  }

  async finish(tx: TenantTx, row: CampaignRow, now: Date): Promise<void> {
    if (may(row.state, 'finish')) await this.move(tx, row, 'finish', 'system:delivery', now, { done_at: now });
  }

  /** @throws CAMPAIGN_NOT_FOUND */
  async get(tx: TenantTx, id: string, now: Date): Promise<Campaign> {
    const row = isId(id) ? await campaignsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
    return this.view(tx, row, now);
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
  async list(tx: TenantTx, limit: number, now: Date): Promise<Campaign[]> {
    const views: Campaign[] = [];
    for (const row of await campaignsTable.list(tx, limit)) views.push(await this.view(tx, row, now));
    return views;
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

  /** Whether this person is in any campaign made since then. */
  async hasReached(tx: TenantTx, contact: string, since: Date): Promise<boolean> {
    return (await campaignsTable.ofContact(tx, contact, since)).length > 0;
  }

  /** Names only, for understanding what somebody means. */
  async names(tx: TenantTx, limit: number): Promise<{ id: string; name: string; number: number; at: Date }[]> {
    return (await campaignsTable.list(tx, limit)).map((row) => ({
      id: row.id,
      name: row.name,
      number: row.number,
      at: row.started_at ?? row.scheduled_at ?? row.created_at,
    }));
  }

  async templates(tx: TenantTx): Promise<TemplateRow[]> {
    return templatesTable.list(tx);
  }

  private async view(tx: TenantTx, row: CampaignRow, now: Date): Promise<Campaign> {
    const figures = await (row.content_hash ? this.ports.figures(tx, row) : this.ports.preview(tx, row, now));
    return campaignOf(row, figures, await this.ports.obstacles(tx, row, now));
  }

  private async take(tx: TenantTx, id: string, version?: number): Promise<CampaignRow> {
    const row = isId(id) ? await campaignsTable.lock(tx, id) : undefined;
    if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
    if (version !== undefined && row.version !== version) throw new AppError('APPROVAL_STALE');
    return row;
  }

  private async move(
    tx: TenantTx,
    row: CampaignRow,
    act: CampaignAct,
    actor: string,
    now: Date,
    change: Partial<CampaignRow> = {},
    detail: Record<string, string> = {},
  ): Promise<void> {
    Object.assign(row, change, { state: step(row.state, act), version: row.version + 1 });
    await campaignsTable.save(tx, row);
    await this.record(tx, row.id, `campaign.${act}`, actor, now, detail);
    await this.ports.onChanged(tx, row.id);
  }

  private async record(tx: TenantTx, id: string, act: string, actor: string, now: Date, detail = {}): Promise<void> {
    const who = actor.includes(':') ? actor : `member:${actor}`;
    await this.audit.record(tx, { actor: who, act, subject: `campaign:${id}`, detail }, now);
  }
}

function requireRole(by: Actor, roles: readonly string[]): void {
  if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
}

/** It follows its template and its segment again. */
const unfrozen = { content_hash: null, frozen_at: null, segment_version: null };
