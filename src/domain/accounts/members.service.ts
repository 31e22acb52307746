import { randomInt } from 'node:crypto';
import type { Database, TenantTx } from '../../data/database';
import { houseTenant, newId } from '../../data/ids';
import type { SystemKeys } from '../../data/system-keys';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { edgeTable } from './edge.table';
import { type MemberRow, membersTable } from './members.table';
import { customerRoles, isRole, isStaffRole, type Language, type Role, rolesNow } from './roles';
import { tenantsTable } from './tenants.table';

export interface Member {
  id: string;
  team: string;
  slackUser: string;
  name: string;
  /** Those that hold now. */
  roles: readonly Role[];
  language: Language;
  /** In which hours are said to them; missing: the company's. */
  zone?: string;
  /** What can wait reaches them on their page alone. */
  quiet: boolean;
}
export interface Settings {
  language: Language;
  zone?: string | undefined;
  quiet: boolean;
}
export interface SlackUser {
  team: string;
  user: string;
  name?: string;
  language?: Language;
}

const codeHours = 24;
const triesADay = 10;
// No letter or digit that is taken for another when read aloud.
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Ten letters and figures that no word can be: at least one is a figure. */
function codeLetters(): string {
  for (;;) {
    const letters = Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');
    if (/\d/.test(letters)) return letters;
  }
}

/** The people of a customer's team: who they are on Slack, what they may do, how they come in. */
export class Members {
  constructor(
    private readonly database: Database,
    private readonly systemKeys: SystemKeys,
    private readonly audit: Audit,
    /** They may look no longer: what we wrote to them alone is taken down. */
    private readonly onGone: (tx: TenantTx, team: string, user: string) => Promise<void> = async () => {},
  ) {}

  /** The tenant a Slack user speaks for: the channel's, else the only team they belong to. Opens its own transaction. */
  async resolve(team: string, user: string, now: Date, channel?: string): Promise<string | undefined> {
    return this.database.withSystem('resolver', (tx) =>
      edgeTable.tenantOf(tx, team, this.systemKeys.hashes('slack user', `${team}/${user}`), now, channel),
    );
  }

  async find(tx: TenantTx, team: string, user: string, now: Date): Promise<Member | undefined> {
    const row = await membersTable.byUser(tx, team, user);
    return row && memberOf(row, now);
  }

  async get(tx: TenantTx, id: string, now: Date): Promise<Member | undefined> {
    const row = await membersTable.byId(tx, id);
    return row && memberOf(row, now);
  }

  /** Whether they are one of our own people, granted or not. */
  async isStaff(tx: TenantTx, id: string): Promise<boolean> {
    return (await membersTable.byId(tx, id))?.roles.some((role) => isRole(role) && isStaffRole(role)) ?? false;
  }

  /** Our own people at this customer, and until when each may look. */
  async staff(tx: TenantTx): Promise<{ id: string; name: string; until: Date | null }[]> {
    const rows = await membersTable.list(tx);
    return rows
      .filter(({ roles }) => roles.some((role) => isRole(role) && isStaffRole(role)))
      .map(({ id, name, granted_until: until }) => ({ id, name, until }));
  }

  /** Everybody who has this role now; without one, the whole team. */
  async list(tx: TenantTx, now: Date, role?: Role): Promise<Member[]> {
    const members = (await membersTable.list(tx)).map((row) => memberOf(row, now));
    return role ? members.filter((member) => member.roles.includes(role)) : members;
  }

  /** What they were heard to write in: cards and answers follow it. */
  async setLanguage(tx: TenantTx, member: string, language: Language): Promise<void> {
    await membersTable.setLanguage(tx, member, language);
  }

  /** What they choose for themselves. */
  async set(tx: TenantTx, member: string, { language, zone, quiet }: Settings): Promise<void> {
    await membersTable.set(tx, member, { language, zone: zone ?? null, quiet });
  }

  /** Puts somebody into the team, or gives them more roles. */
  async join(tx: TenantTx, user: SlackUser, roles: readonly Role[], now: Date, grantedUntil?: Date): Promise<Member> {
    const row = await membersTable.join(
      tx,
      {
        id: newId(now),
        team: user.team,
        slack_user: user.user,
        name: user.name ?? user.user,
        roles: [...roles],
        language: user.language ?? 'es',
        granted_until: grantedUntil ?? null,
        zone: null,
        quiet: false,
      },
      now,
    );
    await edgeTable.joinTeam(tx, user.team, this.hash(user));
    if (grantedUntil) await edgeTable.letIn(tx, user.team, this.hashes(user), grantedUntil);
    const entry = { actor: `member:${row.id}`, act: 'member.joined', subject: `member:${row.id}` };
    await this.audit.record(tx, { ...entry, detail: { roles: roles.join(',') } }, now);
    return memberOf(row, now);
  }

