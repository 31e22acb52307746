import { standingRefusal } from '../../src/domain/delivery/standing.table';
import { aPhone } from '../support/ground';
import { aCampaign, states } from '../support/world';
import { aSite, formIn, later, post, type Site, start } from './site';

let site: Site;
beforeAll(async () => {
  site = await aSite();
}, 120_000);
afterAll(() => site?.close());
beforeEach(() => {
  site.here.clock.at = start;
});

async function choose(contact: string, change: (form: URLSearchParams) => void, act = 'save') {
  const link = await site.link(contact);
  const form = formIn(await (await fetch(link)).text(), act);
  change(form);
  expect((await post(link, form)).status).toBe(303);
}
const refusal = (contact: string, channel = 'whatsapp', at = site.here.clock.now()) =>
  site.here.in(site.tenant, (tx) => standingRefusal(tx, contact, channel, at));

describe('what was chosen on the page, at the send gate', () => {
  it('when a channel is turned off, then the gate refuses there alone; when it is turned on again, then it lets through', async () => {
    const contact = await site.person();
    expect(await refusal(contact)).toBeUndefined();
    await choose(contact, (form) => {
      form.delete('channel', 'whatsapp');
      form.append('channel', 'sms');
    });
    expect([await refusal(contact), await refusal(contact, 'sms')]).toEqual(['OPTED_OUT', undefined]);
    site.here.clock.at = later(1);
    await choose(contact, (form) => form.append('channel', 'whatsapp'));
    expect([await refusal(contact), await refusal(contact, 'sms')]).toEqual([undefined, undefined]);
  });

  it('when a month’s pause is chosen, then the gate refuses for that month and not longer', async () => {
    const contact = await site.person();
    await choose(contact, (form) => form.set('pause', 'month'));
    expect(await refusal(contact)).toBe('PAUSED_BY_PERSON');
    expect(await refusal(contact, 'whatsapp', new Date('2027-01-01T13:29:00Z'))).toBe('PAUSED_BY_PERSON');
    expect(await refusal(contact, 'whatsapp', new Date('2027-01-01T13:30:00Z'))).toBeUndefined();
  });

  it('when one promotion a month is chosen and one was sent, then the next waits its month', async () => {
    const contact = await site.person();
    await choose(contact, (form) => form.set('frequency', 'monthly'));
    expect(await refusal(contact)).toBeUndefined();
    await site.here.in(site.tenant, (tx) =>
      tx.query(
        `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, accepted_at, created_at)
         VALUES ($1, 99, 1, $2, $2, 'whatsapp', 'marketing', 'accepted', $3, $3)`,
        [tx.tenant, contact, start],
      ),
    );
    expect(await refusal(contact, 'whatsapp', later(60))).toBe('CHOSEN_FREQUENCY');
    expect(await refusal(contact, 'whatsapp', later(31 * 24 * 60))).toBeUndefined();
  });

  // T-OPT-2: what is planned goes no more, in the transaction of the act.
  it.each([
    ['leaves everything', () => {}, 'leave'],
    ['turns WhatsApp off', (form: URLSearchParams) => form.delete('channel', 'whatsapp'), 'save'],
    ['asks for a pause', (form: URLSearchParams) => form.set('pause', 'month'), 'save'],
  ])(
    'when a campaign is about to leave and the person %s, then theirs is cancelled and the others’ are not',
    async (_what, change, act) => {
      const segment = aPhone();
      const contact = await site.person({ segment });
      await site.person({ segment });
      const campaign = await aCampaign(site.here, site.tenant, { segment, at: later(60) });
      expect(await states(site.here, site.tenant, campaign.id)).toEqual({ planned: 2 });
      await choose(contact, change, act);
      expect(await states(site.here, site.tenant, campaign.id)).toEqual({ planned: 1, cancelled: 1 });
    },
  );

  it('when two records turn out to be one person, then the rarer wish and the longer pause are theirs, and both links open the same page', async () => {
    const [phone, bsuid] = [aPhone(), 'CL.8800112233'];
    const [one, other] = [await site.person({ identity: { phone } }), await site.person({ identity: { bsuid } })];
    await choose(one, (form) => form.set('frequency', 'monthly'));
    await choose(other, (form) => {
      form.set('frequency', 'weekly');
      form.set('pause', 'month');
    });
    const links = [await site.link(one), await site.link(other)];
    const now = later(1);
    await site.here.in(site.tenant, (tx) =>
      site.here.audience.findOrCreate(tx, { phone, bsuid }, { source: 'whatsapp', now }),
    );
    const pages = [];
    for (const link of links) pages.push(await (await fetch(link)).text());
    for (const page of pages) {
      expect(page).toMatch(/value="monthly" checked/);
      expect(page).toMatch(/value="month" checked/);
    }
  });
});
