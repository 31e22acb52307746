import { randomBytes } from 'node:crypto';
import { upload } from '../../../adapters/whatsapp/media';
import { Desk } from '../../../adapters/whatsapp/templates';
import { TemplateVerdicts, type VerdictPorts } from '../../../src/domain/campaigns/template-verdicts';
import { syncLane, TemplateWork } from '../../../src/domain/campaigns/template-work';
import type { TemplateWish } from '../../../src/domain/campaigns/templates.service';
import { templatesTable } from '../../../src/domain/campaigns/templates.table';
import { Outside, secrets } from '../../simulator/outside';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTemplate,
  aTenant,
  later,
  operator,
  RecordingChannel,
  start,
  type World,
  wire,
} from '../../support/world';

const waba = '208840352242901';
const number = '106540352242922';
let outside: Outside;
let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let work: TemplateWork;
let verdicts: TemplateVerdicts;
let tenant: string;
let senderId: string;

beforeAll(async () => {
  place = await testDatabase();
  outside = await Outside.start();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
  ({ id: tenant, sender: senderId } = await aTenant(here, { providerId: number }));
  const account = { channel: 'whatsapp', app: 'default', providerId: waba, token: secrets.token };
  await here.tenants.addAccount(tenant, account);
  await here.tenants.addSender(tenant, { ...account, providerId: number, label: 'one', account: waba }, start);
  const ports: VerdictPorts = {
    hold: (tx, template, why, now) => here.campaigns.pauseByTemplate(tx, template, why, now),
    onChanged: async () => {},
    sync: async () => {},
  };
  verdicts = new TemplateVerdicts(ports);
  work = aWork(outside.running.url, ports);
}, 60_000);
afterAll(async () => {
  await outside.stop();
  await here.queues.close();
  await here.database.close();
  await place.drop();
});

/** Files that members put into Slack. */
const dropped = new Map<string, Buffer>();
const graph = (baseUrl: string) => ({ baseUrl, version: 'v25.0', deadlineMs: 10_000 });
const aWork = (baseUrl: string, ports: VerdictPorts) =>
  new TemplateWork({
    ...{ database: here.database, clock: here.clock, desk: new Desk(graph(baseUrl)), media: here.templateMedia, ports },
    accounts: (tx) => here.senders.accounts(tx, 'whatsapp'),
    templates: here.templates,
    fetch: async ({ file }) => dropped.get(file) ?? Buffer.alloc(0),
  });
const wish = (more: Partial<TemplateWish> = {}): TemplateWish => ({
  channel: 'whatsapp',
  name: `aviso_${randomBytes(4).toString('hex')}`,
  language: 'es_CL',
  category: 'UTILITY',
  body: 'Hola {{1}}, tu pedido {{2}} ya va en camino.',
  variables: [{ from: 'name', otherwise: 'cliente' }, { text: 'del día' }],
  parts: {
    footer: 'Tienda Andina',
    buttons: [{ kind: 'url', label: 'Ver', url: 'https://t.example/{{1}}', ending: 'x' }],
  },
  ...more,
});
const draft = (more: Partial<TemplateWish> = {}) =>
  here.in(tenant, (tx) => here.templates.draft(tx, wish(more), operator, start));
const get = (id: string) => here.in(tenant, (tx) => templatesTable.get(tx, id));
const lane = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
const submit = async (id: string) => {
  await here.in(tenant, (tx) => here.templates.submit(tx, id, operator, start));
  await work.run(tenant, lane(id));
};
const atMeta = async (name: string) => (await outside.graph(`${waba}/message_templates?name=${name}`)).body.data[0];
const reviewed = (name: string, verdict: Record<string, unknown>) =>
  outside.sim('POST', `whatsapp/templates/${name}`, { number, ...verdict });

