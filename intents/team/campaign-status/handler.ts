import { type IntentHandler, reply } from '../../../src/intent';

/** The campaign that was named, else the newest, as a card that keeps itself up to date. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const [newest] = await services.campaigns.list(1);
    const id = slots.campaign === undefined ? newest?.id : String(slots.campaign);
    if (!id) return reply('none');
    const campaign = await services.campaigns.get(id);
    return reply(
      'none',
      {},
      { live: { card: 'send-campaign/progress', args: { campaign: campaign.id }, topic: `campaign:${campaign.id}` } },
    );
  },
};
