import { type Act, type CampaignView, type IntentHandler, reply, type Turn } from '../../../src/intent';

/** The one that is meant, or the choice. */
async function pick(turn: Turn, states: readonly string[]): Promise<CampaignView | readonly CampaignView[]> {
  if (turn.slots.campaign !== undefined) return turn.services.campaigns.get(String(turn.slots.campaign));
  const fitting = (await turn.services.campaigns.list(10)).filter((one) => states.includes(one.state));
  const [only] = fitting;
  return fitting.length === 1 && only ? only : fitting;
}

const question = (campaign: CampaignView) => {
  const args = { campaign: campaign.id };
  const vars = { number: campaign.number, name: campaign.name, queued: campaign.queued, sent: campaign.sent };
  return reply('confirm', vars, {
    buttons: [
      { act: 'yes', args, style: 'primary' },
      { act: 'no', args },
    ],
    expect: { yes: 'yes', no: 'no', args },
  });
};
const heard: Act = async (turn) => {
  const found = await pick(turn, ['paused']);
  if (!Array.isArray(found)) return question(found as CampaignView);
  if (found.length === 0) return reply('nothing');
  return reply(
    'which',
    {},
    {
      buttons: found.slice(0, 5).map((one) => ({
        act: 'ask',
        args: { campaign: one.id },
        label: 'one',
        vars: { number: one.number, name: one.name },
      })),
    },
  );
};

/** Asks first; a button or a yes does it. */
export const intent: IntentHandler = {
  heard,
  acts: {
    ask: async ({ services, args }) => question(await services.campaigns.get(args.campaign ?? '')),
    yes: async ({ services, args }) => {
      const changed = await services.campaigns.resume(args.campaign ?? '');
      return reply('done', { number: changed.number, sent: changed.sent });
    },
    no: async ({ services, args }) =>
      reply('kept', { number: (await services.campaigns.get(args.campaign ?? '')).number }),
  },
};
