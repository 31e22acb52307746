import type { Identity, Sender, SendOutcome } from '../../../src/channel';
import { Erasure } from '../../../src/domain/privacy/erasure';
import { ProviderErasure } from '../../../src/domain/privacy/provider-erasure';
import { later, start } from '../world';
import { carriedOut, type ErasingOffice, erasingOffice, leftOf } from './erasing';
import { aKnownPerson, anAcceptedErasure, laneOf } from './office';

let desk: ErasingOffice;
let providers: ProviderErasure;
let asked: { to: string; who: Identity }[] = [];
let answer: SendOutcome | (() => Promise<SendOutcome>) = { outcome: 'accepted', providerId: '' };
beforeAll(async () => {
  desk = await erasingOffice();
  const { database, keys, clock, audience, consent, senders, ledger, certificates } = desk;
  const forget = async (sender: Sender, who: Identity): Promise<SendOutcome> => {
    asked.push({ to: sender.id, who });
    return typeof answer === 'function' ? answer() : answer;
  };
  providers = new ProviderErasure({
    ...{ database, keys, clock, audience },
    sender: (tx, id) => senders.sender(tx, id),
    forget: (channel) => (channel === 'whatsapp' ? forget : undefined),
    wake: () => {},
  });
  desk.executions.erase = new Erasure(keys, audience, consent, {
    ...{ ledger, certificates, holders: [providers] },
    removePosts: async () => {},
    standingPosts: async () => 0,
  });
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.clock.at = start;
  asked = [];
  answer = { outcome: 'accepted', providerId: '' };
});

const statesOf = async (id: string) =>
  (
    await desk.in((tx) =>
      tx.query<{ state: string; sealed: Buffer | null }>(
        'SELECT state, sealed FROM provider_erasure WHERE case_id = $1',
        [id],
      ),
    )
  ).map(({ state, sealed }) => `${state}${sealed ? ' sealed' : ''}`);
const stateOf = async (id: string) => (await desk.in((tx) => desk.privacy.get(tx, id, desk.clock.at))).state;
const work = (id: string) => providers.run(desk.tenant, laneOf(id));

it('when somebody is erased, then each of our numbers’ provider is asked to delete them before their rows go, and the certificate says so', async () => {
  const person = await aKnownPerson(desk);
  const id = await anAcceptedErasure(desk, person);
  await desk.work(id);
  expect([await statesOf(id), asked]).toEqual([['asked sealed'], []]);
  await work(id);
  expect(asked).toEqual([{ to: '1055', who: { bsuid: person.identity.bsuid } }]);
  expect(await statesOf(id)).toEqual(['done']);
  await carriedOut(desk, id);
  expect(await stateOf(id)).toBe('closed');
  expect(await desk.certificateOf(id)).toContain('"providers":{"asked":1,"done":1}');
  expect(await leftOf(desk, person)).toEqual([]);
});

it('when the program dies between the call and its outcome, then it is asked again, for what is gone is gone', async () => {
  const id = await anAcceptedErasure(desk, await aKnownPerson(desk));
  await desk.work(id);
  answer = async () => {
    throw new Error('died');
  };
  await expect(work(id)).rejects.toThrow('died');
  expect(await statesOf(id)).toEqual(['asked sealed']);
  answer = { outcome: 'accepted', providerId: '' };
  await work(id);
  expect([asked.length, await statesOf(id)]).toEqual([2, ['done']]);
});

it('when the provider does not answer, then it is tried five times; when it is given up, nothing names anybody and the erasure goes on', async () => {
  const person = await aKnownPerson(desk);
  const id = await anAcceptedErasure(desk, person);
  await desk.work(id);
  answer = { outcome: 'unknown', code: 'PROVIDER_UNREACHABLE' };
  for (let turn = 0; turn < 7; turn++) await work(id);
  expect([asked.length, await statesOf(id)]).toEqual([5, ['lost']]);
  const other = await anAcceptedErasure(desk, await aKnownPerson(desk));
  await desk.work(other);
  expect(await stateOf(other)).toBe('executing');
  desk.clock.at = later(16);
  await carriedOut(desk, other);
  expect([await stateOf(other), await statesOf(other)]).toEqual(['closed', ['lost']]);
  expect(await desk.certificateOf(other)).toContain('"providers":{"asked":1,"done":0}');
});
