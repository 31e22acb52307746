import type { ChannelEvent, SendOutcome } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import { referenceOf } from '../../../src/domain/delivery/reference';
import { eventually } from '../../support/eventually';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aPerson,
  aTenant,
  batchOf,
  later,
  RecordingChannel,
  reaches,
  states,
  type World,
} from '../../support/world';

let house: Installation;
let here: World;
const channel = new RecordingChannel();

beforeAll(async () => {
  house = await install({ channel });
  here = house.here;
  here.start();
});
afterAll(() => house?.close());

type Tenant = Awaited<ReturnType<typeof aTenant>>;
const minutesOfADay = 24 * 60;
const tired = { code: 'WHATSAPP_131049', treatment: 'wait' } as const;
const answers: Readonly<Record<string, SendOutcome>> = {
  tired: { outcome: 'refused', ...tired },
  outage: { outcome: 'refused', code: 'WHATSAPP_131016', treatment: 'permanent' },
  nobody: { outcome: 'refused', code: 'WHATSAPP_131026', treatment: 'permanent' },
};

/** A campaign that came out so for one person each. */
async function cameOut(kinds: readonly string[]) {
  const tenant = await aTenant(here);
  const kindOf = new Map(kinds.map((kind) => [aPhone(), kind]));
  for (const phone of kindOf.keys()) await aPerson(here, tenant.id, { identity: { phone } });
  channel.answer = ({ to, reference }) =>
    answers[kindOf.get(to.phone ?? '') ?? ''] ?? { outcome: 'accepted', providerId: `wamid.${reference}` };
  const campaign = await aCampaign(here, tenant.id);
  await reaches(here, tenant.id, campaign.id, 'done');
  return { tenant, campaign };
}

/** How many would be written to again at this moment. */
const again = ({ id }: Tenant, campaign: number, minutes: number): Promise<number> =>
  here.in(id, async (tx) => {
    const found = await here.segments.count(tx, { did: 'failed', campaign }, later(minutes));
    return found.selected;
  });
const numberOf = ({ number }: { number: string | number }): number => Number(String(number).replace(/\D/g, ''));

describe('who is written to once more after a failure', () => {
  it('when the provider refused somebody for a day, then they are not among them until it is over; whoever met an outage is at once', async () => {
    const { tenant, campaign } = await cameOut(['tired', 'outage', 'nobody', 'fine']);
    const number = numberOf(campaign);
    expect(await again(tenant, number, 0)).toBe(1);
    expect(await again(tenant, number, minutesOfADay - 1)).toBe(1);
    expect(await again(tenant, number, minutesOfADay)).toBe(2);
  });

  it('when a receipt said so hours after the campaign, then the day counts from the receipt', async () => {
    const { tenant, campaign } = await cameOut(['fine']);
    const number = numberOf(campaign);
    const batch = await batchOf(here, tenant.id, campaign.id);
    const reference = await here.in(tenant.id, async (tx) => referenceOf(await here.keys.of(tx), { batch, seq: '1' }));
    const id = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id: newId(), at: later(300) };
    const failed: ChannelEvent = {
      ...id,
      ...{ kind: 'receipt', providerId: `wamid.${reference}`, status: 'failed', reference, error: tired },
    };
    await here.intake.receive([failed]);
    await eventually(async () => expect(await states(here, tenant.id, campaign.id)).toEqual({ failed: 1 }));
    expect(await again(tenant, number, minutesOfADay + 299)).toBe(0);
    expect(await again(tenant, number, minutesOfADay + 300)).toBe(1);
  });
});
