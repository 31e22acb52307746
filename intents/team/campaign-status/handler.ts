import { type IntentHandler, next, noneYet } from '../../../src/intent';

/** The campaign that was named, else the newest that has begun, as the card of it that is theirs. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, services } = turn;
    const named = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    return named ? next('list-campaigns/show', {}, { campaign: named }) : noneYet(turn);
  },
};
