import { type Act, type IntentHandler, reply, type Turn } from '../../../src/intent';

const mostNames = 10;

/** The versions, what this customer signed, and who has not read the newest. */
const versions: Act = async ({ services, person }) => {
  const all = services.policy.versions();
  const { terms } = await services.registers.papers();
  const standing = await services.policy.standing();
  const names = standing.filter(({ readAt }) => !readAt).map(({ name }) => name);
  const { url, cookiesUrl: cookies } = services.policy;
  const signed = terms && { terms: terms.version, signed: { day: terms.signedAt }, by: terms.signedBy };
  const facts = [
    ...all.slice(0, 5).map(({ date, hash, ...one }) => ({
      key: 'version',
      vars: { ...one, date: { day: date, zone: 'UTC' as const }, hash: hash.slice(0, 12) },
    })),
    { key: 'address', vars: { url } },
    { key: 'cookies', vars: { cookies } },
    ...(signed ? [{ key: 'terms', vars: signed }] : []),
    names.length > 0 ? { key: 'unread', vars: { names: names.slice(0, mostNames).join(', ') } } : { key: 'everybody' },
  ];
  const version = all[0]?.version ?? '';
  const isUnread = standing.some(({ isMe, readAt }) => isMe && !readAt);
  const mayTell = person.kind === 'member' && person.roles.some((role) => role === 'owner' || role === 'platform');
  const buttons = [
    ...(isUnread ? [{ act: 'read', args: { version } }] : []),
    ...(mayTell && names.length > 0 ? [{ act: 'announce' }] : []),
  ];
  return reply('versions', { version }, { facts, buttons, private: true });
};

/** A version that somebody is told of, with the button that says they read it. */
const notice = async ({ services, args }: Turn) => {
  const [newest] = services.policy.versions();
  const version = args.version ?? newest?.version ?? '';
  const told = services.policy.versions().find((one) => one.version === version) ?? newest;
  const read = (await services.policy.standing()).filter(({ readAt }) => readAt).length;
  const vars = { version, url: services.policy.url, read, date: told ? { day: told.date, zone: 'UTC' as const } : '' };
  return reply('notice', vars, { buttons: [{ act: 'read', args: { version } }] });
};

export const intent: IntentHandler = {
  heard: versions,
  acts: {
    read: async ({ services, args }) => {
      await services.policy.read(args.version ?? '');
      return reply('read', {}, { private: true });
    },
    announce: async ({ services }) => reply('announced', { told: await services.policy.announce() }, { private: true }),
  },
  cards: { notice },
};
