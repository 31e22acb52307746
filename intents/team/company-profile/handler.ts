import { type Act, form, type IntentHandler, type Reply, reply } from '../../../src/intent';

const shown = ['legal', 'contact', 'policy', 'zone'];
const onPaper = ['rut', 'activity', 'address', 'district'] as const;

/** What people read about the company, the numbers it writes from, and what its papers of account say. */
const profile: Act = async ({ services, person }) => {
  const {
    name,
    legalName: legal,
    contact,
    privacyUrl: url,
    policyVersion: version,
    zone,
  } = await services.company.profile();
  const paper = await services.billing.paper();
  const lines = (await services.channels.senders()).map(({ channel, label }) => ({
    key: 'number',
    vars: { label, channel: { text: `channels.${channel}` } },
  }));
  const isOwner = person.kind === 'member' && person.roles.includes('owner');
  const fields = [...onPaper, ...(isOwner ? (['billing_mail'] as const) : [])].filter((field) => paper[field]);
  const facts = [
    ...shown.map((key) => ({ key })),
    ...fields.map((field) => ({ key: field, vars: { [field]: paper[field] } })),
    ...lines,
  ];
  const buttons = isOwner ? [{ act: 'edit', form: true }] : [];
  return reply('profile', { name, legal, contact, url, version, zone }, { facts, buttons, private: true });
};

const paperForm = (more: Pick<NonNullable<Reply['form']>, 'initial' | 'errors'>): Reply =>
  form({ key: 'paper', act: 'save', stays: true, ...more });

export const intent: IntentHandler = {
  heard: profile,
  acts: {
    edit: async ({ services, person }) => {
      if (person.kind !== 'member' || !person.roles.includes('owner')) return reply('ownerOnly', {}, { private: true });
      const { legal_name, rut, activity, address, district, billing_mail } = await services.billing.paper();
      return paperForm({ initial: { legal_name, rut, activity, address, district, billing_mail } });
    },
    save: async ({ services, values }) => {
      const wrongs = await services.billing.editPaper(values);
      if (Object.keys(wrongs).length > 0) return paperForm({ initial: values, errors: wrongs });
      const { legal_name: legal, rut } = await services.billing.paper();
      return reply('saved', { legal, rut });
    },
  },
};
