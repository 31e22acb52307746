import { type Act, form, type IntentHandler, type Language, placeOf, reply } from '../../../src/intent';

const languages: readonly Language[] = ['es', 'en', 'pt'];
const mostAlone = 1_000_000;

/** Who runs the account says up to how many people somebody who is alone in the team may approve their own campaign. */
const alone: Act = async ({ services, person }) => {
  if (person.kind !== 'member' || !person.roles.includes('owner')) return reply('ownerOnly', {}, { private: true });
  const most = (await services.campaigns.aloneAllowed()) ?? 0;
  return form({ key: 'alone', act: 'aloneSend', ...(most > 0 && { initial: { most: String(most) } }), stays: true });
};

const aloneSend: Act = async ({ services, values }) => {
  const said = (values.most ?? '').replace(/[.,\s]/g, '');
  if (said === '' || said === '0') {
    await services.campaigns.allowAlone(undefined);
    return reply('aloneNever');
  }
  const most = Number(said);
  if (!/^\d+$/.test(said) || most > mostAlone)
    return form({ key: 'alone', act: 'aloneSend', initial: values, errors: { most: 'number' }, stays: true });
  await services.campaigns.allowAlone(most);
  return reply('aloneUpTo', { most });
};

/** Language, hours and alerts in one form, with what holds now. */
const edit: Act = async ({ services }) => {
  const { language, zone, quiet } = await services.team.settings();
  const initial = { language, zone: zone ?? 'company', alerts: quiet ? 'quiet' : 'all' };
  return form({ key: 'own', act: 'save', initial, stays: true });
};

const save: Act = async ({ services, values }) => {
  const now = await services.team.settings();
  const language = languages.find((one) => one === values.language) ?? now.language;
  const zone = values.zone === 'company' ? undefined : values.zone || now.zone;
  await services.team.set({ language, zone, quiet: values.alerts ? values.alerts === 'quiet' : now.quiet });
  return reply('saved', { language: { text: `languages.${language}` } }, { private: true });
};

/** One's own language, hours and alerts. */
export const intent: IntentHandler = {
  heard: async ({ person, services }) => {
    const { quiet } = await services.team.settings();
    const isOwner = person.kind === 'member' && person.roles.includes('owner');
    const buttons = [
      { act: 'edit', form: true, style: 'primary' as const },
      ...languages.map((language) => ({ act: 'speak', args: { language }, label: language })),
      ...(isOwner ? [{ act: 'alone', form: true }] : []),
    ];
    const facts = [{ key: 'language' }, { key: 'hours' }, { key: 'alerts', vars: { quiet: quiet ? 'yes' : 'no' } }];
    return reply('mine', { zone: placeOf(person.zone) }, { facts, buttons, private: true });
  },
  acts: {
    speak: async ({ services, args }) => {
      const language = languages.find((one) => one === args.language) ?? 'es';
      await services.team.speak(language);
      return reply('speaks', { language: { text: `languages.${language}` } }, { private: true });
    },
    edit,
    save,
    alone,
    aloneSend,
  },
};
