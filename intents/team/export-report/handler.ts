import { type Act, card, form, type IntentHandler, noneYet, reply } from '../../../src/intent';

const wholeFor = ['owner', 'privacy'];

/** Who takes a list along says why; whole numbers and addresses are for those who answer for them. */
const ask =
  (kind: 'csv' | 'pdf'): Act =>
  async ({ args, person }) => {
    const { campaign = '', topic = '' } = args;
    const mayWhole = person.kind === 'member' && person.roles.some((role) => wholeFor.includes(role));
    const options = { people: mayWhole ? ['masked', 'whole'] : ['masked'] };
    const of = { campaign, topic, kind };
    return kind === 'csv'
      ? form({ key: 'csv', act: 'take', args: of, options })
      : form({ key: 'pdf', act: 'take', args: of });
  };

/** Files of a report, put beneath its post. Of the campaign that was named, else the newest that has begun. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, services } = turn;
    const campaign = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    if (!campaign) return noneYet(turn);
    const topic = await services.reports.show(campaign, { picture: false });
    return card({ card: 'files', args: { campaign, topic }, topic });
  },
  acts: {
    csv: ask('csv'),
    pdf: ask('pdf'),
    take: async ({ args, values, services }) => {
      const { campaign = '', topic = '', kind } = args;
      const file = {
        kind: kind === 'pdf' ? 'pdf' : 'csv',
        reason: values.reason ?? '',
        isWhole: values.people === 'whole',
      } as const;
      await services.reports.take(campaign, topic, file);
      return reply('making', { format: file.kind.toUpperCase() }, { private: true });
    },
  },
  cards: {
    files: async ({ args, services }) => {
      const { campaign = '', topic = '' } = args;
      const { number, name } = await services.campaigns.get(campaign);
      const buttons = ['csv', 'pdf'].map((act) => ({ act, args: { campaign, topic }, form: true }));
      return reply(
        'files',
        { number, name },
        { buttons: [...buttons, { act: 'delivery-report/show', args: { campaign } }] },
      );
    },
  },
};
