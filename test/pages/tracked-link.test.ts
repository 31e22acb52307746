import { newId } from '../../src/data/ids';
import { render } from '../../src/domain/delivery/rendering';
import { trackedLinksTable } from '../../src/domain/delivery/tracked-links.table';
import { aSite, later, type Site, start } from './site';

const shop = 'https://tienda.example/cyber?a=1&b=%C3%B1#abajo';
const phone = { 'user-agent': 'Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile' };
let site: Site;
let contact: string;
let link: string;
let batch = 900;

beforeAll(async () => {
  site = await aSite();
  contact = await site.person();
});
afterAll(() => site.close());

beforeEach(async () => {
  const of = { batch: String(++batch), purpose: 'marketing' } as const;
  link = await site.here.in(site.tenant, async (tx) => {
    await trackedLinksTable.enable(tx, 'marketing', { days: 30, texts: null }, 'member:x', start);
    await tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, accepted_at, created_at)
       VALUES ($1, $2, 1, $3, $3, 'sms', 'marketing', 'delivered', $4, $4)`,
      [tx.tenant, of.batch, contact, later(-60)],
    );
    const about = { id: newId(), channel: 'sms', name: 'x', language: 'es', category: 'MARKETING', status: 'APPROVED' };
    const template = { ...about, body: `Mira ${shop}`, variables: [], stop_word: null, version: 1 };
    const { trackedLinks, keys } = site.here;
    const counting = await trackedLinks.prepare(tx, { ...of, template }, start);
    if (!counting) throw new Error('nothing is counted');
    const content = render(template, {}, trackedLinks.around(await keys.of(tx), counting, '1'));
    return content.kind === 'text' ? content.text.replace('Mira https://connectus.example', '') : '';
  });
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${site.url}${path}`, { redirect: 'manual', headers: phone, ...init });
const noted = async (): Promise<string[]> => {
  const rows = await site.here.in(site.tenant, (tx) =>
    tx.query<{ what: string }>(
      `SELECT kind AS what FROM interaction WHERE batch_id = $1 UNION ALL SELECT who || ' ' || n FROM link_visit WHERE batch_id = $1`,
      [batch],
    ),
  );
  return rows.map(({ what }) => what).sort();
};

describe('/l/<link>', () => {
  it('when a person follows it, then they are led to the address as it was written, without a cookie, and no permission changes', async () => {
    const before = await site.on(contact);
    const answer = await ask(link);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(shop);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await answer.text()).toBe('');
    expect(await noted()).toEqual(['clicked', 'person 1']);
    expect(await site.on(contact)).toEqual(before);
  });

  it('when a scanner only looks, then it is counted apart', async () => {
    expect((await ask(link, { method: 'HEAD' })).status).toBe(302);
    await ask(link, { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' } });
    await ask(link, { headers: { ...phone, 'sec-purpose': 'prefetch' } });
    expect(await noted()).toEqual(['machine 3']);
  });

  it('when it is nobody’s, is posted to, or carries an address of its own, then it leads nowhere', async () => {
    for (const path of ['/l/', '/l/x', `${link}x!`, '/l/https://evil.example', `${link.slice(0, 11)}//evil.example`]) {
      const answer = await ask(path);
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 404, null]);
    }
    expect((await ask(`${link}?to=https://evil.example`)).headers.get('location')).toBe(shop);
    expect((await ask(link, { method: 'POST' })).status).toBe(404);
    expect(await (await ask('/l/AAAAAAAA', { headers: { ...phone, 'accept-language': 'pt-BR' } })).text()).toContain(
      'Este link não abre mais nada',
    );
  });

  it('when one is opened without end, then it is asked to wait, and other links go on', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(link)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    expect(await noted()).toEqual(['clicked', 'person 30']);
  });
});
