import { type IntentHandler, reply } from '../../../src/intent';

const most = 9;

export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const templates = await services.templates.list();
    const facts = templates.slice(0, most).map(({ name, language, status, preview }) => ({
      key: 'line',
      vars: { name: name.replace(/_/g, ' '), language, status: { text: `template_states.${status}` }, preview },
    }));
    return templates.length === 0 ? reply('none') : reply('list', { count: templates.length }, { facts });
  },
};
