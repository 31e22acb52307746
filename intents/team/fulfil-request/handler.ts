import { type IntentHandler, next } from '../../../src/intent';

/** Whoever may decide gets the card with its buttons: an act on somebody's right is pressed, never typed. */
export const intent: IntentHandler = {
  heard: async ({ slots, text }) => next('privacy-requests/decide', slots, { text }),
};
