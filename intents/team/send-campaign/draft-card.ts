import {
  begins,
  type CampaignView,
  type Reply,
  type ReplyButton,
  refusalOf,
  reply,
  type Turn,
  type Vars,
} from '../../../src/intent';

export const topic = (campaign: string): string => `campaign:${campaign}`;

type Buttons = Partial<Record<CampaignView['state'], readonly ReplyButton[]>>;
type Asks = Pick<Turn, 'services' | 'now'>;

const isUndecided = ({ state }: CampaignView): boolean => ['draft', 'awaiting_approval'].includes(state);
const isOver = ({ state }: CampaignView): boolean => ['done', 'cancelled', 'expired'].includes(state);

/** When it leaves: its moment, else the first at which it may. */
export const whenOf = (campaign: CampaignView): Vars[string] =>
  campaign.at ??
  (isUndecided(campaign)
    ? { text: 'as_soon' }
    : (campaign.obstacles.find(({ until }) => until !== undefined)?.until ?? { text: 'right_now' }));

export const isForNobody = ({ state, sendable }: CampaignView): boolean => state === 'draft' && sendable === 0;

/** A draft whose hour has passed: there is nothing to approve before it has another. */
export const isLate = ({ state, at }: CampaignView, now: Date): boolean =>
  state === 'draft' && at !== undefined && at <= now;

/** Somebody has to put something right first; a template in review is waited for. */
export const isObstructed = ({ obstacles: all, templateInReview }: CampaignView): boolean =>
  all.some(({ halts, code }) => halts && !(templateInReview && code === 'TEMPLATE_NOT_APPROVED'));

/** Some gave no proven permission: its author is told how they may give it. */
export const hasUnproven = ({ state, leftOut }: CampaignView): boolean =>
  state === 'draft' && leftOut.some(({ code, count }) => code === 'NO_CONSENT' && count > 0);

/** Why the product holds it, in plain words. */
const why = ({ heldWhy, resumedBy }: CampaignView) => [
  ...(heldWhy ? [{ text: `advice.${heldWhy}` }] : []),
  ...(resumedBy ? [{ key: 'second' }] : []),
];

/** What was too much when it was held for its figures. */
async function spike({ services }: Asks, { id, heldWhy }: CampaignView) {
  const seen = heldWhy ? await services.gate.spike(id, heldWhy) : undefined;
  return seen ? [{ text: `spikes.${heldWhy}`, vars: { ...seen } }] : [];
}

/** What refuses it as a whole: what, why, and what would make it pass. What it is held for, or waits for, is said already. */
const obstacles = ({ heldWhy, templateInReview, obstacles: all }: CampaignView) =>
  all
    .filter(({ code }) => code !== heldWhy && !(templateInReview && code === 'TEMPLATE_NOT_APPROVED'))
    .map((one) => ({ key: 'obstacle', vars: refusalOf(one) }));

/** Some of it has left: what refuses now keeps only the rest. */
const waitsFor = (campaign: CampaignView) =>
  obstacles(campaign).map((one) => (one.vars.opens === 'yes' && campaign.sent > 0 ? { ...one, key: 'rest' } : one));

/** What puts right what refuses it: the first of a company's own steps that is missing. */
const mending = ({ services }: Asks, campaign: CampaignView): ReplyButton[] =>
  campaign.obstacles
    .flatMap(({ code }) => services.home.remedy(code) ?? [])
    .slice(0, 1)
    .map((one) => begins(one));

/** Its next allowed moment, a rule that its author may lift as the account's owner, and one button behind which all the rest stands. */
const waysOn = (campaign: CampaignView): ReplyButton[] => {
  const { id, state, leftOut, obstacles: all, authorRoles } = campaign;
  const args = { campaign: id };
  const opens = all.find(({ until }) => until !== undefined)?.until;
  const isOwners = authorRoles.includes('owner') && state === 'draft';
  return [
    ...(opens && state === 'draft'
      ? [{ act: 'later', args: { ...args, at: opens.toISOString() }, vars: { until: { short: opens } } }]
      : []),
    ...all
      .filter(({ lifts }) => lifts && isOwners)
      .slice(0, 1)
      .map(({ code }) => ({ act: 'lift', args: { ...args, code } })),
    ...(isOwners && leftOut.some(({ code }) => code === 'FREQUENCY_CAP')
      ? [{ act: 'lift', label: 'liftCap', args: { ...args, code: 'FREQUENCY_CAP' } }]
      : []),
    ...(isUndecided(campaign) || all.length > 0 ? [{ act: 'rules', args }] : []),
  ];
};

const wordsOf = (campaign: CampaignView): Vars => ({
  number: campaign.number,
  name: campaign.name,
  segment: campaign.segment,
  channel: { text: `channels.${campaign.channel}` },
  preview: campaign.preview,
  author: campaign.author,
  approver: campaign.approver ?? '',
  asked: campaign.askedOf ?? '',
  handed: campaign.askedOf ? 'yes' : 'no',
  sendable: campaign.sendable,
  selected: campaign.selected,
  sent: campaign.sent,
  delivered: campaign.delivered,
  read: campaign.read,
  delivers: campaign.comesBack.includes('delivered') ? 'yes' : 'no',
  reads: campaign.comesBack.includes('read') ? 'yes' : 'no',
  failed: campaign.failed,
  unknown: campaign.unknown,
  left: campaign.optedOut,
  queued: campaign.queued,
  comment: campaign.comment ?? '',
  resumer: campaign.resumedBy ?? '',
  when: whenOf(campaign),
  pace: campaign.pace,
  wave: campaign.wave,
});

