import { type Act, type IntentHandler, reply } from '../../../src/intent';

const buttons = [{ act: 'activity' }, { act: 'ask', style: 'danger' as const }, { act: 'policy-versions/start' }];

/** Of a member's own data we are the controller: they are told at once, from the map, and nothing of anybody else's. */
const data: Act = async ({ services }) => {
  const { name: company } = await services.company.profile();
  const own = await services.myself.data();
  const roles = own.roles.join(', ');
  const vars = { ...own, roles, since: { day: own.since } };
  const facts = ['name', 'roles', 'since', 'language', 'acts', 'read'].map((key) => ({ key, vars }));
  return reply('data', { company, contact: services.policy.contact }, { facts, buttons, private: true });
};

const activity: Act = async ({ services }) => {
  const entries = await services.myself.activity();
  if (entries.length === 0) return reply('nothing', {}, { private: true });
  const facts = entries.map(({ at, act, what }) => ({
    key: 'entry',
    vars: { at, what, act: { text: `acts.${act.replace('.', '_')}` } },
  }));
  return reply('activity', {}, { facts, private: true });
};

const ask: Act = async ({ services }) => {
  const { name: company } = await services.company.profile();
  return reply(
    'ask',
    { company },
    { expect: { yes: 'erase', no: 'keep' }, buttons: [{ act: 'erase', style: 'danger' }], private: true },
  );
};

export const intent: IntentHandler = {
  heard: data,
  acts: {
    activity,
    ask,
    late: ask,
    erase: async ({ services }) => {
      await services.myself.erase();
      return reply('erased', {}, { private: true });
    },
    keep: async () => reply('kept', {}, { private: true }),
  },
};
