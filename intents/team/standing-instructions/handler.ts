import { AppError } from '../../../src/errors';
import { card, form, type IntentHandler, type Reply, type ReplyButton, reply, type Turn } from '../../../src/intent';

const maySign = ({ person }: Turn): boolean => person.kind === 'member' && person.roles.includes('privacy');

/** What is signed now, in its very words, and what may be done about each; it stands in Slack as it is. */
async function shown({ services, person }: Turn): Promise<Reply> {
  const all = await services.privacy.standing.list();
  const facts = all.map(({ act, words, signedBy, signedAt, isStale }) => ({
    key: 'one',
    vars: {
      ...{ act, words: words[person.language], by: signedBy ?? '', at: signedAt ? { day: signedAt } : '' },
      how: isStale ? 'stale' : signedBy ? 'signed' : 'unsigned',
    },
  }));
  const buttons = all.map(({ act, signedBy, isStale }): ReplyButton => {
    const isIn = signedBy !== undefined && !isStale;
    return isIn ? { act: 'revoke', args: { act }, label: labels[act].revoke } : signing(act);
  });
  return reply('standing', {}, { facts, buttons });
}

const labels = {
  access_summary: { sign: 'sign_access_summary', revoke: 'revoke_access_summary' },
  erase: { sign: 'sign_erase', revoke: 'revoke_erase' },
};
const signing = (act: keyof typeof labels): ReplyButton => ({
  act: 'sign',
  args: { act },
  label: labels[act].sign,
  style: 'primary',
  form: true,
});

const live = { card: 'all', args: {}, topic: 'standing' };

/** The controller decides in advance, by the hand of whoever has the privacy role; each can be taken back with a button. */
export const intent: IntentHandler = {
  heard: async () => card(live),
  acts: {
    sign: async (turn) => {
      if (!maySign(turn)) throw new AppError('ROLE_REQUIRED');
      const { services, person, args } = turn;
      const one = (await services.privacy.standing.list()).find(({ act }) => act === args.act);
      if (!one) throw new AppError('ACTION_INVALID');
      const vars = { words: one.words[person.language] };
      return form({ key: 'sign', act: 'signed', args: { act: one.act }, vars, stays: true });
    },
    /** The words stand in the form: whoever signs has read them there. */
    signed: async (turn) => {
      const { services, person, args, values } = turn;
      if (values.agree !== 'yes') {
        const one = (await services.privacy.standing.list()).find(({ act }) => act === args.act);
        const vars = { words: one?.words[person.language] };
        return form({
          key: 'sign',
          act: 'signed',
          args,
          vars,
          initial: values,
          errors: { agree: 'unread' },
          stays: true,
        });
      }
      await services.privacy.standing.sign(args.act ?? '');
      await services.team.refresh('standing');
      return reply('signed', { act: args.act });
    },
    revoke: async ({ services, args }) => {
      await services.privacy.standing.revoke(args.act ?? '');
      await services.team.refresh('standing');
      return reply('revoked', { act: args.act });
    },
  },
  cards: { all: shown },
};
