import { type Act, type CampaignView, type IntentHandler, reply, type Turn } from '../../../src/intent';

const question = ({ id, number, name, queued }: CampaignView) => {
  const args = { campaign: id };
  return reply(
    'confirm',
    { number, name, queued },
    {
      buttons: [
        { act: 'yes', args, style: 'primary' },
        { act: 'no', args },
      ],
      expect: { yes: 'yes', no: 'no', args },
    },
  );
};

/** Of one that two have to let go on, the first is only noted. */
const yes: Act = async ({ services, args }) => {
  const { state, number, at } = await services.campaigns.resume(args.campaign ?? '');
  if (state === 'held') return reply('second', { number });
  return at && state === 'scheduled' ? reply('atItsHour', { number, when: at }) : reply('done', { number });
};

/** Nothing leaves at once: its hour is still to come. */
const hasAnHour = ({ at, startedAt, state }: CampaignView, now: Date): boolean =>
  state === 'paused' && !startedAt && at !== undefined && at > now;

const goOn = (turn: Turn, campaign: CampaignView) =>
  hasAnHour(campaign, turn.now) ? yes({ ...turn, args: { campaign: campaign.id } }) : question(campaign);

const ask: Act = async (turn) => goOn(turn, await turn.services.campaigns.get(turn.args.campaign ?? ''));

/** Asks first; a button or a yes does it. What only waits for its hour again needs no question. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const found = await turn.services.campaigns.meant(turn.slots.campaign, ['paused', 'held']);
    const [only, ...others] = found;
    if (!only) {
      const [unapproved] = await turn.services.campaigns.meant(undefined, ['draft', 'awaiting_approval']);
      return unapproved ? reply('unapproved', { number: unapproved.number, name: unapproved.name }) : reply('nothing');
    }
    if (others.length === 0) return goOn(turn, only);
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
    yes,
    no: async ({ services, args }) =>
      reply('kept', { number: (await services.campaigns.get(args.campaign ?? '')).number }),
  },
};
