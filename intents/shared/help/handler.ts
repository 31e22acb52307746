import { type IntentHandler, reply } from '../../../src/intent';

/** What can be asked here, for this person. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const { name } = await services.company.profile();
    if (person.kind !== 'member')
      return reply(
        'person',
        { company: name },
        { buttons: [{ act: 'access-data/start' }, { act: 'opt-out/stop' }, { act: 'human-agent/start' }] },
      );
    const keys = [
      person.roles.some((role) => ['operator', 'owner'].includes(role)) && 'send',
      person.roles.some((role) => ['approver', 'owner'].includes(role)) && 'approve',
      person.roles.some((role) => ['operator', 'approver', 'owner', 'viewer'].includes(role)) && 'report',
      person.roles.some((role) => ['support', 'agent', 'operator', 'owner'].includes(role)) && 'message',
      person.roles.some((role) => ['privacy', 'owner'].includes(role)) && 'privacy',
      person.roles.includes('owner') && 'team',
    ].filter((key): key is string => typeof key === 'string');
    return reply('member', { company: name }, { facts: keys.map((key) => ({ key })), private: true });
  },
};
