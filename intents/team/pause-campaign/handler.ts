import { type Act, type CampaignView, type IntentHandler, reply, type Turn } from '../../../src/intent';

/** The one that is meant, or the choice. */
async function pick(turn: Turn, states: readonly string[]): Promise<CampaignView | readonly CampaignView[]> {
  if (turn.slots.campaign !== undefined) return turn.services.campaigns.get(String(turn.slots.campaign));
  const fitting = (await turn.services.campaigns.list(10)).filter((one) => states.includes(one.state));
  const [only] = fitting;
  return fitting.length === 1 && only ? only : fitting;
}

/** Acts at once, and offers to go on. */
const pause = async ({ services }: Turn, id: string) => {
  const paused = await services.campaigns.pause(id);
  return reply(
    'paused',
    { number: paused.number, name: paused.name, sent: paused.sent },
    { buttons: [{ act: 'send-campaign/resume', args: { campaign: paused.id } }] },
  );
};
const heard: Act = async (turn) => {
  const found = await pick(turn, ['sending', 'scheduled']);
  if (!Array.isArray(found)) return pause(turn, (found as CampaignView).id);
  if (found.length === 0) return reply('nothing');
  return reply(
    'which',
    {},
    {
      buttons: found.slice(0, 5).map((one) => ({
        act: 'pause',
        args: { campaign: one.id },
        label: 'one',
        vars: { number: one.number, name: one.name },
      })),
    },
  );
};

export const intent: IntentHandler = { heard, acts: { pause: (turn) => pause(turn, turn.args.campaign ?? '') } };
