import { type CampaignView, type IntentHandler, reply, spokenOf, type Turn } from '../../../src/intent';

/** Acts at once, and offers to go on. */
const pause = async ({ services }: Turn, campaign: string) => {
  const { id, number, name, sent, at, startedAt } = await services.campaigns.pause(campaign);
  const buttons = [{ act: 'send-campaign/resume', args: { campaign: id } }];
  if (at && !startedAt) return reply('waitsForYou', { number, name, when: at }, { buttons });
  return reply('paused', { number, name, sent }, { buttons });
};

/** Nothing of it can leave by itself. */
const stands: Partial<Record<CampaignView['state'], string>> = {
  draft: 'waits',
  awaiting_approval: 'waits',
  paused: 'already',
  held: 'already',
};

const choices = (found: readonly CampaignView[]) =>
  found.slice(0, 5).map(({ id, number, name }) => ({
    act: 'pause',
    args: { campaign: id },
    label: 'one',
    vars: { number, name },
  }));

export const intent: IntentHandler = {
  heard: async (turn) => {
    const { campaigns } = turn.services;
    const spoken = await spokenOf(turn);
    const key = spoken && stands[spoken.state];
    if (spoken && !key) return pause(turn, spoken.id);
    const going = await campaigns.meant(undefined, ['sending', 'scheduled']);
    if (spoken && key) return reply(key, { number: spoken.number, name: spoken.name }, { buttons: choices(going) });
    const [only, ...others] = going;
    if (only) return others.length === 0 ? pause(turn, only.id) : reply('which', {}, { buttons: choices(going) });
    const [draft] = await campaigns.meant(undefined, ['draft', 'awaiting_approval']);
    return draft ? reply('waits', { number: draft.number, name: draft.name }) : reply('nothing');
  },
  acts: { pause: (turn) => pause(turn, turn.args.campaign ?? '') },
};
