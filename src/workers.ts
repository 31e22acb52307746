import { join } from 'node:path';
import type { Channel, Sender } from './channel';
import type { Clock } from './clock';
import type { Config } from './config';
import { breakerTold } from './conversation/breaker-told';
import { tellOfCase } from './conversation/case-notices';
import type { Catalogue } from './conversation/catalogue';
import { bringFrom } from './conversation/hand-off-files';
import type { Homes } from './conversation/homes';
import { fetchFrom, handBackTo } from './conversation/import-files';
import { numberTold } from './conversation/number-told';
import { paymentSubject } from './conversation/payment-words';
import type { Posts } from './conversation/posts';
import { reportPorts } from './conversation/report-files';
import { mediumFrom } from './conversation/template-files';
import { Conversation } from './conversation/turn';
import { TurnWorker } from './conversation/turn-worker';
import { createUnderstanding } from './conversation/understand';
import { type BackupPlace, pruneBackups } from './data/backup/backup-folder';
import type { KeyBackups } from './data/backup/key-backups';
import type { Database, TenantTx } from './data/database';
import type { Keys } from './data/keys';
import { type Rooms, refreshTemplate } from './domain';
import { tenantsTable } from './domain/accounts/tenants.table';
import { ImportWork } from './domain/audience/import/import-work';
import { HeadFiles } from './domain/audit/head-file';
import { Sealing } from './domain/audit/sealing';
import type { Gateway } from './domain/billing/gateway';
import { PaymentWork } from './domain/billing/payment-work';
import { TemplateVerdicts, type VerdictPorts } from './domain/campaigns/template-verdicts';
import { TemplateWork, wakeTemplate } from './domain/campaigns/template-work';
import { endConsents } from './domain/consent/endings';
import { Breaker } from './domain/delivery/breaker';
import { CampaignSlices, type SlicesDeps } from './domain/delivery/campaign-slices';
import { CampaignWork } from './domain/delivery/campaign-work';
import { FallbackWork } from './domain/delivery/fallback-work';
import { climbLadder } from './domain/delivery/ladder';
import { believedMs, NumberChecks } from './domain/delivery/number-checks';
import { numberChecksTable } from './domain/delivery/number-checks.table';
import { type ReceiptPorts, Receipts } from './domain/delivery/receipts';
import { Replies } from './domain/delivery/replies';
import { Transport } from './domain/delivery/transport';
import { caseClocksTable } from './domain/privacy/case-clocks.table';
import { CaseWorker } from './domain/privacy/case-worker';
import { before, retention } from './domain/privacy/retention-rules';
import { ReportWork } from './domain/reports/report-work';
import { handOffsTable } from './domain/support/hand-offs.table';
import { AccountWorker } from './inbox/account-worker';
import { Forwarding } from './inbox/forwarding';
import type { Intake } from './inbox/intake';
import { root } from './load';
import type { Log } from './log';
import type { Metrics } from './metrics';
import type { Queues } from './queue/bull';
import { Dispatcher } from './queue/dispatcher';
import { Heartbeat } from './queue/heartbeat';
import { rateOf } from './queue/rate';
import { Ticker } from './queue/ticker';
import { Tickets } from './queue/tickets';
import type { Work } from './queue/work';

export interface Workers {
  dispatcher: Dispatcher;
  start(): void;
  /** Takes nothing new and finishes what is held. */
  stop(): Promise<void>;
}
export interface WorkerParts {
  config: Config;
  log: Log;
  clock: Clock;
  database: Database;
  keys: Keys;
  catalogue: Catalogue;
  queues: Queues;
  channels: ReadonlyMap<string, Channel>;
  rooms: Rooms;
  posts: Posts;
  homes: Homes;
  surface: NonNullable<Channel['surface']>;
  intake: Intake;
  workspace(team: string): Promise<Sender | undefined>;
  wake(kind: string): void;
  keyBackups: KeyBackups;
  backups: BackupPlace;
  publicUrl: string;
  metrics: Metrics;
  gateway: Gateway | undefined;
}

