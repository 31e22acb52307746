import { type Act, card, form, type IncidentLine, type IntentHandler, reply } from '../../../src/intent';

const yes = (is: boolean): string => (is ? 'yes' : 'no');
const vars = (one: IncidentLine) => ({
  ...{ number: one.number, what: one.what, affected: one.affected, minors: one.minors, inDebt: one.inDebt },
  ...{ categories: one.categories.join(', '), notify: yes(one.mustNotify), closed: yes(one.closed) },
  ...{ peopleTold: yes(one.peopleToldAt !== undefined), controllerTold: one.controllerToldAt ?? '' },
  ...{ agencyDue: one.agencyDue, agencyReference: one.agencyReference ?? '' },
  agencyState: one.agencyToldAt ? 'told' : one.overdue ? 'overdue' : 'open',
});

/** As it stands: whom it hit, who must be told, until when. */
const incident: Act = async ({ services, args }) => {
  const one = await services.incidents.get(args.id ?? '');
  const own = { id: one.id };
  const buttons = [
    { act: 'drafts', args: own, form: true },
    ...(one.agencyToldAt || one.closed ? [] : [{ act: 'agency', args: own, form: true }]),
    ...(one.mustNotify && !one.peopleToldAt && !one.closed ? [{ act: 'people', args: own }] : []),
    ...(one.closed ? [] : [{ act: 'close', args: own }]),
  ];
  const facts = ['what', 'people', 'data', 'notify', 'controller', 'agency'].map((key) => ({ key, vars: vars(one) }));
  return reply('incident', vars(one), { facts, buttons });
};

const changed = (one: IncidentLine) => reply('changed', { number: one.number }, { private: true });

export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const all = await services.incidents.list();
    const facts = all.slice(0, 8).map((one) => ({ key: 'line', vars: vars(one) }));
    const open = all.filter(({ closed }) => !closed).slice(0, 3);
    const ones = open.map(({ id, number }) => ({ act: 'show', args: { id }, label: 'one', vars: { number } }));
    return reply(
      'list',
      { count: all.length },
      { facts, buttons: [{ act: 'form', form: true }, ...ones], private: true },
    );
  },
  acts: {
    form: async () => form({ key: 'open', act: 'open' }),
    open: async ({ services, values }) => {
      const { nature = '', what = '', effects = '', measures = '', since = '', until = '', category = '' } = values;
      const scope = values.scope === 'campaign' ? (values.campaign ?? '') : (values.scope ?? '');
      const one = await services.incidents.open({ nature, what, effects, measures, scope, since, until, category });
      return reply('opened', vars(one), { private: true });
    },
    show: async ({ services, args }) => {
      const { id } = await services.incidents.get(args.id ?? '');
      return card({ card: 'incident', args: { id }, topic: `incident:${id}` });
    },
    agency: async ({ args }) => form({ key: 'agency', act: 'agencySend', args }),
    agencySend: async ({ services, args, values }) =>
      changed(await services.incidents.toldAgency(args.id ?? '', values.reference ?? '')),
    people: async ({ services, args }) => changed(await services.incidents.toldPeople(args.id ?? '')),
    close: async ({ services, args }) => changed(await services.incidents.close(args.id ?? '')),
    drafts: async ({ args }) => form({ key: 'drafts', act: 'draftSend', args }),
    draftSend: async ({ services, args, values }) => {
      const { number, id } = await services.incidents.get(args.id ?? '');
      const { to = 'agency', language = 'es' } = values;
      const text = await services.incidents.draft(id, to as 'agency', language as 'es');
      return reply('draft', { number, text }, { private: true });
    },
  },
  cards: {
    incident,
    due: async (turn) => {
      const { facts, buttons } = await incident(turn);
      const one = await turn.services.incidents.get(turn.args.id ?? '');
      return reply('due', vars(one), { ...(facts && { facts }), ...(buttons && { buttons }) });
    },
  },
};
