import { type CampaignView, card, type IntentHandler, noneYet, type Person, reply } from '../../../src/intent';

/** What waits for somebody first, what is over last. */
const order = [
  'awaiting_approval',
  'held',
  'sending',
  'paused',
  'scheduled',
  'draft',
  'done',
  'expired',
  'cancelled',
] as const;
const over = ['done', 'cancelled', 'expired'];
const most = 5;

const isMine = (person: Person, { authorId }: CampaignView) => person.kind === 'member' && person.member === authorId;
const waitsFor = (person: Person, campaign: CampaignView): boolean =>
  campaign.state === 'awaiting_approval' &&
  !isMine(person, campaign) &&
  person.kind === 'member' &&
  person.roles.some((role) => role === 'approver' || role === 'owner');

/** When it leaves or was over, where that is known. */
const whenOf = ({ state, at, doneAt }: CampaignView): Date | undefined =>
  over.includes(state) ? doneAt : state === 'sending' ? undefined : at;

/** The newest campaigns; those that are not over can be looked at, and approved by whom they wait for. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { person, services } = turn;
    const found = await services.campaigns.meant(undefined, order);
    if (found.length === 0) return noneYet(turn);
    const listed = order.flatMap((state) => found.filter((one) => one.state === state));
    const waiting = listed.filter((one) => waitsFor(person, one));
    const others = listed.filter((one) => !waiting.includes(one) && !over.includes(one.state));
    const facts = listed.map((one) => ({
      key: whenOf(one) ? 'timed' : 'line',
      vars: {
        number: one.number,
        name: one.name,
        segment: one.segment,
        when: whenOf(one),
        state: { text: `campaign_states.${one.state}` },
      },
    }));
    const buttons = [...waiting, ...others].slice(0, most).map((one) => ({
      act: 'show',
      args: { campaign: one.id },
      vars: { number: one.number },
      label: waiting.includes(one) ? 'approve' : 'see',
    }));
    return reply('list', { count: found.length, waiting: waiting.length }, { facts, buttons });
  },
  acts: {
    show: async ({ person, services, args }) => {
      const campaign = await services.campaigns.get(args.campaign ?? '');
      const live = { args: { campaign: campaign.id }, topic: `campaign:${campaign.id}` };
      if (waitsFor(person, campaign)) return card({ card: 'send-campaign/approval', ...live });
      if (isMine(person, campaign)) return card({ card: 'send-campaign/author', ...live });
      return card({ card: 'send-campaign/progress', ...live });
    },
  },
};
