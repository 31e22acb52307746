import {
  type Act,
  type CampaignView,
  card,
  form,
  type IntentHandler,
  type Reply,
  type ReplyButton,
  refusalOf,
  reply,
  type Slots,
} from '../../../src/intent';

const wishOf = ({ template, segment, at }: Slots) => ({
  ...{ template: String(template), segment: String(segment) },
  ...(at instanceof Date && { at }),
});

/** The draft stands and can be said otherwise. */
const drafted = ({ id }: CampaignView): Reply => {
  const args = { campaign: id };
  return { ...card({ card: 'author', args, topic: topic(id) }), draft: { change: 'change', args } };
};

const topic = (campaign: string): string => `campaign:${campaign}`;

/** Of one that was not paused by a person: the provider's code, in plain words. */
const why = ({ state, comment }: CampaignView) =>
  state === 'paused' && comment ? [{ text: `advice.${comment}` }] : [];

const isForNobody = ({ state, sendable }: CampaignView): boolean => state === 'draft' && sendable === 0;

/** Somebody has to put something right first; asked for approval it would be refused. */
const isObstructed = ({ obstacles: all }: CampaignView): boolean => all.some(({ halts }) => halts);

/** Some gave no proven permission: its author is told how they may give it. */
const hasUnproven = ({ state, leftOut }: CampaignView): boolean =>
  state === 'draft' && leftOut.some(({ code, count }) => code === 'NO_CONSENT' && count > 0);

/** What refuses it as a whole: what, why, and what would make it pass. Of one that was paused for it, the pause says it. */
const obstacles = ({ state, comment, obstacles: all }: CampaignView) =>
  all
    .filter(({ code }) => !(state === 'paused' && comment === code))
    .map((one) => ({ key: 'obstacle', vars: refusalOf(one) }));

/** Its next allowed moment, the company's own rules that its owner may lift, and all rules one by one. */
const waysOn = ({ id, version, state, leftOut, obstacles: all }: CampaignView): ReplyButton[] => {
  const args = { campaign: id, version: String(version) };
  const opens = all.find(({ until }) => until !== undefined)?.until;
  const isOpen = !['done', 'cancelled'].includes(state);
  return [
    ...(opens && state === 'draft'
      ? [{ act: 'later', args: { campaign: id, at: opens.toISOString() }, vars: { until: { short: opens } } }]
      : []),
    ...all
      .filter(({ lifts }) => lifts && isOpen)
      .slice(0, 1)
      .map(({ code }) => ({ act: 'lift', args: { campaign: id, code } })),
    ...(state === 'draft' && leftOut.some(({ code }) => code === 'FREQUENCY_CAP')
      ? [{ act: 'lift', label: 'liftCap', args: { campaign: id, code: 'FREQUENCY_CAP' } }]
      : []),
    ...(all.length > 0 ? [{ act: 'rules', args }] : []),
  ];
};

/** What is to be sent and how it stands, with the buttons that fit its state and the reader. */
function standing(
  campaign: CampaignView,
  buttons: Partial<Record<CampaignView['state'], readonly ReplyButton[]>>,
): Reply {
  const { state, at, comment } = campaign;
  const isDecided = !['draft', 'awaiting_approval'].includes(state);
  return reply(
    isForNobody(campaign) ? 'nobody' : state,
    {
      number: campaign.number,
      name: campaign.name,
      segment: campaign.segment,
      preview: campaign.preview,
      author: campaign.author,
      approver: campaign.approver ?? '',
      sendable: campaign.sendable,
      selected: campaign.selected,
      sent: campaign.sent,
      delivered: campaign.delivered,
      read: campaign.read,
      failed: campaign.failed,
      unknown: campaign.unknown,
      left: campaign.optedOut,
      queued: campaign.queued,
      comment: comment ?? '',
      when: at ?? { text: isDecided ? 'right_now' : 'as_soon' },
    },
    {
      facts: [
        { key: 'people' },
        { key: 'when' },
        ...campaign.leftOut.map(({ code, count }) => ({ text: `gate.${code}`, vars: { count } })),
        { key: 'preview' },
        ...(state === 'draft' && comment ? [{ key: 'comment' }] : []),
        ...obstacles(campaign),
        ...why(campaign),
        ...(hasUnproven(campaign) ? [{ key: 'unproven' }] : []),
      ],
      buttons: [...(buttons[state] ?? []), ...waysOn(campaign)],
    },
  );
}

/** How far it has come, once it is out. One card moves, in the campaigns' channel: Slack takes few updates a minute. */
function progress(campaign: CampaignView): Reply {
  const still = standing(campaign, running(campaign));
  if (!campaign.startedAt) return still;
  const { sendable, queued } = campaign;
  return {
    ...still,
    facts: [{ key: 'figures' }, { key: 'left' }, ...obstacles(campaign), ...why(campaign)],
    progress: { done: sendable - queued, of: sendable },
  };
}

