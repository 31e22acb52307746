/** What is counted in this process, by its name: what it is, and which labels it may carry. Nothing else is ever told, whoever counts. */
export const metricTable = {
  connectus_requests_total: {
    type: 'counter',
    labels: ['kind', 'status'],
    help: 'HTTP requests answered, by webhook or page and by status class',
  },
  connectus_request_seconds_total: { type: 'counter', labels: ['kind'], help: 'seconds spent answering HTTP requests' },
  connectus_sends_total: {
    type: 'counter',
    labels: ['channel', 'outcome', 'code'],
    help: 'messages handed to a provider, by what it said; the code is ours',
  },
  connectus_send_seconds_total: { type: 'counter', labels: ['channel'], help: 'seconds spent handing messages over' },
  connectus_log_events_total: {
    type: 'counter',
    labels: ['level', 'event'],
    help: 'warnings and errors that were logged, by their event',
  },
  connectus_lanes: {
    type: 'gauge',
    labels: ['kind', 'state'],
    help: 'lanes of work: due, later, held by a worker, or failing (tried three times or more)',
  },
  connectus_lane_wait_seconds: { type: 'gauge', labels: ['kind'], help: 'how long the oldest due lane has waited' },
  connectus_workers: { type: 'gauge', labels: [], help: 'workers that said within three seconds that they are there' },
  connectus_jobs: { type: 'gauge', labels: ['queue', 'state'], help: 'jobs in Redis: wake-ups and tickets' },
  connectus_redis_up: { type: 'gauge', labels: [], help: '1 while Redis answers' },
  connectus_database_up: { type: 'gauge', labels: [], help: '1 while Postgres answers' },
  connectus_disk_free_ratio: { type: 'gauge', labels: [], help: 'what is free where this process keeps its files' },
  connectus_backup_age_seconds: {
    type: 'gauge',
    labels: [],
    help: 'since the newest backup in the folder; absent where there is none',
  },
  connectus_memory_bytes: { type: 'gauge', labels: [], help: 'memory of this process' },
  connectus_event_loop_seconds: { type: 'gauge', labels: [], help: 'how late this process is, at its 99th percentile' },
  connectus_up_seconds: { type: 'gauge', labels: ['role'], help: 'since this process started' },
} as const satisfies Record<string, { type: 'counter' | 'gauge'; labels: readonly string[]; help: string }>;

export type MetricName = keyof typeof metricTable;
export type Labels = Readonly<Record<string, string>>;
export interface Sample {
  name: MetricName;
  labels?: Labels;
  value: number;
}

const mostSeries = 1_000;
/** A name of ours: letters, and never so many digits that they could be somebody's number. */
const isName = (value: string): boolean => /^[\w.:-]{1,60}$/.test(value) && !/\d{7}/.test(value);

/** Counts what this process does. Labels are names of ours alone: what could be a person's is counted as `other`. */
export class Metrics {
  private readonly counted = new Map<string, { name: MetricName; labels: Labels; value: number }>();

  count(name: MetricName, labels: Labels = {}, by = 1): void {
    const kept = keptOf(name, labels);
    const key = keyOf(name, kept);
    const series = this.counted.get(key);
    if (series) series.value += by;
    else if (this.counted.size < mostSeries) this.counted.set(key, { name, labels: kept, value: by });
  }

  samples(): readonly Sample[] {
    return [...this.counted.values()];
  }
}

const keptOf = (name: MetricName, labels: Labels): Labels =>
  Object.fromEntries(
    metricTable[name].labels.map((label) => {
      const value = labels[label] ?? '';
      return [label, value === '' || isName(value) ? value : 'other'];
    }),
  );

const keyOf = (name: string, labels: Labels): string =>
  `${name}{${Object.entries(labels).flatMap(([label, value]) => (value ? [`${label}="${value}"`] : []))}}`;

/** As Prometheus reads it (text format 0.0.4). */
export function exposition(samples: readonly Sample[]): string {
  const of = (name: MetricName) => samples.filter((one) => one.name === name);
  return (Object.keys(metricTable) as MetricName[])
    .filter((name) => of(name).length > 0)
    .map((name) => {
      const lines = of(name).map(({ labels = {}, value }) =>
        `${keyOf(name, keptOf(name, labels))} ${value}`.replace('{}', ''),
      );
      return [`# HELP ${name} ${metricTable[name].help}`, `# TYPE ${name} ${metricTable[name].type}`, ...lines]
        .map((line) => `${line}\n`)
        .join('');
    })
    .join('');
}
