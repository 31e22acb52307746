import { AppError } from '../../errors';

/** `paused`: by a person. `held`: by the product, which says why; it goes on when a person lets it. */
export type CampaignState =
  | 'draft'
  | 'awaiting_approval'
  | 'scheduled'
  | 'sending'
  | 'paused'
  | 'held'
  | 'done'
  | 'cancelled'
  | 'expired';
export type CampaignAct =
  | 'change'
  | 'ask_approval'
  | 'approve'
  | 'ask_changes'
  | 'expire'
  | 'start'
  | 'pause'
  | 'halt'
  | 'resume'
  | 'finish'
  | 'cancel';

/** What leads where; what is not here can't happen. One that was stopped goes on by `scheduled`, so that its hour counts again. */
const steps: Readonly<Record<CampaignAct, Partial<Record<CampaignState, CampaignState>>>> = {
  change: { draft: 'draft', awaiting_approval: 'draft' },
  ask_approval: { draft: 'awaiting_approval' },
  approve: { awaiting_approval: 'scheduled' },
  ask_changes: { awaiting_approval: 'draft' },
  expire: { awaiting_approval: 'expired' },
  start: { scheduled: 'sending' },
  pause: { scheduled: 'paused', sending: 'paused' },
  halt: { scheduled: 'held', sending: 'held' },
  resume: { paused: 'scheduled', held: 'scheduled' },
  finish: { sending: 'done' },
  cancel: {
    draft: 'cancelled',
    awaiting_approval: 'cancelled',
    scheduled: 'cancelled',
    sending: 'cancelled',
    paused: 'cancelled',
    held: 'cancelled',
  },
};

/** @throws CAMPAIGN_STATE */
export function step(state: CampaignState, act: CampaignAct): CampaignState {
  const next = steps[act][state];
  if (!next) throw new AppError('CAMPAIGN_STATE');
  return next;
}

export const may = (state: CampaignState, act: CampaignAct): boolean => steps[act][state] !== undefined;

/** Nothing can be done with it any more. */
export const isOver = (state: CampaignState): boolean => ['done', 'cancelled', 'expired'].includes(state);
