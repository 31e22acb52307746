import { newId } from '../../../src/data/ids';
import { eventually } from '../../support/eventually';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aPerson,
  arrived,
  aTenant,
  people,
  RecordingChannel,
  start,
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

describe('an answer beside a campaign', () => {
  it('when a large campaign goes as fast as it can, from the same number and by the same worker, then each answer leaves while most of it still waits', async () => {
    const crowd = 600;
    const tenant = await aTenant(here, { ratePerSecond: 5_000 });
    await people(here, tenant.id, crowd);
    const phone = aPhone();
    const contact = await aPerson(here, tenant.id, { identity: { phone }, segment: 'nowhere' });
    const from = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id: newId(), at: start };
    const hello = { ...from, kind: 'message', from: { phone }, content: { type: 'text', text: 'hola' } } as const;
    const { id: boundTo } = await arrived(here, tenant.id, hello, { phone });
    await here.in(tenant.id, (tx) =>
      tx.query('UPDATE contact SET last_inbound_at = $2 WHERE id = $1', [contact, start]),
    );
    // The provider takes its time for each of them: the process has all that it may have on its way.
    const accepted = channel.answer;
    channel.answer = async (one) => {
      if (one.to.phone !== phone) await new Promise((done) => setTimeout(done, 500));
      return accepted(one);
    };
    const campaign = await aCampaign(here, tenant.id);
    const sentByCampaign = () => channel.sent.filter((one) => one.to.phone !== phone).length;
    await eventually(() => expect(sentByCampaign()).toBeGreaterThan(0), { every: 1 });

    // One after the other, each only when the one before is in the ledger: they are many, and the campaign never pauses for them.
    const single = { contact, sender: tenant.sender, channel: 'whatsapp', purpose: 'answer', boundTo } as const;
    for (let at = 1; at <= 3; at++) {
      await here.in(tenant.id, (tx) =>
        here.outbox.enqueue(tx, single, { kind: 'content', text: `respuesta ${at}` }, start),
      );
      await eventually(() => expect(channel.sent.filter((one) => one.to.phone === phone)).toHaveLength(at), {
        every: 1,
      });
    }
    const ledger = channel.sent.map((one) => one.to.phone);
    expect(ledger.lastIndexOf(phone)).toBeLessThan(crowd / 2);
    expect(await states(here, tenant.id, campaign.id)).toHaveProperty('planned');
  });
});
