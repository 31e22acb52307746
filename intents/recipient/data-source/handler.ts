import { channelsOf, type IntentHandler, recipientOf, reply, whereOf } from '../../../src/intent';

/** Of what a member wrote: it stands in one message beside the words that were agreed to. */
const most = 160;

/** A person's receipt: who wrote them down, when, where, the very words, on which channels, and how it is taken back. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { given, states } = await turn.services.consent.receipt(recipientOf(turn));
    const { name: company } = await turn.services.company.profile();
    const buttons = [{ act: 'access-data/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }];
    if (!given) return reply('unknown', { company }, { buttons });
    const source = { text: `sources.${given.source.split(':')[0]}` };
    const open = states.filter(({ state }) => state === 'given').map(({ channel }) => channel);
    const facts = [
      { key: 'where', vars: { where: whereOf(given) } },
      ...(given.attested
        ? [
            {
              key: 'attested',
              vars: { place: given.attested.place.slice(0, most), how: given.attested.how.slice(0, most) },
            },
          ]
        : []),
      ...(open.length > 0 ? [{ key: 'channels', vars: { channels: channelsOf({ channels: open }) } }] : []),
      ...(given.text ? [{ key: 'text', vars: { text: given.text } }] : []),
    ];
    const stands = states.some(({ state }) => state === 'given' || state === 'unproven');
    return reply(stands ? 'origin' : 'ended', { company, at: { day: given.at }, source }, { buttons, facts });
  },
};
