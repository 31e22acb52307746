import fc from 'fast-check';
import { newId } from '../../../src/data/ids';
import { type TemplateRow, templatesTable } from '../../../src/domain/campaigns/templates.table';
import { render } from '../../../src/domain/delivery/rendering';
import { TrackedLinks } from '../../../src/domain/delivery/tracked-links';
import { trackedLinksTable } from '../../../src/domain/delivery/tracked-links.table';
import { agreed, aPerson, later, start, type World, world } from '../world';

const ours = 'https://c.example';
const shop = 'https://tienda.example/cyber?x=1&y=2';
const phone = { method: 'GET', agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1', purpose: '' };
let here: World;
let links: TrackedLinks;
let batches = 500;
beforeAll(async () => {
  here = await world();
  links = new TrackedLinks(here.database, here.keys, ours);
});
afterAll(() => here.close());

const template = (more: Partial<TemplateRow> = {}): TemplateRow => ({
  id: newId(),
  channel: 'sms',
  name: 'cyber',
  language: 'es_CL',
  category: 'MARKETING',
  status: 'APPROVED',
  body: `Hola {{1}}, mira ${shop}. Para salir: ${ours}/unsubscribe/x`,
  variables: [{ from: 'name', otherwise: 'cliente' }],
  stop_word: null,
  version: 1,
  ...more,
});

const measure = (texts: string[] | null = null, days = 30) =>
  here.in((tx) => trackedLinksTable.enable(tx, 'marketing', { days, texts }, 'member:x', start));
const stopMeasuring = () => here.in((tx) => trackedLinksTable.disable(tx, 'marketing'));

/** What somebody got: the link in their message, and where it is noted. */
async function sent(of = template(), { contact, at = start }: { contact?: string; at?: Date } = {}) {
  const person = contact ?? (await aPerson(here));
  const batch = String(++batches);
  return here.in(async (tx) => {
    await tx.query(
      `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, accepted_at, created_at)
       VALUES ($1, $2, 71, $3, $3, $4, 'marketing', 'accepted', $5, $5)`,
      [tx.tenant, batch, person, of.channel, at],
    );
    const keys = await here.keys.of(tx);
    const counting = await links.prepare(tx, { batch, template: of, purpose: 'marketing' }, at);
    const covered = counting && (await links.covered(tx, counting, [person]));
    const seq = covered?.has(person) ? '71' : undefined;
    const content = render(of, { name: 'Ana' }, counting ? links.around(keys, counting, seq) : {});
    const words = JSON.stringify(content);
    return { batch, person, content, link: new RegExp(`${ours}/l/([\\w-]+)`).exec(words)?.[1] ?? '' };
  });
}
const clicks = (batch: string) =>
  here.in(async (tx) => {
    const visits = await tx.query<{ who: string; n: number }>(
      'SELECT who, n::int FROM link_visit WHERE batch_id = $1 ORDER BY who',
      [batch],
    );
    const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM interaction WHERE batch_id = $1', [
      batch,
    ]);
    return { people: row?.n, visits: Object.fromEntries(visits.map(({ who, n }) => [who, n])) };
  });

