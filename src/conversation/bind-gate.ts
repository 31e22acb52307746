import type { TenantTx } from '../data/database';
import type { Audience } from '../domain/audience/audience.service';
import type { Audit } from '../domain/audit/audit.service';
import type { Campaigns } from '../domain/campaigns/campaigns.service';
import { personAnswers, rulesOfCampaign } from '../domain/delivery/explain';
import type { Services } from '../services';

/** What the send gate says, bound to a turn. */
export function bindGate(
  tx: TenantTx,
  { campaigns, audience, audit }: { campaigns: Campaigns; audience: Audience; audit: Audit },
  actor: { id: string; roles: readonly string[] },
  now: Date,
): Services['gate'] {
  return {
    campaign: (id) => rulesOfCampaign(tx, id, now),
    person: async (address) => {
      const contact = await audience.findByAddress(tx, address);
      const subject = contact ? `contact:${contact}` : 'contact:none';
      await audit.record(tx, { actor: `member:${actor.id}`, act: 'person.read', subject }, now);
      if (!contact) return undefined;
      const of = { purpose: 'marketing', channel: 'whatsapp', lifted: [] } as const;
      return { masked: await audience.masked(tx, contact), rules: await personAnswers(tx, contact, of, now) };
    },
    lift: async (campaign, code) => void (await campaigns.lift(tx, campaign, code, actor, now)),
  };
}
