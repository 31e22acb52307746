import { AppError } from '../../../src/errors';
import { type Act, form, type IntentHandler, reply, type Turn } from '../../../src/intent';

/** Those that a customer asks about, in this order. */
const told = ['content', 'events', 'proof', 'dossier', 'identity', 'list', 'copy', 'log', 'audit', 'backup'];
const own = 'content';

const mayDecide = ({ person }: Turn): boolean =>
  person.kind === 'member' && person.roles.some((role) => ['privacy', 'owner'].includes(role));

const days: Act = async (turn) => {
  if (!mayDecide(turn)) throw new AppError('ROLE_REQUIRED');
  const rule = (await turn.services.keeping.periods()).find((one) => one.rule === own);
  const { least = 1, most = 365 } = rule?.customer ?? {};
  return form({
    key: 'days',
    act: 'daysSend',
    vars: { least, most },
    initial: { days: String(rule?.keep?.days ?? '') },
    stays: true,
  });
};

const daysSend: Act = async ({ services, values }) => {
  const said = (values.days ?? '').trim();
  const rule = (await services.keeping.periods()).find((one) => one.rule === own);
  const { least = 1, most = 365 } = rule?.customer ?? {};
  const wanted = /^\d{1,3}$/.test(said) ? Number(said) : Number.NaN;
  if (!(wanted >= least && wanted <= most))
    return form({
      key: 'days',
      act: 'daysSend',
      vars: { least, most },
      initial: values,
      errors: { days: 'range' },
      stays: true,
    });
  await services.keeping.setDays(own, wanted);
  return reply('set', { days: wanted });
};

/** How long data is kept: as the rules have it, with what this customer chose. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const periods = await turn.services.keeping.periods();
    const facts = told.flatMap((rule) => {
      const { keep, isOwn } = periods.find((one) => one.rule === rule) ?? {};
      const [unit, n] = Object.entries(keep ?? {})[0] ?? [];
      return n === undefined ? [] : [{ key: 'period', vars: { rule, n, unit, own: isOwn ? 'yes' : 'no' } }];
    });
    const buttons = mayDecide(turn) ? [{ act: 'retention-dry-run/start' }, { act: 'days', form: true }] : [];
    return reply('kept', {}, { facts: [...facts, { key: 'erased' }, { key: 'left' }], buttons, private: true });
  },
  acts: { days, daysSend },
};
