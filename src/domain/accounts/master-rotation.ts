import type { Database } from '../../data/database';
import { unknownTenant } from '../../data/ids';
import type { Keys } from '../../data/keys';
import type { SystemKeys } from '../../data/system-keys';
import { edgeTable } from './edge.table';
import { aboutRefresh } from './installations';
import { installationsTable } from './installations.table';
import { membersTable } from './members.table';
import { aboutToken } from './tenants.service';

export interface MasterRotated {
  customers: number;
  keys: number;
  tokens: number;
  members: number;
}

/**
 * Everything that the previous master key wraps or hashes goes over to the current one, a customer a transaction, while programs that know both go
 * on. It may be broken off and run again. Afterwards the previous key opens nothing that is in use; codes that wait for their member end within a day.
 */
export class MasterRotation {
  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly systemKeys: SystemKeys,
  ) {}

  async run(tenants: readonly string[]): Promise<MasterRotated> {
    const done = { customers: 0, keys: 0, tokens: await this.tokens(), members: 0 };
    for (const tenant of new Set([...tenants, unknownTenant]))
      await this.database.withTenant(tenant, async (tx) => {
        done.keys += await this.keys.rewrap(tx);
        for (const { team, slack_user } of await membersTable.list(tx)) {
          const [now, ...older] = this.systemKeys.hashes('slack user', `${team}/${slack_user}`);
          await edgeTable.joinTeam(tx, team, now as Buffer);
          await edgeTable.leaveTeam(tx, team, older);
          done.members += 1;
        }
        done.customers += 1;
      });
    return done;
  }

  private async tokens(): Promise<number> {
    return this.database.withSystem('resolver', async (tx) => {
      // In the order in which a renewal holds them: it must not be undone once it was asked for.
      const renewals = await installationsTable.sealed(tx);
      for (const row of renewals) {
        const about = aboutRefresh(row.app, row.team);
        const token = this.systemKeys.openToken(row.refresh, about);
        await installationsTable.reseal(tx, row, this.systemKeys.sealToken(token, about));
      }
      const rows = await edgeTable.senders(tx);
      for (const row of rows) {
        const about = aboutToken(row.channel, row.app, row.provider_id);
        await edgeTable.reseal(tx, row, this.systemKeys.sealToken(this.systemKeys.openToken(row.token, about), about));
      }
      return rows.length + renewals.length;
    });
  }
}
