import { type IntentHandler, reply } from '../../../src/intent';

/** What the next run would let go of; nothing is touched. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const { rows, last } = await services.keeping.forecast();
    const rules = [...new Set(rows.map(({ rule }) => rule))];
    const facts = rules.flatMap((rule) => {
      const of = rows.filter((one) => one.rule === rule);
      const due = of.reduce((sum, one) => sum + one.due, 0);
      const held = of.reduce((sum, one) => sum + one.held, 0);
      return due + held > 0 ? [{ key: 'line', vars: { rule, due, held } }] : [];
    });
    const ran = last ? [{ key: 'last', vars: { at: last.at, count: last.count } }] : [];
    return reply(facts.length > 0 ? 'would' : 'nothing', {}, { facts: [...facts, ...ran], private: true });
  },
};
