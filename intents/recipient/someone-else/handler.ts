import { type IntentHandler, recipientOf, reply, type Turn } from '../../../src/intent';

const relations = ['representative', 'heir', 'parent', 'somebody_else'] as const;

/** Nothing is said of whether anything is held of the other one: a person of the company looks at who asks, and on what paper. */
async function ask(turn: Turn, relation: string, right: string) {
  const { identity, company } = turn.services;
  const as = relations.find((one) => one === relation) ?? 'somebody_else';
  const opened = await identity.openFor(recipientOf(turn), right, as, turn.text);
  const vars = { company: (await company.profile()).name, number: opened.number, due: { day: opened.dueAt } };
  return reply(as, vars, { buttons: [{ act: 'human-agent/start' }] });
}

export const intent: IntentHandler = {
  heard: async (turn) => ask(turn, 'somebody_else', 'access'),
  acts: { asked: async (turn) => ask(turn, turn.args.relation ?? '', turn.args.right ?? 'access') },
};
