import { card, type IntentHandler, noneYet } from '../../../src/intent';

/** The campaign that was named, else the newest that has begun, as a card that keeps itself up to date. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, services } = turn;
    const named = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    if (!named) return noneYet(turn);
    const { id } = await services.campaigns.get(named);
    return card({ card: 'send-campaign/progress', args: { campaign: id }, topic: `campaign:${id}` });
  },
};
