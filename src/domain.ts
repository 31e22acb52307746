import type { Channel } from './channel';
import type { Clock } from './clock';
import { addCard, postTo, tellOfRequest, tellRole } from './conversation/bind-services';
import { tellOfCampaign } from './conversation/campaign-notices';
import { certificateWords, exitWords } from './conversation/certificate-words';
import { handOffPosts } from './conversation/hand-off-posts';
import type { Posts } from './conversation/posts';
import { tellOfReveal } from './conversation/reveal-notices';
import { sayHouse } from './conversation/texts';
import type { KeyBackups } from './data/backup/key-backups';
import type { BlobStore } from './data/blobs';
import type { Database, TenantTx } from './data/database';
import type { Keys } from './data/keys';
import { signLink } from './data/links';
import { signDocument } from './data/signed-document';
import type { Signer } from './data/signing';
import type { SystemKeys } from './data/system-keys';
import { CompanyPaper } from './domain/accounts/company-paper';
import { Connections } from './domain/accounts/connections';
import { Installations } from './domain/accounts/installations';
import { Members } from './domain/accounts/members.service';
import { Senders } from './domain/accounts/senders.service';
import { Tenants } from './domain/accounts/tenants.service';
import { tenantsTable } from './domain/accounts/tenants.table';
import { tierOf } from './domain/accounts/tiers';
import { Audience } from './domain/audience/audience.service';
import { zoneOf } from './domain/audience/countries';
import { importsTable } from './domain/audience/import/import.table';
import { Imports } from './domain/audience/import/imports.service';
import { Audit } from './domain/audit/audit.service';
import type { HeadFiles } from './domain/audit/head-file';
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
import { nextWave } from './domain/delivery/waves';
import { letterDays } from './domain/privacy/case-letters';
import { casesTable } from './domain/privacy/cases.table';
import { Certificates } from './domain/privacy/certificates.service';
import { CorrectionNotices } from './domain/privacy/correction-notices';
import { CustomerExit } from './domain/privacy/customer-exit';
import { DeletionLedger } from './domain/privacy/deletion-ledger';
import { Erasure } from './domain/privacy/erasure';
import { listsOf } from './domain/privacy/erasure-holders';
import { keptTable } from './domain/privacy/erasure-kept.table';
import type { Executions } from './domain/privacy/execution';
import { Holds } from './domain/privacy/holds';
import { Identity, type IdentityPorts } from './domain/privacy/identity.service';
import { Keepers } from './domain/privacy/keepers';
import { Packages } from './domain/privacy/packages.service';
import { packagesTable } from './domain/privacy/packages.table';
import { Privacy } from './domain/privacy/privacy.service';
import { ProviderErasure } from './domain/privacy/provider-erasure';
import { Rectification } from './domain/privacy/rectification';
import { Representations } from './domain/privacy/representations';
import { Retention } from './domain/privacy/retention';
import { Unsorted } from './domain/privacy/unsorted';
import { ReportFiles } from './domain/reports/report-files';
import { reports } from './domain/reports/reports.service';
import { HandOffs } from './domain/support/hand-offs.service';
import { handOffsTable } from './domain/support/hand-offs.table';
import { QuietTalks } from './domain/support/quiet-talks';
import { Records } from './domain/support/records.service';
import { Reveals } from './domain/support/reveals';
import { Support } from './domain/support/support.service';
import { SupportDesk } from './domain/support/support-desk.service';
import { TalkViews } from './domain/support/talk-views';
import { createBilling } from './domain-billing';
import { createRegisters } from './domain-registers';
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
  /** Where the signed heads of the audit stand; without, none is kept here. */
  heads?: HeadFiles;
  /** Whether there is somebody who takes payments. */
  takesPayments?: boolean;
  /** How a channel's provider is made to delete what it holds of somebody; absent where nobody can be asked. */
  forget?(channel: string): Channel['forget'];
  /** How a number of a customer's own is connected; absent where none is. */
  connecting?(): Channel['connecting'];
  /** What an erasure is proved with: the key that certifies, and the folder where who was erased is known outside the database. Absent where nobody is erased. */
  erasing?: { signer: Signer; ledger: string; keyBackups?: KeyBackups };
}

