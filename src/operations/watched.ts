import { countedLog, type Log } from '../log';
import type { Metrics } from '../metrics';

/** What alarms wait for (deploy/alerts.yaml). A counter that comes into being at one is no rise to whoever watches: these begin at nothing. */
export const watched = {
  warn: ['webhook.refused'],
  error: [
    ...['turn.parked', 'work.parked', 'audit.broken', 'egress.refused', 'sweep.failed'],
    ...['webhook.not_stored', 'delivery.not_stored', 'mail.not_stored'],
  ],
} as const;

/** The same log, with its warnings and errors counted by their events. */
export function watchedLog(log: Log, metrics: Metrics): Log {
  for (const level of ['warn', 'error'] as const)
    for (const event of watched[level]) metrics.count('connectus_log_events_total', { level, event }, 0);
  return countedLog(log, (level, event) => metrics.count('connectus_log_events_total', { level, event }));
}
