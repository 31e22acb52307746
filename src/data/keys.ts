import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../errors';
import type { Database, TenantTx } from './database';
import { randomOf } from './random';
import { decrypt, encrypt, type KeyVault, keyIdOf } from './vault';

type Kind = 'data' | 'find' | 'stop';
const kinds: readonly Kind[] = ['data', 'find', 'stop'];
const cacheLimit = 1_000;

/** What a canonical identifier is hashed to. Lookup and suppression have separate keys. */
export type IdentifierKind = 'phone' | 'bsuid' | 'parent_bsuid' | 'email' | 'external' | 'slack';

/** Where a rotation of the stop key stands. copying: refusals are written under the next key too; moving: people go over to it; used: there is none. */
export type StopPhase = 'copying' | 'moving' | 'used';

/** HMAC-SHA256 over `v1|tenant|kind|canonical`: without the key, a hundred million phone numbers could be tried in a minute. */
export const tokenOf = (key: Buffer, tenant: string, kind: IdentifierKind, canonical: string): Buffer =>
  createHmac('sha256', key).update(`v1|${tenant}|${kind}|${canonical}`).digest();

/** What a stop token is under the next key. It needs no number: the tokens of people who were erased are carried along. */
const nested = (key: Buffer, token: Buffer): Buffer => createHmac('sha256', key).update(token).digest();

const derive = (root: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `connectus ${purpose}`, 32));

/** The keys of one tenant, unwrapped. Lives in memory only. */
export class TenantKeys {
  /** Every stop key, oldest first: a token is nested through all of them. */
  private readonly stops: readonly Buffer[];
  /** Purposes are few and named in the code. */
  private readonly forPurpose = new Map<string, Buffer>();

  constructor(
    readonly tenant: string,
    private readonly roots: ReadonlyMap<Kind, ReadonlyMap<number, Buffer>>,
    readonly stopPhase: StopPhase = 'used',
  ) {
    this.stops = [...(roots.get('stop') ?? [])].sort(([a], [b]) => a - b).map(([, key]) => key);
  }

  find(kind: IdentifierKind, canonical: string): Buffer {
    return tokenOf(this.newest('find').key, this.tenant, kind, canonical);
  }

  /** Of keys that `Keys.current` gave, wherever it is written or asked: the key may be on its way out. */
  stop(kind: IdentifierKind, canonical: string): Buffer {
    const [first = Buffer.alloc(0), ...later] = this.stops.slice(0, this.stopVersion);
    return later.reduce((token, key) => nested(key, token), tokenOf(first, this.tenant, kind, canonical));
  }

  /** Under which key people are known. */
  get stopVersion(): number {
    return this.stops.length - (this.stopPhase === 'copying' ? 1 : 0);
  }

  /** The same token under the key that is being brought in; undefined when none is. */
  twin(token: Buffer): Buffer | undefined {
    return this.stopPhase === 'copying' ? nested(this.newest('stop').key, token) : undefined;
  }

  /** The stop keys themselves, oldest first: for a customer who leaves and takes the list along, and for nobody else. */
  get stopKeys(): readonly Buffer[] {
    return this.stops;
  }

  /** A stop token of an older key, as it is now. */
  lift(token: Buffer, version: number): Buffer {
    return this.stops.slice(version, this.stopVersion).reduce((lower, key) => nested(key, lower), token);
  }

  isAt(version: number, phase: StopPhase): boolean {
    return this.stops.length === version && this.stopPhase === phase;
  }

  /** An opaque lookup token for ids that hold personal data themselves (WhatsApp message ids carry the number). */
  findRaw(purpose: string, value: string): Buffer {
    return createHmac('sha256', this.newest('find').key).update(`v1|${this.tenant}|${purpose}|${value}`).digest();
  }

  /** A key for one purpose, derived from the tenant's root. */
  derived(purpose: string): Buffer {
    const known = this.forPurpose.get(purpose) ?? derive(this.newest('data').key, purpose);
    this.forPurpose.set(purpose, known);
    return known;
  }

  /** The key that signs links of one purpose, the newest; of an older version, to read what it signed. A version we do not have: undefined. */
  forLinks(purpose: string): { key: Buffer; version: number };
  forLinks(purpose: string, version: number): { key: Buffer; version: number } | undefined;
  forLinks(purpose: string, version = this.newest('data').version): { key: Buffer; version: number } | undefined {
    const root = this.roots.get('data')?.get(version);
    return root && { key: derive(root, `link ${purpose}`), version };
  }

