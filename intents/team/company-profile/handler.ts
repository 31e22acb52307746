import { type Act, form, type IntentHandler, nextStep, type Reply, reply, type Turn } from '../../../src/intent';

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

/** Whose law it is stands in the contract: once that is signed the country stays. */
async function paperForm(
  { services }: Turn,
  more: Pick<NonNullable<Reply['form']>, 'initial' | 'errors'>,
): Promise<Reply> {
  const { terms } = await services.registers.papers();
  return form({ key: 'paper', act: 'save', stays: true, ...(terms && { without: ['country'] }), ...more });
}

export const intent: IntentHandler = {
  heard: profile,
  acts: {
    edit: async (turn) => {
      const { services, person } = turn;
      if (person.kind !== 'member' || !person.roles.includes('owner')) return reply('ownerOnly', {}, { private: true });
      const { legal_name, rut, contact, country, activity, address, district, billing_mail } =
        await services.billing.paper();
      const initial = { legal_name, rut, contact, country, activity, address, district, billing_mail };
      return paperForm(turn, { initial });
    },
    save: async (turn) => {
      const { services, values } = turn;
      const wrongs = await services.billing.editPaper(values);
      if (Object.keys(wrongs).length > 0) return paperForm(turn, { initial: values, errors: wrongs });
      const { legal_name: legal, rut } = await services.billing.paper();
      return reply('saved', { legal, rut }, { buttons: await nextStep(turn) });
    },
  },
};
