import { isInReview, needsTwo } from './approval';
import type { CampaignState } from './campaign-state';
import type { CampaignRow } from './campaigns.table';
import type { Pace } from './pace';
import { sampleOf } from './sample';

/** selected = left out + sent + failed + unknown + cancelled + queued, at any moment. */
export interface Figures {
  selected: number;
  sendable: number;
  leftOut: readonly { code: string; count: number }[];
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  unknown: number;
  /** People of it who left since it was frozen, whether their message was stopped or had gone. */
  optedOut: number;
  /** Did not go: its person left meanwhile, or the campaign was cancelled. */
  cancelled: number;
  queued: number;
}

/** A rule of the gate that refuses a campaign as a whole. */
export interface Obstacle {
  code: string;
  why: 'law' | 'meta' | 'house' | 'setting';
  /** `T-CAMP-1 · L-2` */
  rule: string;
  /** The figures or names behind it. */
  seen?: string;
  /** When it lets through by itself. */
  until?: Date;
  /** The account's owner may lift it. */
  lifts?: true;
  /** Somebody has to put it right. */
  halts?: true;
}

export interface Campaign extends Figures {
  id: string;
  number: string;
  name: string;
  state: CampaignState;
  template: string;
  channel: string;
  templateId: string;
  preview: string;
  /** By which channel it goes where it can't reach somebody, and with which words. */
  backup?: { channel: string; templateId: string; preview: string };
  segment: string;
  segmentId: string;
  at?: Date;
  pace: Pace['kind'];
  /** Of waves: which one goes out, from 1. */
  wave: number;
  /** For how many minutes each is watched before the next, and when that begins once this one is out; undefined: this is the last. */
  nextWave?: { minutes: number; at?: Date };
  /** Its provider has not decided yet whether it may be sent. */
  templateInReview: boolean;
  version: number;
  author: string;
  authorId: string;
  authorRoles: readonly string[];
  approver?: string;
  /** Whom its approval was handed to. */
  askedOf?: string;
  /** What its approver wants changed. */
  comment?: string;
  /** While the product holds it: the code that says why, whether it takes two people to go on, and who of them has wanted it. */
  heldWhy?: string;
  resumesWithTwo?: boolean;
  resumedBy?: string;
  /** The same words went to the same group a few days ago. */
  before?: { number: string; at: Date };
  startedAt?: Date;
  doneAt?: Date;
  /** Which receipts come back by its channels. */
  comesBack: readonly ('delivered' | 'read')[];
  obstacles: readonly Obstacle[];
}

/** What comes back of what was sent: a mail that arrived is not confirmed, nor is that an SMS was read. */
const comesBack: Readonly<Record<string, readonly ('delivered' | 'read')[]>> = {
  whatsapp: ['delivered', 'read'],
  sms: ['delivered'],
  email: [],
};

export const comesBackBy = (channels: readonly string[]): readonly ('delivered' | 'read')[] =>
  (['delivered', 'read'] as const).filter((one) => channels.some((channel) => comesBack[channel]?.includes(one)));

export const campaignOf = (row: CampaignRow, figures: Figures, obstacles: readonly Obstacle[]): Campaign => ({
  ...figures,
  obstacles,
  id: row.id,
  number: `C-${row.number}`,
  name: row.name,
  state: row.state,
  template: row.template_name,
  channel: row.channel,
  comesBack: comesBackBy([row.channel]),
  templateId: row.template_id,
  preview: sampleOf(row),
  segment: row.segment_name,
  segmentId: row.segment_id,
  ...(row.scheduled_at && { at: row.scheduled_at }),
  pace: row.pace.kind,
  wave: row.wave + 1,
  templateInReview: isInReview(row.template_status),
  version: row.version,
  author: row.author_name ?? '',
  authorId: row.author_id,
  authorRoles: row.author_roles ?? [],
  ...(row.approver_name && { approver: row.approver_name }),
  ...(row.asked_name && { askedOf: row.asked_name }),
  ...(row.comment && { comment: row.comment }),
  ...(row.held_why && { heldWhy: row.held_why, resumesWithTwo: needsTwo(row.held_why) }),
  ...(row.resumer_name && { resumedBy: row.resumer_name }),
  ...(row.started_at && { startedAt: row.started_at }),
  ...(row.done_at && { doneAt: row.done_at }),
});
