import { type Act, type CampaignView, type IntentHandler, reply, spokenOf, type Turn } from '../../../src/intent';

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

const isStopped = ({ state }: CampaignView): boolean => state === 'paused' || state === 'held';

const goOn = (turn: Turn, campaign: CampaignView) =>
  hasAnHour(campaign, turn.now) ? yes({ ...turn, args: { campaign: campaign.id } }) : question(campaign);

const ask: Act = async (turn) => {
  const campaign = await turn.services.campaigns.get(turn.args.campaign ?? '');
  return isStopped(campaign) ? goOn(turn, campaign) : say(campaign);
};

const choices = (found: readonly CampaignView[]) =>
  found.slice(0, 5).map(({ id, number, name }) => ({
    act: 'ask',
    args: { campaign: id },
    label: 'one',
    vars: { number, name },
  }));

const which = (stopped: readonly CampaignView[]) => reply('which', {}, { buttons: choices(stopped) });

/** What is said of one that nothing holds up; nothing is asked that no yes could answer. */
const stands: Partial<Record<CampaignView['state'], string>> = {
  draft: 'unapproved',
  awaiting_approval: 'unapproved',
  scheduled: 'scheduled',
  sending: 'sending',
};

const say = (spoken: CampaignView, paused: readonly CampaignView[] = []) => {
  const { number, name, at, state } = spoken;
  const when = at ?? { text: 'right_now' };
  return reply(stands[state] ?? 'over', { number, name, when }, { buttons: choices(paused) });
};

/** Asks first; a button or a yes does it. What only waits for its hour again needs no question. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { campaigns } = turn.services;
    const spoken = await spokenOf(turn);
    const paused = await campaigns.meant(undefined, ['paused', 'held']);
    // Of several that wait nobody guesses: the one just spoken of stands first.
    const isNamed = turn.slots.campaign !== undefined;
    if (spoken && isStopped(spoken) && !isNamed && paused.some(({ id }) => id !== spoken.id))
      return which([spoken, ...paused.filter(({ id }) => id !== spoken.id)]);
    if (spoken && isStopped(spoken)) return goOn(turn, spoken);
    if (spoken) return say(spoken, paused);
    const [only, ...others] = paused;
    if (only) return others.length === 0 ? goOn(turn, only) : which(paused);
    const [newest] = await campaigns.meant(undefined, ['draft', 'awaiting_approval', 'scheduled', 'sending']);
    return newest ? say(newest) : reply('nothing');
  },
  acts: {
    ask,
    late: ask,
    yes,
    no: async ({ services, args }) =>
      reply('kept', { number: (await services.campaigns.get(args.campaign ?? '')).number }),
  },
};
