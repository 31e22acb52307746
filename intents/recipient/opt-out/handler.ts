import { type Act, type IntentHandler, reply, silence, type Turn } from '../../../src/intent';

const me = (turn: Turn): string => (turn.person.kind === 'recipient' ? turn.person.contact : '');

/** Leaves: every channel of this company, at once, said once. */
const stop: Act = async (turn) => {
  const { alreadyOut, cancelled } = await turn.services.consent.withdraw(me(turn));
  const { name } = await turn.services.company.profile();
  return alreadyOut ? silence : reply('done', { company: name, cancelled });
};

export const intent: IntentHandler = {
  heard: stop,
  acts: {
    stop,
    /** It may be a wish to leave: promotions wait at once, then we ask. Silence leaves them waiting. */
    unsure: async (turn) => {
      const { alreadyOut } = await turn.services.consent.hold(me(turn));
      const { name } = await turn.services.company.profile();
      if (alreadyOut) return reply('still_out', { company: name });
      return reply(
        'unsure',
        { company: name },
        { buttons: [{ act: 'stop' }, { act: 'keep' }], expect: { yes: 'stop', no: 'keep' } },
      );
    },
    keep: async (turn) => {
      await turn.services.consent.release(me(turn));
      const { name } = await turn.services.company.profile();
      return reply('kept', { company: name });
    },
  },
};
