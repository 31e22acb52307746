import { type IntentHandler, next, type Reply, reply, type Turn } from '../../../src/intent';

const told = { enough: 'enough', code: 'code', form: 'form', desk: 'desk', tomorrow: 'tomorrow' } as const;

/** The next thing that is missing to be sure who asks, told as it was begun. */
async function begin(turn: Turn, id: string): Promise<Reply> {
  const { identity, privacy, company } = turn.services;
  const { way, channel = '', url = '', until, isNew = true } = await identity.begin(id);
  const { number } = await privacy.get(id);
  const { name } = await company.profile();
  const vars = { company: name, number, channel: { text: `channels.${channel}` }, url, until: until && { day: until } };
  return reply(way === 'code' && !isNew ? 'code_again' : told[way], vars, {
    buttons: way === 'enough' ? [] : [{ act: 'human-agent/start' }],
  });
}

/** Who asks is proved by what the company holds of them already; no paper and no number of theirs is asked for in a chat. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const waiting = await turn.services.identity.waiting();
    // Of shops' own codes nothing is guessed: that is the team's.
    return waiting ? begin(turn, waiting) : next('none/start', {});
  },
  acts: {
    begin: async (turn) => begin(turn, turn.args.case ?? ''),
    wrong: async () => reply('wrong', {}, { buttons: [{ act: 'human-agent/start' }] }),
    /** Said after a code was right: the request goes on, or the next step is told. */
    proved: async (turn) => {
      const id = turn.args.case ?? '';
      if (!(await turn.services.identity.of(id)).isEnough) return begin(turn, id);
      const { number } = await turn.services.privacy.get(id);
      return reply('proved', { number, company: (await turn.services.company.profile()).name });
    },
  },
};
