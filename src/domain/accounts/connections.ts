import type { Connecting, OfferedNumber, Sender, Told } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { type ConnectionRow, connectionsTable } from './connections.table';
import { edgeTable } from './edge.table';
import type { Tenants } from './tenants.service';

export interface ConnectionsDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  tenants: Tenants;
  audit: Audit;
  /** Absent where numbers are ours. */
  connecting(): Connecting | undefined;
  /** How it stands has changed. */
  onChanged(tx: TenantTx): Promise<void>;
  /** A number is ours from now on. @param limit as the provider names it */
  onConnected(tx: TenantTx, limit: string | undefined): Promise<void>;
  wake(): void;
}

/** How far it is. */
export interface Connection {
  state: ConnectionRow['state'];
  /** What is wrong. */
  code?: string;
  numbers: readonly OfferedNumber[];
  chosen?: OfferedNumber;
  /** The token ends then. */
  tokenEndsAt?: Date;
  isHeard: boolean;
  isAnswered: boolean;
}

/** What is asked at the provider came to nothing: the code says what is wrong. */
class Wrong extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

const app = 'default';
const channel = 'whatsapp';
const listenMs = 15 * 60_000;
const every = '3 seconds';
const perSecond = 20;

/**
 * A number that the customer has at Meta becomes one that we may use: its token, the account it is good for, the number, that what happens there is
 * told to us, and a message from somebody's own phone that is answered. What is asked at Meta is asked outside any turn.
 */
export class Connections {
  readonly kind = 'connection';

  constructor(private readonly deps: ConnectionsDeps) {}

  async view(tx: TenantTx): Promise<Connection | undefined> {
    const row = await connectionsTable.get(tx);
    if (!row) return undefined;
    const { state, code, numbers, chosen, token_ends_at: ends, connected_at: since } = row;
    const number = numbers.find(({ id }) => id === chosen);
    const heard =
      chosen && since ? await connectionsTable.heard(tx, chosen, since) : { isHeard: false, isAnswered: false };
    return {
      ...{ state, numbers, ...heard },
      ...(code && { code }),
      ...(number && { chosen: number }),
      ...(ends && { tokenEndsAt: ends }),
    };
  }

  /** @param account where the token does not say which it is good for; else empty */
  async offer(tx: TenantTx, token: string, account: string, member: string, now: Date): Promise<void> {
    const sealed = await this.seal(tx, 'token', token.trim());
    await connectionsTable.begin(tx, member, sealed, account.trim() || null, now);
    await this.go(tx);
  }

  /** @param pin of a number that is not registered yet @throws CONNECT_STATE where there is none such to be chosen */
  async choose(tx: TenantTx, number: string, pin: string | undefined, now: Date): Promise<void> {
    const row = await connectionsTable.get(tx);
    const isOffered = row?.numbers.some(({ id, state }) => id === number && canBe(state)) ?? false;
    if (!row?.token || !isOffered || !['number', 'wrong'].includes(row.state)) throw new AppError('CONNECT_STATE');
    const sealed = pin ? await this.seal(tx, 'pin', pin) : null;
    await connectionsTable.change(tx, { state: 'connecting', code: null, chosen: number, pin: sealed }, now);
    await this.go(tx);
  }

  /** What is wrong may have been mended at Meta: it is asked again, from where it stopped. */
  async again(tx: TenantTx, now: Date): Promise<void> {
    const row = await connectionsTable.get(tx);
    if (row?.token && ['wrong', 'number'].includes(row.state))
      await connectionsTable.change(tx, { state: row.chosen ? 'connecting' : 'checking', code: null }, now);
    await this.go(tx);
  }

  /** One step. What is wrong stands on the card; a provider that does not answer is asked again. */
  async run(tenant: string): Promise<'done'> {
    const { database } = this.deps;
    const row = await database.withTenant(tenant, (tx) => connectionsTable.get(tx));
    if (!row) return 'done';
    try {
      if (row.state === 'checking') await this.check(tenant, row);
      else if (row.state === 'connecting') await this.connect(tenant, row);
      else if (row.state === 'ready') await this.listen(tenant, row);
    } catch (error) {
      const code = error instanceof Wrong ? error.code : error instanceof AppError ? error.code : undefined;
      if (code === undefined || code === 'PROVIDER_UNREACHABLE') throw error;
      await this.note(tenant, { state: 'wrong', code: code === 'TENANT_REQUIRED' ? 'CONNECT_TAKEN' : code }, row);
    }
    if (row.state !== 'ready') await database.withTenant(tenant, (tx) => this.deps.onChanged(tx));
    return 'done';
  }

  async parked(tenant: string): Promise<void> {
    await this.note(tenant, { state: 'wrong', code: 'CONNECT_UNREACHABLE' });
    await this.deps.database.withTenant(tenant, (tx) => this.deps.onChanged(tx));
  }

  /** What the token is good for, and which numbers it reaches. */
  private async check(tenant: string, row: ConnectionRow): Promise<void> {
    const desk = this.desk();
    const token = await this.open(tenant, 'token', row.token);
    const { isValid, isOurs, isOfSystem, lacks, accounts, endsAt } = taken(await desk.token(token));
    if (!isValid) throw new Wrong('CONNECT_TOKEN');
    if (!isOurs) throw new Wrong('CONNECT_APP');
    if (lacks.length > 0) throw new Wrong('CONNECT_SCOPES');
    if (!isOfSystem) throw new Wrong('CONNECT_PERSONAL');
    const account = row.account ?? (accounts.length === 1 ? accounts[0] : undefined);
    if (!account) throw new Wrong('CONNECT_WHICH_ACCOUNT');
    const numbers = taken(await desk.numbers(this.sender(account, token)));
    if (numbers.length === 0) throw new Wrong('CONNECT_NO_NUMBER');
    await this.note(tenant, { state: 'number', account, numbers, token_ends_at: endsAt ?? null }, row);
  }

