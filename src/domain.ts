import type { Content, OutboundContent } from './channel';
import type { Clock } from './clock';
import { postTo, tellRole } from './conversation/bind-services';
import { tellOfCampaign } from './conversation/campaign-notices';
import type { Posts } from './conversation/posts';
import { sayHouse } from './conversation/texts';
import type { BlobStore } from './data/blobs';
import type { Database, TenantTx } from './data/database';
import type { Keys } from './data/keys';
import type { SystemKeys } from './data/system-keys';
import { Members } from './domain/accounts/members.service';
import { Senders } from './domain/accounts/senders.service';
import { Tenants } from './domain/accounts/tenants.service';
import { Audience } from './domain/audience/audience.service';
import { importsTable } from './domain/audience/import/import.table';
import { Imports } from './domain/audience/import/imports.service';
import { Audit } from './domain/audit/audit.service';
import { costs } from './domain/billing/costs.service';
import { Campaigns } from './domain/campaigns/campaigns.service';
import { campaignsTable } from './domain/campaigns/campaigns.table';
import { fallbacksTable } from './domain/campaigns/fallbacks.table';
import { Segments } from './domain/campaigns/segments.service';
import { TemplateMedia } from './domain/campaigns/template-media';
import { templateMediaTable } from './domain/campaigns/template-media.table';
import { wakeTemplate } from './domain/campaigns/template-work';
import { Templates } from './domain/campaigns/templates.service';
import { templatesTable } from './domain/campaigns/templates.table';
import { giveAttested } from './domain/consent/attested.table';
import { Consent } from './domain/consent/consent.service';
import { PreferenceLinks } from './domain/consent/preference-links';
import { Preferences } from './domain/consent/preferences.service';
import { SignUpRequests } from './domain/consent/sign-up-requests.service';
import { SignUps } from './domain/consent/sign-ups.service';
import { consentTextsTable } from './domain/consent/texts.table';
import { leftOutOf, lookingAt } from './domain/delivery/audience.table';
import { refusedLinksOf } from './domain/delivery/campaign-facts';
import { liftFor, obstaclesOf } from './domain/delivery/explain';
import { cancelPlanned, freeze, isFrozen, thaw } from './domain/delivery/freezing';
import { Outbox } from './domain/delivery/outbox';
import { cancelBatch } from './domain/delivery/parcels.table';
import { Stops } from './domain/delivery/stops.service';
import { mayVouch } from './domain/delivery/suspicion';
import { TestSends } from './domain/delivery/test-sends';
import { TrackedLinks } from './domain/delivery/tracked-links';
import type { CaseView } from './domain/privacy/case-view';
import type { AnswerFacts } from './domain/privacy/case-worker';
import { Privacy } from './domain/privacy/privacy.service';
import { ReportFiles } from './domain/reports/report-files';
import { reports } from './domain/reports/reports.service';
import { Records } from './domain/support/records.service';
import { Support } from './domain/support/support.service';
import type { Language } from './intent';

export interface DomainDeps {
  database: Database;
  keys: Keys;
  systemKeys: SystemKeys;
  clock: Clock;
  posts: Posts;
  wake(kind: string): void;
  /** Where the pages of this product stand. */
  publicUrl: string;
  /** Where files stand while they are needed, sealed. */
  blobs: BlobStore;
}

