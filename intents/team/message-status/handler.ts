import { type IntentHandler, type Person, type Role, refusalOf, reply } from '../../../src/intent';

const lookedAt = 20;
const shown = 4;
const dayMs = 86_400_000;

const mayTell: readonly Role[] = ['support', 'agent', 'privacy', 'owner'];
/** Whoever may see what was said with them goes on from here. */
const further = (person: Person, contact: string) =>
  person.kind === 'member' && person.roles.some((role) => mayTell.includes(role))
    ? [{ act: 'recipient-history/start', args: { address: contact } }]
    : [];

/** The last messages to one person, or those of the day that was said, each with its way and what its problem means. */
export const intent: IntentHandler = {
  heard: async ({ slots, person, services }) => {
    const found = (await services.support.messages(String(slots.address), lookedAt)) ?? [];
    const [newest] = found;
    if (!newest) return reply('nobody', {}, { private: true });
    const from = slots.at instanceof Date ? slots.at.getTime() : undefined;
    const then = found.filter(({ at }) => from !== undefined && at.getTime() >= from && at.getTime() < from + dayMs);
    const facts = (then.length > 0 ? then : found).slice(0, shown).flatMap((one) => [
      {
        key: one.campaign ? 'campaign' : 'answer',
        vars: {
          campaign: one.campaign ?? '',
          at: one.at,
          state: { text: `states.${one.state}` },
          channel: { text: `channels.${one.channel}` },
        },
      },
      ...one.steps.map((step) => ({ key: 'step', vars: { status: { text: `states.${step.status}` }, at: step.at } })),
      ...(one.code ? [{ text: `advice.${one.code}` }] : []),
      ...(one.refused ? [{ key: 'refused', vars: refusalOf({ code: one.code ?? '', ...one.refused }, person) }] : []),
    ]);
    const today = (await services.gate.person(String(slots.address))) ?? [];
    const refuses = today.filter(({ answer }) => answer === 'refuses');
    // Whoever left gave no permission that counts either: only they can change both.
    const hasLeft = refuses.some(({ code }) => code === 'OPTED_OUT');
    const still = refuses.filter(({ code }) => !(hasLeft && code === 'NO_CONSENT'));
    const key = from !== undefined && then.length === 0 ? 'otherDays' : 'status';
    const now = still.map((one) => ({ key: 'now', vars: refusalOf(one, person) }));
    const all = [...facts, ...(now.length > 0 ? now : [{ key: 'fine' }])];
    return reply(
      key,
      { masked: newest.masked },
      { facts: all, buttons: further(person, newest.contact), private: true },
    );
  },
};
