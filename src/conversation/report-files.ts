import type { Sender, SendOutcome, Surface } from '../channel';
import type { Clock } from '../clock';
import type { Database } from '../data/database';
import type { ReportPorts } from '../domain/reports/report-work';
import { cardOf } from './posts.table';
import { type ReportWordsDeps, wordsOfList, wordsOfSheet } from './report-words';
import { type StatementPaperDeps, statementFile } from './statement-paper';

interface SurfaceDeps {
  database: Database;
  surface: Surface;
  clock: Clock;
  workspace(team: string): Promise<Sender | undefined>;
}

const nowhere: SendOutcome = { outcome: 'refused', code: 'SLACK_NO_ADDRESS', treatment: 'permanent' };

/** How a report's files are worded, and how they come to stand beneath their post in Slack. */
export function reportPorts(
  rooms: Omit<ReportWordsDeps & StatementPaperDeps, 'clock'>,
  { database, surface, clock, workspace }: SurfaceDeps,
): ReportPorts {
  const deps = { ...rooms, clock };
  return {
    sheet: (tx, file, reason) => wordsOfSheet(tx, deps, file, reason),
    words: (tx, file, reason) => wordsOfList(tx, deps, file, reason),
    statement: async (tenant, file) => {
      const { name, make } = await database.withTenant(tenant, (tx) => statementFile(tx, deps, file));
      return { name, content: await make() };
    },
    spot: async (tx, { topic, statement_id, asked_by }) => {
      // A statement stands with each member it was told to: its file goes to whoever asked for it.
      const asker = statement_id ? await rooms.members.get(tx, asked_by, clock.now()) : undefined;
      if (statement_id && !asker) return undefined;
      const at = await cardOf(tx, topic, asker && { team: asker.team, user: asker.slackUser });
      return at && { team: at.team, channel: at.channel, post: at.ts, language: at.language };
    },
    put: async (_tenant, spot, file) => {
      const sender = await workspace(spot.team);
      return sender && surface.putFile ? surface.putFile(sender, spot, file) : nowhere;
    },
    remove: async (_tenant, team, file) => {
      const sender = await workspace(team);
      return sender && surface.removeFile ? surface.removeFile(sender, file) : nowhere;
    },
  };
}
