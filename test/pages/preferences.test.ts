import { papersTable } from '../../src/domain/registers/papers.table';
import { aPhone } from '../support/ground';
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
      papersTable.declare(tx, { purpose: 'service', category: 'UTILITY', basis: 'contract' }, start),
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
    const link = await site.link(contact);
    expect((await read(link)).text).toContain('name="pause"');
    const response = await choose(link, (form) => form.delete('channel'));
    expect([response.status, await site.suppression(contact)]).toEqual([303, 'stop']);
    const { text } = await read(new URL(response.headers.get('location') ?? '', response.url).toString());
    expect(text).toContain('ya no te manda promociones por ningún canal');
    expect(text).not.toContain('name="pause"');
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
    const [request] = await site.here.in(site.tenant, (tx) =>
      site.here.privacy.openOf(tx, contact, site.here.clock.now()),
    );
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
