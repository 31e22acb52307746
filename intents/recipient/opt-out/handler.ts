import { type Act, type IntentHandler, recipientOf, reply, silence, type Turn } from '../../../src/intent';

const company = async ({ services }: Turn): Promise<string> => (await services.company.profile()).name;

/** Every channel of this company, at once. Their own words may also say that the number is somebody else's by now. */
const leave = async (turn: Turn) => {
  const { alreadyOut, cancelled } = await turn.services.consent.withdraw(recipientOf(turn), turn.text);
  const vars = { company: await company(turn), cancelled };
  return alreadyOut ? undefined : reply('done', vars, { buttons: [{ act: 'preferences/start' }] });
};

/** A button never goes unanswered. */
const stop: Act = async (turn) => (await leave(turn)) ?? reply('still_out', { company: await company(turn) });

/** Leaves, said once. */
export const intent: IntentHandler = {
  heard: async (turn) => (await leave(turn)) ?? silence,
  acts: {
    stop,
    // Leaving has no closing time.
    late: stop,
    /** It may be a wish to leave: promotions wait at once, then we ask. Silence leaves them waiting. */
    unsure: async (turn) => {
      const { alreadyOut } = await turn.services.consent.hold(recipientOf(turn), turn.text);
      const vars = { company: await company(turn) };
      if (alreadyOut) return reply('still_out', vars);
      const erase = turn.args.erase ? [{ act: 'delete-data/start' }] : [];
      return reply('unsure', vars, {
        buttons: [{ act: 'stop' }, { act: 'keep' }, ...erase],
        expect: { yes: 'stop', no: 'keep' },
      });
    },
    keep: async (turn) => {
      const { stillOut } = await turn.services.consent.release(recipientOf(turn));
      return stillOut ? reply('still_out', { company: await company(turn) }) : reply('kept');
    },
  },
};