  /** Seals what belongs to no single person, or to nobody known yet. @param about table, column and row */
  seal(plain: string | Buffer, about: string): Buffer {
    const { key, version } = this.newest('data');
    return encrypt(key, Buffer.from(plain), `${this.tenant}|${about}`, version);
  }

  open(sealed: Buffer, about: string): Buffer {
    const key = this.roots.get('data')?.get(keyIdOf(sealed));
    if (!key) throw new AppError('MASTER_KEY_WRONG');
    return decrypt(key, sealed, `${this.tenant}|${about}`);
  }

  private newest(kind: Kind): { key: Buffer; version: number } {
    const versions = this.roots.get(kind);
    const version = Math.max(...(versions?.keys() ?? []));
    const key = versions?.get(version);
    if (!key) throw new AppError('MASTER_KEY_WRONG');
    return { key, version };
  }
}

/** One person's key: what it sealed can be read until it is destroyed, and by nobody afterwards. */
export class PersonKey {
  constructor(
    private readonly tenant: string,
    readonly contact: string,
    private readonly key: Buffer,
  ) {}

  seal(plain: string | Buffer, about: string): Buffer {
    return encrypt(this.key, Buffer.from(plain), `${this.tenant}|${this.contact}|${about}`);
  }

  open(sealed: Buffer, about: string): Buffer {
    return decrypt(this.key, sealed, `${this.tenant}|${this.contact}|${about}`);
  }
}

/** Finds, makes and unwraps keys. Tenant keys are kept in memory (at most a thousand tenants), person keys never. */
export class Keys {
  private readonly cache = new Map<string, TenantKeys>();

  constructor(
    private readonly database: Database,
    private readonly vault: KeyVault,
  ) {}

  /** Outside a transaction. @throws TENANT_REQUIRED when the tenant has no keys, MASTER_KEY_WRONG when they do not open */
  async tenant(tenant: string): Promise<TenantKeys> {
    return this.cache.get(tenant) ?? this.database.withTenant(tenant, (tx) => this.of(tx));
  }

  /** The same, inside the tenant's transaction. */
  async of(tx: TenantTx): Promise<TenantKeys> {
    const known = this.cache.get(tx.tenant);
    if (known) return known;
    const rows = await tx.query<{ kind: Kind; version: number; wrapped: Buffer; phase: StopPhase }>(
      'SELECT kind, version, wrapped, phase FROM tenant_key',
    );
    if (rows.length === 0) throw new AppError('TENANT_REQUIRED', { tenant: tx.tenant });
    const roots = new Map<Kind, Map<number, Buffer>>(kinds.map((kind) => [kind, new Map()]));
    for (const row of rows)
      roots
        .get(row.kind)
        ?.set(row.version, this.unwrap(row.wrapped, `tenant_key|${tx.tenant}|${row.kind}|${row.version}`));
    const phase = rows.find((row) => row.phase !== 'used')?.phase;
    const keys = new TenantKeys(tx.tenant, roots, phase);
    if (this.cache.size >= cacheLimit) this.cache.delete(this.cache.keys().next().value as string);
    this.cache.set(tx.tenant, keys);
    return keys;
  }

  /** The same as they stand now, for all that writes or asks stop tokens: no step of a rotation begins before this transaction ends. */
  async current(tx: TenantTx): Promise<TenantKeys> {
    const [now] = await tx.query<{ version: number; phase: StopPhase }>('SELECT version, phase FROM stop_key()');
    const known = this.cache.get(tx.tenant);
    if (now && known?.isAt(now.version, now.phase)) return known;
    this.cache.delete(tx.tenant);
    return this.of(tx);
  }

  /** The next stop key, beside the one in use. @returns its version */
  async addStop(tx: TenantTx): Promise<number> {
    const version = (await this.current(tx)).stopVersion + 1;
    const wrapped = this.vault.wrap(randomBytes(32), `tenant_key|${tx.tenant}|stop|${version}`);
    await tx.query(
      "INSERT INTO tenant_key (tenant_id, kind, version, wrapped, phase) VALUES ($1, 'stop', $2, $3, 'copying')",
      [tx.tenant, version, wrapped],
    );
    return version;
  }

