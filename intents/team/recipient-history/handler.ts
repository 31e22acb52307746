import { type IntentHandler, type Reply, reply, type Turn } from '../../../src/intent';

/** Why a number may have a new holder. */
const holders = {
  other_id: 'holder_other_id',
  number_changed: 'holder_number_changed',
  wrong_number: 'holder_wrong_number',
  bounced: 'holder_bounced',
} as const;

const reasons = ['dispute', 'fraud', 'asked'] as const;

/** A page of what happened with one person; what was said is hidden until somebody says why they need it. */
async function history({ services }: Turn, address: string, before?: Date): Promise<Reply> {
  const found = await services.support.history(address, before);
  const [first] = found?.lines ?? [];
  if (!found || !first) return reply('nobody', {}, { private: true });
  const { contact, masked, lines, more } = found;
  const facts = lines.map(({ at, what, vars }) => ({
    key: what,
    vars: {
      at,
      channel: { text: `channels.${vars.channel ?? ''}` },
      state: { text: `${what === 'case' ? 'case_states' : 'states'}.${vars.state ?? ''}` },
      campaign: vars.campaign ?? '',
      number: vars.number ?? '',
      name: vars.name ?? '',
      right: { text: `rights.${vars.right ?? ''}` },
    },
  }));
  const why = reasons.map((reason) => ({
    ...{ act: 'recipient-lookup/show', args: { contact, what: 'talk', reason }, label: reason },
  }));
  const earlier = more ? [{ act: 'earlier', args: { contact, before: first.at.toISOString() } }] : [];
  return reply('history', { masked }, { facts, buttons: [...earlier, ...why], private: true });
}

/** What happened with one person, masked. */
export const intent: IntentHandler = {
  heard: (turn) => history(turn, String(turn.slots.address)),
  acts: {
    earlier: (turn) => history(turn, turn.args.contact ?? '', new Date(turn.args.before ?? '')),
    offer: async ({ services, args }) =>
      reply((await services.signUp.offer(args.contact ?? '')) ? 'offered' : 'not_offered'),
  },
  cards: {
    /** The number may be somebody else's by now. */
    holder: async ({ services, args }) => {
      const masked = await services.support.masked(args.contact ?? '');
      return reply(holders[args.why as keyof typeof holders], { masked });
    },
  },
};