const campaignOf: (act: (campaign: CampaignView) => Reply) => Act =
  (draw) =>
  async ({ services, args }) =>
    draw(await services.campaigns.get(args.campaign ?? ''));

const running = (campaign: CampaignView): Partial<Record<CampaignView['state'], readonly ReplyButton[]>> => {
  const args = { campaign: campaign.id };
  return {
    sending: [{ act: 'pause', args }],
    scheduled: [{ act: 'pause', args }],
    paused: [
      { act: 'resume', args, style: 'primary' },
      { act: 'cancel-campaign/ask', args },
    ],
    done: [{ act: 'delivery-report/show', args }],
  };
};

export const intent: IntentHandler = {
  /** Prepares; nothing leaves before a second person approves what is frozen then. */
  heard: async ({ slots, services }) => drafted(await services.campaigns.draft(wishOf(slots))),
  acts: {
    /** "No, on Friday": the same draft, said otherwise. */
    change: async ({ slots, args, services }) =>
      drafted(await services.campaigns.change(args.campaign ?? '', wishOf(slots))),
    ask: async ({ services, args, person }) => {
      const frozen = await services.campaigns.askApproval(args.campaign ?? '', Number(args.version));
      const told = await services.team.tell(
        'approver',
        { card: 'send-campaign/approval', args: { campaign: frozen.id }, topic: topic(frozen.id) },
        person.kind === 'member' ? person.member : undefined,
      );
      return reply('asked', { number: frozen.number, told });
    },
    discard: async ({ services, args }) => {
      const gone = await services.campaigns.cancel(args.campaign ?? '');
      return reply('discarded', { number: gone.number });
    },
    approve: async ({ services, args }) => {
      const approved = await services.campaigns.approve(args.campaign ?? '', Number(args.version));
      const { id, number, at } = approved;
      const progress = { card: 'send-campaign/progress', args: { campaign: id }, topic: topic(id) };
      const shown = (await services.team.post('campaigns', progress)) ? 'yes' : 'no';
      return reply('approved', { number, when: at ?? { text: 'right_now' }, shown });
    },
    changes: async ({ args }) => form({ key: 'changes', act: 'changesSend', args }),
    changesSend: async ({ services, args, values }) => {
      const back = await services.campaigns.askChanges(args.campaign ?? '', Number(args.version), values.comment ?? '');
      return reply('returned', { number: back.number, author: back.author });
    },
    /** The next moment at which it may leave. */
    later: async ({ services, args }) => {
      const { templateId, segmentId, number } = await services.campaigns.get(args.campaign ?? '');
      const at = new Date(args.at ?? '');
      await services.campaigns.change(args.campaign ?? '', { template: templateId, segment: segmentId, at });
      return reply('moved', { number, when: at });
    },
    /** One of the company's own rules, for this campaign; its owner alone may. */
    lift: async ({ services, args }) => {
      await services.gate.lift(args.campaign ?? '', args.code ?? '');
      const { number } = await services.campaigns.get(args.campaign ?? '');
      return reply('lifted', { number });
    },
    /** Rule by rule, what was asked and answered. */
    rules: async ({ services, args }) => {
      const { number } = await services.campaigns.get(args.campaign ?? '');
      const facts = (await services.gate.campaign(args.campaign ?? '')).map(
        ({ code, rule, answer, seen = 'none' }) => ({
          key: 'rule',
          vars: { name: { text: `gate_rule.${code}` }, rule, answer, seen },
        }),
      );
      return reply('rules', { number }, { facts, private: true });
    },
    pause: async ({ services, args }) => {
      const paused = await services.campaigns.pause(args.campaign ?? '');
      return reply('held', { number: paused.number });
    },
    resume: async ({ services, args }) => {
      const on = await services.campaigns.resume(args.campaign ?? '');
      return reply('going', { number: on.number });
    },
  },
  cards: {
    author: campaignOf((campaign) => {
      const args = { campaign: campaign.id, version: String(campaign.version) };
      return standing(campaign, {
        ...running(campaign),
        draft: [
          ...(isForNobody(campaign) || isObstructed(campaign) ? [] : [{ act: 'ask', args, style: 'primary' as const }]),
          ...(hasUnproven(campaign) ? [{ act: 'sign-up-link/start' }] : []),
          { act: 'discard', args },
        ],
      });
    }),
    approval: campaignOf((campaign) => {
      const args = { campaign: campaign.id, version: String(campaign.version) };
      return standing(campaign, {
        awaiting_approval: [
          { act: 'approve', args, style: 'primary' },
          { act: 'changes', args, form: true },
        ],
      });
    }),
    progress: campaignOf(progress),
  },
};