/** The rooms of the domain, built from the ground floor up; arrows that point up are ports, plugged in here. */
export function createDomain({
  database,
  keys,
  systemKeys,
  clock,
  posts,
  wake,
  publicUrl,
  blobs,
  heads,
  erasing,
  takesPayments = false,
  forget,
  connecting,
}: DomainDeps) {
  const audit = new Audit(keys);
  const tenants = new Tenants(database, keys, systemKeys);
  const members = new Members(database, systemKeys, audit, (tx, team, user) => posts.removeTo(tx, team, user));
  const senders = new Senders(database, systemKeys);
  const connections = new Connections({
    ...{ database, keys, clock, tenants, audit },
    connecting: () => connecting?.(),
    onChanged: async (tx) => {
      await posts.refresh(tx, 'connection');
      await posts.refresh(tx, 'beginnings');
    },
    onConnected: async (tx, limit) => {
      const tier = tierOf(limit ?? '');
      if (tier !== undefined) await tenantsTable.setMessagingLimit(tx, 'whatsapp', tier);
      await wakeTemplate(tx, undefined);
      tx.afterCommit(() => wake('template'));
    },
    wake: () => wake('connection'),
  });
  const installations = new Installations({
    ...{ database, systemKeys, tenants, members, audit },
    onBegun: async (tx, { team, slackUser: user, language }, now) => {
      const card = { card: 'first-steps/begin', args: {}, topic: 'beginnings' };
      await addCard(tx, posts, { team, user }, card, '', language, now);
    },
  });
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
      await handOffsTable.merge(tx, from, into, now);
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
      otherBlobs: async (tx) => [...(await templateMediaTable.blobs(tx)), ...(await packagesTable.blobs(tx))],
      onChanged: async (tx, id, isCalm) => {
        if (isCalm) return posts.refreshCalmly(tx, `import:${id}`);
        await posts.refresh(tx, `import:${id}`);
        await posts.refresh(tx, 'beginnings');
      },
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
    nextWave,
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
  const executions: { -readonly [R in keyof Executions]: Executions[R] } = {};
  const privacy: Privacy = new Privacy({
    ...{ audience, consent, audit, keys },
    executions: () => executions,
    ports: {
      onOpened: async (tx, view, contact, now) => {
        const card = {
          card: 'privacy-requests/case',
          args: { case: view.id },
          topic: `case:${view.id}`,
          about: contact,
        };
        // Where there is no channel for them, whoever decides is told in person.
        if (await postTo(tx, tenants, posts, 'privacy', card, now)) return true;
        if ((await tellRole(tx, { members, posts }, 'privacy', card, now)) > 0) return true;
        return (await tellRole(tx, { members, posts }, 'owner', card, now)) > 0;
      },
      onChanged: (tx, view) => posts.refresh(tx, `case:${view.id}`),
      onBlocked: async (tx, contact, isBlocked) => {
        await posts.refreshAbout(tx, contact);
        if (isBlocked) await reportFiles.removeAbout(tx, contact);
      },
      wake: () => wake('case'),
      wakeReply: () => wake('reply'),
      letterLink: async (tx, letter, now) => {
        const expires = new Date(now.getTime() + letterDays * 86_400_000);
        return `${publicUrl}/letter/${signLink(await keys.of(tx), 'letter', { subject: letter, expires })}`;
      },
      ...(erasing && { sign: (document: object) => signDocument(document, erasing.signer) }),
    },
  });
  const correctionNotices = new CorrectionNotices(audit, (tx, id, now) => certificates.renew(tx, id, now));
  const rectification = new Rectification(keys, audience, audit, {
    onChanged: (tx, id) => posts.refresh(tx, `case:${id}`),
    onIdentity: (tx, id) => identity.require(tx, id, identity.policy.needed('rectify', { part: 'identity' })),
    onCorrected: async (tx, row, fields, now) => {
      const of = { case: row.id, contact: row.contact_id };
      if (!(await correctionNotices.note(tx, of, fields, now))) return;
      await tellOfRequest(tx, { tenants, members, posts }, { ...othersCard(row.id), about: row.contact_id }, now);
    },
  });
  const identity = new Identity(keys, audience, outbox, audit, {
    words: identityWords(tenants),
    onProved: async (tx, id) => {
      await casesTable.wake(tx, id, 0);
      await posts.refresh(tx, `case:${id}`);
      tx.afterCommit(() => wake('case'));
    },
  });
  // What an erasure left standing is looked at again.
  const wakeKept = async (tx: TenantTx, contact?: string) => {
    for (const id of await keptTable.cases(tx, contact)) await casesTable.wake(tx, id, 0);
    tx.afterCommit(() => wake('case'));
  };
  const holds = new Holds(keys, audience, audit, {
    onReleased: wakeKept,
    onChanged: (tx, id) => posts.refresh(tx, `hold:${id}`),
    onReview: async (tx, id, now) => {
      const card = { card: 'legal-hold/hold', args: { hold: id }, topic: `hold:${id}` };
      if (!(await postTo(tx, tenants, posts, 'privacy', card, now)))
        await tellRole(tx, { members, posts }, 'privacy', card, now);
    },
  });
  const retention = new Retention({ database, audit, holds, ports: { wakeKept, wake } });
  const certificates = new Certificates(keys, audit, publicUrl, erasing?.signer, { words: certificateWords });
  const removePosts = async (tx: TenantTx, contact: string) => void (await posts.removeAbout(tx, contact));
  const ledger =
    erasing && new DeletionLedger({ database, keys, audience, audit, folder: erasing.ledger, removePosts });
  executions.rectify = rectification;
  const companyPaper = new CompanyPaper(audit, { zoneOf, onChanged: (tx) => posts.refresh(tx, 'beginnings') });
  const registers = createRegisters({ keys, audit, tenants, members, audience, consent, companyPaper, posts });
  const support = new Support(keys, audience, consent, audit);
  const talkPosts = handOffPosts({ tenants, senders, posts });
  const handOffs = new HandOffs(members, audience, outbox, audit, talkPosts);
  const records = new Records(audience, consent, audit);
  const reveals = new Reveals(audience, support, audit, tellOfReveal({ tenants, members, posts }));
  const reportFiles = new ReportFiles(keys, audit, () => wake('report'));
  const packages = new Packages(
    { keys, audience, audit, blobs },
    { codes: identity, publicUrl, onRefused: (tx, row) => posts.refresh(tx, `case:${row.id}`) },
  );
  Object.assign(executions, { access: packages, portability: packages });
  const providerErasure = new ProviderErasure({
    ...{ database, keys, clock, audience },
    sender: (tx, id) => senders.sender(tx, id),
    forget: (channel) => forget?.(channel),
    wake: () => wake('forget'),
  });
  const erasure = new Erasure(keys, audience, consent, {
    ...{ removePosts, holds },
    copyIsOwed: (tx, contact, now) => packages.owed(tx, contact, now),
    // About nobody, and says the request alone: it outlives the person.
    onToTell: async (tx, { id }, now) =>
      void (await tellOfRequest(tx, { tenants, members, posts }, othersCard(id), now)),
    ...(ledger && { ledger, certificates }),
    keyIsGone: async (tx, id, now) => ((await erasing?.keyBackups?.rewritten(tx, id, now)) ?? 'done') === 'done',
    standingPosts: (tx, contact) => posts.standing(tx, contact),
    holders: [providerErasure, listsOf(reportFiles), packages.holder],
  });
  executions.erase = erasure;
  const exit = new CustomerExit({
    ...{ database, keys, audience, audit, blobs, certificates },
    ports: {
      removePosts,
      words: exitWords,
      forgetOutside: async (tenant) => {
        await ledger?.forget(tenant);
        await heads?.remove(tenant);
        await erasing?.keyBackups?.forget(tenant);
      },
    },
  });
  return {
    audit,
    tenants,
    members,
    senders,
    installations,
    connections,
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
    executions,
    packages,
    identity,
    unsorted: new Unsorted(privacy, audit),
    representations: new Representations(keys, audience, consent, privacy, identity, audit),
    rectification,
    keepers: new Keepers(members, audit),
    correctionNotices,
    holds,
    retention,
    certificates,
    ledger,
    erasure,
    providerErasure,
    exit,
    signer: erasing?.signer,
    ...(heads && { heads }),
    ...registers,
    ...createBilling({ database, keys, systemKeys, audit, members, campaigns, posts, wake, takesPayments }),
    companyPaper,
    support,
    handOffs,
    quietTalks: new QuietTalks(members, audit, talkPosts),
    talks: new TalkViews(keys, members, audience, audit),
    supportDesk: new SupportDesk(audit),
    records,
    reveals,
    reportFiles,
    blobs,
    posts,
    onProgress,
  };
}