  /** The customer's keys wrapped by the current master key, whichever wrapped them before. What they open stays as it is. @returns how many */
  async rewrap(tx: TenantTx): Promise<number> {
    const rows = await tx.query<{ kind: Kind; version: number; wrapped: Buffer }>(
      'SELECT kind, version, wrapped FROM tenant_key WHERE tenant_id = $1 FOR UPDATE',
      [tx.tenant],
    );
    for (const { kind, version, wrapped } of rows) {
      const about = `tenant_key|${tx.tenant}|${kind}|${version}`;
      await tx.query('UPDATE tenant_key SET wrapped = $4 WHERE tenant_id = $1 AND kind = $2 AND version = $3', [
        ...[tx.tenant, kind, version],
        this.vault.wrap(this.unwrap(wrapped, about), about),
      ]);
    }
    return rows.length;
  }

  /** A tenant that is no more: what this process remembers of it. */
  forget(tenant: string): void {
    this.cache.delete(tenant);
  }

  /** Makes the keys of a new tenant, once. */
  async create(tx: TenantTx): Promise<void> {
    for (const kind of kinds) {
      const wrapped = this.vault.wrap(randomBytes(32), `tenant_key|${tx.tenant}|${kind}|1`);
      await tx.query(
        'INSERT INTO tenant_key (tenant_id, kind, version, wrapped) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING',
        [tx.tenant, kind, wrapped],
      );
    }
  }

  /** The person's key, made on first use. @throws PERSON_ERASED when it was destroyed */
  async person(tx: TenantTx, contact: string): Promise<PersonKey> {
    const [row] = await tx.query<{ wrapped: Buffer }>('SELECT wrapped FROM contact_key WHERE contact_id = $1', [
      contact,
    ]);
    if (!row) throw new AppError('PERSON_ERASED');
    return new PersonKey(
      tx.tenant,
      contact,
      decrypt(await this.wrapping(tx), row.wrapped, `contact_key|${tx.tenant}|${contact}`),
    );
  }

  /** The keys of many people at once; those without one (erased) are left out. */
  async people(tx: TenantTx, contacts: readonly string[]): Promise<ReadonlyMap<string, PersonKey>> {
    const rows = await tx.query<{ contact_id: string; wrapped: Buffer }>(
      'SELECT contact_id, wrapped FROM contact_key WHERE contact_id = ANY($1::uuid[])',
      [contacts],
    );
    const wrapping = await this.wrapping(tx);
    return new Map(
      rows.map((row) => [
        row.contact_id,
        new PersonKey(
          tx.tenant,
          row.contact_id,
          decrypt(wrapping, row.wrapped, `contact_key|${tx.tenant}|${row.contact_id}`),
        ),
      ]),
    );
  }

  /** A key for a new contact; its row must exist already. */
  async createPerson(tx: TenantTx, contact: string): Promise<PersonKey> {
    const key = randomBytes(32);
    const wrapped = encrypt(await this.wrapping(tx), key, `contact_key|${tx.tenant}|${contact}`);
    await tx.query('INSERT INTO contact_key (tenant_id, contact_id, wrapped) VALUES ($1, $2, $3)', [
      tx.tenant,
      contact,
      wrapped,
    ]);
    return new PersonKey(tx.tenant, contact, key);
  }

  /** Makes keys for people who are stored many at once; `wrapped` is for their rows. Writes nothing. */
  async maker(tenant: string): Promise<(contact: string) => { key: PersonKey; wrapped: Buffer }> {
    const wrapping = (await this.tenant(tenant)).derived('contact_key');
    return (contact) => {
      const key = randomOf(32);
      return {
        key: new PersonKey(tenant, contact, key),
        wrapped: encrypt(wrapping, key, `contact_key|${tenant}|${contact}`),
      };
    };
  }

  /** From here on nothing that was sealed for this person can be read. */
  async destroyPerson(tx: TenantTx, contact: string): Promise<number> {
    return (
      await tx.query<{ one: number }>('DELETE FROM contact_key WHERE contact_id = $1 RETURNING 1 AS one', [contact])
    ).length;
  }

  private async wrapping(tx: TenantTx): Promise<Buffer> {
    return (await this.of(tx)).derived('contact_key');
  }

  private unwrap(wrapped: Buffer, about: string): Buffer {
    try {
      return this.vault.unwrap(wrapped, about);
    } catch (cause) {
      throw new AppError('MASTER_KEY_WRONG', {}, { cause });
    }
  }
}
