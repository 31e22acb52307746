import { type IntentHandler, reply } from '../../../src/intent';

/** Three lines and the link; the same version as on the web. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const company = await services.company.profile();
    const vars = {
      company: company.name,
      legal: company.legalName,
      url: company.privacyUrl,
      version: company.policyVersion,
      date: { day: company.policyDate },
      contact: company.contact,
    };
    return reply('policy', vars, {
      buttons: [{ act: 'access-data/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }],
    });
  },
};
