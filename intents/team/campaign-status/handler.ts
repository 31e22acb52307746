import { card, type IntentHandler, reply } from '../../../src/intent';

/** The campaign that was named, else the newest, as a card that keeps itself up to date. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const [newest] = await services.campaigns.list(1);
    const named = slots.campaign === undefined ? newest?.id : String(slots.campaign);
    if (!named) return reply('none');
    const { id } = await services.campaigns.get(named);
    return card({ card: 'send-campaign/progress', args: { campaign: id }, topic: `campaign:${id}` });
  },
};
