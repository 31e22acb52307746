import {
  type Act,
  card,
  form,
  type IntentHandler,
  next,
  noneYet,
  type Reply,
  reply,
  type Turn,
} from '../../../src/intent';

/** In a new post, with its picture beneath. Where nothing has left and nobody asked to leave there are no figures: where it stands is shown. */
async function show({ services }: Turn, campaign: string): Promise<Reply> {
  const { startedAt, optedOut } = await services.campaigns.report(campaign);
  if (!startedAt && optedOut === 0) return next('list-campaigns/show', {}, { campaign });
  const topic = await services.reports.show(campaign, { picture: true });
  return card({ card: 'report', args: { campaign, topic }, topic });
}

type Earlier = Awaited<ReturnType<Turn['services']['reports']['of']>>['earlier'][number];

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
const when = <T>(holds: boolean, ...all: readonly T[]): readonly T[] => (holds ? all : []);

/** Every figure is one of the messages themselves, or of what came back to them. */
const draw: Act = async ({ args, services }) => {
  const { campaign: id = '', topic = '' } = args;
  const campaign = await services.campaigns.report(id);
  const report = await services.reports.of(id);
  const cost = await services.costs.actual(id);
  const { number, name, selected, sendable, sent, delivered, read, failed, unknown, optedOut, queued } = campaign;
  const { clicked, replied, reacted, complaints } = report;
  const out = campaign.leftOut.reduce((sum, one) => sum + one.count, 0);
  const machines = report.links.reduce((sum, one) => sum + one.machines, 0);
  const compared = ({ sent: of, delivered: arrived, read: seen, clicked: followed, comesBack }: Earlier) => ({
    delivers: comesBack.includes('delivered') ? 'yes' : 'no',
    reads: comesBack.includes('read') ? 'yes' : 'no',
    delivered: share(arrived, of),
    read: share(seen, of),
    clicked: share(followed, of),
  });
  const facts: Reply['facts'] = [
    { key: 'sent' },
    ...[...campaign.comesBack, ...(['clicked', 'replied'] as const)].map((key) => ({
      key,
      vars: { share: share(report[key], sent) },
    })),
    ...when(reacted > 0, { key: 'reacted' }),
    ...when(machines > 0, { key: 'machines' }),
    { key: 'failed' },
    ...campaign.failures.map(({ code, count }) => ({ text: `failures.${code}`, vars: { count } })),
    ...when(unknown > 0, { key: 'unknown' }),
    { key: 'left' },
    ...when(complaints > 0, { key: 'complaints' }),
    ...when(queued > 0, { key: 'queued' }),
    ...when(out > 0, { key: 'leftOut' }),
    ...campaign.leftOut.map(({ code, count }) => ({ text: `gate.${code}`, vars: { count } })),
    ...when(
      report.channels.length > 1,
      ...report.channels.map(({ channel, ...one }) => ({
        key: 'channel',
        vars: { ...one, channel: { text: `channels.${channel}` } },
      })),
    ),
    ...(cost ? [{ key: 'cost', vars: { cost: cost.total } }] : []),
    ...report.earlier.map((one) => ({ key: 'before', vars: { number: one.number, name: one.name, ...compared(one) } })),
    ...when(!report.measures, { key: 'unmeasured' }),
  ];
  const figures = { selected, sendable, sent, delivered, read, clicked, replied, reacted, machines, failed, unknown };
  return reply(
    'report',
    {
      number,
      name,
      ...figures,
      left: optedOut,
      complaints,
      queued,
      out,
      state: { text: `campaign_states.${campaign.state}` },
    },
    {
      facts,
      buttons: [
        { act: 'export-report/csv', args: { campaign: id, topic }, form: true },
        { act: 'export-report/pdf', args: { campaign: id, topic }, form: true },
        ...when(!report.measures, { act: 'ask', form: true }),
      ],
    },
  );
};

/** The campaign that was named, else the newest that has begun. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, services } = turn;
    const id = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    return id ? show(turn, id) : noneYet(turn);
  },
  acts: {
    show: (turn) => show(turn, turn.args.campaign ?? ''),
    ask: async () => form({ key: 'measure', act: 'measure' }),
    measure: async ({ services }) => {
      await services.reports.measure(true);
      return reply('measured', {}, { buttons: [{ act: 'stop' }] });
    },
    stop: async ({ services }) => {
      await services.reports.measure(false);
      return reply('stopped');
    },
  },
  cards: { report: draw },
};
