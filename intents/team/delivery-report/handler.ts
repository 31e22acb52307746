import { type Act, type IntentHandler, reply, type Turn } from '../../../src/intent';

/** Every figure is counted from the messages themselves. */
const show = async ({ services }: Turn, id: string) => {
  const report = await services.campaigns.report(id);
  const { number, name, selected, sendable, sent, delivered, read, failed, unknown, optedOut, queued } = report;
  return reply(
    'report',
    {
      number,
      name,
      selected,
      sendable,
      sent,
      delivered,
      read,
      failed,
      unknown,
      left: optedOut,
      queued,
      state: { text: `campaign_states.${report.state}` },
    },
    {
      facts: [
        { key: 'sent' },
        { key: 'delivered' },
        { key: 'read' },
        { key: 'failed' },
        ...report.failures.map(({ code, count }) => ({ text: `failures.${code}`, vars: { count } })),
        ...(unknown > 0 ? [{ key: 'unknown' }] : []),
        { key: 'left' },
        ...(queued > 0 ? [{ key: 'queued' }] : []),
        { key: 'leftOut' },
        ...report.leftOut.map(({ code, count }) => ({ text: `gate.${code}`, vars: { count } })),
      ],
    },
  );
};
const heard: Act = async (turn) => {
  const [newest] = await turn.services.campaigns.list(1);
  const id = turn.slots.campaign === undefined ? newest?.id : String(turn.slots.campaign);
  return id ? show(turn, id) : reply('none');
};

export const intent: IntentHandler = { heard, acts: { show: (turn) => show(turn, turn.args.campaign ?? '') } };
