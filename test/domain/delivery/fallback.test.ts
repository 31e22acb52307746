import fc from 'fast-check';
import type { ChannelEvent, ProviderError, ReceiptStatus } from '../../../src/channel';
import { newId } from '../../../src/data/ids';
import { fallbacksTable } from '../../../src/domain/campaigns/fallbacks.table';
import { templatesTable } from '../../../src/domain/campaigns/templates.table';
import { openRows } from '../../../src/domain/delivery/counts.table';
import { referenceOf } from '../../../src/domain/delivery/reference';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster, aPhone } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aPerson,
  aTemplate,
  aTenant,
  batchOf,
  later,
  operator,
  owner,
  RecordingChannel,
  start,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
/** The stand-ins of all channels: what reached them is what counts. */
const channel = new RecordingChannel();

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel });
});
const accepted = channel.answer;
afterEach(() => {
  channel.answer = accepted;
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});

const notThere: ProviderError = { code: 'WHATSAPP_131026', treatment: 'permanent', elsewhere: true };
const tooLong: ProviderError = { code: 'WHATSAPP_132005', treatment: 'permanent' };
const never = new AbortController().signal;

/** A campaign by WhatsApp with SMS behind it, under way, to so many people. @param agreed to SMS */
async function aFamily(count: number, { agreed = true } = {}) {
  const tenant = await aTenant(here);
  const sms = { channel: 'sms', app: 'default', providerId: `569${tenant.providerId}`, token: 'token', label: 'sms' };
  await here.tenants.addSender(tenant.id, { ...sms, ratePerSecond: 500 }, start);
  const template = await aTemplate(here, tenant.id, { name: 'promo' });
  const phones = Array.from({ length: count }, () => aPhone());
  for (const phone of phones) {
    const contact = await aPerson(here, tenant.id, { identity: { phone } });
    const yes = {
      channel: 'sms',
      purpose: 'marketing',
      source: 'form',
      actor: 'import:x',
      evidence: 'row 1',
      textVersion: '1',
    };
    if (agreed)
      await here.in(tenant.id, (tx) =>
        here.consent.give(tx, contact, { ...yes, at: later(-9_000), language: 'es' }, start),
      );
  }
  const campaign = await here.in(tenant.id, async (tx) => {
    const body = 'Hola {{1}}, hoy 30 %. BAJA para salir.';
    await templatesTable.insert(tx, {
      ...{
        id: newId(start),
        channel: 'sms',
        name: 'promo',
        language: 'es_CL',
        category: 'MARKETING',
        status: 'APPROVED',
      },
      ...{ body, variables: [{ from: 'name', otherwise: 'cliente' }], stop_word: 'BAJA', version: 1 },
    });
    const segment = await here.audience.addSegment(tx, { name: 'RM', key: 'region', value: 'RM' }, start);
    const drafted = await here.campaigns.draft(tx, { template, segment, backup: 'sms' }, operator, start);
    const asked = await here.campaigns.askApproval(tx, drafted.id, drafted.version, operator, start);
    return here.campaigns.approve(tx, asked.id, asked.version, owner, start);
  });
  const first = await batchOf(here, tenant.id, campaign.id);
  const [behind] = await here.in(tenant.id, (tx) => fallbacksTable.of(tx, campaign.id));
  const second = behind?.batch_id ?? '';
  const mine = (kind: 'whatsapp' | 'sms') =>
    channel.sent.filter(({ sender, to }) => sender.channel === kind && phones.includes(to.phone ?? ''));
  const lane = Buffer.alloc(8);
  lane.writeBigInt64BE(BigInt(first));
  return {
    ...{ tenant, campaign, phones, first, second, sms: () => mine('sms'), whatsapp: () => mine('whatsapp') },
    send: async () => {
      await here.work.run(tenant.id, lane);
      await eventually(async () => {
        await here.slices.run({ tenant: tenant.id, batch: first }, never);
        expect(mine('whatsapp')).toHaveLength(count);
      });
    },
    sendElsewhere: () => here.slices.run({ tenant: tenant.id, batch: second }, never),
    /** Until nobody waits: what was claimed too slowly goes back, and with nothing ahead the next look begins at the beginning. */
    sendAllElsewhere: () =>
      eventually(async () => {
        await here.slices.run({ tenant: tenant.id, batch: second }, never);
        const open = await here.in(tenant.id, (tx) => openRows(tx, second));
        expect(open).toEqual({ planned: false, sending: false });
      }),
    settle: () =>
      here.in(tenant.id, (tx) => tx.query('UPDATE message SET not_before = NULL WHERE batch_id = $1', [second])),
    rows: (batch: string) =>
      here.in(tenant.id, (tx) =>
        tx.query<{ seq: string; state: string; reason: string | null }>(
          'SELECT seq::text, state, reason FROM message WHERE batch_id = $1 ORDER BY seq',
          [batch],
        ),
      ),
    told: async (seq: string, status: ReceiptStatus, error?: ProviderError, batch = first) => {
      const reference = await here.in(tenant.id, async (tx) => referenceOf(await here.keys.of(tx), { batch, seq }));
      const id = newId();
      const about = { channel: 'whatsapp', app: 'default', sender: tenant.providerId, id, at: start } as const;
      const event: ChannelEvent = {
        ...about,
        kind: 'receipt',
        providerId: id,
        status,
        reference,
        ...(error && { error }),
      };
      await here.intake.receive([event]);
    },
    fold: async () => {
      const lanes = await here.in(tenant.id, (tx) =>
        tx.query<{ lane: Buffer }>("SELECT DISTINCT lane FROM inbox WHERE kind = 'receipts'"),
      );
      for (const one of lanes) while ((await here.receipts.run(tenant.id, one.lane)) === 'again');
    },
    figures: () => here.in(tenant.id, (tx) => here.campaigns.get(tx, campaign.id, here.clock.now())),
  };
}

