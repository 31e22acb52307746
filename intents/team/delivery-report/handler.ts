import { type IntentHandler, reply, type Turn } from '../../../src/intent';

/** Every figure is counted from the messages themselves. */
const show = async ({ services }: Turn, id: string) => {
  const report = await services.campaigns.report(id);
  const { number, name, selected, sendable, sent, delivered, read, failed, unknown, optedOut, queued } = report;
  const figures = { selected, sendable, sent, delivered, read, failed, unknown, left: optedOut, queued };
  const out = report.leftOut.reduce((sum, one) => sum + one.count, 0);
  return reply(
    'report',
    { number, name, ...figures, out, state: { text: `campaign_states.${report.state}` } },
    {
      facts: [
        ...['sent', 'delivered', 'read', 'failed'].map((key) => ({ key })),
        ...report.failures.map(({ code, count }) => ({ text: `failures.${code}`, vars: { count } })),
        ...(unknown > 0 ? [{ key: 'unknown' }] : []),
        { key: 'left' },
        ...(queued > 0 ? [{ key: 'queued' }] : []),
        ...(out > 0 ? [{ key: 'leftOut' }] : []),
        ...report.leftOut.map(({ code, count }) => ({ text: `gate.${code}`, vars: { count } })),
      ],
    },
  );
};

/** The campaign that was named, else the newest that has begun. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, services } = turn;
    const id = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    return id ? show(turn, id) : reply('none');
  },
  acts: { show: (turn) => show(turn, turn.args.campaign ?? '') },
};
