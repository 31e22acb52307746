import { readLink } from '../../src/data/links';
import { aPhone } from '../support/ground';
import { arrived, aTenant } from '../support/world';
import { aSite, formIn, later, post, type Site, start } from './site';

let site: Site;
beforeAll(async () => {
  site = await aSite();
}, 120_000);
afterAll(() => site?.close());
beforeEach(() => {
  site.here.clock.at = start;
});

const read = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

describe('a link that opens nothing', () => {
  const same = async (url: string) => {
    const { status, text } = await read(url);
    return { status, text };
  };

  it('when it is forged, altered, over, foreign, of an erased person or of the number’s last holder, then one page says so, the same for all', async () => {
    const phone = aPhone();
    const contact = await site.person({ identity: { phone } });
    const link = await site.link(contact);
    const forged = `${site.url}/preferences/1.1.p.${'A'.repeat(22)}.${'B'.repeat(22)}.0.${'C'.repeat(22)}`;
    const model = await same(forged);
    expect(model.status).toBe(404);
    expect(model.text).not.toMatch(/Andina|•/);
    expect(model.text).toContain('ELEGIR');
    const stop = await site.stopLink(contact);
    const other = await aTenant(site.here);
    const altered = link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const bad = [
      `${site.url}/preferences/x`,
      altered,
      link.replace('.p.', '.u.'),
      stop.replace('unsubscribe', 'preferences'),
    ];
    for (const url of bad) expect([url, await same(url)]).toEqual([url, model]);
    expect(await same(link.replace('preferences', 'unsubscribe'))).toEqual(model);
    const keys = await site.here.keys.tenant(other.id);
    expect(readLink(keys, link.split('/').at(-1) ?? '', 'preferences', start)).toBeUndefined();

    await site.here.in(site.tenant, (tx) => tx.query('UPDATE contact SET holder_epoch = 2 WHERE id = $1', [contact]));
    expect(await same(link)).toEqual(model);
    const fresh = await site.link(contact);
    expect((await read(fresh)).status).toBe(200);
    site.here.clock.at = later(7 * 24 * 60);
    expect(await same(fresh)).toEqual(model);
  });

  it('when a POST comes with such a link, then it changes nothing and is answered by the same page', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    const form = formIn((await read(link)).text, 'leave');
    const before = await site.everything();
    const altered = link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const url of [altered, altered.replace('preferences', 'unsubscribe')]) {
      const response = await post(url, form);
      expect([response.status, await response.text()]).toEqual([404, (await read(altered)).text]);
    }
    expect(await site.everything()).toBe(before);
  });

  it('when somebody’s form is sent to another’s link, then it turns nothing on there', async () => {
    const [one, other] = [await site.person({ consented: false }), await site.person({ consented: false })];
    const form = formIn((await read(await site.link(one))).text, 'save');
    form.append('channel', 'whatsapp');
    expect((await post(await site.link(other), form)).status).toBe(409);
    expect([await site.on(one), await site.on(other)]).toEqual([[], []]);
  });

  it('when one link is opened without end, then it waits a minute and others go on', async () => {
    const link = await site.link(await site.person());
    const seen = new Set<number>();
    for (let count = 0; count < 62; count++) seen.add((await fetch(link)).status);
    expect([...seen]).toEqual([200, 429]);
    expect((await read(await site.link(await site.person()))).status).toBe(200);
  });
});

describe('a link to stop', () => {
  it('when it is opened, then one button; when it is pressed, then all promotions are out, however often', async () => {
    const contact = await site.person();
    const link = await site.stopLink(contact);
    const { text } = await read(link);
    expect(text.match(/<button/g)).toHaveLength(1);
    expect(text).not.toMatch(/•|<input/);
    expect(await site.suppression(contact)).toBeUndefined();
    for (let times = 0; times < 3; times++) expect((await post(link)).status).toBe(200);
    expect(await site.suppression(contact)).toBe('stop');
    const acts = await site.here.in(site.tenant, (tx) =>
      tx.query('SELECT 1 AS one FROM preference_change WHERE contact_id = $1', [contact]),
    );
    expect(acts).toHaveLength(1);
  });

  it('when a mail program posts List-Unsubscribe=One-Click in either form, then it is done without a question, a login or a redirect (RFC 8058)', async () => {
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    for (const body of [new URLSearchParams('List-Unsubscribe=One-Click'), multipart]) {
      const contact = await site.person();
      const response = await post(await site.stopLink(contact), body);
      expect([response.status, await site.suppression(contact)]).toEqual([200, 'stop']);
    }
  });

  it('when years have gone by, the person is erased, or two records became one, then it still works and tells nothing', async () => {
    const bsuid = 'CL.5500112233';
    const phone = aPhone();
    const contact = await site.person({ identity: { phone } });
    const link = await site.stopLink(contact);
    site.here.clock.at = new Date('2036-12-01T13:30:00Z');
    const survivor = await site.person({ identity: { bsuid } });
    await site.here.in(site.tenant, (tx) =>
      site.here.audience.findOrCreate(tx, { bsuid, phone }, { source: 'whatsapp', now: later(5) }),
    );
    expect((await post(link)).status).toBe(200);
    expect(await site.suppression(survivor)).toBe('stop');
    const gone = await site.person();
    const theirs = await site.stopLink(gone);
    await site.here.in(site.tenant, (tx) => site.here.keys.destroyPerson(tx, gone));
    expect((await read(theirs)).status).toBe(200);
    expect(await (await post(theirs)).text()).toBe(await (await post(link)).text());
  });

  it('when it is used, then it can do nothing else: it opens no page and turns nothing on', async () => {
    const contact = await site.person({ consented: false });
    const link = await site.stopLink(contact);
    await post(link, new URLSearchParams('act=save&channel=whatsapp&frequency=all'));
    expect([await site.on(contact), await site.suppression(contact)]).toEqual([[], 'stop']);
  });
});

it('when the person writes after having left by a link, then coming back in the chat works as ever', async () => {
  const phone = aPhone();
  const contact = await site.person({ identity: { phone } });
  await post(await site.stopLink(contact));
  const at = later(2);
  const event = {
    ...{ channel: 'whatsapp', app: 'default', sender: '1', id: 'm', at, kind: 'message' as const },
    ...{ from: { phone }, content: { type: 'text' as const, text: 'VOLVER' } },
  };
  const { id: evidence } = await arrived(site.here, site.tenant, event, { phone });
  await site.here.in(site.tenant, (tx) =>
    site.here.consent.optIn(tx, contact, { evidence, channels: ['whatsapp'], now: at, at }),
  );
  expect([await site.on(contact), await site.suppression(contact, 'whatsapp')]).toEqual([['whatsapp'], undefined]);
});
