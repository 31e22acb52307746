import type { TenantTx } from '../data/database';
import type { Audience } from '../domain/audience/audience.service';
import type { Campaigns } from '../domain/campaigns/campaigns.service';
import { personAnswers, rulesOfCampaign } from '../domain/delivery/explain';
import { roomToday, spikeSeen } from '../domain/delivery/explain-guards';
import { mustBeShown, whom } from '../domain/support/whom';
import type { Services } from '../services';

/** What the send gate says, bound to a turn. */
export function bindGate(
  tx: TenantTx,
  { campaigns, audience }: { campaigns: Campaigns; audience: Audience },
  actor: { id: string; roles: readonly string[] },
  now: Date,
): Services['gate'] {
  return {
    campaign: (id) => rulesOfCampaign(tx, id, now),
    person: async (address) => {
      const contact = await whom(tx, audience, address);
      if (!contact) return undefined;
      await mustBeShown(tx, contact);
      const of = { purpose: 'marketing', channel: 'whatsapp', lifted: [] } as const;
      return personAnswers(tx, contact, of, now);
    },
    room: (campaign) => roomToday(tx, campaign, now),
    spike: (campaign, code) => spikeSeen(tx, campaign, code),
    minor: async (contact, words) => (await audience.setMinor(tx, contact, true, words)) !== 'lt14',
    lift: async (campaign, code) => void (await campaigns.lift(tx, campaign, code, actor, now)),
  };
}
