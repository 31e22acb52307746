import {
  type Act,
  type CampaignView,
  card,
  form,
  type IntentHandler,
  next,
  noneYet,
  type Person,
  type Reply,
  reply,
  type Turn,
} from '../../../src/intent';

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
const pageSize = 10;

const isMine = (person: Person, { authorId }: CampaignView) => person.kind === 'member' && person.member === authorId;
const waitsFor = (person: Person, campaign: CampaignView): boolean =>
  campaign.state === 'awaiting_approval' &&
  !isMine(person, campaign) &&
  person.kind === 'member' &&
  person.roles.some((role) => role === 'approver' || role === 'owner');

/** When it leaves or was over, where that is known. */
const whenOf = ({ state, at, doneAt }: CampaignView): Date | undefined =>
  over.includes(state) ? doneAt : state === 'sending' ? undefined : at;

/** A page, what waits for somebody first; those that are not over can be looked at, and approved by whom they wait for. */
const listed: Act = async (turn) => {
  const { person, services, args } = turn;
  const { shown: found, more } = await services.campaigns.page(pageSize, args.from);
  if (found.length === 0) return noneYet(turn);
  const sorted = order.flatMap((state) => found.filter((one) => one.state === state));
  const waiting = sorted.filter((one) => waitsFor(person, one));
  const others = sorted.filter((one) => !waiting.includes(one) && !over.includes(one.state));
  const facts = sorted.map((one) => ({
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
  const further = [
    ...(more ? [{ act: 'more', args: { from: more } }] : []),
    ...(more || args.from ? [{ act: 'search', form: true }] : []),
  ];
  const vars = { count: found.length, waiting: waiting.length, later: args.from ? 'yes' : 'no' };
  return reply('list', vars, { facts, buttons: [...buttons, ...further] });
};

const all = async ({ services }: Turn) =>
  (await services.campaigns.known()).map(({ id, number, name }) => ({ value: id, label: number, beside: name }));

/** One of them, as the card with which whoever looks can do the next thing. */
async function shown({ person, services }: Turn, id: string): Promise<Reply> {
  const campaign = await services.campaigns.get(id);
  const live = { args: { campaign: campaign.id }, topic: `campaign:${campaign.id}` };
  if (waitsFor(person, campaign)) return card({ card: 'send-campaign/approval', ...live });
  if (isMine(person, campaign) && !campaign.startedAt) return card({ card: 'send-campaign/author', ...live });
  return card({ card: 'send-campaign/progress', ...live });
}

/** A yes in words approves nothing: whoever says it of one gets its card, with the button. */
export const intent: IntentHandler = {
  heard: (turn) => (turn.slots.campaign === undefined ? listed(turn) : shown(turn, String(turn.slots.campaign))),
  acts: {
    more: listed,
    search: async (turn) => form({ key: 'search', act: 'found', choices: { campaign: await all(turn) } }),
    found: async ({ values }) => next('list-campaigns/show', {}, { campaign: values.campaign ?? '' }),
    show: (turn) => shown(turn, turn.args.campaign ?? ''),
  },
  choices: { campaign: all },
};
