import { form, type IntentHandler, reply, type SubprocessorLine, type Turn } from '../../../src/intent';

const vars = ({
  name,
  fields,
  contract,
  review,
  standing,
  mechanism = '',
  document = '',
  country,
  ...one
}: SubprocessorLine) => ({
  ...{ id: one.id, name, standing, until: dayOf(contract.until), reference: contract.reference, review: dayOf(review) },
  ...{ country: { text: `countries.${country}` }, abroad: mechanism ? 'yes' : 'no', document },
  mechanism: mechanism ? { text: `mechanisms.${mechanism}` } : '',
  fields: fields.join(', '),
  authorised: one.authorisedAt ? 'yes' : 'no',
  since: one.authorisedAt ? { day: one.authorisedAt } : '',
});
const dayOf = (day: string) => ({ day: new Date(`${day}T12:00:00Z`), zone: 'UTC' as const });
const mayDecide = ({ person }: Turn): boolean =>
  person.kind === 'member' && person.roles.some((role) => ['privacy', 'owner'].includes(role));

/** Who else gets the data, what of it, where, by which contract; whoever decides lets each carry it or not. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { services } = turn;
    const { privacyUrl: url } = await services.company.profile();
    const all = await services.registers.list();
    const { assessment, assessedAbove } = await services.registers.papers();
    const facts = [
      ...all.map((one) => ({ key: 'one', vars: vars(one) })),
      assessment
        ? { key: 'assessed', vars: { reference: assessment.reference, at: { day: assessment.at } } }
        : { key: 'unassessed', vars: { above: assessedAbove } },
    ];
    const own = all.map(({ id, name, authorisedAt }) => ({
      act: authorisedAt ? 'revoke' : 'authorise',
      args: { id },
      vars: { name: name.replace(/\s*\(.*/, '') },
    }));
    const buttons = mayDecide(turn) ? [...own, { act: 'assess', form: true }] : [];
    return reply('list', { url }, { facts, buttons, private: true });
  },
  acts: {
    authorise: async ({ services, args }) => {
      await services.registers.authorise(args.id ?? '');
      return reply('authorised', await named(services, args.id), { private: true });
    },
    revoke: async ({ services, args }) => {
      await services.registers.revoke(args.id ?? '');
      return reply('revoked', await named(services, args.id), {
        private: true,
        buttons: [{ act: 'authorise', args: { id: args.id ?? '' }, label: 'again' }],
      });
    },
    assess: async () => form({ key: 'assess', act: 'assessSend' }),
    assessSend: async ({ services, values }) => {
      await services.registers.assess(values.reference ?? '');
      return reply('noted', {}, { private: true });
    },
  },
  cards: {
    /** A contract on which this customer relies ends soon. */
    ending: async ({ services, args }) => {
      const one = (await services.registers.list()).find(({ id }) => id === args.id);
      return one ? reply('ending', vars(one)) : reply('gone');
    },
  },
};

const named = async (services: Turn['services'], id = '') => {
  const one = (await services.registers.list()).find((each) => each.id === id);
  return { name: one?.name ?? id };
};
