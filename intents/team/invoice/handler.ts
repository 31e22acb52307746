import { type Act, form, type IntentHandler, reply, type StatementView } from '../../../src/intent';

const mostShown = 5;
const mostLines = 8;

/** The months that have a statement of account. The tax document is issued elsewhere, by a person. */
const list: Act = async ({ services, person }) => {
  const all = (await services.billing.statements()).slice(0, mostShown);
  const usage = { act: 'usage-billing/start' };
  if (all.length === 0) return reply('none', {}, { buttons: [usage], private: true });
  const facts = all.map(({ month, total }) => ({ key: 'one', vars: { month: { month }, total } }));
  const buttons = all.map(({ id, month }) => ({
    ...{ act: 'show', args: { statement: id }, label: 'month', vars: { month: { month } } },
  }));
  const mayNote = person.kind === 'member' && person.roles.includes('platform');
  const folio = mayNote
    ? all.map(({ id, month }) => ({ act: 'folio', args: { statement: id }, vars: { month: { month } }, form: true }))
    : [];
  return reply('list', {}, { facts, buttons: [...buttons, ...folio], private: true });
};

const sumFacts = ({ net, exempt, tax, taxPercent: percent, total, document }: StatementView) => [
  ...(net.amount !== 0 ? [{ key: 'net', vars: { net } }] : []),
  ...(exempt.amount !== 0 ? [{ key: 'exempt', vars: { exempt } }] : []),
  ...(tax.amount !== 0 ? [{ key: 'tax', vars: { tax, percent } }] : []),
  { key: 'total', vars: { total } },
  ...(document
    ? [
        {
          key: 'document',
          vars: { type: { text: `statement.documents.${document.type}` }, folio: String(document.folio) },
        },
      ]
    : []),
];

const statement: Act = async ({ services, args }) => {
  const view = await services.billing.statement(args.statement ?? '');
  const topUps = await services.billing.topUps();
  const { id, month, madeAt, isPaid, lines, total } = view;
  const facts = [
    ...lines.slice(0, mostLines).map(({ channel, category, country, units, price, cost, isEarlier, month: of }) => ({
      key: isEarlier ? 'earlier' : 'line',
      vars: {
        channel: { text: `channels.${channel}` },
        category: { text: `statement.categories.${category}` },
        country: country ? { text: `countries.${country}` } : { text: 'statement.no_country' },
        ...{ units, price, cost, month: { month: of } },
      },
    })),
    ...(lines.length > mostLines ? [{ key: 'more', vars: { count: lines.length - mostLines } }] : []),
    ...sumFacts(view),
    ...(isPaid ? [{ key: 'paid' }] : []),
  ];
  // Whoever pays in advance has paid it from their credit.
  const isPrepaid = (await services.billing.credit()) !== undefined;
  const mayBePaid = !isPaid && !isPrepaid && total.amount > 0 && topUps.length > 0;
  const buttons = [
    { act: 'pdf', args: { statement: id } },
    { act: 'csv', args: { statement: id } },
    ...(mayBePaid ? [{ act: 'usage-billing/payStatement', args: { statement: id }, style: 'primary' as const }] : []),
  ];
  return reply('statement', { month: { month }, made: { day: madeAt } }, { facts, buttons });
};

const file =
  (kind: 'pdf' | 'csv'): Act =>
  async ({ services, args }) => {
    await services.billing.file(args.statement ?? '', kind);
    return reply('making', {}, { private: true });
  };

const folioForm = (args: Readonly<Record<string, string>>, more: Partial<Parameters<typeof form>[0]> = {}) =>
  form({ key: 'folio', act: 'folioSend', args, stays: true, ...more });

export const intent: IntentHandler = {
  heard: list,
  acts: {
    show: async ({ services, args }) => {
      const { id } = await services.billing.statement(args.statement ?? '');
      await services.team.show({ card: 'invoice/statement', args: { statement: id }, topic: `statement:${id}` });
      return reply('shown', {}, { private: true });
    },
    pdf: file('pdf'),
    csv: file('csv'),
    folio: async ({ args }) => folioForm(args),
    folioSend: async ({ services, args, values }) => {
      const folio = (values.folio ?? '').trim();
      if (!/^\d{1,12}$/.test(folio)) return folioForm(args, { initial: values, errors: { folio: 'number' } });
      await services.billing.noteDocument(args.statement ?? '', { type: Number(values.type), folio: Number(folio) });
      return reply('noted', { folio }, { private: true });
    },
  },
  cards: { statement },
};