describe('templates and whoever reviews them', () => {
  it('when the account has some, then they are here, with what stands for their places', async () => {
    await work.run(tenant, syncLane);
    const rows = await here.in(tenant, (tx) => here.templates.list(tx));
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['aviso_despacho', 'promo_cyber', 'promo_navidad']),
    );
    expect(rows.find(({ name }) => name === 'promo_cyber')).toMatchObject({
      status: 'APPROVED',
      stop_word: 'BAJA',
      variables: [{ from: 'name' }, { text: '' }],
      provider_id: expect.any(String),
    });
    expect(await work.sync(tenant)).toBe(0);
  });

  it('when there are more than a page holds, then all come', async () => {
    for (let at = 0; at < 105; at++)
      await outside.graph(`${waba}/message_templates`, {
        ...{ name: `many_${at}`, language: 'es', category: 'UTILITY' },
        components: [{ type: 'BODY', text: 'Tu pedido ya va en camino.' }],
      });
    await work.sync(tenant);
    const rows = await here.in(tenant, (tx) => here.templates.list(tx));
    expect(rows.filter(({ name }) => name.startsWith('many_'))).toHaveLength(105);
  });

  it('when one is handed in, then it is under review there, and approved after a while', async () => {
    const { id, name } = await draft();
    await submit(id);
    expect(await get(id)).toMatchObject({ status: 'PENDING', provider_id: (await atMeta(name)).id });
    await outside.sim('POST', 'clock', { advance: '10s' });
    await eventually(async () => expect((await atMeta(name)).status).toBe('APPROVED'));
    expect(await work.sync(tenant)).toBeGreaterThan(0);
    expect(await get(id)).toMatchObject({ status: 'APPROVED', version: 1 });
  });

  it('when it is not fit, then it does not leave', async () => {
    const { id } = await draft({ body: '{{1}} hola' });
    await expect(here.in(tenant, (tx) => here.templates.submit(tx, id, operator, start))).rejects.toMatchObject({
      code: 'TEMPLATE_UNFIT',
    });
  });

  it('when its worker is lost after the provider took it, then it is handed in once', async () => {
    const { id, name } = await draft();
    await submit(id);
    const { id: there } = await atMeta(name);
    await here.in(tenant, (tx) => templatesTable.mark(tx, id, { status: 'SUBMITTING', provider_id: null }));
    await work.run(tenant, lane(id));
    expect(await get(id)).toMatchObject({ status: 'PENDING', provider_id: there, why: null });
  });

  it('when the name is taken there by other words, then it waits here and says so', async () => {
    const { id, name } = await draft();
    const components = [{ type: 'BODY', text: 'Otra cosa, de otra persona.' }];
    await outside.graph(`${waba}/message_templates`, { name, language: 'es_CL', category: 'UTILITY', components });
    await submit(id);
    expect(await get(id)).toMatchObject({ status: 'DRAFT', why: 'TEMPLATE_NAME_TAKEN', provider_id: null });
  });

  it('when an approved one is changed twice in a day, then the second change is refused and the words are those that hold', async () => {
    const { id, name } = await draft();
    await submit(id);
    await reviewed(name, { status: 'APPROVED' });
    await work.sync(tenant);
    const change = async (body: string) => {
      await here.in(tenant, (tx) => here.templates.write(tx, id, { body }, operator, start));
      await work.run(tenant, lane(id));
      const row = await get(id);
      await reviewed(name, { status: 'APPROVED' });
      await work.sync(tenant);
      return row;
    };
    expect(await change('Hola {{1}}, tu pedido {{2}} llega hoy mismo.')).toMatchObject({
      status: 'PENDING',
      why: null,
    });
    expect(await change('Hola {{1}}, tu pedido {{2}} llega mañana temprano.')).toMatchObject({
      why: 'TEMPLATE_EDIT_LIMIT',
    });
    expect(await get(id)).toMatchObject({
      ...{ status: 'APPROVED', why: 'TEMPLATE_EDIT_LIMIT' },
      body: 'Hola {{1}}, tu pedido {{2}} llega hoy mismo.',
      variables: wish().variables,
    });
  });

  it('when one is taken back, then it is gone on both sides, and its name rests', async () => {
    const { id, name } = await draft();
    await submit(id);
    await here.in(tenant, (tx) => here.templates.remove(tx, id, operator, start));
    await work.run(tenant, lane(id));
    expect((await get(id))?.status).toBe('DELETED');
    expect(await atMeta(name)).toBeUndefined();
    const again = await draft({ name });
    await submit(again.id);
    expect(await get(again.id)).toMatchObject({ status: 'DRAFT', why: 'TEMPLATE_NAME_RESTS' });
  });

  it('when a campaign waits for one, then it is not taken away', async () => {
    const template = await aTemplate(here, tenant, { name: 'promo_en_uso' });
    await aCampaign(here, tenant, { template, at: later(60) });
    await expect(here.in(tenant, (tx) => here.templates.remove(tx, template, operator, start))).rejects.toMatchObject({
      code: 'TEMPLATE_IN_USE',
    });
  });

  it('when it was deleted there, then it is gone here and what would use it waits', async () => {
    const { id, name } = await draft();
    await submit(id);
    await outside.fetch('DELETE', `/v25.0/${waba}/message_templates?name=${name}`, undefined, {
      authorization: `Bearer ${secrets.token}`,
    });
    await work.sync(tenant);
    expect((await get(id))?.status).toBe('DELETED');
  });

  it('when the provider does not answer, then nothing is lost: it is tried again, and in the end waits here with the reason', async () => {
    const { id } = await draft();
    await here.in(tenant, (tx) => here.templates.submit(tx, id, operator, start));
    const unreachable = aWork('http://127.0.0.1:9', {
      hold: async () => {},
      onChanged: async () => {},
      sync: async () => {},
    });
    await expect(unreachable.run(tenant, lane(id))).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    expect((await get(id))?.status).toBe('SUBMITTING');
    await unreachable.parked(tenant, lane(id));
    expect(await get(id)).toMatchObject({ status: 'DRAFT', why: 'PROVIDER_UNREACHABLE' });
  });

  it("when it is another customer's, then it is as if it were not there", async () => {
    const { id } = await draft();
    const other = await aTenant(here);
    const as = (act: 'submit' | 'remove') => here.in(other.id, (tx) => here.templates[act](tx, id, operator, start));
    for (const act of ['submit', 'remove'] as const)
      await expect(as(act)).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
  });

  it.each([
    ['paused', { status: 'PAUSED' }, 'TEMPLATE_NOT_APPROVED'],
    ['disabled', { status: 'DISABLED' }, 'TEMPLATE_NOT_APPROVED'],
    ['filed anew', { category: 'UTILITY' }, 'TEMPLATE_CATEGORY'],
    ['rated red', { quality: 'RED' }, 'TEMPLATE_QUALITY'],
  ])('when it is %s while a campaign waits for its hour, then that is held and says why', async (_, change, why) => {
    const name = `promo_${randomBytes(4).toString('hex')}`;
    const template = await aTemplate(here, tenant, { name });
    const campaign = await aCampaign(here, tenant, { template, at: later(60) });
    await here.in(tenant, async (tx) => {
      const of = { name, language: 'es_CL' };
      if ('status' in change) await verdicts.status(tx, { ...of, status: String(change.status) }, later(1));
      else await verdicts.standing(tx, of, change, later(1));
    });
    const view = await here.in(tenant, (tx) => here.campaigns.get(tx, campaign.id, later(1)));
    expect(view).toMatchObject({ state: 'held', heldWhy: why });
  });
});

