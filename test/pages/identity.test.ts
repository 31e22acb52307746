import type { ChannelEvent } from '../../src/channel';
import { itInABrowser, problemsAt } from '../support/axe';
import { aPhone } from '../support/ground';
import { arrived } from '../support/world';
import { aSite, formIn, later, post, type Site, start } from './site';

let site: Site;
beforeAll(async () => {
  site = await aSite();
}, 120_000);
afterAll(() => site?.close());
beforeEach(() => {
  site.here.clock.at = start;
});

const rut = '12.345.678-5';
/** Somebody whom only a form can ask: there is no other number or mailbox of theirs. */
async function aForm(held: { rut?: string; name?: string } = { rut, name: 'Rosaura Quilapán' }) {
  const { here, tenant, url } = site;
  const phone = aPhone();
  const contact = await site.person({ identity: { phone }, ...(held.name && { name: held.name }) });
  const [own] = await here.in(tenant, (tx) => tx.query<{ id: string }>('SELECT provider_id AS id FROM sender'));
  const event = {
    ...{ channel: 'whatsapp', app: 'default', sender: own?.id, id: phone, at: start, kind: 'message' },
    ...{ from: { phone }, content: { type: 'text', text: 'mis datos' } },
  } as ChannelEvent;
  const { id: from } = await arrived(here, tenant, event, { phone });
  const opened = await here.in(tenant, async (tx) => {
    if (held.rut) await here.audience.setAttribute(tx, contact, 'rut', held.rut);
    const request = { contact, right: 'access', from, receivedAt: start, now: here.clock.now() } as const;
    const { id } = await here.privacy.open(tx, request);
    return { id, begun: await here.identity.begin(tx, id, here.clock.now()) };
  });
  const path = opened.begun.way === 'form' ? opened.begun.path : '';
  return { contact, id: opened.id, way: opened.begun.way, link: `${url}${path}`, phone };
}
const levelOf = (id: string) => site.here.in(site.tenant, async (tx) => (await site.here.identity.of(tx, id)).has);

async function send(link: string, fields: Record<string, string>, change: (form: URLSearchParams) => void = () => {}) {
  const form = formIn(await (await fetch(link)).text(), '');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  change(form);
  const answer = await post(link, form);
  return { status: answer.status, text: await answer.text() };
}

describe('the page on which somebody proves who they are', () => {
  it('when it is opened, once or often, then nothing changes, and it needs no script, no cookie and nothing from elsewhere', async () => {
    const { link } = await aForm();
    const before = await site.everything();
    for (const lang of ['es', 'en', 'pt']) {
      const answer = await fetch(`${link}?lang=${lang}`);
      const text = await answer.text();
      expect([answer.status, /<html lang="(..)"/.exec(text)?.[1]]).toEqual([200, lang]);
      expect(text).not.toMatch(/<script|<img|<link|src=/);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    await fetch(link, { method: 'HEAD' });
    expect(await site.everything()).toBe(before);
  });

  it('when what is written is what the company holds, then the request goes on, and they are told where they hold the number', async () => {
    const { link, id, contact } = await aForm();
    expect((await send(link, { document: '12345678-5' })).status).toBe(200);
    expect(await levelOf(id)).toBe('L2');
    const told = await site.here.in(site.tenant, (tx) =>
      tx.query('SELECT purpose FROM message WHERE contact_id = $1 AND bound_to = $2', [contact, id]),
    );
    expect(told).toEqual([{ purpose: 'case' }]);
  });

  it('when it is wrong, right, or nothing at all is held of them, then what is answered is the same to the letter', async () => {
    const [right, wrong, less] = [await aForm(), await aForm(), await aForm({ rut: '11.111.111-1' })];
    const same = ({ text }: { text: string }, link: string) =>
      text.replaceAll(/name="form" value="[^"]*"/g, '').replaceAll(link, '');
    const answers = [
      same(await send(right.link, { document: rut }), right.link),
      same(await send(wrong.link, { document: '11.111.111-1', name: 'Otra Persona' }), wrong.link),
      same(await send(less.link, { document: rut }), less.link),
      same(await send(wrong.link, {}), wrong.link),
      same(await send(wrong.link, { document: '<script>', name: '"><b>' }), wrong.link),
    ];
    expect(new Set(answers).size).toBe(1);
    expect([await levelOf(right.id), await levelOf(wrong.id), await levelOf(less.id)]).toEqual(['L2', 'L1', 'L1']);
  });

  it('when it was sent wrongly five times, then the right answer is as wrong, until another day', async () => {
    const { link, id } = await aForm();
    for (let tries = 0; tries < 5; tries += 1) await send(link, { document: '11.111.111-1' });
    await send(link, { document: rut });
    expect(await levelOf(id)).toBe('L1');
    site.here.clock.at = later(24 * 60);
    await send(link, { document: rut });
    expect(await levelOf(id)).toBe('L2');
  });

  it('when the form was not drawn by us, or for another link, then it counts for nothing, not even as a try', async () => {
    const [one, two] = [await aForm(), await aForm()];
    const theirs = formIn(await (await fetch(two.link)).text(), '').get('form') ?? '';
    for (const form of ['', 'x', theirs]) await send(one.link, { document: rut }, (sent) => sent.set('form', form));
    expect((await post(one.link, `document=${encodeURIComponent(rut)}`)).status).toBe(200);
    expect((await post(one.link)).status).toBe(200);
    expect(await levelOf(one.id)).toBe('L1');
    const tries = await site.here.in(site.tenant, (tx) =>
      tx.query('SELECT 1 FROM identity_try WHERE wrong > 0 AND day > $1', [later(24 * 60 * 30)]),
    );
    expect(tries).toEqual([]);
  });

  it('when 72 hours have passed, or it was used, or the link is altered, another’s or of another kind, then it opens nothing, and all look alike', async () => {
    const { link } = await aForm();
    const used = await aForm();
    await send(used.link, { document: rut });
    const preferences = (await site.link(used.contact)).replace('/preferences/', '/identity/');
    site.here.clock.at = later(72 * 60);
    const altered = [
      link,
      used.link,
      `${link}x`,
      link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      preferences,
    ];
    altered.push(`${site.url}/identity/%00`, `${site.url}/identity/${'a'.repeat(5_000)}`);
    const seen = await Promise.all(
      altered.map(async (one) => {
        const [shown, sent] = [await fetch(one), await post(one, `document=${rut}`)];
        return [shown.status, sent.status, (await shown.text()).length, (await sent.text()).length];
      }),
    );
    expect(new Set(seen.map(String)).size).toBe(1);
    expect(seen[0]?.slice(0, 2)).toEqual([404, 404]);
  });

  it('when too little is held to compare anything with, then no form is offered, and a person of the company looks', async () => {
    expect((await aForm({ name: 'Rosaura Quilapán' })).way).toBe('desk');
  });
});

itInABrowser(
  'when axe looks at the form that asks who somebody is, then it finds nothing',
  async () => {
    const { link } = await aForm();
    expect(await problemsAt(['es', 'en', 'pt'].map((language) => `${link}?lang=${language}`))).toEqual([]);
  },
  60_000,
);