describe('another channel behind a campaign', () => {
  it('when WhatsApp can’t reach somebody for good, then an SMS goes once, after a while, and the figures count the person once', async () => {
    const family = await aFamily(2);
    await family.send();
    expect(family.whatsapp()).toHaveLength(2);
    await family.told('1', 'failed', notThere);
    await family.told('1', 'failed', notThere);
    await family.told('2', 'failed', tooLong);
    await family.fold();
    await family.sendElsewhere();
    expect(family.sms()).toEqual([]); // it is not settled yet
    await family.settle();
    await family.sendAllElsewhere();
    await family.sendElsewhere();
    expect(family.sms()).toHaveLength(1);
    expect(family.sms()[0]?.text).toBe('Hola Rosa, hoy 30 %. BAJA para salir.');
    expect(await family.figures()).toMatchObject({ selected: 2, sent: 1, failed: 1, queued: 0, unknown: 0 });
    expect(await family.rows(family.first)).toMatchObject([{ state: 'failed' }, { state: 'failed' }]);
  });

  it('when WhatsApp refuses at once, then it goes elsewhere just the same', async () => {
    const family = await aFamily(1);
    channel.answer = ({ sender, reference }) =>
      sender.channel === 'whatsapp'
        ? { outcome: 'refused', ...notThere }
        : { outcome: 'accepted', providerId: `sms-${reference}` };
    await family.send();
    expect(await family.rows(family.second)).toMatchObject([{ state: 'planned' }]);
    await family.settle();
    await family.sendAllElsewhere();
    expect(family.sms()).toHaveLength(1);
  });

  it('when the person did not agree to that channel, or left, or the campaign is cancelled, then nothing goes', async () => {
    const [strict, leaving, cancelled] = [await aFamily(1, { agreed: false }), await aFamily(1), await aFamily(1)];
    for (const family of [strict, leaving, cancelled]) {
      await family.send();
      await family.told('1', 'failed', notThere);
      await family.fold();
    }
    await here.in(leaving.tenant.id, async (tx) => {
      const [row] = await tx.query<{ contact: string }>(
        'SELECT contact_id AS contact FROM message WHERE batch_id = $1',
        [leaving.first],
      );
      await here.consent.withdraw(tx, row?.contact ?? '', { source: 'person', evidence: 'x', now: start });
    });
    await here.in(cancelled.tenant.id, (tx) => here.campaigns.cancel(tx, cancelled.campaign.id, operator, start));
    for (const family of [strict, leaving, cancelled]) {
      await family.settle();
      await family.sendElsewhere();
      expect(family.sms()).toEqual([]);
    }
    expect(await strict.rows(strict.second)).toEqual([]);
    expect(await leaving.rows(leaving.second)).toMatchObject([{ state: 'cancelled', reason: 'OPTED_OUT' }]);
    expect(await cancelled.rows(cancelled.second)).toMatchObject([
      { state: 'cancelled', reason: 'CAMPAIGN_CANCELLED' },
    ]);
  });

  it('when it turns out to have arrived before the other began, then the other does not go, whatever comes after', async () => {
    const family = await aFamily(1);
    await family.send();
    await family.told('1', 'failed', notThere);
    await family.fold();
    await family.told('1', 'delivered');
    await family.fold();
    expect(await family.rows(family.second)).toMatchObject([{ state: 'cancelled', reason: 'REACHED_BEFORE' }]);
    await family.told('1', 'failed', notThere);
    await family.fold();
    await family.settle();
    await family.sendElsewhere();
    expect(family.sms()).toEqual([]);
    expect(await family.figures()).toMatchObject({ delivered: 1, failed: 0 });
  });

  it('when receipts come in any order, doubled, while it is claimed, then nobody gets it by two channels that was known to have it', async () => {
    const what = fc.oneof(
      { weight: 3, arbitrary: fc.constant('failed' as const) },
      {
        weight: 2,
        arbitrary: fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const, 'too long' as const),
      },
      { weight: 3, arbitrary: fc.constantFrom('settle' as const, 'send' as const, 'both' as const) },
    );
    const [people, runs] = [3, 25];
    const step = fc.record({ who: fc.integer({ min: 1, max: people }), what, copies: fc.integer({ min: 1, max: 2 }) });
    // Everybody of one campaign; each run has three of its own.
    const family = await aFamily(people * (runs + 1));
    await family.send();
    let base = 0;
    /** When it was known of whom that it had arrived; and who could not be reached for good. */
    const arrived = new Map<string, number>();
    const openers = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        for (const { who, what: now, copies } of steps) {
          const seq = String(base + who);
          if (now === 'settle') await family.settle();
          else if (now === 'send') await family.sendElsewhere();
          else {
            const status = now === 'both' ? 'delivered' : now === 'too long' ? 'failed' : now;
            const error = now === 'failed' ? notThere : now === 'too long' ? tooLong : undefined;
            for (let copy = 0; copy < copies; copy++) await family.told(seq, status, error);
            await Promise.all([family.fold(), ...(now === 'both' ? [family.sendElsewhere()] : [])]);
            await family.fold();
            if (status === 'delivered' || status === 'read') arrived.set(seq, arrived.get(seq) ?? performance.now());
            if (now === 'failed' && !arrived.has(seq)) openers.add(seq);
          }
        }
        await family.settle();
        await family.sendAllElsewhere();
        for (let who = base + 1; who <= base + people; who++) {
          const times = family
            .sms()
            .flatMap(({ reference, at }) => (reference.split('.')[1] === String(who) ? [at] : []));
          const known = arrived.get(String(who));
          if (times.length > 0) expect(openers).toContain(String(who));
          for (const at of times) expect(at).toBeLessThan(known ?? Number.POSITIVE_INFINITY);
          // who failed for good and was never known to have it is written to, once
          if (openers.has(String(who)) && known === undefined) expect([who, times.length]).toEqual([who, 1]);
          expect([who, times.length <= 1]).toEqual([who, true]);
        }
        base = Math.min(base + people, people * runs);
      }),
      { numRuns: runs, endOnFailure: true },
    );
    const { selected, leftOut, sent, failed, unknown, cancelled, queued } = await family.figures();
    const left = leftOut.reduce((sum, { count }) => sum + count, 0);
    expect(left + sent + failed + unknown + cancelled + queued).toBe(selected);
    const [firsts, others] = await Promise.all([family.rows(family.first), family.rows(family.second)]);
    const gone = new Set(others.flatMap(({ seq, state }) => (state === 'accepted' ? [seq] : [])));
    expect(failed).toBe(firsts.filter(({ seq, state }) => state === 'failed' && !gone.has(seq)).length);
  });
});
