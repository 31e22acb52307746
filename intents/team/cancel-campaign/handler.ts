import { type Act, type CampaignView, type IntentHandler, reply } from '../../../src/intent';

const stoppable = ['draft', 'awaiting_approval', 'scheduled', 'sending', 'paused', 'held'] as const;

const question = ({ id, number, name, queued, startedAt }: CampaignView) => {
  const args = { campaign: id };
  return reply(
    'confirm',
    { number, name, queued, begun: startedAt ? 'yes' : 'no' },
    {
      buttons: [
        { act: 'yes', args, style: 'danger' },
        { act: 'no', args },
      ],
      expect: { yes: 'yes', no: 'no', args },
    },
  );
};

const ask: Act = async ({ services, args }) => question(await services.campaigns.get(args.campaign ?? ''));

/** Asks first; a button or a yes does it. */
export const intent: IntentHandler = {
  heard: async ({ services, slots }) => {
    const found = await services.campaigns.meant(slots.campaign, stoppable);
    const [only, ...others] = found;
    if (!only) return reply('nothing');
    if (others.length === 0) return question(only);
    const choices = found.slice(0, 5).map(({ id, number, name }) => ({
      act: 'ask',
      args: { campaign: id },
      label: 'one',
      vars: { number, name },
    }));
    return reply('which', {}, { buttons: choices });
  },
  acts: {
    ask,
    late: ask,
    yes: async ({ services, args }) => {
      const { number, sent } = await services.campaigns.cancel(args.campaign ?? '');
      return reply('done', { number, sent });
    },
    no: async ({ services, args }) =>
      reply('kept', { number: (await services.campaigns.get(args.campaign ?? '')).number }),
  },
};
