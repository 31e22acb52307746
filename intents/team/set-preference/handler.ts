import { type IntentHandler, type Language, reply } from '../../../src/intent';

const languages: readonly Language[] = ['es', 'en', 'pt'];
const kept = ['language', 'hours', 'alerts'];

/** One's own language; and where the rest is set. */
export const intent: IntentHandler = {
  heard: async ({ person }) => {
    const buttons = languages.map((language) => ({ act: 'speak', args: { language }, label: language }));
    return reply('mine', { zone: person.zone }, { facts: kept.map((key) => ({ key })), buttons, private: true });
  },
  acts: {
    speak: async ({ services, args }) => {
      const language = languages.find((one) => one === args.language) ?? 'es';
      await services.team.speak(language);
      return reply('speaks', { language: { text: `languages.${language}` } }, { private: true });
    },
  },
};
