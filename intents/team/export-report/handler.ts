import { type IntentHandler, reply } from '../../../src/intent';

const rows = ['selected', 'sent', 'delivered', 'read', 'failed', 'unknown', 'left'];

/** There is no file: the figures as lines that a spreadsheet takes. Of the campaign that was named, else the newest that has begun. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const id = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    if (!id) return reply('none');
    const { number, name, selected, sent, delivered, read, failed, unknown, optedOut } =
      await services.campaigns.report(id);
    return reply(
      'rows',
      { number, name, selected, sent, delivered, read, failed, unknown, left: optedOut },
      { facts: rows.map((key) => ({ key })), buttons: [{ act: 'delivery-report/show', args: { campaign: id } }] },
    );
  },
};
