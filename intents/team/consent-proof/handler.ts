import { type ConsentProof, channelsOf, type IntentHandler, reply, whereOf } from '../../../src/intent';

const mostLines = 10;

/** How each channel stands. */
const linesOf = (states: ConsentProof['states']) =>
  states.map(({ channel, state }) => ({
    key: 'now',
    vars: { channel: { text: `channels.${channel}` }, state: { text: `consent_states.${state}` } },
  }));

/** What stands, when, where, how and to which words a person said yes, and every act since. */
export const intent: IntentHandler = {
  heard: async ({ slots, services }) => {
    const asked = slots.at instanceof Date ? slots.at : undefined;
    const found = await services.records.proof(String(slots.address), asked);
    if (!found) return reply('nobody', {}, { private: true });
    const { masked, given, states, lines } = found;
    const before = asked ? [{ key: 'moment', vars: { day: { day: asked }, utc: asked.toISOString() } }] : [];
    const now = [...before, ...linesOf(found.past ?? []), ...(asked ? [{ key: 'today' }] : []), ...linesOf(states)];
    const acts = lines.slice(-mostLines).map((line) => ({
      key: 'act',
      vars: {
        at: { day: line.at },
        act: { text: `consent_acts.${line.act}` },
        channels: channelsOf(line),
        where: whereOf(line),
      },
    }));
    const past = [...now, ...(acts.length > 0 ? [{ key: 'history' }] : []), ...acts];
    if (!given) return reply('none', { masked }, { facts: past, private: true });
    const { at, source, text, attested, textVersion: version = '', hash = '' } = given;
    const words = text
      ? [
          { key: 'words', vars: { text, version } },
          { key: 'hash', vars: { hash } },
        ]
      : [{ key: 'wordless' }];
    const vouched = attested
      ? [
          { key: 'attested', vars: { by: attested.by || 'none', at: { day: attested.at } } },
          { key: 'collected', vars: { place: attested.place, how: attested.how } },
          { key: 'file', vars: { file: attested.file } },
        ]
      : [];
    const exact = { key: 'exact', vars: { utc: at.toISOString() } };
    const vars = {
      masked,
      at: { day: at },
      channels: channelsOf(given),
      where: whereOf(given),
      source: source.split(':')[0],
    };
    return reply('given', vars, { facts: [exact, ...words, ...vouched, ...past], private: true });
  },
};