  /** Registered if it is not, subscribed, and ours. */
  private async connect(tenant: string, row: ConnectionRow): Promise<void> {
    const { tenants, clock, database, audit } = this.deps;
    const desk = this.desk();
    const token = await this.open(tenant, 'token', row.token);
    const [account, chosen] = [row.account ?? '', row.chosen ?? ''];
    const at = this.sender(account, token);
    let number = await this.find(desk, at, chosen);
    if (number.state === 'unregistered') {
      if (!row.pin) throw new Wrong('CONNECT_PIN_NEEDED');
      taken(await desk.register(this.sender(chosen, token), await this.open(tenant, 'pin', row.pin)));
      number = await this.find(desk, at, chosen);
    }
    if (number.state !== 'ready') throw new Wrong(whyNot[number.state]);
    await this.mustBeFree(tenant, account, chosen);
    taken(await desk.subscribe(at));
    const own = { channel, app, token, label: number.label, ratePerSecond: perSecond };
    await tenants.addSender(tenant, { ...own, providerId: chosen, account }, clock.now());
    await tenants.addAccount(tenant, { channel, app, token, providerId: account });
    await database.withTenant(tenant, async (tx) => {
      const now = clock.now();
      const change = { state: 'ready', token: null, pin: null, connected_at: now, numbers: [number] } as const;
      if (!(await connectionsTable.change(tx, change, now, row))) return;
      const entry = { actor: `member:${row.started_by}`, act: 'number.connected', subject: `number:${chosen}` };
      await audit.record(tx, entry, now);
      await this.deps.onConnected(tx, number.limit);
      await connectionsTable.wake(tx, every);
    });
  }

  /** Until somebody has written from their phone and was answered; not for ever. */
  private async listen(tenant: string, row: ConnectionRow): Promise<void> {
    const { database, clock, onChanged } = this.deps;
    const since = row.connected_at ?? clock.now();
    await database.withTenant(tenant, async (tx) => {
      const { isHeard, isAnswered } = await connectionsTable.heard(tx, row.chosen ?? '', since);
      if (isAnswered) await connectionsTable.change(tx, { state: 'done' }, clock.now(), row);
      else if (clock.now().getTime() - since.getTime() < listenMs) await connectionsTable.wake(tx, every);
      if (isHeard) await onChanged(tx);
    });
  }

  private async find(desk: Connecting, account: Sender, id: string): Promise<OfferedNumber> {
    const found = taken(await desk.numbers(account)).find((one) => one.id === id);
    if (!found) throw new Wrong('CONNECT_NO_NUMBER');
    return found;
  }

  /** Asked before Meta is told anything: a number of another customer's is left as it is. */
  private async mustBeFree(tenant: string, ...ids: string[]): Promise<void> {
    await this.deps.database.withSystem('resolver', async (tx) => {
      for (const id of ids) {
        const holder = await edgeTable.sender(tx, channel, app, id);
        if (holder && holder.tenant_id !== tenant) throw new Wrong('CONNECT_TAKEN');
      }
    });
  }

  /** @param asRead what the provider was asked about: of a token that was offered meanwhile this says nothing */
  private async note(tenant: string, change: Partial<ConnectionRow>, asRead?: ConnectionRow): Promise<void> {
    const { database, clock } = this.deps;
    await database.withTenant(tenant, (tx) => connectionsTable.change(tx, change, clock.now(), asRead));
  }

  private async go(tx: TenantTx): Promise<void> {
    await connectionsTable.wake(tx);
    await this.deps.onChanged(tx);
    tx.afterCommit(() => this.deps.wake());
  }

  private desk(): Connecting {
    const desk = this.deps.connecting();
    if (!desk) throw new Wrong('CONNECT_NOT_HERE');
    return desk;
  }

  private sender = (id: string, token: string): Sender => ({ channel, app, id, token });

  private async seal(tx: TenantTx, what: string, value: string): Promise<Buffer> {
    return (await this.deps.keys.of(tx)).seal(value, `connection|${what}`);
  }

  private async open(tenant: string, what: string, sealed: Buffer | null): Promise<string> {
    if (!sealed) throw new Wrong('CONNECT_STATE');
    return (await this.deps.keys.tenant(tenant)).open(sealed, `connection|${what}`).toString('utf8');
  }
}

const whyNot: Readonly<Record<OfferedNumber['state'], string>> = {
  ready: '',
  unverified: 'CONNECT_UNVERIFIED',
  unregistered: 'CONNECT_UNREGISTERED',
  name: 'CONNECT_NAME',
  blocked: 'CONNECT_BLOCKED',
};
const canBe = (state: OfferedNumber['state']): boolean => state === 'ready' || state === 'unregistered';

/** @throws Wrong with why it was refused, PROVIDER_UNREACHABLE */
function taken<T>(told: Told<T>): T {
  if (told.outcome === 'accepted') return told.value;
  if (told.outcome === 'refused') throw new Wrong(told.code);
  throw new AppError('PROVIDER_UNREACHABLE');
}
