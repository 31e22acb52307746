import { type IntentHandler, next, noneYet, reply, type Turn } from '../../../src/intent';

const any = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'sending',
  'paused',
  'held',
  'done',
  'cancelled',
  'expired',
] as const;
const most = 5;

/** The same message, to the same people unless others were said, as a draft of its own. */
async function again({ services, slots }: Turn, id: string) {
  const { templateId, segmentId, backup } = await services.campaigns.get(id);
  return next('send-campaign/start', {
    template: templateId,
    segment: slots.segment ?? segmentId,
    at: slots.at,
    pace: slots.pace,
    backup: backup?.templateId,
  });
}

/** What was said besides, in a button as the dialog reads it back. */
const said = ({ slots: { segment, at, pace } }: Turn) => ({
  ...(segment && { segment: String(segment) }),
  ...(at instanceof Date && { at: `@${at.toISOString()}` }),
  ...(pace && { pace: String(pace) }),
});

export const intent: IntentHandler = {
  heard: async (turn) => {
    const found = await turn.services.campaigns.meant(turn.slots.campaign, any);
    const [only, ...others] = found;
    if (!only) return noneYet(turn);
    if (others.length === 0) return again(turn, only.id);
    const buttons = found.slice(0, most).map(({ id, number, name }) => ({
      act: 'again',
      args: { campaign: id, ...said(turn) },
      label: 'one',
      vars: { number, name },
    }));
    return reply('which', {}, { buttons });
  },
  acts: { again: (turn) => again(turn, turn.args.campaign ?? '') },
};
