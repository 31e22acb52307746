import { type IntentHandler, next } from '../../../src/intent';

/** Whoever may decide gets the card with its buttons: the ground and the facts are asked there. */
export const intent: IntentHandler = {
  heard: async ({ slots, text }) => next('privacy-requests/decide', slots, { text }),
};