/** Seconds from one sign that an answer arrived to the next. */
const arrivedEvery = 15;

/** All that works on what was taken in: one piece of work a kind of lane, campaigns by their tickets, and what is regular. Learns to understand first, which takes seconds. */
export async function createWorkers(parts: WorkerParts): Promise<Workers> {
  const { log, clock, database, keys, queues, channels, rooms, posts, wake } = parts;
  const engine = await createUnderstanding(join(root, 'intents'), join(parts.config.DATA_DIR, 'models'));
  const conversation = new Conversation(parts.catalogue, engine);
  const transport = new Transport(
    (name) => channels.get(name),
    log,
    (channel, sent, ms) => {
      const code = 'code' in sent ? sent.code : '';
      parts.metrics.count('connectus_sends_total', { channel, outcome: sent.outcome, code });
      parts.metrics.count('connectus_send_seconds_total', { channel }, ms / 1_000);
    },
  );
  const tickets = new Tickets(queues, log);
  const onProviderStop: ReceiptPorts['onProviderStop'] = async (
    tx,
    contact,
    evidence,
    now,
    at = now,
    source = 'whatsapp_preference',
  ) => void (await rooms.consent.withdraw(tx, contact, { source, evidence, now, at }));
  const { onProgress, senders, audience, campaigns } = rooms;
  const onBounced = (tx: TenantTx, contact: string, lastSign: Date, now: Date) =>
    audience.bounced(tx, contact, lastSign, now);
  const unsubscribe = async (tx: TenantTx, contact: string) =>
    `${parts.publicUrl}${await rooms.links.unsubscribe(tx, contact)}`;
  const onFailed = (tx: TenantTx, seq: string) => posts.refresh(tx, `answer:${seq}`);
  // Of what a member wrote last alone, and once for all that comes within a while: Slack takes few updates.
  const onArrived = async (tx: TenantTx, seqs: readonly string[]) => {
    for (const seq of await handOffsTable.lastAmong(tx, seqs))
      await posts.refreshCalmly(tx, `answer:${seq}`, arrivedEvery);
  };
  const breaker = new Breaker(breakerTold(rooms));
  const heartbeat: Heartbeat = new Heartbeat(database, log, { onFreed: () => dispatcher.poke() });
  const worker = () => heartbeat.worker;
  const medium: SlicesDeps['medium'] = (tenant, template, { id, sender }) => {
    const upload = channels.get(sender.channel)?.upload;
    const at = { tenant, template: template.id, senderId: id, sender, now: clock.now() };
    return upload ? rooms.templateMedia.copyFor(at, upload) : Promise.resolve(undefined);
  };
  const slices = new CampaignSlices({
    database,
    keys,
    clock,
    campaigns,
    senders,
    audience,
    transport,
    rate: rateOf(queues),
    worker,
    prices: rooms.costs.prices,
    unsubscribe,
    links: rooms.trackedLinks,
    medium,
    breaker,
    onProviderStop,
    wake,
  });
  const verdictPorts: VerdictPorts = {
    hold: (tx, template, why, now) => campaigns.pauseByTemplate(tx, template, why, now),
    onChanged: (tx, id) => refreshTemplate(tx, posts, id),
    sync: (tx) => wakeTemplate(tx, undefined),
  };
  const verdicts = new TemplateVerdicts(verdictPorts);
  const files = { database, imports: rooms.imports, surface: parts.surface, log, workspace: parts.workspace };
  const works: Work[] = [
    new TurnWorker({
      database,
      keys,
      clock,
      log,
      domain: rooms,
      conversation,
      surface: parts.surface,
      workspace: parts.workspace,
      homes: parts.homes,
      publicUrl: parts.publicUrl,
      seen: (sender, id) => transport.seen(sender, id),
    }),
    new Receipts(database, keys, clock, { onProviderStop, onBounced, onProgress, onFailed, onArrived }, 50),
    new Replies({
      worker,
      onFailed,
      bring: bringFrom(parts),
      upload: (name) => channels.get(name)?.upload,
      ...{ database, keys, clock, senders, audience, transport, unsubscribe, medium },
    }),
    new FallbackWork({ database, issue: (ticket) => tickets.issue(ticket), onProgress }),
    new CampaignWork({ database, clock, campaigns, issue: (ticket) => tickets.issue(ticket), onProgress }),
    new CaseWorker({
      ...{ database, clock, consent: rooms.consent, privacy: rooms.privacy, executions: () => rooms.executions },
      onNotice: (tx, view, notice, now) => tellOfCase(tx, rooms, view, notice, now),
    }),
    rooms.providerErasure,
    rooms.connections,
    new AccountWorker(database, keys, clock, {
      onTemplateStatus: (tx, template, now) => verdicts.status(tx, template, now),
      onTemplateStanding: (tx, template, change, now) => verdicts.standing(tx, template, change, now),
      onMessagingLimit: (tx, channel, limit) => tenantsTable.setMessagingLimit(tx, channel, limit),
      onNumbersChanged: async (tx, channel) => {
        await numberChecksTable.wakeDue(tx, channel, new Date(8.64e15));
        tx.afterCommit(() => wake('number'));
      },
      onShownOut: async (tx, workspace, out, now) => {
        if (!(await rooms.installations.end(tx, workspace, out, now))) return;
        log.error(
          { event: 'slack.shown_out', tenant: tx.tenant, team: workspace, code: out.why },
          'a workspace has removed us',
        );
      },
      onStanding: async (tx, { team, user }, standing, now) => {
        if (standing !== 'member') await rooms.members.leaveIfMember(tx, team, user, standing, now);
      },
    }),
    new NumberChecks({
      ...{ database, clock, senders, onTurn: numberTold(rooms) },
      standing: (name) => channels.get(name)?.standing,
    }),
    new TemplateWork({
      ...{ database, clock, desk: channels.get('whatsapp')?.templates, templates: rooms.templates },
      media: rooms.templateMedia,
      fetch: mediumFrom(parts),
      accounts: (tx) => senders.accounts(tx, 'whatsapp'),
      ports: verdictPorts,
    }),
    new ImportWork(rooms.imports, handBackTo(files), fetchFrom(files)),
    new ReportWork({ database, keys, clock, blobs: rooms.blobs, audience, ports: reportPorts(rooms, parts) }),
    new PaymentWork({
      ...{ database, clock, log, gateway: parts.gateway, payments: rooms.payments, credit: rooms.credit },
      ports: {
        onChanged: async (tx, { id, statement_id: statement }) => {
          await posts.refresh(tx, `payment:${id}`);
          if (statement) await posts.refresh(tx, `statement:${statement}`);
        },
        subject: paymentSubject,
      },
    }),
    new Forwarding({ database, keys, clock, ...rooms, intake: parts.intake }),
    posts,
    parts.homes,
    { kind: 'unknown', run: async () => 'done' },
  ];
  const dispatcher: Dispatcher = new Dispatcher(database, works, log, undefined, worker);
  const ticker = new Ticker(log);
  const all = () => rooms.tenants.all();
  const inEach = (everyMs: number, name: string, work: (tx: TenantTx) => Promise<unknown>) =>
    ticker.everyCustomer(everyMs, name, all, (tenant) => database.withTenant(tenant, work));
  const heads = rooms.heads ?? new HeadFiles(join(parts.config.DATA_DIR, 'audit'));
  const sealing = new Sealing(database, rooms.audit, heads, (tenant) =>
    log.error(
      { event: 'audit.broken', tenant },
      'the audit lacks what its kept head saw; npm run audit:verify says where',
    ),
  );
  ticker.every(1_000, 'audit', async () => sealing.seal(await rooms.tenants.all()));
  ticker.every(60_000, 'what is kept no longer', async () => {
    await rooms.retention.nightly(await rooms.tenants.all(), clock.now());
    await pruneBackups(parts.backups, before(clock.now(), retention.rules.backup?.keep ?? {}));
  });
  ticker.every(2_000, 'keys of the erased', async () => {
    await parts.keyBackups.rewriteWanted(await rooms.tenants.all(), () => clock.now());
  });
  const examine = channels.get('slack')?.examine;
  if (examine)
    // At the start, and now and then: whoever installed us may have allowed less than we need, or a release may need more.
    ticker.every(3_600_000, 'what workspaces allow', async () => {
      const senders = new Map((await rooms.senders.workspaces()).map((sender) => [sender.id, sender]));
      await ticker.each('what workspaces allow', 'team', [...senders.keys()], async (team) => {
        for (const { code, state } of await examine(senders.get(team) as Sender, 'address'))
          if (state === 'wrong')
            log.error(
              { event: 'slack.workspace', team, code },
              'a workspace is not as we need it; npm run doctor says more',
            );
      });
    });
  const installer = [...channels.values()].find((channel) => channel.installer)?.installer;
  if (installer)
    ticker.every(60_000, 'tokens of workspaces', async () => {
      for (const { team, code } of await rooms.installations.renew(installer, clock.now()))
        if (code)
          log.error({ event: 'slack.token_not_renewed', team, code }, 'a workspace’s token could not be renewed');
    });
  ticker.every(3_600_000, 'lists', async () => rooms.imports.sweep(await rooms.tenants.all()));
  inEach(3_600_000, 'templates', (tx) => wakeTemplate(tx, undefined));
  inEach(5_000, 'clocks of cases', async (tx) => {
    if ((await caseClocksTable.wakeRinging(tx, clock.now())) > 0) tx.afterCommit(() => wake('case'));
  });
  ticker.every(600_000, 'pages', async () => parts.homes.turned(await rooms.tenants.all()));
  inEach(60_000, 'how providers see our numbers', async (tx) => {
    const before = new Date(clock.now().getTime() - believedMs);
    for (const [name, channel] of channels)
      if (channel.standing && (await numberChecksTable.wakeDue(tx, name, before)) > 0)
        tx.afterCommit(() => wake('number'));
  });
  inEach(5_000, 'what was shown for a while', async (tx) => {
    await rooms.reveals.sweep(tx, clock.now());
    await rooms.members.endGrants(tx, clock.now());
  });
  inEach(600_000, 'copies of data', (tx) => rooms.packages.purge(tx, clock.now()));
  inEach(600_000, 'new companies', (tx) => climbLadder(tx, clock.now()));
  inEach(600_000, 'codes and forms that ask who somebody is', (tx) => rooms.identity.purge(tx, clock.now()));
  ticker.everyCustomer(3_600_000, 'customers who leave', all, (tenant) => rooms.exit.eraseIfDue(tenant, clock.now()));
  inEach(600_000, 'registers', async (tx) => {
    await rooms.providers.warn(tx, clock.now());
    await rooms.incidents.remind(tx, clock.now());
    await rooms.policyNotices.sweep(tx, clock.now());
  });
  inEach(60_000, 'notices of ours, and credit', async (tx) => {
    await rooms.serviceNotices.sweep(tx, clock.now());
    await rooms.credit.warn(tx, clock.now());
    // One that stopped in the very moment in which something was paid in.
    await rooms.goOnWithCredit(tx, clock.now());
  });
  inEach(600_000, 'statements of account', (tx) => rooms.statements.close(tx, clock.now()));
  inEach(6 * 3_600_000, 'usage', (tx) => rooms.credit.recount(tx, clock.now()));
  inEach(600_000, 'talks that nobody ends', (tx) => rooms.quietTalks.sweep(tx, clock.now()));
  inEach(600_000, 'consents that end', (tx) => endConsents(tx, clock.now()));
  let isOver = false;
  return {
    dispatcher,
    start: () => {
      heartbeat.start(() => {
        if (isOver) return;
        dispatcher.start();
        tickets.serve((ticket, stopping) => slices.run(ticket, stopping));
      });
      ticker.start();
    },
    stop: async () => {
      isOver = true;
      await ticker.stop();
      await Promise.all([dispatcher.stop(), tickets.stop()]);
      await heartbeat.stop();
    },
  };
}
