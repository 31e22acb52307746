import { type Act, type IntentHandler, recipientOf, reply } from '../../../src/intent';

const weekMinutes = 7 * 24 * 60;

/** They began to sign up: the versioned question, and nothing is recorded but that it was asked. Its yes may come for a week. */
const ask: Act = async (turn) => {
  const { signUp, company } = turn.services;
  const code = turn.slots.code ?? turn.args.code;
  const asked = await signUp.ask(recipientOf(turn), turn.person.language, typeof code === 'string' ? code : undefined);
  if (!asked) return reply('already', { company: (await company.profile()).name });
  return reply(
    'question',
    { text: asked.text },
    {
      buttons: [{ act: 'yes', style: 'primary' }, { act: 'no' }],
      expect: { yes: 'yes', no: 'no', args: {}, minutes: weekMinutes },
    },
  );
};

const yes: Act = async (turn) => {
  const { signUp, company, privacy } = turn.services;
  const outcome = await signUp.confirm(recipientOf(turn));
  if ('late' in outcome) return reply('late', { company: (await company.profile()).name });
  const { alreadyIn, stillOut } = outcome;
  if (stillOut?.case) return reply('held', { number: (await privacy.get(stillOut.case)).number });
  const { name } = await company.profile();
  return reply(alreadyIn ? 'already' : stillOut ? 'out' : 'done', { company: name });
};

/** Comes back, or signs up. Their own words are the proof; a code that was scanned or clicked is only a beginning. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { consent, company, privacy } = turn.services;
    // who never said yes to any words is shown them first
    const isReturn = (await consent.receipt(recipientOf(turn))).given?.text !== undefined;
    const [open] = isReturn ? [] : await privacy.openOf(recipientOf(turn));
    if (open) return reply('held', { number: open.number });
    if (turn.slots.code !== undefined || !isReturn) return ask(turn);
    const { alreadyIn, stillOut } = await consent.optIn(recipientOf(turn));
    if (stillOut?.case) return reply('held', { number: (await privacy.get(stillOut.case)).number });
    const { name } = await company.profile();
    return reply(alreadyIn ? 'already' : stillOut ? 'out' : 'done', { company: name });
  },
  acts: {
    ask,
    yes,
    late: yes,
    no: async (turn) => {
      await turn.services.signUp.decline(recipientOf(turn));
      return reply('declined', { company: (await turn.services.company.profile()).name });
    },
  },
};
