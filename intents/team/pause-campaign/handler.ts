import { type IntentHandler, reply, type Turn } from '../../../src/intent';

/** Acts at once, and offers to go on. */
const pause = async ({ services }: Turn, campaign: string) => {
  const { id, number, name, sent } = await services.campaigns.pause(campaign);
  const buttons = [{ act: 'send-campaign/resume', args: { campaign: id } }];
  return reply('paused', { number, name, sent }, { buttons });
};

/** Nothing of it can leave by itself. */
const waits: ReadonlySet<string> = new Set(['draft', 'awaiting_approval']);

export const intent: IntentHandler = {
  heard: async (turn) => {
    const found = await turn.services.campaigns.meant(turn.slots.campaign, ['sending', 'scheduled']);
    const [only, ...others] = found;
    if (!only) return reply('nothing');
    if (others.length === 0) return waits.has(only.state) ? reply('waits', only) : pause(turn, only.id);
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