/** What has been looked at, and what the campaign would cost, while it can still be said otherwise. */
async function checked({ services }: Asks, campaign: CampaignView) {
  if (!isUndecided(campaign)) return { cost: [], checks: [], fixes: [] };
  const look = await services.templates.toLookAt(campaign.id);
  const dear = look.find(({ code }) => code === 'SMS_LETTERS');
  const answers = await services.gate.campaign(campaign.id);
  const estimate = await services.costs.estimate(campaign.id);
  const room = (await services.gate.room(campaign.id)) ?? Number.POSITIVE_INFINITY;
  const passed = answers.filter(({ answer }) => answer !== 'refuses').length;
  return {
    cost: estimate ? [{ key: 'cost', vars: { cost: estimate.total } }] : [],
    checks: [
      ...(room > 0 && room < campaign.sendable ? [{ text: 'room_today', vars: { room } }] : []),
      { key: 'checks', vars: { passed } },
      ...look.map(({ code, vars }) => ({ text: `template_findings.${code}`, vars })),
    ],
    fixes: [
      ...(campaign.state === 'draft' && dear
        ? [{ act: 'list-templates/plain', args: { template: dear.template } }]
        : []),
      { act: 'list-templates/preview', args: { campaign: campaign.id } },
      { act: 'test', args: { campaign: campaign.id } },
    ],
  };
}

/** Where it reaches nobody by its own channel: by which other, and with which words. */
export const backupOf = ({ backup }: CampaignView) =>
  backup ? [{ key: 'backup', vars: { channel: { text: `channels.${backup.channel}` }, words: backup.preview } }] : [];

/** First who, what, when and what it costs, then what is in its way; the rest stands behind a button. With the buttons that fit its state and the reader. */
export async function standing(asks: Asks, campaign: CampaignView, buttons: Buttons): Promise<Reply> {
  const { state, comment, before } = campaign;
  const { cost, checks, fixes } = await checked(asks, campaign);
  return reply(isForNobody(campaign) ? 'nobody' : state, wordsOf(campaign), {
    facts: [
      { key: 'people' },
      { key: 'preview' },
      ...(isOver(campaign) ? [] : [{ key: 'when' }]),
      ...(isLate(campaign, asks.now) ? [{ key: 'late' }] : []),
      ...cost,
      ...(state === 'draft' && comment
        ? [{ key: 'comment' }, ...(isLate(campaign, asks.now) ? [] : [{ key: 'change' }])]
        : []),
      ...obstacles(campaign),
      ...(await spike(asks, campaign)),
      ...why(campaign),
      ...(campaign.templateInReview && !isOver(campaign) ? [{ key: 'inReview' }] : []),
      ...(before ? [{ key: 'before', vars: { earlier: before.number, day: before.at } }] : []),
      ...campaign.leftOut.map(({ code, count }) => ({ text: `gate.${code}`, vars: { count } })),
      ...(hasUnproven(campaign) ? [{ key: 'unproven' }] : []),
      ...checks,
    ],
    buttons: [...mending(asks, campaign), ...(buttons[state] ?? []), ...fixes, ...waysOn(campaign)],
  });
}

/** Which wave goes out, and when the next one begins. */
const waves = ({ nextWave }: CampaignView) => ({
  key: 'inWaves',
  vars: {
    next: nextWave ? (nextWave.at ? 'at' : 'after') : 'last',
    at: nextWave?.at ?? '',
    minutes: nextWave?.minutes ?? 0,
  },
});

/** How far it has come, once it is out. One card moves, in the campaigns' channel: Slack takes few updates a minute. */
export async function progress(asks: Asks, campaign: CampaignView): Promise<Reply> {
  const still = await standing(asks, campaign, running(campaign));
  if (!campaign.startedAt) return still;
  const { sendable, queued, pace, state } = campaign;
  return {
    ...still,
    facts: [
      { key: 'figures' },
      { key: 'left' },
      ...(pace === 'waves' && state === 'sending' ? [waves(campaign)] : []),
      ...waitsFor(campaign),
      ...(await spike(asks, campaign)),
      ...why(campaign),
    ],
    progress: { done: sendable - queued, of: sendable },
  };
}

/** What whoever may send can do with it once it is approved. */
export const running = (campaign: CampaignView): Buttons => {
  const args = { campaign: campaign.id };
  const stopped = [{ act: 'cancel-campaign/ask', args }];
  return {
    sending: [{ act: 'pause', args }],
    scheduled: [{ act: 'pause', args }],
    paused: [{ act: 'resume', args, style: 'primary' }, ...stopped],
    held: [
      { act: 'resume', label: campaign.resumesWithTwo ? 'resumeWithTwo' : 'resume', args, style: 'primary' },
      ...(campaign.startedAt ? [{ act: 'delivery-report/show', label: 'seeWhy', args }] : []),
      ...stopped,
    ],
    done: [{ act: 'delivery-report/show', args }],
    expired: [{ act: 'clone-campaign/again', args }],
  };
};
