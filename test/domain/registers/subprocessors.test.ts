import {
  contractStanding,
  mechanisms,
  mustBeMechanism,
  mustBeRegistered,
  readRegister,
  routeOf,
  subprocessors,
} from '../../../src/domain/registers/subprocessors';
import { waysOut } from '../../../src/domain/registers/ways-out';
import { loadAdapters } from '../../../src/load';

const line = {
  ...{ id: 'carrier', name: 'Carrier', country: 'CL', channels: ['sms'], hosts: ['smpp.example'], fields: ['phone'] },
  ...{ contract: { reference: 'K-1', until: '2027-03-31' }, review: '2027-01-01' },
};
const abroad = { mechanism: 'clauses', document: 'RAEX202503748', since: '2026-01-01' };
const read = (...lines: object[]) =>
  readRegister(JSON.stringify({ zone: 'America/Santiago', warn_days: [30, 7], subprocessors: lines }));

describe('the register of sub-processors', () => {
  it('when ours is read, then each adapter there is has somebody on record, with all the law asks', () => {
    for (const { name } of loadAdapters()) expect(routeOf(name).length).toBeGreaterThan(0);
    for (const one of subprocessors) {
      expect(one.fields.length).toBeGreaterThan(0);
      if (one.country !== 'CL') expect(mechanisms).toContain(one.transfer?.mechanism);
    }
  });

  it.each([
    ['goes abroad without a ground', { ...line, country: 'US' }],
    ['goes abroad by an exception', { ...line, country: 'US', transfer: { ...abroad, mechanism: 'derogation' } }],
    ['has no end of its contract', { ...line, contract: { reference: 'K-1' } }],
    ['has a contract that nobody can find', { ...line, contract: { reference: '', until: '2027-03-31' } }],
    ['receives nothing that is named', { ...line, fields: [] }],
    ['is never looked at again', { ...line, review: undefined }],
  ])('A25, A31: when somebody %s, then the register is refused', (_, wrong) => {
    expect(() => read(wrong)).toThrow(/subprocessors\.yaml/);
    expect(read(line, { ...line, country: 'US', transfer: abroad }).subprocessors).toHaveLength(2);
  });

  it('X-2: when a transfer would rest on an exception, then it is refused; on each of the five grounds it is not', () => {
    for (const ground of mechanisms) expect(() => mustBeMechanism(ground)).not.toThrow();
    for (const ground of ['derogation', 'consent', ''])
      expect(() => mustBeMechanism(ground)).toThrow(expect.objectContaining({ code: 'TRANSFER_GROUND' }));
  });

  it('A25: when nobody on record carries a channel, then it does not start', () => {
    const { subprocessors: among } = read(line);
    expect(() => mustBeRegistered('sms', among)).not.toThrow();
    expect(() => mustBeRegistered('whatsapp', among)).toThrow(
      expect.objectContaining({ code: 'ADAPTER_UNREGISTERED' }),
    );
  });
});

describe('a contract', () => {
  const { subprocessors: among } = read(line);
  const standing = (iso: string) => contractStanding(among[0] as (typeof among)[number], new Date(iso));

  it('A30: when its last day is over where we are, then it is over: not a second early, not a second late', () => {
    expect(standing('2027-04-01T02:59:59Z')).not.toEqual({ is: 'over' }); // 23:59:59 in Santiago
    expect(standing('2027-04-01T03:00:00Z')).toEqual({ is: 'over' });
  });

  it('A30: when it ends in sixty days or fewer, then whoever relies on it is warned, each time once', () => {
    expect(standing('2026-06-01T12:00:00Z')).toEqual({ is: 'valid' });
    expect(standing('2027-01-30T12:00:00Z')).toEqual({ is: 'ending', days: 60 });
    expect(standing('2027-03-01T12:00:00Z')).toEqual({ is: 'ending', days: 30 });
    expect(standing('2027-03-31T12:00:00Z')).toEqual({ is: 'ending', days: 7 });
  });
});

describe('whom the process may speak to', () => {
  const { subprocessors: among } = read(line);
  const ways = (adapters: Record<string, Record<string, unknown>>, mayStandIn = false) =>
    waysOut({ adapters, servers: ['postgres://u:p%2C@db.internal:5432/x', undefined], mayStandIn }, among);

  it('when everything is on record, then it is the hosts of the register and our own servers, and no other', () => {
    expect(ways({ sms: { SMS_URL: 'smpp://id:pass@smpp.example:2775', SMS_WINDOW: 10 } })).toEqual([
      'smpp.example',
      'db.internal',
    ]);
  });

  it('A23: when a channel is set up with a host that nobody on record has, then it does not start, stand-ins of this machine aside', () => {
    const elsewhere = expect.objectContaining({ code: 'ADAPTER_ELSEWHERE' });
    expect(() => ways({ sms: { SMS_URL: 'smpp://id:pass@evil.example:2775' } })).toThrow(elsewhere);
    expect(() => ways({ sms: { SMS_OTHER_APPS: 'x=smpp://a:b@smpp.example,y=smpp://a:b@evil.example' } })).toThrow(
      elsewhere,
    );
    expect(() => ways({ sms: { SMS_URL: 'smpp://id:pass@127.0.0.1:2775' } })).toThrow(elsewhere);
    expect(() => ways({ sms: { SMS_URL: 'smpp://id:pass@127.0.0.1:2775' } }, true)).not.toThrow();
    expect(() => ways({ pigeon: {} })).toThrow(expect.objectContaining({ code: 'ADAPTER_UNREGISTERED' }));
  });
});
