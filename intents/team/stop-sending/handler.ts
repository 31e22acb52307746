import { type Act, type IntentHandler, reply, type Turn } from '../../../src/intent';

type Key = Parameters<Turn['services']['stops']['stop']>[0];
const company: Key = { scope: 'company', what: '' };

/** Acts at once, tells the owners, and offers to go on. */
const stop = async ({ services, person }: Turn, key: Key) => {
  const { numbers } = await services.stops.list();
  const isNew = await services.stops.stop(key);
  const label = numbers.find(({ id }) => id === key.what)?.label ?? '';
  const vars = { scope: key.scope, label: key.scope === 'channel' ? { text: `channels.${key.what}` } : label };
  const by = person.kind === 'member' ? person.member : undefined;
  if (isNew) await services.team.tell('owner', { card: 'resume-sending/stops', args: {}, topic: 'stops' }, by);
  await services.team.refresh('stops');
  const buttons = [{ act: 'resume-sending/resume', args: { ...key } }, { act: 'resume-sending/show' }];
  return reply(isNew ? 'stopped' : 'already', vars, { buttons });
};

const keyOf = ({ args }: Turn): Key => ({ scope: (args.scope ?? '') as Key['scope'], what: args.what ?? '' });

/** Why a campaign was taken for somebody else's. Whoever can say that it is theirs, does; if nobody can, everything stops. */
const suspicion: Act = async ({ services, args }) => {
  const { id, number, name, author, approver, state } = await services.campaigns.get(args.campaign ?? '');
  const facts = (await services.stops.signs(id)).map((sign) => ({ text: `suspicion_signs.${sign}` }));
  const waits = state === 'held';
  const buttons = waits
    ? [
        { act: 'send-campaign/resume', label: 'ours', args: { campaign: id } },
        { act: 'everything', style: 'danger' as const },
      ]
    : [];
  const vars = { number, name, author, approver: approver ?? '', approved: approver ? 'yes' : 'no' };
  return reply(waits ? 'suspicion' : 'suspicion_over', vars, { facts, buttons });
};

export const intent: IntentHandler = {
  heard: (turn) => {
    const { channel } = turn.slots;
    return stop(turn, channel === undefined ? company : { scope: 'channel', what: String(channel) });
  },
  acts: {
    stop: (turn) => stop(turn, keyOf(turn)),
    everything: (turn) => stop(turn, company),
    /** Of every customer; only who runs the platform is shown the button, and may. */
    house: async ({ services }) => {
      await services.stops.stopHouse('*');
      return reply('house');
    },
  },
  cards: { suspicion },
};