  /** Our staff may look at this customer until then. */
  async grant(tx: TenantTx, member: string, until: Date, by: string, now: Date): Promise<void> {
    await membersTable.grantUntil(tx, member, until);
    const row = await membersTable.byId(tx, member);
    if (row) await edgeTable.letIn(tx, row.team, this.hashes({ team: row.team, user: row.slack_user }), until);
    const detail = { until: until.toISOString() };
    const act = until > now ? 'member.granted' : 'member.grant_ended';
    await this.audit.record(tx, { actor: by, act, subject: `member:${member}`, detail }, now);
    await this.endGrants(tx, now);
    this.noteAtHome(tx, { act, detail: { ...detail, tenant: tx.tenant } }, now);
  }

  /** What our own people were shown here goes with their grant, whoever ended it or nobody. */
  async endGrants(tx: TenantTx, now: Date): Promise<void> {
    for (const { team, slack_user: user, roles } of await membersTable.endGrants(tx, now))
      if (rolesNow(roles, null, now).length === 0) await this.onGone(tx, team, user);
  }

  /** Gives a member of the customer's own team a role, or takes it. @throws MEMBER_GONE, ROLE_REQUIRED for our own staff's, MEMBER_LAST_OWNER */
  async changeRole(
    tx: TenantTx,
    member: string,
    change: { role: Role; has: boolean },
    by: string,
    now: Date,
  ): Promise<Member> {
    const { role, has } = change;
    if (!customerRoles.includes(role)) throw new AppError('ROLE_REQUIRED');
    const owners = await membersTable.lockOwners(tx);
    const row = await membersTable.byId(tx, member);
    if (!row?.roles.some((one) => isRole(one) && customerRoles.includes(one))) throw new AppError('MEMBER_GONE');
    const isAlone = owners.length === 1 && owners[0] === member;
    if (role === 'owner' && !has && isAlone) throw new AppError('MEMBER_LAST_OWNER');
    const others = row.roles.filter((one) => one !== role);
    // Whoever is left with nothing has left.
    if (!has && others.length === 0) {
      await this.leave(tx, member, by, now);
      return memberOf({ ...row, roles: [] }, now);
    }
    const roles = has ? [...others, role].sort() : others;
    await membersTable.setRoles(tx, member, roles);
    const entry = { actor: by, act: has ? 'member.role_given' : 'member.role_taken', subject: `member:${member}` };
    await this.audit.record(tx, { ...entry, detail: { role } }, now);
    return memberOf({ ...row, roles }, now);
  }

  /** Somebody whom Slack no longer counts among its own; the last one who runs the account stays, for they can't speak to us anyway. */
  async leaveIfMember(tx: TenantTx, team: string, user: string, why: string, now: Date): Promise<void> {
    const row = await membersTable.byUser(tx, team, user);
    if (!row) return;
    const owners = await membersTable.lockOwners(tx);
    if (owners.length === 1 && owners[0] === row.id) return;
    await this.leave(tx, row.id, `slack:${why}`, now);
  }

  /** @throws MEMBER_LAST_OWNER: somebody must be able to run the account */
  async leave(tx: TenantTx, member: string, by: string, now: Date): Promise<void> {
    const owners = await membersTable.lockOwners(tx);
    const row = await membersTable.byId(tx, member);
    if (!row) return;
    if (owners.length === 1 && owners[0] === member) throw new AppError('MEMBER_LAST_OWNER');
    const users = this.systemKeys.hashes('slack user', `${row.team}/${row.slack_user}`);
    await membersTable.remove(tx, member);
    await edgeTable.leaveTeam(tx, row.team, users);
    await this.onGone(tx, row.team, row.slack_user);
    await this.audit.record(tx, { actor: by, act: 'member.left', subject: `member:${member}` }, now);
  }

