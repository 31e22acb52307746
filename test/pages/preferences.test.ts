import { readLink } from '../../src/data/links';
import { readinessTable } from '../../src/domain/accounts/readiness.table';
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

const read = async (url: string, more: RequestInit = {}) => {
  const response = await fetch(url, more);
  return { status: response.status, text: await response.text(), headers: response.headers };
};

/** Opens the page, changes what is filled in, and sends it as a browser would. */
async function choose(url: string, change: (form: URLSearchParams) => void, act = 'save') {
  const form = formIn((await read(url)).text, act);
  change(form);
  return post(url, form);
}
const reachable = { phone: aPhone(), email: 'ana@correo.example' };

describe('the page of one’s own preferences', () => {
  it('when it is opened, then it tells how things stand, hides the number, and carries no cookie, no script and no trace', async () => {
    const contact = await site.person({ identity: reachable });
    const { status, text, headers } = await read(await site.link(contact));
    expect(status).toBe(200);
    expect(text).toContain('<html lang="es">');
    expect(text).toMatch(/value="whatsapp" checked/);
    expect(text).toMatch(/value="sms">/);
    expect(text).toMatch(/value="email">/);
    expect(text).not.toContain(reachable.phone.slice(-8));
    expect(text).toContain(`•${reachable.phone.slice(-3)}`);
    expect(text).toContain('Acepto recibir promociones.');
    expect(text).toContain('https://wa.me/56229384000?text=BORRAR%20MIS%20DATOS');
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(text).not.toMatch(/<script|javascript:/i);
  });

  it('when somebody is known by mail alone, then nothing leads them to WhatsApp, and the words are told', async () => {
    const contact = await site.person({ identity: { email: 'solo@correo.example' } });
    const { text } = await read(await site.link(contact));
    expect(text).toContain('s•••@correo.example');
    expect(text).not.toMatch(/wa\.me|value="(whatsapp|sms)"/);
    expect(text).toContain('Borrar mis datos: escribe BORRAR MIS DATOS');
  });

  it('when it is opened in another language, then by the switch, and by the person’s own before the browser’s', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    const heading = async (url: string, accepted = '') =>
      /<h1>(.*?)<\/h1>/.exec((await read(url, { headers: { 'accept-language': accepted } })).text)?.[1];
    expect(await heading(link, 'pt-BR')).toBe('Elige qué recibes de Tienda Andina');
    expect(await heading(`${link}?lang=en`)).toBe('Choose what you get from Tienda Andina');
    expect(await heading(`${link}?lang=pt`)).toBe('Escolha o que recebe de Tienda Andina');
  });

  it('when the company writes for more than promotions, then it is told what else comes, and that it is no choice of this page', async () => {
    const link = await site.link(await site.person());
    expect((await read(link)).text).toContain('solo manda promociones');
    await site.here.in(site.tenant, (tx) =>
      readinessTable.declare(tx, { purpose: 'service', category: 'UTILITY', basis: 'contract' }, start),
    );
    const { text } = await read(link);
    expect(text).toMatch(/Promociones y novedades.*Avisos de lo que compras/s);
    await site.here.in(site.tenant, (tx) => tx.query("DELETE FROM declared_purpose WHERE purpose = 'service'"));
  });

  it('when anybody only looks, whatever they ask for, then nothing at all changes', async () => {
    const contact = await site.person();
    const [link, stop] = [await site.link(contact), await site.stopLink(contact)];
    const before = await site.everything();
    for (const url of [link, stop])
      for (const query of ['', '?lang=en', '?done=saved', '?done=opened', '?act=leave&channel=sms', '?act=object'])
        for (const method of ['GET', 'HEAD']) await fetch(`${url}${query}`, { method });
    expect(await site.everything()).toBe(before);
  });

  it('when one channel is turned off, then only that one is stopped, in ledger and tokens, and the rest stays', async () => {
    const contact = await site.person({ identity: { phone: aPhone(), email: 'b@correo.example' } });
    const link = await site.link(contact);
    await choose(link, (form) => form.append('channel', 'sms'));
    expect(await site.on(contact)).toEqual(['whatsapp', 'sms']);
    const response = await choose(link, (form) => form.delete('channel', 'whatsapp'));
    expect(response.status).toBe(303);
    expect(await site.on(contact)).toEqual(['sms']);
    expect([await site.suppression(contact, 'whatsapp'), await site.suppression(contact, 'sms')]).toEqual([
      'stop',
      undefined,
    ]);
  });

  it('when a channel is turned on, then the ledger holds the very words that were shown, where, and the act as its evidence', async () => {
    const contact = await site.person({ consented: false });
    await choose(await site.link(contact), (form) => form.append('channel', 'sms'));
    expect((await read(await site.link(contact))).text).toContain(
      '1 de diciembre de 2026, por SMS: lo elegiste en esta página.',
    );
    const proof = await site.here.in(site.tenant, (tx) => site.here.consent.receipt(tx, contact, start));
    expect(proof.given).toMatchObject({
      ...{ channels: ['sms'], source: 'person', by: `contact:${contact}`, place: 'web:preferences' },
      ...{ textVersion: '1', text: 'Acepto recibir promociones.', at: start },
    });
    expect(await site.on(contact)).toEqual(['sms']);
    const [act] = await site.here.in(site.tenant, (tx) =>
      tx.query<{ id: string; asked: object }>('SELECT id, asked FROM preference_change WHERE contact_id = $1', [
        contact,
      ]),
    );
    expect(act?.asked).toEqual({ channels: ['sms'], frequency: 'all' });
    const [line] = await site.here.in(site.tenant, (tx) => site.here.consent.ledger(tx, contact));
    expect(line?.evidence).toBe(act?.id);
  });

  it('when somebody who left everything wants one channel again, then that one alone', async () => {
    const contact = await site.person({ identity: { phone: aPhone(), email: 'c@correo.example' } });
    const link = await site.link(contact);
    await choose(link, (form) => form.append('channel', 'sms'));
    await choose(link, () => {}, 'leave');
    expect([await site.on(contact), await site.suppression(contact)]).toEqual([[], 'stop']);
    site.here.clock.at = later(1);
    await choose(link, (form) => form.append('channel', 'whatsapp'));
    expect(await site.on(contact)).toEqual(['whatsapp']);
    for (const channel of ['sms', 'email'] as const)
      expect([channel, await site.suppression(contact, channel)]).toEqual([channel, 'stop']);
  });

  it('when nothing is ticked any more, then all is stopped, on channels that come later too', async () => {
    const contact = await site.person();
    const response = await choose(await site.link(contact), (form) => form.delete('channel'));
    expect([response.status, await site.suppression(contact)]).toEqual([303, 'stop']);
    expect((await read(new URL(response.headers.get('location') ?? '', response.url).toString())).text).toContain(
      'ya no te manda promociones por ningún canal',
    );
  });

  it('when a pause and a rarer rhythm are chosen, then they are kept, shown, and end when the person says so', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    await choose(link, (form) => {
      form.set('frequency', 'weekly');
      form.set('pause', 'month');
    });
    expect(await site.view(contact)).toMatchObject({
      frequency: 'weekly',
      pausedUntil: new Date('2027-01-01T13:30:00Z'),
    });
    expect((await read(link)).text).toContain('Seguir en pausa hasta el 1 de enero de 2027');
    site.here.clock.at = later(60);
    await choose(link, (form) => form.set('frequency', 'monthly'));
    expect((await site.view(contact)).pausedUntil).toEqual(new Date('2027-01-01T13:30:00Z'));
    await choose(link, (form) => form.delete('pause'));
    expect((await site.view(contact)).pausedUntil).toBeUndefined();
  });

  it('when the same form is sent twice, at once or again, then it is one act', async () => {
    const contact = await site.person({ consented: false });
    const link = await site.link(contact);
    const form = formIn((await read(link)).text, 'save');
    form.append('channel', 'whatsapp');
    const answers = await Promise.all([post(link, form), post(link, form), post(link, form)]);
    await post(link, form);
    expect(answers.map((one) => one.status).filter((status) => status === 303).length).toBeGreaterThan(0);
    const acts = await site.here.in(site.tenant, (tx) => site.here.consent.ledger(tx, contact));
    expect(acts.map(({ act, channel }) => [act, channel])).toEqual([['given', 'whatsapp']]);
  });

  it('when two tabs are open and the person left in one, then the other turns nothing on again', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    const old = formIn((await read(link)).text, 'save');
    await choose(link, () => {}, 'leave');
    old.append('channel', 'sms');
    const response = await post(link, old);
    expect([response.status, await site.on(contact), await site.suppression(contact)]).toEqual([409, [], 'stop']);
    expect(await response.text()).toContain('Esto había cambiado');
  });

  it('when an old tab unticks something, then that is stopped all the same', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    const old = formIn((await read(link)).text, 'save');
    await choose(link, (form) => form.set('frequency', 'weekly'));
    old.delete('channel');
    expect((await post(link, old)).status).toBe(409);
    expect([await site.on(contact), (await site.view(contact)).frequency]).toEqual([[], 'weekly']);
  });

  it('when the words to agree to have changed since the page was opened, then nothing is turned on with them', async () => {
    const contact = await site.person({ consented: false });
    const link = await site.link(contact);
    const old = formIn((await read(link)).text, 'save');
    old.append('channel', 'sms');
    const now = later(1);
    await site.here.in(site.tenant, (tx) =>
      site.here.consent.addText(tx, '2', 'es', 'Acepto recibir promociones por todos los medios.', {
        kind: 'statement',
        now,
      }),
    );
    expect([(await post(link, old)).status, await site.on(contact)]).toEqual([409, []]);
  });

  it('when nothing or nonsense is sent, then nothing is turned on or off, and it is said what is missing', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    const before = await site.view(contact);
    for (const body of [
      '',
      'act=save',
      'act=save&frequency=all',
      'act=object',
      '%%%=%',
      'channel=whatsapp&channel=__proto__',
    ]) {
      const response = await post(link, body, { 'content-type': 'application/x-www-form-urlencoded' });
      expect([body, response.status >= 400 && response.status < 500]).toEqual([body, true]);
    }
    const wrong = await choose(link, (form) => form.set('frequency', 'hourly'));
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('href="#frequency-all"')]);
    expect(before.channels.filter((one) => one.on)).toHaveLength(1);
  });

  it('when the person objects there, then their case is open, promotions stop, and it is told until when it is answered', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    const response = await choose(link, () => {}, 'object');
    const [request] = await site.here.in(site.tenant, (tx) => site.here.privacy.openOf(tx, contact));
    expect([request?.right, await site.suppression(contact)]).toEqual(['object', 'stop']);
    const shown = await read(new URL(response.headers.get('location') ?? '', response.url).toString());
    expect(shown.text).toContain(request?.number);
    expect(shown.text).toContain('31 de diciembre de 2026');
  });

  it('when their data is blocked, then nothing can be turned on, and everything can be turned off', async () => {
    const contact = await site.person();
    const link = await site.link(contact);
    await site.here.in(site.tenant, (tx) =>
      site.here.privacy.open(tx, { contact, right: 'block', receivedAt: start, now: start }),
    );
    const page = (await read(link)).text;
    expect(page).toContain('Tus datos están bloqueados');
    expect(page).toMatch(/value="sms" disabled/);
    await choose(link, (form) => form.append('channel', 'sms'));
    expect(await site.on(contact)).toEqual(['whatsapp']);
    await choose(link, () => {}, 'leave');
    expect(await site.on(contact)).toEqual([]);
  });
});

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
