import { type Act, type CampaignView, type IntentHandler, next, noneYet, reply, type Turn } from '../../../src/intent';

/** A message that was not read on its first day may still be read. */
const unreadAfterMs = 24 * 3_600_000;
const numberOf = ({ number }: CampaignView): number => Number(number.replace(/\D/g, ''));

/** The same words to some of its people, as a campaign of its own: a draft, checked and approved like any other. */
async function again({ services, person, slots }: Turn, campaign: CampaignView, whom: 'failed' | 'unread') {
  const group = await services.segments.outcome(numberOf(campaign), whom, person.language);
  return next('send-campaign/start', { template: campaign.templateId, segment: group.id, at: slots.at });
}

/** Promotions are never tried again by themselves: how many failed and why, and who of them may still be written to. */
async function failed({ services, person }: Turn, id: string) {
  const { number, name, unknown, failures, ...report } = await services.campaigns.report(id);
  const count = failures.reduce((sum, one) => sum + one.count, 0);
  if (count + unknown === 0) return reply('all_well', { number, name });
  const group = await services.segments.outcome(
    numberOf({ ...report, number, name, unknown }),
    'failed',
    person.language,
  );
  const args = { campaign: id };
  return reply(
    'failed',
    { number, name, failed: count, unknown, may: group.sendable },
    {
      facts: [
        ...failures.map((one) => ({ text: `failures.${one.code}`, vars: { count: one.count } })),
        ...(unknown > 0 ? [{ key: 'unknown' }] : []),
        { key: 'may' },
      ],
      buttons: [
        ...(group.sendable > 0 ? [{ act: 'again', args, style: 'primary' as const }] : []),
        { act: 'delivery-report/show', args },
        { act: 'message-status/start' },
      ],
    },
  );
}

async function unread(turn: Turn, campaign: CampaignView) {
  const { number, name, delivered, read, startedAt } = campaign;
  const from = new Date((startedAt?.getTime() ?? 0) + unreadAfterMs);
  if (from > turn.now) return reply('too_soon', { number, name, when: from });
  return delivered > read ? again(turn, campaign, 'unread') : reply('all_read', { number, name });
}

const prepare: Act = async (turn) => again(turn, await turn.services.campaigns.get(turn.args.campaign ?? ''), 'failed');

/** The campaign that was named, else the newest that has begun. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { slots, services } = turn;
    const id = slots.campaign === undefined ? await services.campaigns.newest() : String(slots.campaign);
    if (!id) return noneYet(turn);
    const campaign = await services.campaigns.get(id);
    const { number, name, state, startedAt } = campaign;
    if (!startedAt) return reply('not_begun', { number, name, state: { text: `campaign_states.${state}` } });
    return slots.whom === 'unread' ? unread(turn, campaign) : failed(turn, id);
  },
  acts: { again: prepare },
};
