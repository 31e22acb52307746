import { type IntentHandler, reply, type Turn } from '../../../src/intent';

/** Promotions are never tried again by themselves: how many failed and why is what can be said. */
async function show({ services }: Turn, id: string) {
  const report = await services.campaigns.report(id);
  const { number, name, unknown, startedAt, failures } = report;
  if (!startedAt) return reply('not_begun', { number, name, state: { text: `campaign_states.${report.state}` } });
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  if (failed + unknown === 0) return reply('all_well', { number, name });
  return reply(
    'failed',
    { number, name, failed, unknown },
    {
      facts: [
        ...failures.map(({ code, count }) => ({ text: `failures.${code}`, vars: { count } })),
        ...(unknown > 0 ? [{ key: 'unknown' }] : []),
      ],
      buttons: [{ act: 'delivery-report/show', args: { campaign: id } }, { act: 'message-status/start' }],
    },
  );
}

/** The campaign that was named, else the newest that has begun. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, services } = turn;
    const id = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    return id ? show(turn, id) : reply('none');
  },
};