  /** A code that makes one new member with this role, within a day. @param hours how long one of our own people is let in */
  async invite(
    tx: TenantTx,
    role: Role,
    by: string,
    now: Date,
    hours?: number,
  ): Promise<{ code: string; expires: Date }> {
    const letters = codeLetters();
    const code = `${letters.slice(0, 5)}-${letters.slice(5)}`;
    const expires = new Date(now.getTime() + codeHours * 3_600_000);
    const grants = hours ? `${role}:${hours}` : role;
    await edgeTable.offerLink(tx, this.systemKeys.hash('link', letters), 'invite', grants, expires);
    const act = isStaffRole(role) ? 'staff.invited' : 'member.invited';
    await this.audit.record(tx, { actor: by, act, subject: 'member:new', detail: { role: grants } }, now);
    return { code, expires };
  }

  /**
   * Makes the Slack user who speaks a member by their code. Opens its own transactions: nobody's tenant is known yet. The same turn again, because
   * its answer was lost, ends as it did and does nothing more.
   * @throws CODE_INVALID when unknown, expired, used, or tried too often that day
   */
  async link(
    user: SlackUser,
    code: string,
    now: Date,
    turn: string,
  ): Promise<{ tenant: string; company: string; role: Role; member: Member }> {
    const hashes = this.systemKeys.hashes('link', code.toUpperCase().replace(/[^A-Z0-9]/g, ''));
    const who = this.hash(user);
    const link = await this.database.withSystem('resolver', async (tx) => {
      const tries = await edgeTable.countAttempt(tx, who, now.toISOString().slice(0, 10));
      return tries > triesADay ? undefined : edgeTable.takeLink(tx, hashes, 'invite', who, user.team, now, turn);
    });
    const [role = '', hours] = link?.grants.split(':') ?? [];
    if (!link || !isRole(role)) throw new AppError('CODE_INVALID');
    return this.database.withTenant(link.tenant_id, async (tx) => {
      const company = (await tenantsTable.get(tx))?.name ?? '';
      const already = link.spent ? await this.find(tx, user.team, user.user, now) : undefined;
      if (already) return { tenant: link.tenant_id, company, role, member: already };
      const until = isStaffRole(role) ? new Date(now.getTime() + Number(hours ?? 1) * 3_600_000) : undefined;
      const member = await this.join(tx, user, [role], now, until);
      if (until) {
        await edgeTable.chooseCompany(tx, user.team, this.hashes(user), tx.tenant, now);
        this.noteAtHome(tx, { act: 'member.granted', detail: { until: until.toISOString(), tenant: tx.tenant } }, now);
      }
      await edgeTable.spendCode(tx, hashes, turn);
      return { tenant: link.tenant_id, company, role, member };
    });
  }

  /** The customers that one of our people looks after now. */
  async companies(tx: TenantTx, user: SlackUser, now: Date): Promise<{ id: string; name: string }[]> {
    const found = await edgeTable.companiesOf(tx, user.team, this.hashes(user), now);
    return found.map(({ tenant_id: id, name }) => ({ id, name }));
  }

  /** From here on they speak of that one. @returns whether it lets them in */
  choose(tx: TenantTx, user: SlackUser, tenant: string, now: Date): Promise<boolean> {
    return edgeTable.chooseCompany(tx, user.team, this.hashes(user), tenant, now);
  }

  /** Ours is the other side of a grant: it stands in our own audit as well. Where we are no customer of ours there is none. */
  private noteAtHome(tx: TenantTx, { act, detail }: { act: string; detail: Record<string, string> }, now: Date): void {
    if (tx.tenant === houseTenant) return;
    const entry = { actor: 'system:grants', act, subject: 'member:staff', detail };
    tx.afterCommit(() =>
      this.database.withTenant(houseTenant, (own) => this.audit.record(own, entry, now)).catch(() => {}),
    );
  }

  private hashes(user: SlackUser): Buffer[] {
    return this.systemKeys.hashes('slack user', `${user.team}/${user.user}`);
  }

  private hash(user: SlackUser): Buffer {
    return this.systemKeys.hash('slack user', `${user.team}/${user.user}`);
  }
}

const memberOf = (row: MemberRow, now: Date): Member => ({
  id: row.id,
  team: row.team,
  slackUser: row.slack_user,
  name: row.name,
  roles: rolesNow(row.roles, row.granted_until, now),
  language: row.language as Language,
  quiet: row.quiet,
  ...(row.zone && { zone: row.zone }),
});
