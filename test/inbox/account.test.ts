import type { ChannelEvent } from '../../src/channel';
import { AccountWorker } from '../../src/inbox/account-worker';
import { testDatabase } from '../support/database';
import { aMaster } from '../support/ground';
import { testRedis } from '../support/redis';
import { aTenant, later, RecordingChannel, start, type World, wire } from '../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
const heard: unknown[] = [];

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
});
afterAll(async () => {
  await here.queues.close();
  await here.database.close();
  await place.drop();
});
beforeEach(() => void heard.splice(0));

const worker = () =>
  new AccountWorker(here.database, here.keys, here.clock, {
    onTemplateStatus: async (_, template) => void heard.push(template),
    onTemplateStanding: async (_, { name }, change) => void heard.push({ name, ...change }),
    onMessagingLimit: async (_, channel, limit) => void heard.push({ channel, limit }),
    onNumbersChanged: async () => {},
    onShownOut: async (_, team, out) => void heard.push({ team, ...out }),
  });

const template = { message_template_id: 1, message_template_name: 'promo', message_template_language: 'es-CL' };

describe('what the provider says of our templates and numbers', () => {
  it.each([
    [
      'quality turns red',
      'message_template_quality_update',
      { ...template, new_quality_score: 'RED' },
      { name: 'promo', quality: 'RED' },
    ],
    [
      'quality comes under the other name',
      'message_template_status_update',
      { ...template, new_quality_score: 'YELLOW' },
      { name: 'promo', quality: 'YELLOW' },
    ],
    [
      'category has changed',
      'template_category_update',
      { ...template, previous_category: 'UTILITY', new_category: 'MARKETING' },
      { name: 'promo', category: 'MARKETING' },
    ],
    [
      'category is to change',
      'template_category_update',
      { ...template, correct_category: 'MARKETING', new_category: 'UTILITY' },
      undefined,
    ],
    [
      'status changed',
      'message_template_status_update',
      { ...template, event: 'PAUSED' },
      { name: 'promo', language: 'es_CL', status: 'PAUSED' },
    ],
    [
      'number may begin with more',
      'phone_number_quality_update',
      { max_daily_conversations_per_business: 'TIER_2K' },
      { channel: 'whatsapp', limit: 2_000 },
    ],
    [
      'number has no limit any more',
      'business_capability_update',
      { max_daily_conversations_per_business: 'UNLIMITED' },
      { channel: 'whatsapp', limit: null },
    ],
    [
      'number has none yet',
      'phone_number_quality_update',
      { max_daily_conversations_per_business: 'NOT_SET' },
      undefined,
    ],
    ['update is of something else', 'account_alerts', { max_daily_conversations_per_business: 'TIER_50' }, undefined],
  ])('when its %s, then it is acted upon, or only kept', async (_, field, value, expected) => {
    const tenant = await aTenant(here);
    const event: ChannelEvent = {
      channel: 'whatsapp',
      app: 'default',
      sender: tenant.providerId,
      id: field,
      at: start,
      kind: 'account',
      field,
      value,
    };
    await here.intake.receive([event]);
    const [row] = await here.in(tenant.id, (tx) => tx.query<{ lane: Buffer }>('SELECT lane FROM inbox'));
    await worker().run(tenant.id, row?.lane as Buffer);
    expect(heard).toEqual(expected ? [expected] : []);
    const [done] = await here.in(tenant.id, (tx) => tx.query<{ outcome: string }>('SELECT outcome FROM inbox'));
    expect(done?.outcome).toMatch(expected ? /template|limit/ : /noted/);
  });

  it('when a workspace shows us out, then it is told when that was by Slack’s clock, and when it was heard by ours, however late it is handled', async () => {
    const tenant = await aTenant(here);
    await here.tenants.addWorkspace(tenant.id, 'T0OUT', 'xoxb-out');
    const event: ChannelEvent = {
      ...{ channel: 'slack', app: 'default', sender: 'T0OUT', id: 'Ev0OUT', at: start, kind: 'account' },
      ...{ field: 'app_uninstalled', value: {} },
    };
    here.clock.at = later(1);
    await here.intake.receive([event]);
    here.clock.at = later(9);
    const [row] = await here.in(tenant.id, (tx) => tx.query<{ lane: Buffer }>('SELECT lane FROM inbox'));
    await worker().run(tenant.id, row?.lane as Buffer);
    here.clock.at = start;
    expect(heard).toEqual([{ team: 'T0OUT', why: 'app_uninstalled', at: start, heard: later(1) }]);
  });
});