describe('a link that is counted', () => {
  beforeEach(() => measure());

  it('when a person follows it, twice, then they come to the very address that was written and are counted once', async () => {
    const { batch, link, content } = await sent();
    expect(content).toEqual({
      kind: 'text',
      text: `Hola Ana, mira ${ours}/l/${link}. Para salir: ${ours}/unsubscribe/x`,
    });
    expect(link.length).toBeLessThanOrEqual(22);
    for (const minute of [60, 70]) expect(await links.follow(link, phone, later(minute))).toBe(shop);
    expect(await clicks(batch)).toEqual({ people: 1, visits: { person: 2 } });
  });

  it('when a machine fetches it, then it is led on and counted apart', async () => {
    const { batch, link } = await sent();
    const machines = [
      { ...phone, method: 'HEAD' },
      { ...phone, agent: '' },
      { ...phone, agent: 'WhatsApp/2.24 A' },
      { ...phone, agent: 'facebookexternalhit/1.1' },
      { ...phone, agent: 'Mozilla/5.0 (compatible; Googlebot/2.1)' },
      { ...phone, purpose: 'prefetch;prerender' },
    ];
    for (const machine of machines) expect(await links.follow(link, machine, later(60))).toBe(shop);
    // sooner than anybody can read
    expect(await links.follow(link, phone, later(0.005))).toBe(shop);
    expect(await clicks(batch)).toEqual({ people: 0, visits: { machine: 7 } });
  });

  it('when it is over, altered, of another campaign or nothing at all, then it opens nothing and counts nothing', async () => {
    const { batch, link } = await sent();
    const other = await sent();
    expect(await links.follow(link, phone, later(31 * 1_440))).toBeUndefined();
    const swapped = link.slice(0, 8) + other.link.slice(8);
    const neighbour = `${link.slice(0, 16)}${(72).toString(36)}`;
    const odd = [
      '',
      '.',
      link.slice(0, 7),
      `${link}!`,
      `${link}/..`,
      '../../etc/passwd',
      '%00',
      '💥'.repeat(8),
      'x'.repeat(5_000),
    ];
    for (const text of [swapped, neighbour, ...odd]) expect(await links.follow(text, phone, later(60))).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: link.length - 1 }),
        fc.constantFrom(...'0aZ_-'),
        async (at, letter) => {
          const altered = link.slice(0, at) + letter + link.slice(at + 1);
          fc.pre(altered !== link);
          expect(await links.follow(altered, phone, later(60))).toBeUndefined();
        },
      ),
      { numRuns: 40 },
    );
    expect(await clicks(batch)).toEqual({ people: 0, visits: {} });
  });

  it('when its person was erased, then it leads on and speaks of nobody', async () => {
    const { batch, link, person } = await sent();
    await here.in((tx) => tx.query('DELETE FROM contact_key WHERE contact_id = $1', [person]));
    expect(await links.follow(link, phone, later(60))).toBe(shop);
    expect(await clicks(batch)).toEqual({ people: 0, visits: { nobody: 1 } });
  });

  it('when the template is edited later, then what was sent leads where it led', async () => {
    const { link } = await sent();
    const edited = template({ body: 'otra cosa https://elsewhere.example/' });
    await here.in((tx) => templatesTable.insert(tx, edited));
    expect(await links.follow(link, phone, later(60))).toBe(shop);
  });

  it('when two workers begin the same campaign at once, then there is one link', async () => {
    const batch = String(++batches);
    const of = template();
    const prepare = () => here.in((tx) => links.prepare(tx, { batch, template: of, purpose: 'marketing' }, start));
    const codes = (await Promise.all([prepare(), prepare(), prepare()])).map((one) =>
      one?.links.map(({ code }) => code),
    );
    expect(new Set(codes.flat()).size).toBe(1);
  });

  it('when words of a mail hold it, then text and HTML lead the same way, and the link to leave is left alone', async () => {
    const of = template({
      channel: 'email',
      body: `Mira [la oferta](${shop}).\n\nSalir: {{unsubscribe}}`,
      parts: { subject: 'Cyber' },
    });
    const { content, link } = await sent(of);
    if (content.kind !== 'email') throw new Error('not a mail');
    expect(content.text).toContain(`${ours}/l/${link}`);
    expect(content.html).toContain(`${ours}/l/${link}`);
    expect(JSON.stringify(content)).not.toContain('tienda.example');
  });

  it('when a WhatsApp button leads through us, then its ending is the link, counted or not', async () => {
    const buttons = [{ kind: 'url', label: 'Ver', url: `${ours}/l/{{1}}`, ending: shop }] as const;
    const of = template({ channel: 'whatsapp', body: 'Hola {{1}}, mira.', parts: { buttons } });
    const suffixOf = ({ content }: Awaited<ReturnType<typeof sent>>) => {
      const value = content.kind === 'template' ? content.buttons?.[0] : undefined;
      return value && 'suffix' in value ? value.suffix : '';
    };
    const counted = await sent(of);
    expect(await links.follow(suffixOf(counted), phone, later(60))).toBe(shop);
    expect((await clicks(counted.batch)).people).toBe(1);
    await stopMeasuring();
    const uncounted = await sent(of);
    expect(suffixOf(uncounted)).toMatch(/^\w{8}$/);
    expect(await links.follow(suffixOf(uncounted), phone, later(60))).toBe(shop);
    expect(await clicks(uncounted.batch)).toEqual({ people: 0, visits: { nobody: 1 } });
  });
});

describe('whose clicks are counted', () => {
  it('when the customer has not asked for it, then every address leaves as it was written', async () => {
    await stopMeasuring();
    const { content } = await sent();
    expect(JSON.stringify(content)).toContain(shop);
  });

  it('when the words that tell of it are named, then only of who agreed to those', async () => {
    await measure([agreed[0]]);
    expect((await sent()).link).not.toBe('');
    await measure(['v9']);
    const { content, link } = await sent();
    expect(link).toBe('');
    expect(JSON.stringify(content)).toContain(shop);
  });
});
