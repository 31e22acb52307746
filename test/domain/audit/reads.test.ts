import type { TenantTx } from '../../../src/data/database';
import { aPhone } from '../../support/ground';
import { type Installation, install } from '../../support/installation';
import {
  aCampaign,
  aPerson,
  aTenant,
  operator,
  owner,
  people,
  RecordingChannel,
  start,
  type World,
} from '../../support/world';

let house: Installation;
let here: World;
let tenant: string;
let contact: string;
let campaign: string;
const phone = aPhone();
const agent = { id: owner.id, member: owner.id, roles: ['agent', 'privacy', 'owner'], now: start };
const order = { ...agent, at: start, evidence: 'x' };

beforeAll(async () => {
  house = await install({ channel: new RecordingChannel() });
  here = house.here;
  tenant = (await aTenant(here)).id;
  contact = await aPerson(here, tenant, { identity: { phone } });
  await people(here, tenant, 3);
  await aPerson(here, tenant, { consented: false });
  campaign = (await aCampaign(here, tenant, { until: 'asked' })).id;
});
afterAll(() => house?.close());

type Read = (tx: TenantTx) => Promise<unknown>;
const aCase = (tx: TenantTx) => here.privacy.open(tx, { contact, right: 'access', receivedAt: start, now: start });

/** Every way in which somebody of a team comes to see what is a person's, and what the audit then holds. docs/keeping.md lists the same. */
const reads: [string, string, Read][] = [
  ['looking a person up', 'person.read', (tx) => here.records.find(tx, phone, agent)],
  ['the proof of their permission', 'person.read', (tx) => here.records.proof(tx, phone, agent)],
  ['who touched them', 'person.read', (tx) => here.records.trail(tx, phone, agent)],
  ['taking them off', 'person.read', (tx) => here.records.takeOff(tx, phone, order)],
  ['their last messages', 'person.read', (tx) => here.support.messages(tx, phone, 5, agent, start)],
  ['what happened with them', 'person.read', (tx) => here.support.history(tx, phone, agent, start)],
  [
    'their whole number',
    'person.shown_number',
    (tx) => here.reveals.open(tx, { contact, what: 'number', reason: 'fraud' }, agent, start),
  ],
  [
    'what was said with them',
    'person.shown_talk',
    (tx) => here.reveals.open(tx, { contact, what: 'talk', reason: 'dispute' }, agent, start),
  ],
  ['what they ask for', 'case.read', async (tx) => here.privacy.read(tx, (await aCase(tx)).id, agent, start)],
  ['the file of a request', 'case.dossier', async (tx) => here.privacy.dossier(tx, (await aCase(tx)).id, agent, start)],
  [
    'who of a campaign is left out',
    'campaign.left_out_seen',
    (tx) => here.campaigns.leftOut(tx, campaign, undefined, operator, start),
  ],
  [
    'a list with whole numbers',
    'report.csv',
    (tx) =>
      here.reportFiles.take(
        tx,
        { campaign, topic: 'report:x', language: 'es' },
        { kind: 'csv', reason: 'lo pide el área legal', isWhole: true },
        agent,
        start,
      ),
  ],
];

describe('reading what is a person’s', () => {
  it.each(reads)(
    'when somebody sees %s, then who, what and when are in the audit, and no word of the person',
    async (_what, act, read) => {
      const entries = () =>
        here.in(tenant, (tx) =>
          tx.query<{ actor: string; subject: string; detail: object }>(
            'SELECT actor, subject, detail FROM audit WHERE act = $1 ORDER BY id',
            [act],
          ),
        );
      const before = (await entries()).length;
      await here.in(tenant, read);
      const all = await entries();
      expect(all.length).toBe(before + 1);
      const last = all.at(-1);
      expect([owner.id, operator.id].map((id) => `member:${id}`)).toContain(last?.actor);
      expect(last?.subject).toMatch(/^(contact|case|campaign):[0-9a-f-]{36}$/);
      expect(JSON.stringify(last)).not.toContain(phone.slice(-8));
    },
  );

  it('when nobody here has that number, then the look is in it all the same, and as little is said', async () => {
    const none = () =>
      here.in(tenant, (tx) => tx.query("SELECT 1 FROM audit WHERE act = 'person.read' AND subject = 'contact:none'"));
    const before = (await none()).length;
    await here.in(tenant, (tx) => here.records.find(tx, aPhone(), agent));
    await here.in(tenant, (tx) => here.support.history(tx, aPhone(), agent, start));
    expect((await none()).length).toBe(before + 2);
  });

  it('when a read fails halfway, then neither the answer nor the entry is there', async () => {
    const count = async () =>
      (await here.in(tenant, (tx) => tx.query("SELECT 1 FROM audit WHERE act = 'person.read'"))).length;
    const before = await count();
    const failing = here.in(tenant, async (tx) => {
      await here.records.find(tx, phone, agent);
      throw new Error('died');
    });
    await expect(failing).rejects.toThrow('died');
    expect(await count()).toBe(before);
  });

  it('when somebody may not look, then they see nothing and nothing is written', async () => {
    const viewer = { ...agent, roles: ['viewer'] };
    await expect(here.in(tenant, (tx) => here.records.find(tx, phone, viewer))).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    await expect(here.in(tenant, (tx) => here.support.history(tx, phone, viewer, start))).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
  });

  it('when the person is erased, then the chain holds, and its entries lead to nobody', async () => {
    await here.in(tenant, (tx) => here.audit.seal(tx));
    const line = await here.in(tenant, (tx) => here.audit.head(tx));
    await here.in(tenant, (tx) => here.keys.destroyPerson(tx, contact));
    await here.in(tenant, (tx) => tx.query("UPDATE contact SET sealed = NULL, language = '' WHERE id = $1", [contact]));
    const verdict = await here.in(tenant, (tx) => here.audit.examine(tx, line));
    expect(verdict).toMatchObject({ keptTo: verdict.entries });
    expect(verdict.broken).toBeUndefined();
  });
});
