import { type IntentHandler, reply } from '../../../src/intent';

/** Three lines and the link; the same version as on the web. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const { legalName, privacyUrl, policyVersion, policyDate, contact } = await services.company.profile();
    const vars = {
      legal: legalName,
      url: privacyUrl,
      version: policyVersion,
      date: { day: policyDate, zone: 'UTC' as const },
      contact: contact || legalName,
      cookies: services.policy.cookiesUrl,
    };
    return reply('policy', vars, {
      facts: ['use', 'see', 'cookies'].map((key) => ({ key, vars })),
      buttons: [{ act: 'access-data/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }],
    });
  },
};
