import type { Fields } from '../../src/log';
import { silentLog } from '../../src/log';
import { Ticker } from '../../src/queue/ticker';
import { eventually } from '../support/eventually';

describe('a sweep over every customer', () => {
  it('when it fails at one, then the others are done, the log names that one, and the sweep has failed', async () => {
    const told: Fields[] = [];
    const ticker = new Ticker({ ...silentLog, error: (fields) => void told.push(fields) });
    const done: string[] = [];
    ticker.everyCustomer(
      60_000,
      'statements',
      async () => ['one', 'two', 'three'],
      async (tenant) => {
        if (tenant === 'two') throw new Error('of Ana Rojas');
        done.push(tenant);
      },
    );
    ticker.start();
    await eventually(async () => expect(told).toHaveLength(2));
    await ticker.stop();
    expect(done).toEqual(['one', 'three']);
    expect(told).toMatchObject([
      { event: 'sweep.one_failed', job: 'statements', tenant: 'two' },
      { event: 'sweep.failed', job: 'statements' },
    ]);
    expect(JSON.stringify(told)).not.toContain('Ana');
  });
});
