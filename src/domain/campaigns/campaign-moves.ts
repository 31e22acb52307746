import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { sameGroupSince } from './approval';
import { type Campaign, campaignOf, comesBackBy, type Figures, type Obstacle } from './campaign';
import { type CampaignAct, step } from './campaign-state';
import { type CampaignRow, campaignsTable } from './campaigns.table';
import { fallbacksTable } from './fallbacks.table';
import { sampleOf } from './sample';

export interface Actor {
  id: string;
  roles: readonly string[];
}
/** What somebody is told besides the cards that stand. */
export type Notice = 'reminder' | 'handed' | 'expired' | 'held' | 'approved' | 'returned' | 'went_on' | 'may_go_on';

/** What a campaign needs of the floors above it. */
export interface CampaignPorts {
  /** How many of the segment may be written to, and why the others may not. */
  preview(tx: TenantTx, row: CampaignRow, now: Date): Promise<Figures>;
  /** Makes the audience's rows, once; those who may not be written to with their reason. */
  freeze(tx: TenantTx, row: CampaignRow, now: Date): Promise<void>;
  /** All of them are made: many take a while. */
  isFrozen(tx: TenantTx, row: CampaignRow): Promise<boolean>;
  /** Undoes `freeze`: the campaign went back to its author. */
  thaw(tx: TenantTx, row: CampaignRow): Promise<void>;
  /** What is left to send does not go. */
  cancelPlanned(tx: TenantTx, row: CampaignRow): Promise<void>;
  /** Its owner lifts a rule. @returns whether it is one that may be */
  lift(tx: TenantTx, row: CampaignRow, code: string, by: string, now: Date): Promise<boolean>;
  /** Whether this member is one who may let go on what the product held. */
  mayResume(tx: TenantTx, row: CampaignRow, member: string, now: Date): Promise<boolean>;
  figures(tx: TenantTx, row: CampaignRow): Promise<Figures>;
  /** Who may not be written to and why, so many by id. @param after the last one seen */
  leftOut(
    tx: TenantTx,
    row: CampaignRow,
    page: { after: string | undefined; most: number },
    now: Date,
  ): Promise<readonly { contact: string; code: string }[]>;
  failures(tx: TenantTx, row: CampaignRow): Promise<readonly { code: string; count: number }[]>;
  /** undefined: no wave of it follows. */
  nextWave(row: CampaignRow): Campaign['nextWave'];
  /** What stands in the way of it as a whole, at its hour. */
  obstacles(tx: TenantTx, row: CampaignRow, now: Date): Promise<readonly Obstacle[]>;
  /** Anything of it changed: cards are drawn again. */
  onChanged(tx: TenantTx, campaign: string): Promise<void>;
  /** Whoever has to act, or waits for it, hears of it. */
  onNotice(tx: TenantTx, row: CampaignRow, notice: Notice, now: Date): Promise<void>;
}

export const approvers = ['approver', 'owner'];
export const authors = ['operator', 'approver', 'owner'];

export function requireRole(by: Actor, roles: readonly string[]): void {
  if (!by.roles.some((role) => roles.includes(role))) throw new AppError('ROLE_REQUIRED');
}

/** It follows its template and its segment again, and nobody is asked. */
export const unfrozen = {
  content_hash: null,
  frozen_at: null,
  segment_version: null,
  asked_of: null,
  reminded_at: null,
} as const;

/** The one way in which a campaign's state changes: locked, a step that may follow, its version, the record, the cards. */
export abstract class CampaignMoves {
  constructor(
    protected readonly audit: Audit,
    protected readonly ports: CampaignPorts,
  ) {}

  /** @throws CAMPAIGN_NOT_FOUND */
  async get(tx: TenantTx, id: string, now: Date): Promise<Campaign> {
    const row = isId(id) ? await campaignsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
    return this.view(tx, row, now);
  }

  protected async view(tx: TenantTx, row: CampaignRow, now: Date): Promise<Campaign> {
    const figures = await (row.content_hash ? this.ports.figures(tx, row) : this.ports.preview(tx, row, now));
    const isOpen = row.state === 'draft' || row.state === 'awaiting_approval';
    const before = isOpen ? await campaignsTable.sentBefore(tx, row, sameGroupSince(now)) : undefined;
    const [backup] = await fallbacksTable.of(tx, row.id);
    const nextWave = this.ports.nextWave(row);
    return {
      ...campaignOf(row, figures, await this.ports.obstacles(tx, row, now)),
      ...(nextWave && { nextWave }),
      ...(before && { before }),
      ...(backup && {
        backup: { channel: backup.channel, templateId: backup.template_id, preview: sampleOf(backup) },
        comesBack: comesBackBy([row.channel, backup.channel]),
      }),
    };
  }

  /** @throws CAMPAIGN_NOT_FOUND, APPROVAL_STALE when it is no longer that version */
  protected async take(tx: TenantTx, id: string, version?: number): Promise<CampaignRow> {
    const row = isId(id) ? await campaignsTable.lock(tx, id) : undefined;
    if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
    if (version !== undefined && row.version !== version) throw new AppError('APPROVAL_STALE');
    return row;
  }

  /** @throws CAMPAIGN_STATE */
  protected async move(
    tx: TenantTx,
    row: CampaignRow,
    act: CampaignAct,
    actor: string,
    now: Date,
    change: Partial<CampaignRow> = {},
    detail: Record<string, string> = {},
  ): Promise<void> {
    const state = step(row.state, act);
    const over = state === 'held' ? {} : { held_why: null, held_at: null, resumed_by: null };
    Object.assign(row, change, over, { state, version: row.version + 1 });
    await this.keep(tx, row, act, actor, now, detail);
  }

  /** What changes no state. */
  protected async keep(
    tx: TenantTx,
    row: CampaignRow,
    act: string,
    actor: string,
    now: Date,
    detail: Record<string, string> = {},
  ): Promise<void> {
    await campaignsTable.save(tx, row);
    await this.record(tx, row.id, `campaign.${act}`, actor, now, detail);
    await this.ports.onChanged(tx, row.id);
  }

  protected async record(tx: TenantTx, id: string, act: string, actor: string, now: Date, detail = {}): Promise<void> {
    const who = actor.includes(':') ? actor : `member:${actor}`;
    await this.audit.record(tx, { actor: who, act, subject: `campaign:${id}`, detail }, now);
  }
}
