import {
  type Act,
  type CaseView,
  type CorrectionsSaid,
  type IntentHandler,
  isProved,
  type Reply,
  type ReplyButton,
  recipientOf,
  reply,
  type Turn,
  unproved,
  type Vars,
} from '../../../src/intent';

const undecided: readonly CaseView['state'][] = ['received', 'unconfirmed', 'confirmed'];
const withdraw = (id: string): ReplyButton => ({ act: 'request-status/withdraw', args: { case: id } });
const person: ReplyButton = { act: 'human-agent/start' };
/** A column of the customer's own is called by its title. */
const called = (field: string): Vars => ({ field, title: field.replaceAll('_', ' ') });

const varsOf = async ({ services }: Turn, { number, dueAt, state }: CaseView): Promise<Vars> => ({
  company: (await services.company.profile()).name,
  ...{ number, due: { day: dueAt }, state: { text: `my_case_states.${state}` } },
});

/** What stands, hidden, and what it would be: is it right like that? */
const asked = (vars: Vars, id: string, proposed: CorrectionsSaid['proposed']): Reply => {
  const args = { case: id };
  const facts = proposed.map(({ field, before, after }) => ({
    key: before ? 'change' : 'addition',
    vars: { ...called(field), before, after },
  }));
  const buttons = [{ act: 'confirm', args, style: 'primary' } as const, { act: 'dismiss', args }, withdraw(id)];
  return reply('ask', vars, { facts, buttons, expect: { yes: 'confirm', no: 'dismiss', args } });
};

/** What is wrong is known, how it should be is not: what they write next is it. */
const how = (key: string, vars: Vars, id: string, field: string): Reply =>
  reply(
    key,
    { ...vars, ...called(field) },
    { buttons: [withdraw(id), person], asks: { slot: 'value', act: 'say', args: { case: id, field } } },
  );

/** @param isNew of the case. Whatever is not understood is the person's own words: whoever decides reads them. */
async function show(turn: Turn, request: CaseView, said: CorrectionsSaid, isNew: boolean): Promise<Reply> {
  const { id } = request;
  const vars = await varsOf(turn, request);
  if (said.unfit) return how('unfit', vars, id, said.unfit);
  if (said.missing) return how('how', vars, id, said.missing);
  if (said.proposed.length > 0) return asked(vars, id, said.proposed);
  if (said.same) return how('same', vars, id, said.same);
  if (said.isPhone) return reply('phone', vars, { buttons: [withdraw(id), person] });
  const fields = ['name', 'email'].map((field) => ({ act: 'choose', args: { case: id, field }, label: field }));
  return reply(isNew ? 'noted' : 'added', vars, { buttons: [...fields, withdraw(id)] });
}

/** The case, as long as it is the person's to say more of. */
const open = async (turn: Turn): Promise<CaseView | Reply> => {
  const request = await turn.services.privacy.get(turn.args.case ?? '');
  return undecided.includes(request.state) ? request : decided(turn, request);
};
const decided = async (turn: Turn, request: CaseView): Promise<Reply> =>
  reply('decided', await varsOf(turn, request), { buttons: [person] });

/** What an act does with the case, unless that is decided already. */
const while_ =
  (act: (turn: Turn, request: CaseView) => Promise<Reply>): Act =>
  async (turn) => {
    const found = await open(turn);
    return 'key' in found ? found : act(turn, found);
  };

const unsaid = async (turn: Turn, { id }: CaseView): Promise<CorrectionsSaid> => {
  const all = await turn.services.privacy.corrections(id);
  return { proposed: all.filter(({ confirmed }) => !confirmed), isPhone: false };
};

/** The controller decides; what says who they are is changed only for whoever is surely them. */
async function confirmed(turn: Turn, request: CaseView): Promise<Reply> {
  const prove = isProved(request) ? [] : [{ act: 'prove-identity/begin', args: { case: request.id } }];
  const buttons = [...prove, withdraw(request.id), person];
  return reply('confirmed', await varsOf(turn, request), { ...unproved(request), buttons });
}

/** Before and after are shown and confirmed by the person, the controller decides, and no list says otherwise afterwards. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { privacy } = turn.services;
    const { isNew, ...request } = await privacy.open(recipientOf(turn), 'rectify');
    if (!undecided.includes(request.state)) return decided(turn, request);
    return show(turn, request, await privacy.correct(request.id, turn.text), isNew);
  },
  acts: {
    choose: while_(async (turn, request) =>
      how('how', await varsOf(turn, request), request.id, turn.args.field ?? 'name'),
    ),
    say: while_(async (turn, request) =>
      show(turn, request, await turn.services.privacy.correct(request.id, turn.text, turn.args.field), false),
    ),
    confirm: while_(async (turn, request) => {
      await turn.services.privacy.confirmCorrections(request.id);
      return confirmed(turn, await turn.services.privacy.get(request.id));
    }),
    /** A yes that comes late is asked again, about the same. */
    late: while_(async (turn, request) => show(turn, request, await unsaid(turn, request), false)),
    /** Not like that: they say it again, or a person of the company reads what they wrote. */
    dismiss: while_(async (turn, request) => {
      const [first] = (await unsaid(turn, request)).proposed;
      await turn.services.privacy.dropCorrections(request.id);
      return how('again', await varsOf(turn, request), request.id, first?.field ?? 'name');
    }),
  },
};
