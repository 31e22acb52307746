import type { Clock } from '../clock';
import type { TenantTx } from '../data/database';
import type { Members } from '../domain/accounts/members.service';
import type { Tenants } from '../domain/accounts/tenants.service';
import { costs } from '../domain/billing/costs.service';
import type { Campaigns } from '../domain/campaigns/campaigns.service';
import { campaignReport } from '../domain/reports/campaign-report';
import { campaignGroups } from '../domain/reports/groups';
import type { ListWords } from '../domain/reports/list';
import type { CampaignFile as FileRow } from '../domain/reports/report-work';
import type { Sheet } from '../domain/reports/sheet';
import type { Language, Vars } from '../intent';
import { type Reader, sayHouse } from './texts';

export interface ReportWordsDeps {
  clock: Clock;
  tenants: Tenants;
  members: Members;
  campaigns: Campaigns;
}
type Says = (key: string, vars?: Vars) => string;
type Rows = Sheet['sections'][number]['rows'];

const speaker =
  (reader: Reader): Says =>
  (key, vars = {}) =>
    sayHouse({ text: `report.${key}`, vars }, reader);

/** Who reads it, and the mark that every copy carries: who had it made, when, of which customer, and why. */
async function begun(tx: TenantTx, deps: ReportWordsDeps, file: FileRow, reason: string) {
  const { name: company, zone } = await deps.tenants.profile(tx);
  const reader: Reader = { language: file.language as Language, zone };
  const says = speaker(reader);
  const who = (await deps.members.get(tx, file.asked_by, deps.clock.now()))?.name ?? '';
  const mark = says(reason ? 'mark_why' : 'mark', { company, who, at: file.asked_at, why: reason });
  return { reader, says, mark };
}

/** A campaign's report, worded for its picture and its PDF. */
export async function wordsOfSheet(tx: TenantTx, deps: ReportWordsDeps, file: FileRow, reason: string): Promise<Sheet> {
  const { reader, says, mark } = await begun(tx, deps, file, reason);
  const now = deps.clock.now();
  const campaign = await deps.campaigns.report(tx, file.campaign_id, now);
  const report = await campaignReport(tx, file.campaign_id);
  const { number, name, startedAt } = report;
  const state = sayHouse({ text: `campaign_states.${campaign.state}` }, reader);
  const title = says('title', { number, name });
  const bars = [
    { label: says('selected'), count: campaign.selected, said: says('count', { count: campaign.selected }) },
    // as its post counts them
    ...funnelOf(
      says,
      { ...report, sent: campaign.sent, delivered: campaign.delivered, read: campaign.read },
      campaign.comesBack,
    ),
  ];
  const isPaper = file.kind === 'pdf';
  const cost = isPaper ? await costs.actual(tx, file.campaign_id) : undefined;
  const groups = isPaper ? await campaignGroups(tx, file.campaign_id) : [];
  const reasons = (group: 'failures' | 'gate', all: readonly { code: string; count: number }[]): Rows =>
    all.map(({ code, count }) => [
      sayHouse({ text: `${group}.${code}`, vars: { count } }, reader),
      says('count', { count }),
    ]);
  const line = (one: { sent: number; delivered: number; read: number; clicked: number; replied: number }) =>
    says('line', { ...one });
  const sections: { title: string; rows: Rows }[] = [
    { title: says('funnel'), rows: bars.map(({ label, said }) => [label, said]) },
    {
      title: says('people'),
      rows: [
        [says('left'), says('count', { count: campaign.optedOut })],
        [says('complaints'), says('count', { count: report.complaints })],
        [says('reacted'), says('count', { count: report.reacted })],
      ],
    },
    { title: says('failed'), rows: reasons('failures', campaign.failures) },
    { title: says('left_out'), rows: reasons('gate', campaign.leftOut) },
    {
      title: says('channels'),
      rows: report.channels.map((one) => [sayHouse({ text: `channels.${one.channel}` }, reader), line(one)]),
    },
    {
      title: says('links'),
      rows: report.links.map(({ url, people, machines }) => [url, says('visits', { people, machines })]),
    },
    { title: says('groups'), rows: groups.map((one) => [`${one.key}: ${one.value}`, line(one)]) },
    {
      title: says('hours'),
      rows: report.hours.map((one) => [says('hour', { at: one.at }), says('hour_line', { ...one })]),
    },
    { title: says('cost'), rows: cost ? [[says('cost_total'), says('money', { cost: cost.total })]] : [] },
    { title: says('earlier'), rows: report.earlier.map((one) => [`${one.number} · ${one.name}`, line(one)]) },
  ];
  return {
    ...{ title, mark, bars, language: reader.language },
    subtitle: startedAt ? says('subtitle', { state, at: startedAt }) : state,
    hours: {
      title: says('hours'),
      series: [says('delivered'), says('read')],
      columns: report.hours.map(({ at, delivered, read }) => ({
        label: says('short', { at: { short: at } }),
        counts: [delivered, read],
      })),
    },
    sections: sections.filter(({ rows }) => rows.length > 0),
    alt: `${title}. ${bars.map(({ label, said }) => `${label}: ${said}`).join('. ')}.`,
  };
}

function funnelOf(
  says: Says,
  report: { sent: number; delivered: number; read: number; clicked: number; replied: number },
  comesBack: readonly ('delivered' | 'read')[],
) {
  return (['sent', ...comesBack, 'clicked', 'replied'] as const).map((key) => {
    const count = report[key];
    const share = report.sent > 0 ? count / report.sent : 0;
    return {
      label: says(key),
      count,
      said: key === 'sent' ? says('count', { count }) : says('share', { count, share }),
    };
  });
}

/** The words of a list of a campaign's messages. */
export async function wordsOfList(
  tx: TenantTx,
  deps: ReportWordsDeps,
  file: FileRow,
  reason: string,
): Promise<ListWords> {
  const { reader, says, mark } = await begun(tx, deps, file, reason);
  const { zone } = reader;
  // One way for every spreadsheet: 2026-12-01 10:30
  const moment = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone });
  const states = memo((code) => sayHouse({ text: `states.${code}` }, reader));
  const reasons = memo((key) => sayHouse({ text: key, vars: { count: 1 } }, reader));
  const names = [
    'seq',
    'campaign',
    'person',
    'channel',
    'state',
    'why',
    'sent',
    'delivered',
    'read',
    'clicked',
    'replied',
    'copy',
  ];
  return {
    titles: names.map((name) => says(`titles.${name}`)),
    // What a spreadsheet of the reader's country takes for a column: the comma is their decimal sign.
    separator: reader.language === 'en' ? ',' : ';',
    state: states,
    reason: (state, code) => reasons(`${state === 'left_out' ? 'gate' : 'failures'}.${code}`),
    moment: (at) => moment.format(at),
    label: file.id.slice(-8),
    mark,
  };
}

function memo(of: (code: string) => string): (code: string) => string {
  const known = new Map<string, string>();
  return (code) => {
    const found = known.get(code) ?? of(code);
    known.set(code, found);
    return found;
  };
}
