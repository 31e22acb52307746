import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { BlobStore } from '../../data/blobs';
import type { Database, TenantTx } from '../../data/database';
import { unknownTenant } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import { stopsTable } from '../delivery/stops.table';
import { certificateRules } from './certificate';
import type { Certificates, CertificateWords } from './certificates.service';
import { certificatesTable } from './certificates.table';
import { customerExitTable, type ExitRow } from './customer-exit.table';
import { exitCertificatesTable } from './exit-certificates.table';
import { type Exported, exportCustomer } from './exit-export';

/** What is certified when a customer has left. */
export interface ExitFacts {
  number: string;
  controller: { name: string; tax_id: string; contact?: string };
  processor: { name: string; tax_id: string };
  asked_at: string;
  exported_at: string;
  confirmed_at: string;
  executed_at: string;
  export_sha256: string;
  people: number;
  refusals: number;
  erased: number;
  left: number;
  backups_until: string;
}
export interface ExitPorts {
  /** Our posts about this person are taken down. */
  removePosts(tx: TenantTx, contact: string): Promise<void>;
  words(facts: ExitFacts, reader: { language: string; zone: string }): CertificateWords;
  /** What stands outside the database: the head of the audit, the ledger of the erased. */
  forgetOutside(tenant: string): Promise<void>;
}
interface Deps {
  database: Database;
  keys: Keys;
  audience: Audience;
  audit: Audit;
  blobs: BlobStore;
  certificates: Certificates;
  ports: ExitPorts;
}
export interface Leaver {
  /** `member:<id>`, or `system:operator` for whoever runs the platform on the customer's written word. */
  actor: string;
  roles: readonly string[];
}

interface Rules {
  rest_days: number;
  most_days: number;
  rows_at_once: number;
}
const exitRules = load(readFileSync(join(__dirname, 'exit.yaml'), 'utf8')) as Rules;

const dayMs = 86_400_000;
const postPatienceMs = 15 * 60_000;

/** A customer leaves: everything is handed over, they say that they have it, then nothing of theirs is left but a certificate. */
export class CustomerExit {
  constructor(private readonly deps: Deps) {}

  /** Nothing is sent from here on. @throws ROLE_REQUIRED, EXIT_HELD */
  async ask(tx: TenantTx, by: Leaver, now: Date): Promise<void> {
    mayLeave(by);
    if (tx.tenant === unknownTenant) throw new AppError('TENANT_REQUIRED');
    await mustBeFree(tx);
    await stopsTable.insert(tx, { scope: 'company', what: '' }, null, now);
    await customerExitTable.ask(tx, by.actor, now);
    await this.note(tx, by, 'exit.asked', now);
  }

  status(tx: TenantTx): Promise<ExitRow | undefined> {
    return customerExitTable.lock(tx);
  }

  /** Hands everything over. Opens transactions of its own. @throws EXIT_NOT_ASKED */
  async handOver(tenant: string, by: Leaver, now: Date, write: (piece: Buffer) => Promise<void>): Promise<Exported> {
    const { database } = this.deps;
    await database.withTenant(tenant, (tx) => this.row(tx));
    const exported = await exportCustomer(this.deps, tenant, now, write);
    await database.withTenant(tenant, async (tx) => {
      await customerExitTable.exported(tx, exported.sha256, exported, now);
      await this.note(tx, by, 'exit.handed_over', now, { people: exported.people, refusals: exported.refusals });
    });
    return exported;
  }

  /** The customer has it, and says the hash of what they got: from here on everything may be erased. @throws ROLE_REQUIRED, EXIT_NOT_ASKED, EXIT_OTHER_EXPORT, EXIT_HELD */
  async confirm(tx: TenantTx, sha256: string, by: Leaver, now: Date): Promise<ExitRow> {
    mayLeave(by);
    const row = await this.row(tx);
    if (!row.export_sha256 || row.export_sha256.toString('hex') !== sha256.trim().toLowerCase())
      throw new AppError('EXIT_OTHER_EXPORT');
    await mustBeFree(tx);
    const after = (days: number): Date => new Date(now.getTime() + days * dayMs);
    await customerExitTable.confirmed(tx, by.actor, now, after(exitRules.rest_days), after(exitRules.most_days));
    await this.note(tx, by, 'exit.confirmed', now);
    return this.row(tx);
  }

  /** They stay after all. @throws ROLE_REQUIRED, EXIT_NOT_ASKED, EXIT_BEGUN */
  async takeBack(tx: TenantTx, by: Leaver, now: Date): Promise<void> {
    mayLeave(by);
    if ((await this.row(tx)).begun_at) throw new AppError('EXIT_BEGUN');
    await customerExitTable.drop(tx);
    await this.note(tx, by, 'exit.taken_back', now);
  }

