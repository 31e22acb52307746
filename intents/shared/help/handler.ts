import { form, heardFrom, type IntentHandler, ownNames, type Role, reply } from '../../../src/intent';

/** What a member can say, and the buttons that begin it, by role. */
const offers: readonly { key: string; roles: readonly Role[]; acts?: readonly string[] }[] = [
  { key: 'send', roles: ['operator', 'owner'], acts: ['send-campaign/start', 'list-templates/start'] },
  { key: 'invite', roles: ['operator', 'approver', 'owner'], acts: ['sign-up-link/start'] },
  { key: 'approve', roles: ['approver', 'owner'] },
  { key: 'report', roles: ['operator', 'approver', 'owner', 'viewer'], acts: ['delivery-report/start'] },
  { key: 'hold', roles: ['operator', 'approver', 'owner'] },
  { key: 'message', roles: ['support', 'agent', 'operator', 'owner'], acts: ['message-status/start'] },
  { key: 'proof', roles: ['support', 'agent', 'operator', 'approver', 'privacy', 'owner'] },
  { key: 'history', roles: ['support', 'agent', 'privacy', 'owner'] },
  {
    key: 'failed',
    roles: ['support', 'agent', 'operator', 'approver', 'owner'],
    acts: ['why-failed/start', 'channel-health/start'],
  },
  { key: 'access', roles: ['owner'] },
  { key: 'privacy', roles: ['privacy', 'owner'], acts: ['privacy-requests/start'] },
];

/** What a person can write here; each begins with the word that does it. */
const words = ['see', 'correct', 'leave', 'come_back', 'case', 'policy', 'talk'];

/** What can be asked here, for this person. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { person, services } = turn;
    const { name: company, country } = await services.company.profile();
    if (person.kind !== 'member') {
      const acts = ['access-data/start', 'opt-out/stop', 'human-agent/start'];
      return reply(
        'person',
        { company },
        { facts: words.map((key) => ({ key })), buttons: acts.map((act) => ({ act })) },
      );
    }
    const mine = offers.filter(({ roles }) => person.roles.some((role) => roles.includes(role)));
    const template = mine.some(({ key }) => key === 'send') ? (await ownNames(turn)).template : undefined;
    const keys = mine.map(({ key }) => (key === 'send' && template ? 'send_named' : key));
    const acts = [...mine.flatMap((offer) => offer.acts ?? []), 'team-roles/start'];
    return reply(
      'member',
      { company, template, phone: { text: `example_phone.${country}` } },
      {
        facts: [...keys, 'team'].map((key) => ({ key })),
        buttons: acts.map((act) => ({ act })),
        private: true,
      },
    );
  },
  acts: {
    /** From a menu, where nothing can be said: a form to say it in. */
    ask: async () => form({ key: 'ask', act: 'said' }),
    said: async ({ values }) => heardFrom(values.words ?? ''),
  },
};
