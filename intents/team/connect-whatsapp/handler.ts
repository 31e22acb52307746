import { type Act, card, form, type IntentHandler, nextStep, reply, type Turn } from '../../../src/intent';

const topic = 'connection';
const shown = card({ card: 'connection', args: {}, topic });

/** The steps that are done, the one that is next, and what is wrong with it. */
const connection: Act = async ({ services }) => {
  const view = await services.connecting.state();
  if (!view) return reply('start', {}, { buttons: [{ act: 'token', form: true, style: 'primary' }] });
  const { state, code, numbers, chosen, tokenEndsAt, isHeard } = view;
  const facts = [
    ...(numbers.length > 0 ? [{ key: tokenEndsAt ? 'tokenEnds' : 'tokenDone', vars: { at: tokenEndsAt } }] : []),
    ...numbers.map(({ label, name = '', state: stands }) => ({ key: 'number', vars: { label, name, state: stands } })),
    ...(state === 'ready' || state === 'done' ? [{ key: 'subscribed' }, await templates(services)] : []),
    ...(isHeard ? [{ key: 'heard' }] : []),
  ];
  const vars = { label: chosen?.label ?? '' };
  const another = { act: 'token', form: true, label: 'another' };
  if (state === 'wrong') {
    const buttons = [{ act: 'again' }, another];
    return reply('wrong', { ...vars, why: { text: `connecting_wrong.${code}` } }, { facts, buttons });
  }
  if (state === 'number') {
    const ones = numbers.filter(({ state: stands }) => stands === 'ready' || stands === 'unregistered');
    const choices = ones.slice(0, 10).map(({ id, label, state: stands }) => {
      const args = { number: id };
      const said = { label };
      return stands === 'ready' ? { act: 'choose', args, vars: said } : { act: 'pin', args, vars: said, form: true };
    });
    return reply(ones.length > 0 ? 'number' : 'none', vars, {
      facts,
      buttons: [...choices, { act: 'again' }, another],
    });
  }
  const carrier = state === 'ready' ? await unauthorised(services) : undefined;
  if (carrier) {
    const buttons = [{ act: 'authorise', args: { id: carrier.id }, vars: carrier, style: 'primary' as const }];
    return reply('authorise', { ...vars, name: carrier.name }, { facts, buttons });
  }
  if (state === 'ready') return reply('ready', vars, { facts, buttons: [{ act: 'again' }] });
  if (state === 'done') return reply('done', vars, { facts, buttons: [...(await nextStep({ services })), another] });
  return reply('waiting', vars, { facts });
};

/** Nothing leaves through whoever carries it before the company lets it, not even the answer to its own try. */
const unauthorised = async (services: Turn['services']) => {
  const all = await services.registers.list();
  const one = all.find(({ channels, authorisedAt }) => channels.includes('whatsapp') && !authorisedAt);
  return one && { id: one.id, name: one.name.replace(/\s*\(.*/, '') };
};

const templates = async (services: Turn['services']) => {
  const all = (await services.templates.list()).filter(({ channel }) => channel === 'whatsapp');
  const approved = all.filter(({ status }) => status === 'APPROVED').length;
  return { key: 'templates', vars: { count: all.length, approved } };
};

export const intent: IntentHandler = {
  heard: async () => shown,
  acts: {
    token: async () => form({ key: 'token', act: 'tokenSend', stays: true }),
    tokenSend: async ({ services, values }) => {
      const { token = '', account = '' } = values;
      const errors = {
        ...(/^[\w-]{20,1000}$/.test(token.trim()) ? {} : { token: 'shape' }),
        ...(/^\d{5,20}$/.test(account.trim()) || account.trim() === '' ? {} : { account: 'digits' }),
      };
      if (Object.keys(errors).length > 0)
        return form({ key: 'token', act: 'tokenSend', stays: true, initial: { account }, errors });
      await services.connecting.offer(token, account);
      return shown;
    },
    choose: async ({ services, args }) => {
      await services.connecting.choose(args.number ?? '');
      return reply('noted', {}, { private: true });
    },
    pin: async ({ args }) => form({ key: 'pin', act: 'pinSend', args, stays: true }),
    pinSend: async ({ services, args, values }) => {
      const pin = (values.pin ?? '').trim();
      if (!/^\d{6}$/.test(pin))
        return form({ key: 'pin', act: 'pinSend', args, stays: true, errors: { pin: 'digits' } });
      await services.connecting.choose(args.number ?? '', pin);
      return reply('noted', {}, { private: true });
    },
    authorise: async ({ services, args }) => {
      await services.registers.authorise(args.id ?? '');
      return shown;
    },
    again: async ({ services }) => {
      await services.connecting.again();
      return reply('noted', {}, { private: true });
    },
  },
  cards: { connection },
};
