import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { standing, standingOf } from '../../../adapters/whatsapp/standing';

const sender = { channel: 'whatsapp', app: 'default', id: '106', token: 'T' };

describe('how Meta sees a number', () => {
  it('when all is well, then its quality, room and pace are read', () => {
    expect(
      standingOf({
        ...{ verified_name: 'Tienda Andina', quality_rating: 'GREEN', status: 'CONNECTED' },
        ...{ throughput: { level: 'HIGH' }, whatsapp_business_manager_messaging_limit: 'TIER_10K' },
        health_status: { can_send_message: 'AVAILABLE', entities: [{ entity_type: 'WABA' }] },
      }),
    ).toEqual({
      ...{ name: 'Tienda Andina', quality: 'GREEN', status: 'CONNECTED', canSend: 'AVAILABLE' },
      ...{ throughput: 1_000, limit: 10_000, problems: [] },
    });
  });

  it('when something stands in the way, then it is named by its code, once', () => {
    const errors = [{ error_code: 141006, error_description: 'There is an error with the payment method.' }];
    const said = standingOf({
      health_status: {
        can_send_message: 'BLOCKED',
        entities: [{ errors }, { errors }, { errors: [{ error_code: 'x' }] }],
      },
    });
    expect(said).toMatchObject({ canSend: 'BLOCKED', problems: ['WHATSAPP_141006'] });
  });

  it.each([
    ['TIER_250', 250],
    ['TIER_2K', 2_000],
    ['TIER_UNLIMITED', null],
    ['NOT_SET', undefined],
    [undefined, undefined],
  ])('when its limit is %s, then that is %p people a day', (tier, limit) => {
    expect(standingOf({ whatsapp_business_manager_messaging_limit: tier }).limit).toBe(limit);
  });

  it('when it says nothing we know, then it is unknown, and nothing throws', () => {
    for (const said of [{}, { health_status: null, throughput: 'x', quality_rating: 7 }])
      expect(standingOf(said)).toMatchObject({ status: 'UNKNOWN', canSend: 'UNKNOWN', problems: [] });
  });

  it('when it is asked, then for these fields with the token; a refusal is a code of ours', async () => {
    let status = 200;
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? { quality_rating: 'RED' } : { error: { code: 190 } }));
    }).listen(0);
    try {
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const settings = { baseUrl, version: 'v25.0', deadlineMs: 5_000 };
      expect(await standing(settings, sender)).toMatchObject({ outcome: 'accepted', value: { quality: 'RED' } });
      expect(asked[0]).toMatch(/^\/v25\.0\/106\?fields=.*quality_rating.*health_status Bearer T$/);
      status = 401;
      expect(await standing(settings, sender)).toMatchObject({ outcome: 'refused', code: 'PROVIDER_ACCESS' });
    } finally {
      server.close();
    }
  });
});