/** Whom the company has to tell of what was corrected or erased. */
const othersCard = (id: string) => ({
  card: 'privacy-requests/others',
  args: { case: id },
  topic: `others:${id}`,
});

/** What carries a code to a second number or mailbox, and what is said when it was right; of a text message every letter is paid. */
const identityWords =
  (tenants: Tenants): IdentityPorts['words'] =>
  async (tx, { what, channel, language, zone, ...said }) => {
    const reader = { language: language as Language, zone };
    const minutes = 'minutes' in said ? String(said.minutes) : '';
    const vars = { ...said, minutes, company: (await tenants.profile(tx)).name };
    const saying = (key: string) => sayHouse({ text: `identity_code.${key}`, vars }, reader);
    if (what === 'proved') return { kind: 'content', text: saying('proved') };
    if (channel !== 'email') return { kind: 'content', text: saying('sms') };
    return { kind: 'content', title: saying('title'), text: saying('text') };
  };

/** Its own card, the list of all, and the drafts that would say it. */
export async function refreshTemplate(tx: TenantTx, posts: Posts, id: string): Promise<void> {
  await posts.refresh(tx, `template:${id}`);
  await posts.refresh(tx, 'templates');
  await posts.refresh(tx, 'beginnings');
  for (const draft of await templatesTable.draftsOf(tx, id)) await posts.refresh(tx, `campaign:${draft}`);
}

export type Rooms = ReturnType<typeof createDomain>;
