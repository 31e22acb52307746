import type { ChannelEvent } from '../../src/channel';
import { aPhone } from '../support/ground';
import { arrived, aTenant } from '../support/world';
import { aSite, formIn, later, post, type Site, start } from './site';

let site: Site;
let list: { code: string; url: string };
const maker = { id: '00000000-0000-7000-8000-00000000000b', roles: ['operator'] };

beforeAll(async () => {
  site = await aSite();
  list = await site.list('Vitrina', ['whatsapp', 'sms', 'email']);
}, 120_000);
afterAll(async () => {
  await site?.close();
});
beforeEach(() => {
  site.here.clock.at = start;
});

const read = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

async function fill(fields: Record<string, string>, channels: readonly string[]): Promise<Response> {
  const form = formIn((await read(list.url)).text, '');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const channel of channels) form.append('channel', channel);
  return post(list.url, form);
}
const requests = () =>
  site.here.in(site.tenant, (tx) => tx.query<{ kind: string; channels: string[] }>('SELECT * FROM sign_up_request'));

/** They send the code from that phone, and say yes to what they are asked. */
async function confirms(phone: string, now = later(1)) {
  const { here, tenant } = site;
  const event = {
    ...{ channel: 'whatsapp', app: 'default', sender: '1', id: 'm', at: now, kind: 'message' },
    ...{ from: { phone }, content: { type: 'text', text: `ALTA ${list.code}` } },
  } as ChannelEvent;
  const { id: evidence } = await arrived(here, tenant, event, { phone });
  return here.in(tenant, async (tx) => {
    const { contact } = await here.audience.findOrCreate(tx, { phone }, { source: 'whatsapp', now });
    const said = { evidence, language: 'es', now, at: now };
    const asked = await here.signUps.ask(tx, contact, list.code, said);
    const answered = await here.signUps.confirm(tx, contact, said);
    return { contact, asked: asked?.text, answered };
  });
}

