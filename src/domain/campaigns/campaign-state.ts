import { AppError } from '../../errors';

export type CampaignState = 'draft' | 'awaiting_approval' | 'scheduled' | 'sending' | 'paused' | 'done' | 'cancelled';
export type CampaignAct =
  | 'change'
  | 'ask_approval'
  | 'approve'
  | 'ask_changes'
  | 'start'
  | 'pause'
  | 'resume'
  | 'finish'
  | 'cancel';

/** What leads where; what is not here can't happen. A paused campaign that had not begun goes back to `scheduled`. */
const steps: Readonly<Record<CampaignAct, Partial<Record<CampaignState, CampaignState>>>> = {
  change: { draft: 'draft', awaiting_approval: 'draft' },
  ask_approval: { draft: 'awaiting_approval' },
  approve: { awaiting_approval: 'scheduled' },
  ask_changes: { awaiting_approval: 'draft' },
  start: { scheduled: 'sending' },
  pause: { scheduled: 'paused', sending: 'paused' },
  resume: { paused: 'scheduled' },
  finish: { sending: 'done' },
  cancel: {
    draft: 'cancelled',
    awaiting_approval: 'cancelled',
    scheduled: 'cancelled',
    sending: 'cancelled',
    paused: 'cancelled',
  },
};

/** @throws CAMPAIGN_STATE */
export function step(state: CampaignState, act: CampaignAct): CampaignState {
  const next = steps[act][state];
  if (!next) throw new AppError('CAMPAIGN_STATE');
  return next;
}

export const may = (state: CampaignState, act: CampaignAct): boolean => steps[act][state] !== undefined;
