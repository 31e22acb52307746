import { type Act, type IntentHandler, type ReplyButton, reply } from '../../../src/intent';

const day = 24;
const offered = [
  { hours: String(day), label: 'day', invite: 'invite_day' },
  { hours: String(7 * day), label: 'week', invite: 'invite_week' },
];
const mostPeople = 4;

/** Who of Connectus may look, until when, and what they did lately; nobody does without an owner's word. */
const heard: Act = async ({ services }) => {
  const staff = await services.staff.list();
  const facts = staff.map(({ name, until, did, last }) => ({
    key: until ? 'open' : 'closed',
    vars: { name, until, did, last: last ?? '' },
  }));
  const people: ReplyButton[] = staff
    .slice(0, mostPeople)
    .flatMap(({ id: member, name, until }) => [
      ...(until ? [{ act: 'end', args: { member }, vars: { name }, style: 'danger' as const }] : []),
      ...offered.map(({ hours, label }) => ({ act: 'grant', args: { member, hours }, label, vars: { name } })),
    ]);
  const invites = offered.map(({ hours, invite }) => ({ act: 'invite', args: { hours }, label: invite }));
  return reply(
    staff.some(({ until }) => until) ? 'some' : 'nobody',
    {},
    { facts, buttons: [...people, ...invites], private: true },
  );
};

export const intent: IntentHandler = {
  heard,
  acts: {
    grant: async ({ services, args }) => {
      const given = await services.staff.grant(args.member ?? '', Number(args.hours));
      return reply('given', given, {
        buttons: [{ act: 'end', args: { member: args.member ?? '' }, vars: given }],
        private: true,
      });
    },
    end: async ({ services, args }) => reply('ended', await services.staff.end(args.member ?? ''), { private: true }),
    invite: async ({ services, args }) => {
      const hours = Number(args.hours);
      return reply('code', { ...(await services.staff.invite(hours)), days: hours / day }, { private: true });
    },
  },
  cards: {
    /** To whoever was let in. */
    granted: async ({ services, args }) => {
      const { name: company } = await services.company.profile();
      return reply('granted', { company, until: new Date(args.until ?? 0) });
    },
  },
};