describe('the form to subscribe', () => {
  it('when it is opened, then nothing is ticked, the words that will be asked stand there in full, and nothing is kept', async () => {
    const before = await site.everything();
    for (const lang of ['es', 'en', 'pt']) {
      const { status, text } = await read(`${list.url}?lang=${lang}`);
      expect([status, /<html lang="(..)"/.exec(text)?.[1], / checked/.test(text)]).toEqual([200, lang, false]);
      const words = await site.here.in(site.tenant, async (tx) => {
        const signUp = await site.here.signUps.find(tx, list.code);
        return signUp && (await site.here.signUps.words(tx, signUp, lang)).body;
      });
      expect(text.replaceAll('&#39;', "'")).toContain(words);
    }
    expect(await site.everything()).toBe(before);
  });

  it('when it is sent, then a wish is noted and nothing more: nobody is made, nothing is permitted, nothing is sent', async () => {
    const phone = aPhone();
    const response = await fill({ phone }, ['whatsapp']);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toContain(`https://wa.me/56229384000?text=ALTA%20${list.code}`);
    expect(await site.here.in(site.tenant, (tx) => site.here.audience.find(tx, { phone }))).toBeUndefined();
    const rows = await requests();
    expect(rows.map(({ kind, channels }) => [kind, channels])).toContainEqual(['phone', ['whatsapp']]);
    expect(JSON.stringify(rows)).not.toContain(phone.slice(-8));
    const messages = await site.here.in(site.tenant, (tx) => tx.query('SELECT 1 AS one FROM message'));
    expect(messages).toEqual([]);
  });

  it('when the number is known, unknown, or has left for good, then it is answered the same', async () => {
    const [known, left, unknown] = [aPhone(), aPhone(), aPhone()];
    await site.person({ identity: { phone: known } });
    await post(await site.stopLink(await site.person({ identity: { phone: left } })));
    const answers = [];
    for (const phone of [known, left, unknown]) answers.push(await (await fill({ phone }, ['whatsapp'])).text());
    expect(new Set(answers).size).toBe(1);
  });

  it('when that very phone sends the code and says yes, then exactly what was ticked is permitted, with the words asked and the form as its place', async () => {
    const phone = aPhone();
    await fill({ phone }, ['sms']);
    const { contact, asked, answered } = await confirms(phone);
    expect(asked).toMatch(/por SMS \(/);
    expect(answered).toMatchObject({ alreadyIn: false });
    expect(await site.on(contact)).toEqual(['sms']);
    const proof = await site.here.in(site.tenant, (tx) => site.here.consent.receipt(tx, contact, later(2)));
    expect(proof.given).toMatchObject({ channels: ['sms'], source: 'person', place: `web:${list.code}`, text: asked });
  });

  it('when another phone sends the code, then the form counts nothing for it', async () => {
    await fill({ phone: aPhone() }, ['sms']);
    const { contact, asked } = await confirms(aPhone());
    expect(asked).toMatch(/por WhatsApp, SMS y correo \(/);
    expect(await site.on(contact)).toEqual(['whatsapp', 'sms']);
  });

  it('when seven days have gone by, then the wish is as if it had never been', async () => {
    const phone = aPhone();
    await fill({ phone }, ['sms']);
    const aWeek = 7 * 24 * 60;
    const { asked } = await confirms(phone, later(aWeek));
    expect(asked).toMatch(/por WhatsApp, SMS y correo \(/);
    site.here.clock.at = later(aWeek + 1);
    await fill({ phone: aPhone() }, ['whatsapp']);
    expect(await requests()).toHaveLength(1);
  });

  it('when a mail address is given, then it is noted under lock and key, and it is said that nothing is sent there', async () => {
    const email = 'Maria.Paz@Correo.example';
    const response = await fill({ email }, ['email']);
    expect(await response.text()).toMatch(/No te escribiremos ahí hasta que lo confirmes/);
    const rows = await requests();
    expect(rows.map(({ kind }) => kind)).toContain('email');
    expect(JSON.stringify(rows).toLowerCase()).not.toContain('maria');
  });

  it.each([
    ['nothing at all', {}, [], ['channel-whatsapp']],
    ['no channel', { phone: '9 8765 4321' }, [], ['channel-whatsapp']],
    ['no number', {}, ['whatsapp'], ['phone']],
    ['a number that can be none', { phone: 'no tengo' }, ['sms'], ['phone']],
    ['no mail', { phone: '9 8765 4321' }, ['whatsapp', 'email'], ['email']],
    ['a channel that the list has not', { phone: '9 8765 4321' }, ['fax'], ['channel-whatsapp']],
  ])(
    'when %s is given, then it is said what to put right, what was written stays, and nothing is noted',
    async (_what, fields, channels, wrong) => {
      const before = await site.everything();
      const response = await fill(fields, channels);
      const text = await response.text();
      expect(response.status).toBe(422);
      expect([...text.matchAll(/<a href="#([\w-]+)">/g)].map(([, id]) => id)).toEqual(wrong);
      if ('phone' in fields) expect(text).toContain(`value="${fields.phone}"`);
      expect(await site.everything()).toBe(before);
    },
  );

  it('when what is written is markup, then it stays text', async () => {
    const response = await fill({ phone: '"><script>alert(1)</script>' }, ['whatsapp']);
    expect(await response.text()).not.toContain('<script');
  });

  it('when the form is another’s, of other words or none, then nothing is noted and it is to be read again', async () => {
    const before = await site.everything();
    for (const body of ['channel=whatsapp&phone=987654321', 'form=x&channel=whatsapp&phone=987654321']) {
      const response = await post(list.url, body, { 'content-type': 'application/x-www-form-urlencoded' });
      expect(response.status).toBe(409);
    }
    expect(await site.everything()).toBe(before);
  });

  it('when a list is nobody’s, another customer’s, closed or only of conversations, then one page says that there is nothing', async () => {
    const other = await aTenant(site.here);
    const { code } = await site.here.in(other.id, (tx) => site.here.signUps.create(tx, { name: 'Otra' }, maker, start));
    const base = list.url.slice(0, -list.code.length);
    const bodies = new Set<string>();
    for (const url of [
      `${base}nada-2abc`,
      `${base}${code}`,
      list.url.replace(site.tenant, other.id),
      list.url.replace(site.tenant, 'x'),
    ]) {
      const { status, text } = await read(url);
      expect([url, status]).toEqual([url, 404]);
      bodies.add(text);
    }
    expect(bodies.size).toBe(1);
  });
});
