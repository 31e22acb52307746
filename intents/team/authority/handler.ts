import { type Act, type AuthorityLine, card, form, type IntentHandler, reply } from '../../../src/intent';

const vars = ({ number, state, authority, basis, document, fields, people, ...one }: AuthorityLine) => ({
  ...{ number, state, authority, basis, document, people, fields: fields.join(', '), reason: one.reason ?? '' },
  ...{ since: { day: one.since }, until: { day: new Date(one.until.getTime() - 1) } },
  exported: one.exportedAt ? { day: one.exportedAt } : '',
});

/** As it stands, with what may be done now; who may is asked when it is pressed. */
const request: Act = async ({ services, args }) => {
  const one = await services.authorities.get(args.id ?? '');
  const isOpen = one.state === 'waiting' || one.state === 'half';
  const own = { id: one.id };
  const buttons = [
    ...(isOpen ? [{ act: 'approve', args: own, style: 'primary' as const }] : []),
    ...(isOpen || one.state === 'approved' ? [{ act: 'refuse', args: own, form: true }] : []),
  ];
  const facts = ['state', 'who', 'basis', 'scope'].map((key) => ({ key, vars: vars(one) }));
  return reply('request', vars(one), { facts, buttons });
};

/** Requests of authorities: written down, approved by two, handed over only then. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const all = await services.authorities.list();
    const facts = all.slice(0, 8).map((one) => ({ key: 'line', vars: vars(one) }));
    const open = all.filter(({ state }) => state === 'waiting' || state === 'half').slice(0, 3);
    const ones = open.map(({ id, number }) => ({ act: 'show', args: { id }, label: 'one', vars: { number } }));
    return reply(
      'list',
      { count: all.length },
      { facts, buttons: [{ act: 'form', form: true }, ...ones], private: true },
    );
  },
  acts: {
    form: async () => form({ key: 'record', act: 'record' }),
    record: async ({ services, values }) => {
      const {
        field = '',
        field2 = '',
        authority = '',
        basis = '',
        document = '',
        addresses = '',
        since = '',
        until = '',
      } = values;
      const fields = [...new Set([field, field2].filter(Boolean))];
      const wish = { authority, basis, document, addresses, fields, since, until };
      const { number } = await services.authorities.record(wish);
      return reply('recorded', { number }, { private: true });
    },
    show: async ({ services, args }) => {
      const { id } = await services.authorities.get(args.id ?? '');
      return card({ card: 'request', args: { id }, topic: `authority:${id}` });
    },
    approve: async ({ services, args }) => {
      const { number, state } = await services.authorities.approve(args.id ?? '');
      return reply('approved', { number, state }, { private: true });
    },
    refuse: async ({ args }) => form({ key: 'refuse', act: 'refuseSend', args }),
    refuseSend: async ({ services, args, values }) => {
      const { number } = await services.authorities.refuse(args.id ?? '', values.reason ?? '');
      return reply('refused', { number }, { private: true });
    },
  },
  cards: { request },
};
