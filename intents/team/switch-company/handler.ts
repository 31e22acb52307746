import { type IntentHandler, reply } from '../../../src/intent';

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Of which company is spoken: by its name, or chosen among those that let them in. */
export const intent: IntentHandler = {
  heard: async ({ services, text }) => {
    const companies = await services.staff.companies();
    const [named, ...others] = companies.filter(({ name }) => plain(text).includes(plain(name)));
    if (named && others.length === 0) {
      await services.staff.choose(named.id);
      return reply('chosen', { company: named.name }, { private: true });
    }
    const here = companies.find(({ now }) => now);
    const buttons = companies
      .filter(({ now }) => !now)
      .slice(0, 20)
      .map(({ id: company, name }) => ({ act: 'choose', args: { company, name }, vars: { name } }));
    return reply(buttons.length > 0 ? 'which' : 'only', { company: here?.name ?? '' }, { buttons, private: true });
  },
  acts: {
    choose: async ({ services, args }) => {
      await services.staff.choose(args.company ?? '');
      return reply('chosen', { company: args.name ?? '' }, { private: true });
    },
  },
};
