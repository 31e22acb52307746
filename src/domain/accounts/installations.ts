import { randomBytes } from 'node:crypto';
import type { Installation, Installer, Renewed } from '../../channel';
import type { Database, TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { SystemKeys } from '../../data/system-keys';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { edgeTable } from './edge.table';
import { type InstallationRow, installationsTable, type ShownOut } from './installations.table';
import type { Member, Members } from './members.service';
import { aboutToken, type Tenants } from './tenants.service';

const stateMs = 600_000;
const inviteMs = 86_400_000;
/** A token is renewed while it still has so long: two tries an hour may fail for as long. */
const renewBeforeMs = 2 * 3_600_000;
const app = 'default';
/** What Slack says of a token that is dead. Any other refusal may be that of something on the way, or ours to mend. */
const isDead: ReadonlySet<string> = new Set(['SLACK_invalid_refresh_token']);

export const aboutRefresh = (of: string, team: string): string => `refresh|${of}|${team}`;

/** What became of somebody who let us in. */
export interface Installed {
  /** new: a customer that begins; again: one that is with us; joined: one more workspace of a customer. */
  outcome: 'new' | 'again' | 'joined';
  tenant: string;
  /** Who let us in, where they run the account from now on. */
  owner?: Member;
}
export interface InstallationsDeps {
  database: Database;
  systemKeys: SystemKeys;
  tenants: Tenants;
  members: Members;
  audit: Audit;
  /** The company and whoever runs it are told, in the transaction that makes them. */
  onBegun(tx: TenantTx, owner: Member, now: Date): Promise<void>;
}

/** Workspaces let us in by themselves: OAuth's state, whose each is, tokens that are renewed, and what is destroyed when one shows us out. */
export class Installations {
  constructor(private readonly deps: InstallationsDeps) {}

  /** What goes to Slack and comes back, for ten minutes. @param browser what stays in the browser @param invitation as `invite` gave it */
  async begin(browser: string, invitation: string | undefined, now: Date): Promise<string> {
    const { database, systemKeys } = this.deps;
    const state = randomBytes(24).toString('base64url');
    const until = new Date(now.getTime() + stateMs);
    await database.withSystem('resolver', (tx) =>
      installationsTable.offerState(
        tx,
        systemKeys.hash('oauth state', state),
        systemKeys.hash('oauth browser', browser),
        invitation ? systemKeys.hash('link', invitation) : null,
        until,
      ),
    );
    return state;
  }

  /** @returns undefined: never given, used already, over, or given to another browser */
  async take(state: string, browser: string, now: Date): Promise<{ invitation: Buffer | null } | undefined> {
    const { database, systemKeys } = this.deps;
    const found = await database.withSystem('resolver', (tx) =>
      installationsTable.takeState(tx, systemKeys.hashes('oauth state', state), now),
    );
    const isSame = systemKeys.hashes('oauth browser', browser).some((hash) => found?.browser.equals(hash));
    return found && isSame ? { invitation: found.invitation } : undefined;
  }

  /** One more workspace may join the current customer, within a day. */
  async invite(tx: TenantTx, by: string, now: Date): Promise<{ invitation: string; expires: Date }> {
    const invitation = randomBytes(18).toString('base64url');
    const expires = new Date(now.getTime() + inviteMs);
    await edgeTable.offerLink(tx, this.deps.systemKeys.hash('link', invitation), 'workspace', '', expires);
    await this.deps.audit.record(tx, { actor: by, act: 'workspace.invited', subject: 'workspace:new' }, now);
    return { invitation, expires };
  }

  /**
   * A workspace that is known stays its customer's and gets its new token; one that was invited joins; any other begins a customer whose owner is
   * whoever let us in. Opens its own transactions.
   * @throws INSTALL_ELSEWHERE when it is another customer's than the invitation's, INSTALL_STATE when that is over
   */
  async keep(installation: Installation, invitation: Buffer | null, now: Date): Promise<Installed> {
    const { database, tenants, audit } = this.deps;
    const { team, name } = installation;
    const [known, invited] = await database.withSystem('resolver', async (tx) => [
      (await edgeTable.sender(tx, 'slack', app, team))?.tenant_id,
      invitation ? await edgeTable.takeLink(tx, [invitation], 'workspace', teamHash(team), team, now) : undefined,
    ]);
    if (invitation && !invited) throw new AppError('INSTALL_STATE');
    if (known && invited && known !== invited.tenant_id) throw new AppError('INSTALL_ELSEWHERE');
    const outcome = known ? 'again' : invited ? 'joined' : 'new';
    const tenant = known ?? invited?.tenant_id ?? (await tenants.create({ name, legalName: name }, now, newId(now)));
    await this.store(installation, tenant, now);
    const actor = `slack:${team}`;
    const owner = await database.withTenant(tenant, async (tx) => {
      if (invitation) await edgeTable.spendLink(tx, [invitation]);
      const detail = { outcome, scopes: installation.scopes.join(',') };
      await audit.record(tx, { actor, act: 'workspace.installed', subject: `workspace:${team}`, detail }, now);
      // Whoever begins runs the account; nobody else gets in by installing.
      const isBegun = (await this.deps.members.list(tx, now)).length > 0;
      if (outcome === 'joined' || isBegun || !installation.user) return undefined;
      const { user, by } = installation;
      const member = await this.deps.members.join(tx, { team, user, ...by }, ['owner'], now);
      await this.deps.onBegun(tx, member, now);
      return member;
    });
    return { outcome, tenant, ...(owner && { owner }) };
  }

  /** The current customer's workspace has shown us out: its tokens are destroyed at once. */
  async end(tx: TenantTx, team: string, out: ShownOut, now: Date): Promise<boolean> {
    const ended = await installationsTable.end(tx, app, team, out);
    const { why } = out;
    const entry = { actor: `slack:${team}`, act: 'workspace.removed', subject: `workspace:${team}`, detail: { why } };
    if (ended) await this.deps.audit.record(tx, entry, now);
    return ended;
  }

  /**
   * Renews every token that ends soon. The row is held while Slack is asked, so that of several workers only one asks: a renewal is good once.
   * @returns which were renewed and which could not be
   */
  async renew(installer: Installer, now: Date): Promise<{ team: string; code?: string }[]> {
    const done: { team: string; code?: string }[] = [];
    for (;;) {
      const one = await this.deps.database.withSystem('resolver', async (tx) => {
        const asked = done.map(({ team }) => team);
        const row = await installationsTable.lockEnding(tx, new Date(now.getTime() + renewBeforeMs), asked);
        if (!row?.refresh) return undefined;
        const { systemKeys } = this.deps;
        const refresh = row.refresh;
        const ask = async () => installer.renew(systemKeys.openToken(refresh, aboutRefresh(row.app, row.team)));
        // One that can't be opened, say, is not to keep those behind it from being renewed.
        const told = await ask().catch(() => ({ outcome: 'unknown', code: 'TOKEN_NOT_ASKED' }) as const);
        if (told.outcome === 'accepted') {
          await installationsTable.renewed(tx, row, this.sealed(row, told.value, now));
          return { team: row.team };
        }
        // Said in so many words: what we hold is dead, and only somebody there can let us in again.
        if (told.outcome === 'refused' && isDead.has(told.code))
          await installationsTable.giveUp(tx, row, told.code, now);
        return { team: row.team, code: told.code };
      });
      if (!one) return done;
      done.push(one);
    }
  }

  private async store(installation: Installation, tenant: string, now: Date): Promise<void> {
    const { team, botUser, scopes } = installation;
    const of = { app, team, tenant, bot_user: botUser, scopes } as const;
    const { refresh, endsAt } = this.sealed(of, installation, now);
    await this.deps.database.withSystem('resolver', async (tx) => {
      await installationsTable.keep(tx, { ...of, refresh, ends_at: endsAt }, now);
      await this.deps.tenants.addWorkspaceIn(tx, tenant, team, installation.token);
    });
  }

  private sealed({ app: of, team }: Pick<InstallationRow, 'app' | 'team'>, next: Renewed, now: Date) {
    const { systemKeys } = this.deps;
    const { token, refresh, endsInSeconds = 0, scopes } = next;
    return {
      token: systemKeys.sealToken(token, aboutToken('slack', of, team)),
      refresh: refresh ? systemKeys.sealToken(refresh, aboutRefresh(of, team)) : null,
      endsAt: refresh ? new Date(now.getTime() + endsInSeconds * 1_000) : null,
      scopes,
    };
  }
}

/** Who takes an invitation is a workspace: the same may try again after a crash. */
const teamHash = (team: string): Buffer => Buffer.from(`team ${team}`);
