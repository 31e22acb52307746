import { form, type IntentHandler, type Reply, reply, type SignUpView, type Turn } from '../../../src/intent';

/** Characters of texts in one message, with room for their hashes. */
const mostWords = 2_700;
const besides = 130;
const mostListed = 20;

/** What can be printed or shared, and what whoever opens it is asked. */
async function shown(signUp: SignUpView, { services, person }: Turn): Promise<Reply> {
  const { name, chat, form: page, picture, message, text, version } = signUp;
  const asks = (await services.signUp.offers()) ? 'quiet' : 'offer';
  const maySettle = person.kind === 'member' && person.roles.includes('owner');
  const args = { code: signUp.code };
  const buttons = [
    ...[{ act: 'another', form: true }, { act: 'all' }, { act: 'texts' }, ...(maySettle ? [{ act: asks }] : [])],
    { act: 'close', args, style: 'danger' as const },
  ];
  if (!chat)
    return reply('numberless', { name, page }, { facts: [{ key: 'asked', vars: { text, version } }], buttons });
  return reply(
    'ready',
    { name, message },
    {
      image: picture,
      facts: [
        { key: 'chat', vars: { chat } },
        { key: 'page', vars: { page } },
        { key: 'asked', vars: { text, version } },
      ],
      buttons,
    },
  );
}

/** The newest that one message holds whole: words cut short would prove nothing. */
function fitting<One extends { body: string }>(texts: readonly One[]): One[] {
  let left = mostWords;
  return texts.filter(({ body }, at) => {
    left -= body.length + besides;
    return at === 0 || left >= 0;
  });
}

/** People subscribe themselves: the way forward for a company whose people gave no proven permission. */
export const intent: IntentHandler = {
  heard: async (turn) => shown(await turn.services.signUp.link(turn.person.language), turn),
  acts: {
    another: async () => form({ key: 'another', act: 'make' }),
    make: async (turn) =>
      shown(await turn.services.signUp.link(turn.person.language, turn.values.name?.slice(0, 60)), turn),
    all: async ({ services }) => {
      const open = (await services.signUp.list()).slice(0, mostListed);
      const buttons = open.map(({ code, name }) => ({ act: 'show', args: { code }, label: 'named', vars: { name } }));
      return reply(open.length > 0 ? 'all' : 'none', {}, { buttons });
    },
    show: async (turn) => {
      const found = await turn.services.signUp.view(turn.person.language, turn.args.code ?? '');
      return found ? shown(found, turn) : reply('closed');
    },
    /** Whoever has the printed code is still asked, by the general question: nobody is left without an answer. */
    close: async ({ services, args }) => {
      await services.signUp.close(args.code ?? '');
      return reply('closed');
    },
    texts: async ({ services }) => {
      const facts = fitting(await services.signUp.texts()).map(({ version, language, body, hash, since }) => ({
        key: since ? 'version' : 'undated',
        vars: {
          version,
          language: { text: `languages.${language}` },
          body,
          hash,
          ...(since && { since: { day: since } }),
        },
      }));
      return reply(facts.length > 0 ? 'texts' : 'textless', {}, { facts });
    },
    offer: async ({ services }) => {
      await services.signUp.setOffers(true);
      return reply('offering', {}, { buttons: [{ act: 'quiet' }] });
    },
    quiet: async ({ services }) => {
      await services.signUp.setOffers(false);
      return reply('silent', {}, { buttons: [{ act: 'offer' }] });
    },
  },
};
