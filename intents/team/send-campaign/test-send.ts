import { type Act, type Reply, type ReplyButton, reply, type Vars } from '../../../src/intent';

/** On the phone of whoever asks, as everybody will get it; before that the phone is proved to be theirs. */
export const test: Act = async ({ services, args }) => {
  const campaign = args.campaign ?? '';
  const { number } = await services.campaigns.get(campaign);
  const answer = await services.tests.send(campaign);
  if ('proof' in answer) return reply('testProof', { number, ...answer.proof }, { private: true });
  const { sent, refused, hasMail } = answer;
  const buttons: ReplyButton[] = hasMail ? [{ act: 'list-templates/preview', args: { campaign } }] : [];
  if (refused && sent.length === 0) return notSent(refused, { number });
  if (sent.length === 0) return reply('testMail', { number }, { buttons, private: true });
  const facts = [
    ...(refused ? [{ key: 'testPartly', vars: { what: { text: `advice.${refused}` } } }] : []),
    ...(hasMail ? [{ key: 'testNoMail' }] : []),
  ];
  return reply('testSent', { number }, { facts, buttons, private: true });
};

function notSent(code: string, { number }: Vars): Reply {
  if (code === 'TESTS_A_DAY') return reply('testEnough', {}, { private: true });
  if (code === 'OPTED_OUT') return reply('testOut', {}, { private: true });
  return reply('testRefused', { number, what: { text: `advice.${code}` } }, { private: true });
}
