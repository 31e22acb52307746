import { systemClock } from '../clock';
import { FolderBlobs } from '../data/blobs';
import { Database } from '../data/database';
import { Keys } from '../data/keys';
import { SystemKeys } from '../data/system-keys';
import { localVault } from '../data/vault';
import { Members } from '../domain/accounts/members.service';
import { Tenants } from '../domain/accounts/tenants.service';
import { asCounts, type Counts } from '../domain/audience/import/counts';
import type { Attestation, Reading } from '../domain/audience/import/import.table';
import { ImportWork } from '../domain/audience/import/import-work';
import { Imports } from '../domain/audience/import/imports.service';
import { rejectedCsv } from '../domain/audience/import/rejects';
import { Suppressions } from '../domain/audience/suppressions';
import { Audit } from '../domain/audit/audit.service';
import { giveAttested } from '../domain/consent/attested.table';
import { consentTextsTable } from '../domain/consent/texts.table';
import type { Reach } from '../local/reach';

export interface Brought {
  tenant: string;
  member: string;
  language: string;
  name: string;
  source: AsyncIterable<Buffer>;
  isDry: boolean;
  attestation?: Attestation;
  progress(rows: number): void;
  /** Where the rows that were not taken are written, if there are any. */
  rejects(): { write(text: string): Promise<void>; end(): Promise<void> };
}
export interface Outcome {
  id: string;
  dryRun: boolean;
  attested: boolean;
  reading: Reading;
  counts: Counts;
  /** Whether rows were written that were not taken. */
  rejected: boolean;
}

const roles = ['owner', 'operator', 'approver'];
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The same way in as in Slack, for a terminal: it does the work itself, in this process. */
export class ImportDesk {
  private readonly database: Database;
  private readonly keys: Keys;
  private readonly tenants: Tenants;
  private readonly members: Members;
  private readonly imports: Imports;

  constructor({ appUrl, masterKeys }: Reach, blobs: string) {
    const vault = localVault(masterKeys);
    const systemKeys = new SystemKeys(masterKeys, vault);
    this.database = new Database(appUrl, { pool: 3 });
    this.keys = new Keys(this.database, vault);
    const audit = new Audit(this.keys);
    this.tenants = new Tenants(this.database, this.keys, systemKeys);
    this.members = new Members(this.database, systemKeys, audit);
    this.imports = new Imports({
      ...{ database: this.database, keys: this.keys, blobs: new FolderBlobs(blobs), clock: systemClock },
      ...{ suppressions: new Suppressions(this.keys), audit },
      ports: {
        otherBlobs: async () => [],
        textHash: async (tx, version, language) => (await consentTextsTable.get(tx, version, language))?.hash,
        grant: giveAttested,
        onChanged: async () => {},
        wake: async () => {}, // nobody else is to begin it
      },
    });
  }

  /** @throws naming those there are */
  async whose(tenant: string, by: string): Promise<{ tenant: string; member: string; language: string }> {
    const all: { id: string; name: string; language: string }[] = [];
    for (const id of await this.tenants.all()) {
      const { name, language } = await this.database.withTenant(id, (tx) => this.tenants.get(tx));
      all.push({ id, name, language });
    }
    const customer = all.find(({ id, name }) => id === tenant || fold(name).includes(fold(tenant)));
    if (!customer) throw new Error(`No customer “${tenant}”. There are: ${all.map(({ name }) => name).join(', ')}.`);
    const now = systemClock.now();
    const people = await this.database.withTenant(customer.id, (tx) => this.members.list(tx, now));
    const may = people.filter((one) => one.roles.some((role) => roles.includes(role)));
    const member = may.find(({ id, name }) => id === by || fold(name).includes(fold(by)));
    if (!member)
      throw new Error(`No member “${by}” who may bring lists. There are: ${may.map(({ name }) => name).join(', ')}.`);
    return { tenant: customer.id, member: member.id, language: customer.language };
  }

  async bring(list: Brought): Promise<Outcome> {
    const { tenant, member } = list;
    let rejected = false;
    const work = new ImportWork(this.imports, async (of, row) => {
      let out: ReturnType<Brought['rejects']> | undefined;
      for await (const text of rejectedCsv(this.imports.deps, of, row, list.language)) {
        out ??= list.rejects();
        await out.write(text);
        rejected = true;
      }
      await out?.end();
    });
    const inside = <T>(task: Parameters<Database['withTenant']>[1]) =>
      this.database.withTenant(tenant, task) as Promise<T>;
    const id = await this.imports.take(tenant, { name: list.name, source: list.source }, member);
    const progress = (counts: Counts) => list.progress(counts.rows);
    const before = await this.database.withTenant(tenant, (tx) => this.imports.get(tx, id));
    if (before.state !== 'running') {
      await work.work(tenant, id);
      if (list.isDry) await inside((tx) => this.imports.discard(tx, id, member));
      else await inside((tx) => this.imports.start(tx, id, list.attestation, member));
    }
    if (!list.isDry) await work.work(tenant, id, progress);
    const row = await this.database.withTenant(tenant, (tx) => this.imports.get(tx, id));
    const counts = asCounts(list.isDry ? row.preview : row.counts);
    return { id, dryRun: list.isDry, attested: row.attested_by !== null, reading: row.reading, counts, rejected };
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