describe('the picture above the words', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(2_000)]);
  const parts = { header: { kind: 'image' as const } };
  const keep = (template: string, content: Buffer, name = 'foto.png') =>
    here.templateMedia.keep(tenant, template, { name, content }, operator.id, start, async () => {});
  const send = (...[sender, medium]: Parameters<Parameters<World['templateMedia']['copyFor']>[1]>) =>
    upload(graph(outside.running.url), sender, medium);

  it('when it is dropped, then it is kept sealed, handed in with the template, and given to the provider once', async () => {
    const { id, name } = await draft({ parts });
    await keep(id, png);
    await submit(id);
    expect((await atMeta(name)).components[0]).toMatchObject({
      format: 'IMAGE',
      example: { header_handle: [expect.any(String)] },
    });
    const at = await here.in(tenant, async (tx) => ({
      ...{ tenant, template: id, senderId, now: start },
      sender: { ...(await here.senders.sender(tx, senderId)), token: secrets.token },
    }));
    const first = await here.templateMedia.copyFor(at, send);
    expect(await here.templateMedia.copyFor(at, () => Promise.reject(new Error('again')))).toEqual(first);
    expect(await here.templateMedia.copyFor({ ...at, now: later(60 * 24 * 26) }, send)).not.toEqual(first);
  });

  it('when it is no picture whatever its name says, or too large, then it is refused', async () => {
    const { id } = await draft({ parts });
    await expect(keep(id, Buffer.from('<svg onload=alert(1)>'))).rejects.toMatchObject({ code: 'MEDIUM_UNKNOWN' });
    await expect(keep(id, Buffer.concat([png, Buffer.alloc(5 * 1024 * 1024)]))).rejects.toMatchObject({
      code: 'MEDIUM_TOO_LARGE',
    });
    expect(await here.in(tenant, (tx) => here.templateMedia.has(tx, id))).toBe(false);
  });

  it('when a member drops it, then it is fetched and stands above the words; what is no picture says so', async () => {
    const { id } = await draft();
    const bring = async (file: string) => {
      const from = { team: 'T1', id: file, name: `${file}.png` };
      await here.in(tenant, (tx) => here.templates.expectMedium(tx, id, from, operator, start));
      await work.run(tenant, lane(id));
      return get(id);
    };
    dropped.set('photo', png).set('page', Buffer.from('<html>'));
    expect(await bring('page')).toMatchObject({ why: 'MEDIUM_UNKNOWN', bringing: null, version: 1 });
    expect(await bring('photo')).toMatchObject({ why: null, version: 2, parts: { header: { kind: 'image' } } });
  });

  it('when it is taken away, then its bytes are destroyed', async () => {
    const { id } = await draft({ parts });
    await keep(id, png);
    expect((await here.templateMedia.read(tenant, id))?.content.equals(png)).toBe(true);
    await here.in(tenant, (tx) => here.templateMedia.remove(tx, id, operator.id, start));
    expect(await here.templateMedia.read(tenant, id)).toBeUndefined();
  });
});
