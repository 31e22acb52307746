import {
  channelsOf,
  type IntentHandler,
  type Reply,
  recipientOf,
  reply,
  type Shared,
  type Turn,
  type Vars,
  whereOf,
} from '../../../src/intent';

/** Of what a member wrote: it stands in one message beside the words that were agreed to. */
const most = 160;
const mostShared = 3;
const none = 'none';

/** With whom what of them was shared: names of fields, never values. */
const sharedVars = ({ name, country, fields, since }: Shared): Vars => {
  const [a, b, c, d] = fields.map((field) => ({ text: `disclosed.${field}` }));
  const country_ = { text: `countries.${country}` };
  return { name, country: country_, since: { day: since }, a: a ?? '', b: b ?? none, c: c ?? none, d: d ?? none };
};

/** The last promotion that reached them, and who got what of them on its way. */
async function whatLeft({ services }: Turn, contact: string): Promise<NonNullable<Reply['facts']>> {
  const last = await services.privacy.lastPromotion(contact);
  const shared = (await services.privacy.sharedWith(contact)).slice(0, mostShared);
  return [
    ...(last ? [{ key: 'last', vars: { at: last.at, channel: { text: `channels.${last.channel}` } } }] : []),
    ...shared.map((one) => ({ key: 'shared', vars: sharedVars(one) })),
    ...(shared.length === 0 ? [{ key: 'unshared' }] : []),
  ];
}

/** A person's receipt: who wrote them down, when, where, the very words, on which channels, what reached them, whom it was shared with, and how it is taken back. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const contact = recipientOf(turn);
    const { given, states } = await turn.services.consent.receipt(contact);
    const { name: company } = await turn.services.company.profile();
    const buttons = [{ act: 'access-data/start' }, { act: 'delete-data/start' }, { act: 'human-agent/start' }];
    const left = await whatLeft(turn, contact);
    if (!given) return reply('unknown', { company }, { buttons, facts: left });
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
      ...left,
    ];
    const stands = states.some(({ state }) => state === 'given' || state === 'unproven');
    return reply(stands ? 'origin' : 'ended', { company, at: { day: given.at }, source }, { buttons, facts });
  },
};
