import { type IntentHandler, reply } from '../../../src/intent';

const shown = ['legal', 'contact', 'policy', 'zone'];

/** What people read about the company, and the numbers it writes from. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const {
      name,
      legalName: legal,
      contact,
      privacyUrl: url,
      policyVersion: version,
      zone,
    } = await services.company.profile();
    const lines = (await services.channels.senders()).map(({ channel, label }) => ({
      key: 'number',
      vars: { label, channel: { text: `channels.${channel}` } },
    }));
    const facts = [...shown.map((key) => ({ key })), ...lines];
    return reply('profile', { name, legal, contact, url, version, zone }, { facts, private: true });
  },
};
