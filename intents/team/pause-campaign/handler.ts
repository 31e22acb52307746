import { type IntentHandler, reply, type Turn } from '../../../src/intent';

/** Acts at once, and offers to go on. */
const pause = async ({ services }: Turn, campaign: string) => {
  const { id, number, name, sent, at, startedAt } = await services.campaigns.pause(campaign);
  const buttons = [{ act: 'send-campaign/resume', args: { campaign: id } }];
  if (at && !startedAt) return reply('waitsForYou', { number, name, when: at }, { buttons });
  return reply('paused', { number, name, sent }, { buttons });
};

/** Nothing of it can leave by itself. */
const waits = ['draft', 'awaiting_approval'] as const;

export const intent: IntentHandler = {
  heard: async (turn) => {
    const { campaigns } = turn.services;
    const found = await campaigns.meant(turn.slots.campaign, ['sending', 'scheduled']);
    const [only, ...others] = found.length > 0 ? found : await campaigns.meant(undefined, waits);
    if (!only) return reply('nothing');
    if (waits.some((state) => state === only.state)) return reply('waits', { number: only.number, name: only.name });
    if (others.length === 0) return pause(turn, only.id);
    const choices = found.slice(0, 5).map(({ id, number, name }) => ({
      act: 'pause',
      args: { campaign: id },
      label: 'one',
      vars: { number, name },
    }));
    return reply('which', {}, { buttons: choices });
  },
  acts: { pause: (turn) => pause(turn, turn.args.campaign ?? '') },
};
