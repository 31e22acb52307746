import { type Act, type IntentHandler, type ReplyButton, reply, type Turn } from '../../../src/intent';

type Key = Parameters<Turn['services']['stops']['resume']>[0];
const mostButtons = 5;

/** What is stopped, with what lets it go on, and what could be stopped besides. */
const show: Act = async ({ services, person }) => {
  const { own, house, numbers } = await services.stops.list();
  const facts = [
    ...house.map((channel) => ({
      key: 'house',
      vars: { channel: { text: `channels.${channel === '*' ? 'all' : channel}` } },
    })),
    ...own.map(({ scope, what, label, at }) => ({ key: 'stop', vars: { ...labelled(scope, what, label), at } })),
  ];
  const resume: ReplyButton[] = own.map(({ scope, what, label }) => ({
    act: 'resume',
    args: { scope, what },
    label: 'one',
    vars: labelled(scope, what, label),
  }));
  const isAll = own.some(({ scope }) => scope === 'company');
  const stop: ReplyButton[] = isAll
    ? []
    : [
        { act: 'stop-sending/everything', style: 'danger' },
        ...numbers
          .filter(({ id }) => !own.some(({ what }) => what === id))
          .map(({ id, label }) => ({
            act: 'stop-sending/stop',
            label: 'number',
            args: { scope: 'sender', what: id },
            vars: { label },
          })),
      ];
  const isPlatform = person.kind === 'member' && person.roles.includes('platform');
  const everybody: ReplyButton[] = isPlatform ? [{ act: 'stop-sending/house', style: 'danger' }] : [];
  const buttons = [...resume, ...stop].slice(0, mostButtons);
  return reply(facts.length > 0 ? 'stopped' : 'open', {}, { facts, buttons: [...buttons, ...everybody] });
};

const labelled = (scope: string, what: string, label: string) => ({
  scope,
  label: scope === 'channel' ? { text: `channels.${what}` } : label,
});

export const intent: IntentHandler = {
  heard: show,
  acts: {
    show,
    resume: async ({ services, args }) => {
      const key: Key = { scope: (args.scope ?? '') as Key['scope'], what: args.what ?? '' };
      const { own } = await services.stops.list();
      const found = own.find(({ scope, what }) => scope === key.scope && what === key.what);
      const done = await services.stops.resume(key);
      await services.team.refresh('stops');
      return done === 'asked' ? reply('asked') : reply('resumed', labelled(key.scope, key.what, found?.label ?? ''));
    },
  },
  cards: { stops: show },
};