/** The rooms of the domain, built from the ground floor up; arrows that point up are ports, plugged in here. */
export function createDomain({ database, keys, systemKeys, clock, posts, wake, publicUrl, blobs }: DomainDeps) {
  const audit = new Audit(keys);
  const tenants = new Tenants(database, keys, systemKeys);
  const members = new Members(database, systemKeys, audit);
  const senders = new Senders(database, systemKeys);
  const refreshCampaign = (tx: TenantTx, id: string) => posts.refresh(tx, `campaign:${id}`);
  const onProgress = async (tx: TenantTx, batches: readonly string[]) => {
    for (const id of await campaignsTable.ofBatches(tx, batches)) await posts.refreshCalmly(tx, `campaign:${id}`);
  };
  const outbox = new Outbox(keys, {
    wake,
    onCampaignsTouched: async (tx, campaigns) => {
      for (const id of campaigns) await refreshCampaign(tx, id);
    },
  });
  const audience: Audience = new Audience(keys, {
    onMerged: async (tx, from, into, now) => {
      await outbox.merged(tx, from, into);
      await consent.merged(tx, from, into, now);
    },
    onNewHolder: async (tx, contact, why, now) => {
      await consent.needsConfirmation(tx, contact, { source: 'new_holder', evidence: why, now });
      const topic = `holder:${contact}`;
      const card = { card: 'recipient-history/holder', args: { contact, why }, topic, about: contact };
      await postTo(tx, tenants, posts, 'support', card, now);
    },
  });
  const consent: Consent = new Consent(audience, audit, {
    onWithdrawn: (tx, contact, now, of) => outbox.cancelQueued(tx, contact, now, of),
  });
  const { suppressions } = audience;
  const imports = new Imports({
    ...{ database, keys, blobs, clock, suppressions, audit },
    ports: {
      textHash: async (tx, version, language) => (await consentTextsTable.get(tx, version, language))?.hash,
      grant: giveAttested,
      otherBlobs: templateMediaTable.blobs,
      onChanged: (tx, id, isCalm) =>
        isCalm ? posts.refreshCalmly(tx, `import:${id}`) : posts.refresh(tx, `import:${id}`),
      wake: async (tx, lane) => {
        await importsTable.wake(tx, lane);
        tx.afterCommit(() => wake('import'));
      },
    },
  });
  const templateMedia = new TemplateMedia({ database, keys, blobs, audit });
  const templates = new Templates(audit, {
    wake: async (tx, id) => {
      await wakeTemplate(tx, id);
      tx.afterCommit(() => wake('template'));
    },
    onChanged: (tx, id) => refreshTemplate(tx, posts, id),
    hasMedium: (tx, id) => templateMedia.has(tx, id),
    refusedLinks: refusedLinksOf,
  });
  const links = new PreferenceLinks(keys);
  const trackedLinks = new TrackedLinks(database, keys, publicUrl);
  const preferences = new Preferences(consent, audit, {
    onPaused: (tx, contact, now) => outbox.cancelQueued(tx, contact, now, 'all'),
  });
  const signUps = new SignUps(consent, audit, (tenant) => `${publicUrl}/privacy/${tenant}`);
  const signUpRequests = new SignUpRequests(keys);
  const campaigns = new Campaigns(audit, {
    preview: reports.preview,
    freeze: async (tx, row, now) => {
      await freeze(tx, row, now);
      await fallbacksTable.freeze(tx, row);
    },
    isFrozen,
    thaw: async (tx, row) => {
      await thaw(tx, row);
      await fallbacksTable.thaw(tx, row);
    },
    cancelPlanned: async (tx, row) => {
      await cancelPlanned(tx, row);
      for (const other of await fallbacksTable.of(tx, row.id)) await cancelBatch(tx, other.batch_id);
    },
    obstacles: obstaclesOf,
    lift: liftFor,
    mayResume: async (tx, { held_why: why }, member, now) =>
      why !== 'TAKEOVER_SUSPECTED' || (await mayVouch(tx, member, now)),
    figures: (tx, row) => reports.figures(tx, row),
    failures: (tx, row) => reports.failures(tx, row),
    leftOut: async (tx, row, { after, most }, now) => leftOutOf(tx, row, await lookingAt(tx, row, now), after, most),
    onNotice: (tx, row, notice, now) => tellOfCampaign(tx, { members, posts }, row, notice, now),
    onChanged: async (tx, id) => {
      await refreshCampaign(tx, id);
      tx.afterCommit(() => wake('campaign'));
    },
  });
  const segments = new Segments(audit, {
    count: (tx, expression, now) => reports.headcount(tx, expression, { channel: 'whatsapp', now }),
  });
  const privacy = new Privacy(audience, consent, audit, {
    onOpened: async (tx, view, contact, now) => {
      const card = { card: 'privacy-requests/case', args: { case: view.id }, topic: `case:${view.id}`, about: contact };
      // Where there is no channel for them, whoever decides is told in person.
      if (await postTo(tx, tenants, posts, 'privacy', card, now)) return;
      if ((await tellRole(tx, { members, posts }, 'privacy', card, now)) > 0) return;
      await tellRole(tx, { members, posts }, 'owner', card, now);
    },
    onChanged: (tx, view) => posts.refresh(tx, `case:${view.id}`),
    wake: () => wake('case'),
  });
  const support = new Support(keys, audience, consent, outbox, audit);
  const records = new Records(audience, consent, audit);
  const reportFiles = new ReportFiles(keys, audit, () => wake('report'));
  return {
    audit,
    tenants,
    members,
    senders,
    outbox,
    costs,
    stops: new Stops(audit),
    tests: new TestSends(keys, outbox, audit),
    audience,
    consent,
    imports,
    signUps,
    signUpRequests,
    preferences,
    links,
    trackedLinks,
    campaigns,
    templates,
    templateMedia,
    segments,
    privacy,
    support,
    records,
    reportFiles,
    blobs,
    posts,
    onProgress,
  };
}

/** Its own card, the list of all, and the drafts that would say it. */
export async function refreshTemplate(tx: TenantTx, posts: Posts, id: string): Promise<void> {
  await posts.refresh(tx, `template:${id}`);
  await posts.refresh(tx, 'templates');
  for (const draft of await templatesTable.draftsOf(tx, id)) await posts.refresh(tx, `campaign:${draft}`);
}

export type Rooms = ReturnType<typeof createDomain>;

/** What a person is told when their case is done, in their language. */
export function caseAnswer(rooms: () => Rooms, clock: Clock) {
  return async (tx: TenantTx, view: CaseView, facts: AnswerFacts): Promise<OutboundContent> => {
    const reader = { language: facts.language as Language, zone: facts.zone };
    const { name } = await rooms().tenants.profile(tx);
    const common = { company: name, number: view.number, right: { text: `rights.${view.right}` } };
    const content: Content = { text: sayHouse(textOf(view, facts, common, clock), reader) };
    return { kind: 'content', ...content };
  };
}

function textOf(view: CaseView, facts: AnswerFacts, common: Record<string, string | { text: string }>, clock: Clock) {
  if (facts.outcome === 'refused')
    return {
      text: 'rejected',
      vars: { ...common, ground: { text: `grounds.${facts.ground ?? ''}` }, facts: facts.facts ?? '' },
    };
  if (view.right !== 'erase') return { text: `granted.${view.right}`, vars: common };
  const records = facts.erased.reduce((sum, one) => sum + one.count, 0);
  return { text: 'erased', vars: { ...common, records, date: { day: clock.now() } } };
}
