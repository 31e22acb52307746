import { form, type IntentHandler, next, reply } from '../../../src/intent';

/** What only a person can see. The paper itself is never put here: what it is called, and that it was seen. */
export const intent: IntentHandler = {
  heard: async ({ slots, text }) => next('privacy-requests/start', slots, { text }),
  acts: {
    seen: async ({ services, args }) => {
      const { number } = await services.privacy.get(args.case ?? '');
      return form({ key: 'seen', act: 'record', args, vars: { number } });
    },
    record: async ({ services, args, values }) => {
      await services.identity.record(args.case ?? '', values.how ?? '');
      return reply('recorded', { number: (await services.privacy.get(args.case ?? '')).number });
    },
    mandate: async ({ services, args }) => {
      const { number } = await services.privacy.get(args.case ?? '');
      return form({ key: 'mandate', act: 'represent', args, vars: { number } });
    },
    represent: async ({ services, args, values }) => {
      const { relation = '', paper = '', address = '' } = values;
      const moved = await services.identity.represent(args.case ?? '', { relation, paper, address });
      return reply('represented', { number: moved.number, masked: moved.masked });
    },
    deceased: async ({ services, args }) => {
      const { number } = await services.privacy.get(args.case ?? '');
      return form({ key: 'deceased', act: 'died', args, vars: { number } });
    },
    died: async ({ services, values }) => {
      await services.identity.deceased(values.address ?? '', values.barred === 'yes');
      return reply(values.barred === 'yes' ? 'died_barred' : 'died');
    },
  },
};
