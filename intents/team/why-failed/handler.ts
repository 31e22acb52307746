import { type Act, type IntentHandler, type Person, type Reply, reply, type Turn } from '../../../src/intent';

const dayMs = 86_400_000;
const mostReasons = 10;
/** As resend-failed and delivery-report say. */
const maySend = ['operator', 'approver', 'owner'];

const hasOne = (person: Person, roles: readonly string[]): boolean =>
  person.kind === 'member' && person.roles.some((role) => roles.includes(role));

type Facts = NonNullable<Reply['facts']>;
type Named = Awaited<ReturnType<Turn['services']['failures']['named']>>;
type Failures = Awaited<ReturnType<Turn['services']['failures']['of']>>;

/** Each reason with how many, what it means and what to do. */
const reasonsOf = ({ reasons, unknown, answers }: Failures): Facts => [
  ...reasons
    .slice(0, mostReasons)
    .map(({ code, count }) => ({ key: 'reason', vars: { count, advice: { text: `advice.${code}` } } })),
  ...(unknown > 0 ? [{ key: 'unknown', vars: { unknown } }] : []),
  ...answers
    .slice(0, mostReasons)
    .map(({ code, count }) => ({ key: 'answers', vars: { count, advice: { text: `advice.${code}` } } })),
];

async function ofCampaign({ services, person, now }: Turn, id: string): Promise<Reply> {
  const found = await services.failures.of({ campaign: id, from: new Date(0), until: now });
  const { number, name } = await services.campaigns.get(id);
  const [campaign] = found.campaigns;
  if (!campaign) return reply('all_well', { number, name }, { private: true });
  const args = { campaign: id };
  const buttons = hasOne(person, maySend)
    ? [
        { act: 'resend-failed/start', args },
        { act: 'delivery-report/show', args },
      ]
    : [];
  return reply(
    'campaign',
    { number, name, failed: campaign.failed },
    { facts: reasonsOf(found), buttons, private: true },
  );
}

/** Of the day that was said, else of the last 24 hours. */
async function ofTime({ services, now, person }: Turn, at: Date | undefined): Promise<Reply> {
  const from = at ?? new Date(now.getTime() - dayMs);
  const found = await services.failures.of({ from, until: at ? new Date(at.getTime() + dayMs) : now });
  if (found.campaigns.length + found.answers.length === 0) return reply('none', { from }, { private: true });
  const campaigns = found.campaigns.map(({ number, name, failed, unknown }) => ({
    key: 'of',
    vars: { number, name, count: failed + unknown },
  }));
  const [one, ...others] = found.campaigns;
  const buttons =
    one && others.length === 0 && hasOne(person, maySend)
      ? [{ act: 'delivery-report/show', args: { campaign: one.id } }]
      : [];
  return reply('recent', { from }, { facts: [...campaigns, ...reasonsOf(found)], buttons, private: true });
}

/** Of the people that a text names; undefined where it names nobody. */
function ofPeople({ people, nobody, blocked }: Named): Reply | undefined {
  if (people.length + nobody + blocked === 0) return undefined;
  const facts = people.map(({ masked, at, state, code, campaign }) => ({
    key: 'person',
    vars: {
      ...{
        masked,
        at,
        state: { text: `states.${state}` },
        campaign: campaign ?? '',
        of: campaign ? 'campaign' : 'answer',
      },
      ...{ why: code ? 'yes' : 'no', advice: code ? { text: `advice.${code}` } : '' },
    },
  }));
  return reply(
    'people',
    {},
    {
      facts: [
        ...facts,
        ...(nobody > 0 ? [{ key: 'nobody', vars: { nobody } }] : []),
        ...(blocked > 0 ? [{ key: 'blocked', vars: { blocked } }] : []),
      ],
      private: true,
    },
  );
}

/** What a message in Slack was about: a campaign's card, somebody's, or words that name people or a campaign. */
const these: Act = async (turn) => {
  const { args, values } = turn;
  if (args.campaign) return ofCampaign(turn, args.campaign);
  const text = args.contact ?? values.said ?? turn.text;
  const named = await turn.services.failures.named(text);
  if (named.campaign) return ofCampaign(turn, named.campaign);
  return ofPeople(named) ?? ofTime(turn, undefined);
};

export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, text, about } = turn;
    const named = ofPeople(await turn.services.failures.named(text));
    if (named) return named;
    const at = slots.at instanceof Date ? slots.at : undefined;
    const campaign = slots.campaign === undefined ? (at ? undefined : about) : String(slots.campaign);
    return campaign ? ofCampaign(turn, campaign) : ofTime(turn, at);
  },
  acts: { these },
};
