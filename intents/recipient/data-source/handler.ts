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
/** With whom most of it was shared, and how many more: names of fields, never values. All of it stands in the copy. */
const sharedVars = ([first, ...others]: readonly Shared[]): Vars => {
  const [a, b] = (first?.fields ?? []).map((field) => ({ text: `disclosed.${field}` }));
  const country = { text: `countries.${first?.country ?? 'other'}` };
  const since = first ? { day: first.since } : '';
  return { name: first?.name ?? '', country, since, a: a ?? '', b: b ?? a ?? 'none', more: others.length };
};

/** The last promotion that reached them, and who got what of them on its way. */
async function whatLeft({ services }: Turn, contact: string): Promise<NonNullable<Reply['facts']>> {
  const last = await services.privacy.lastPromotion(contact);
  const vars = sharedVars(await services.privacy.sharedWith(contact));
  return [
    ...(last ? [{ key: 'last', vars: { at: last.at, channel: { text: `channels.${last.channel}` } } }] : []),
    { key: 'shared', vars },
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