  /** Erases all there is when its time has come, in many transactions; begun, it goes on after a crash. @returns the certificate; undefined: its time has not come. @throws EXIT_NOT_ASKED, EXIT_HELD */
  async erase(tenant: string, now: Date): Promise<string | undefined> {
    const { database, keys, ports } = this.deps;
    const inside = <T>(work: (tx: TenantTx) => Promise<T>): Promise<T> => database.withTenant(tenant, work);
    const isReady = await inside((tx) => this.begin(tx, now));
    if (!isReady) return undefined;
    const blobs = await inside((tx) => customerExitTable.blobs(tx));
    const party = await inside((tx) => certificatesTable.party(tx));
    for (let left = 1; left > 0; ) {
      const step = await inside((tx) => customerExitTable.erase(tx, exitRules.rows_at_once));
      if (step.gone === 0 && step.left > 0) throw new AppError('EXIT_HELD'); // something refuses to go
      left = step.left;
    }
    for (const name of blobs) await this.deps.blobs.delete(name);
    const document = await inside(async (tx) => this.certificate(await this.row(tx), party, now));
    await database.withSystem('resolver', (tx) => exitCertificatesTable.insert(tx, document, now));
    await inside((tx) => customerExitTable.forget(tx));
    await ports.forgetOutside(tenant);
    keys.forget(tenant);
    return document;
  }

  /** For each customer in turn: most are not about to leave. */
  async eraseIfDue(tenant: string, now: Date): Promise<void> {
    const isLeaving = await this.deps.database.withTenant(tenant, (tx) => customerExitTable.isDue(tx, now));
    if (isLeaving) await this.erase(tenant, now);
  }

  /** Their posts go first, while there is still a workspace to ask. */
  private async begin(tx: TenantTx, now: Date): Promise<boolean> {
    const row = await this.row(tx);
    if (!row.confirmed_at || !row.erase_from || now < row.erase_from) return false;
    if (!row.begun_at) await mustBeFree(tx);
    const posted = row.begun_at ? [] : await customerExitTable.postedAbout(tx);
    for (const contact of posted) await this.deps.ports.removePosts(tx, contact);
    const isPatient = now.getTime() - row.erase_from.getTime() < postPatienceMs;
    if (isPatient && (await customerExitTable.standingPosts(tx)) > 0) return false;
    await customerExitTable.begun(tx, now);
    return true;
  }

  private certificate(row: ExitRow, { language, zone, ...controller }: Party, now: Date): string {
    const written = (at: Date | null): string => (at ?? now).toISOString();
    const facts: ExitFacts = {
      number: `CE-X${now.toISOString().replace(/\D/g, '').slice(0, 14)}`,
      ...{ controller, processor: certificateRules.processor },
      asked_at: row.asked_at.toISOString(),
      exported_at: written(row.exported_at),
      confirmed_at: written(row.confirmed_at),
      executed_at: now.toISOString(),
      export_sha256: row.export_sha256?.toString('hex') ?? '',
      ...{ people: row.people ?? 0, refusals: row.refusals ?? 0, erased: Number(row.erased), left: 0 },
      backups_until: new Date(now.getTime() + certificateRules.backup_days * dayMs).toISOString().slice(0, 10),
    };
    const words = this.deps.ports.words(facts, { language, zone });
    return this.deps.certificates.sign(facts, words, { language, subject: 'customer' });
  }

  /** @throws EXIT_NOT_ASKED */
  private async row(tx: TenantTx): Promise<ExitRow> {
    const row = await customerExitTable.lock(tx);
    if (!row) throw new AppError('EXIT_NOT_ASKED');
    return row;
  }

  private async note(tx: TenantTx, by: Leaver, act: string, now: Date, detail?: Record<string, number>): Promise<void> {
    const entry = { actor: by.actor, act, subject: `tenant:${tx.tenant}`, ...(detail && { detail }) };
    await this.deps.audit.record(tx, entry, now);
  }
}

type Party = Awaited<ReturnType<typeof certificatesTable.party>>;

function mayLeave(by: Leaver): void {
  if (!by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
}

/** @throws EXIT_HELD */
async function mustBeFree(tx: TenantTx): Promise<void> {
  const { claims, holds } = await customerExitTable.obstacles(tx);
  if (claims > 0 || holds > 0) throw new AppError('EXIT_HELD');
}
