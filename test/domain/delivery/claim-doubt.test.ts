import { Client } from 'pg';
import type { OutboundContent } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import { insist } from '../../../src/domain/delivery/insist';
import { writeOutcomes } from '../../../src/domain/delivery/outcomes.table';
import { AppError } from '../../../src/errors';
import { eventually } from '../../support/eventually';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aPerson,
  arrived,
  aTenant,
  batchOf,
  people,
  RecordingChannel,
  reaches,
  start,
  type World,
} from '../../support/world';

let house: Installation;
let here: World;
const channel = new RecordingChannel();

beforeAll(async () => {
  house = await install({ channel });
  here = house.here;
  here.start();
});
afterAll(() => house?.close());

/** From the next statement of this kind on, its transaction is committed, and the line breaks before anybody hears of it. @returns whether it happened */
function loseCommitAfter(statement: string): () => boolean {
  let armed: 'yes' | Client | undefined = 'yes';
  const { query } = Client.prototype;
  type Asked = { text?: string };
  const lose = async (client: Client, asked: Asked): Promise<never> => {
    await Reflect.apply(query, client, [asked]);
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    throw new Error('the line broke');
  };
  const spy = jest.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...given: unknown[]) {
    const asked = given[0] as Asked;
    if (armed === 'yes' && asked.text?.includes(statement)) armed = this;
    if (armed !== this || asked.text !== 'COMMIT') return Reflect.apply(query, this, given);
    armed = undefined;
    spy.mockRestore();
    return lose(this, asked);
  } as never);
  return () => armed === undefined;
}

describe('a claim of which nobody heard that it was committed', () => {
  it('when people were taken from a campaign, then they are written to all the same, once, and count once', async () => {
    const tenant = await aTenant(here);
    await people(here, tenant.id, 40);
    const isLost = loseCommitAfter('judged AS MATERIALIZED');
    const campaign = await aCampaign(here, tenant.id);
    const done = await reaches(here, tenant.id, campaign.id, 'done');
    expect(isLost()).toBe(true);
    expect(done).toMatchObject({ selected: 40, sent: 40, unknown: 0, failed: 0 });
    const numbers = channel.sent.map(({ to }) => to.phone);
    expect([numbers.length, new Set(numbers).size]).toEqual([40, 40]);
    const [counted] = await here.in(tenant.id, (tx) =>
      tx.query<{ n: number }>('SELECT sum(messages)::int AS n FROM sending_count WHERE tenant_id = $1', [tenant.id]),
    );
    expect(counted?.n).toBe(40);
  });

  it('when somebody was about to be answered, then the answer comes, once', async () => {
    const tenant = await aTenant(here);
    const phone = aPhone();
    const contact = await aPerson(here, tenant.id, { identity: { phone } });
    const id = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id: newId(), at: start };
    const said = { ...id, kind: 'message', from: { phone }, content: { type: 'text', text: 'hola' } } as const;
    const { id: inbox } = await arrived(here, tenant.id, said, { phone });
    await here.in(tenant.id, (tx) =>
      tx.query('UPDATE contact SET last_inbound_at = $2 WHERE id = $1', [contact, start]),
    );
    const before = channel.sent.length;
    const isLost = loseCommitAfter("UPDATE message SET state = CASE WHEN $3::text IS NULL THEN 'sending'");
    const content: OutboundContent = { kind: 'content', text: 'Hola, ¿en qué te ayudo?' };
    await here.in(tenant.id, (tx) => {
      const single = {
        contact,
        sender: tenant.sender,
        channel: 'whatsapp',
        purpose: 'answer',
        boundTo: inbox,
      } as const;
      return here.outbox.enqueue(tx, single, content, start);
    });
    here.dispatcher.poke();
    await eventually(() => expect(channel.sent.length).toBe(before + 1));
    expect(isLost()).toBe(true);
    expect(channel.sent.at(-1)?.to).toMatchObject({ phone });
  });
});

describe('what came of a claim', () => {
  it('when it is written once more by whoever did not hear of the first time, then it moves and counts back nothing, and a claim made since stays as it is', async () => {
    const tenant = await aTenant(here);
    const contact = await aPerson(here, tenant.id, {});
    const { id } = await aCampaign(here, tenant.id, { until: 'drafted' });
    const batch = await batchOf(here, tenant.id, id);
    await here.in(tenant.id, (tx) =>
      tx.query(
        `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, created_at)
         VALUES ($1, $2, 1, $3, $4, 'whatsapp', 'marketing', 'planned', $5)`,
        [tx.tenant, batch, contact, tenant.sender, start],
      ),
    );
    const claim = () =>
      here.in(tenant.id, async (tx) => {
        const rows = await tx.query<{ began: string }>(
          `UPDATE message SET state = 'sending', claimed_at = now(), attempts = attempts + 1 WHERE batch_id = $1 RETURNING now()::text AS began`,
          [batch],
        );
        return rows[0]?.began ?? '';
      });
    const comesBack = (began: string) =>
      here.in(tenant.id, (tx) => {
        const none = { reason: null, provider: null, sealed: null, hash: null, pause: 0 };
        return writeOutcomes(tx, batch, [{ seq: '1', state: 'planned', began, ...none }], start);
      });
    const row = async () => {
      const [found] = await here.in(tenant.id, (tx) =>
        tx.query('SELECT state, attempts FROM message WHERE batch_id = $1', [batch]),
      );
      return found;
    };
    const first = await claim();
    expect(await comesBack(first)).toEqual(['1']);
    expect(await row()).toEqual({ state: 'planned', attempts: 0 });
    expect(await comesBack(first)).toEqual([]);
    const second = await claim();
    expect(await comesBack(first)).toEqual([]);
    expect(await row()).toEqual({ state: 'sending', attempts: 1 });
    expect(await comesBack(second)).toEqual(['1']);
  });
});

describe('what has to be written', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('when the server is back after half a minute, then it is written, and was asked for ever less often', async () => {
    const asked: number[] = [];
    const written = insist(async () => {
      asked.push(Date.now());
      if (Date.now() - (asked[0] as number) < 30_000) throw new Error('away');
      return 'written';
    });
    await jest.advanceTimersByTimeAsync(40_000);
    expect(await written).toBe('written');
    expect(asked.length).toBeLessThan(15);
  });

  it('when the server does not come back while the rows are ours, then it is said why', async () => {
    const written = insist(() => Promise.reject(new Error('away'))).catch((error: Error) => error.message);
    await jest.advanceTimersByTimeAsync(59_000);
    expect(await written).toBe('away');
  });

  it('when another try would fare the same, then none is made', async () => {
    let tries = 0;
    const refused = insist(async () => {
      tries += 1;
      throw new AppError('PERSON_ERASED');
    });
    await expect(refused).rejects.toThrow();
    expect(tries).toBe(1);
  });
});
