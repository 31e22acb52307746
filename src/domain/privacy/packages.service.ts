import { createHash, randomBytes } from 'node:crypto';
import type { BlobStore } from '../../data/blobs';
import type { TenantTx } from '../../data/database';
import { fromShort, newId, toShort } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import { caseNumber } from './case-view';
import type { CaseRow } from './cases.table';
import type { Execution, LetterFacts, Progress } from './execution';
import { holdingsTable } from './holdings.table';
import { accessFiles } from './package-access';
import { type HeldFact, heldFacts, ownPeriods, packageRules } from './package-facts';
import { factsTable } from './package-facts.table';
import { portabilityFiles } from './package-portability';
import { sourceOf } from './package-source';
import { PackageWords } from './package-words';
import { type Packed, type ZipFile, zipped } from './package-zip';
import { type PackageRow, packagesTable } from './packages.table';

/** Codes by another channel than the one that the link went to. */
export interface PackageCodes {
  /** By which; undefined: there is no other. */
  otherWay(tx: TenantTx, caseId: string): Promise<string | undefined>;
  /** Said again while one is out, nothing is sent twice. `tomorrow`: there were too many today */
  sendCode(tx: TenantTx, caseId: string, now: Date): Promise<{ way: string }>;
  prove(tx: TenantTx, caseId: string, code: string, now: Date): Promise<boolean>;
}
export interface PackagePorts {
  codes: PackageCodes;
  publicUrl: string;
  /** A copy can't be made: letters of art. 5 that nobody has filled in. */
  onRefused(tx: TenantTx, row: CaseRow, missing: readonly string[], now: Date): Promise<void>;
}

/** What whoever opened a link sees; undefined for every one that opens nothing. */
export interface Offer {
  kind: 'access' | 'portability';
  number: string;
  language: string;
  zone: string;
  expires: Date;
  left: number;
  /** By which channel a code is asked for first. */
  code?: string;
}
/** gone: as any link that opens nothing · wrong: that code opens nothing · the file, in pieces */
export type Fetched = 'gone' | 'wrong' | { name: string; content: AsyncIterable<Buffer>; done(): Promise<void> };

const dayMs = 86_400_000;
const linkShape = /^([\w-]{22})([\w-]{32})$/;

/** Whose a link says it is, to know whose keys to ask; nothing of it is proved yet. */
export const tenantOfPackage = (text: string): string => fromShort(linkShape.exec(text)?.[1] ?? '');

/** The copies that access and portability owe a person: made sealed, told by a link, fetched a few times, then gone. */
export class Packages implements Execution {
  constructor(
    private readonly deps: { keys: Keys; audience: Audience; audit: Audit; blobs: BlobStore },
    private readonly ports: PackagePorts,
  ) {}

  /** Makes the copy once. `wait`: it may not be made yet, and the company was told what is missing. */
  async next(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress | undefined> {
    if (row.scope === 'summary') return undefined;
    const before = await packagesTable.ofCase(tx, row.id);
    if (before?.built_at || before?.downloads) return undefined;
    if (!(await this.hasData(tx, row.contact_id))) return undefined;
    const found = before ?? (await this.begin(tx, row, now));
    try {
      await this.build(tx, row, found, now);
      return 'done';
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'PACKAGE_INCOMPLETE') throw error;
      const missing = String(error.facts.missing ?? '').split(' ');
      if (await packagesTable.refused(tx, found.id, missing)) await this.ports.onRefused(tx, row, missing, now);
      return 'wait';
    }
  }

  /** What the letter says of it: the same each time, also before it is made. */
  async told(tx: TenantTx, row: CaseRow, now: Date): Promise<LetterFacts> {
    if (row.scope === 'summary') return {};
    if (!(await this.hasData(tx, row.contact_id))) return { no_data: true };
    const found = (await packagesTable.ofCase(tx, row.id)) ?? (await this.begin(tx, row, now));
    if (!found.sealed) return {};
    const { link } = await this.open(tx, found);
    const code = await this.ports.codes.otherWay(tx, row.id);
    if (found.built_at) await packagesTable.told(tx, found.id, now);
    return {
      link: `${this.ports.publicUrl}/p/${link}`,
      expires: found.built_at ? found.expires_at : endOf(now),
      redacted: found.redacted,
      ...(code && { code_channel: code as LetterFacts['code_channel'] & string }),
    };
  }

  /** What a copy still lacks, so that it can be said where it can be mended. */
  async missing(tx: TenantTx, caseId: string): Promise<readonly string[]> {
    return (await packagesTable.ofCase(tx, caseId))?.missing ?? [];
  }

  /** Whether portability applies at all: only to what rests on the person's own yes (art. 9). */
  applies(tx: TenantTx, contact: string): Promise<boolean> {
    return factsTable.restsOnConsent(tx, contact);
  }

  /** Which data there are of a person, by category, in the map's words. */
  async facts(
    tx: TenantTx,
    contact: string,
    { language, zone }: { language: string; zone: string },
  ): Promise<HeldFact[]> {
    const counts = await holdingsTable.count(tx, contact, await this.deps.audience.findTokens(tx, contact));
    return heldFacts(counts, new PackageWords(language, zone), await ownPeriods(tx));
  }

  /** What a link opens. To look counts nothing. */
  async offer(tx: TenantTx, link: string, now: Date): Promise<Offer | undefined> {
    const row = await this.standing(tx, link, now);
    if (!row) return undefined;
    const code = await this.ports.codes.otherWay(tx, row.case_id);
    return {
      ...{ kind: row.kind, language: row.language, zone: row.zone, expires: row.expires_at },
      ...{ number: caseNumber(row.number), left: packageRules.downloads - row.downloads },
      ...(code && { code }),
    };
  }

  /** Sends the code for a link; for one that opens nothing it does as if. */
  async sendCode(tx: TenantTx, link: string, now: Date): Promise<void> {
    const row = await this.standing(tx, link, now);
    if (row && (await this.ports.codes.otherWay(tx, row.case_id)))
      await this.ports.codes.sendCode(tx, row.case_id, now);
  }

  /** Takes one of the downloads, before the first byte. The file is read after the commit. */
  async fetch(tx: TenantTx, link: string, code: string, now: Date): Promise<Fetched> {
    const row = await this.standing(tx, link, now);
    if (!row?.blob) return 'gone';
    const isAsked = await this.ports.codes.otherWay(tx, row.case_id);
    if (isAsked && !(await this.ports.codes.prove(tx, row.case_id, code, now))) return 'wrong';
    const { key } = await this.open(tx, row);
    await packagesTable.fetched(tx, row.id, now);
    const entry = { actor: `contact:${row.contact_id}`, act: 'package.fetched', subject: `case:${row.case_id}` };
    await this.deps.audit.record(tx, entry, now);
    const isLast = row.downloads + 1 >= packageRules.downloads;
    if (isLast) await packagesTable.purge(tx, row.id, now);
    const { blobs } = this.deps;
    const { blob } = row;
    return {
      name: `${caseNumber(row.number)}.zip`,
      content: blobs.get(blob, key),
      done: async () => {
        if (isLast) await blobs.delete(blob);
      },
    };
  }

  /** What is over goes: the file, its key and the link; that there was one stays. */
  async purge(tx: TenantTx, now: Date): Promise<void> {
    for (const row of await packagesTable.over(tx, now, 100)) {
      await packagesTable.purge(tx, row.id, now);
      const entry = { actor: 'system:packages', act: 'package.purged', subject: `case:${row.case_id}` };
      await this.deps.audit.record(tx, entry, now);
      const { blob } = row;
      if (blob) tx.afterCommit(() => this.deps.blobs.delete(blob));
    }
  }

  /** Whether a copy comes before an erasure: it was promised, or asked for with it, and not fetched yet. */
  async owed(tx: TenantTx, contact: string, now: Date): Promise<boolean> {
    return (await packagesTable.owed(tx, contact, now)) > 0;
  }

  /** For the erasure: every copy of a person, with its file. */
  readonly holder = {
    name: 'packages',
    category: 'copies',
    erase: async (tx: TenantTx, row: Pick<CaseRow, 'contact_id'>) => ({
      package: await this.forget(tx, row.contact_id),
    }),
  };

  /** @returns how many there were */
  async forget(tx: TenantTx, contact: string): Promise<number> {
    const { count, blobs } = await packagesTable.forget(tx, contact);
    for (const blob of blobs) tx.afterCommit(() => this.deps.blobs.delete(blob));
    return count;
  }

  private async begin(tx: TenantTx, row: CaseRow, now: Date): Promise<PackageRow> {
    const { keys } = this.deps;
    const id = newId(now);
    const secret = randomBytes(24).toString('base64url');
    const sealed = (await keys.person(tx, row.contact_id)).seal(
      JSON.stringify({ link: `${toShort(tx.tenant)}${secret}`, key: randomBytes(32).toString('base64') }),
      `package|${id}`,
    );
    const link = (await keys.of(tx)).findRaw('package', secret);
    const kind = row.right === 'portability' ? 'portability' : 'access';
    const common = { id, caseId: row.id, contact: row.contact_id, kind, sealed, link };
    await packagesTable.begin(tx, { ...common, expiresAt: endOf(now) });
    return (await packagesTable.ofCase(tx, row.id)) as PackageRow;
  }

  /** The file stands before the row that names it; a crash between leaves one that nobody names, and the sweep takes it. */
  private async build(tx: TenantTx, row: CaseRow, found: PackageRow, now: Date): Promise<void> {
    const { key } = await this.open(tx, found);
    const source = await sourceOf(tx, this.deps, row, now);
    const packed: Packed[] = [];
    const files: AsyncIterable<ZipFile> =
      row.right === 'portability'
        ? portabilityFiles(source, (await factsTable.responsible(tx)).name, packed)
        : accessFiles(tx, source);
    const seen = { hash: createHash('sha256'), bytes: 0 };
    const zip = zipped(files, now, (one) => packed.push(one));
    const blob = await this.deps.blobs.put(counted(zip, seen), key);
    const { bytes } = seen;
    const made = { blob, bytes, sha256: seen.hash.digest(), redacted: source.redacted(), expiresAt: endOf(now) };
    await packagesTable.built(tx, found.id, { ...made, sealed: found.sealed as Buffer }, now);
    const detail = { kind: found.kind, files: packed.length, redacted: made.redacted };
    const entry = { actor: 'system:packages', act: 'package.built', subject: `case:${row.id}`, detail };
    await this.deps.audit.record(tx, entry, now);
  }

  private async standing(tx: TenantTx, text: string, now: Date): Promise<PackageRow | undefined> {
    const [, tenant = '', secret = ''] = linkShape.exec(text) ?? [];
    if (fromShort(tenant) !== tx.tenant) return undefined;
    const row = await packagesTable.byLink(tx, (await this.deps.keys.of(tx)).findRaw('package', secret));
    const isThere = row?.blob && row.sealed && row.is_theirs && row.downloads < packageRules.downloads;
    return isThere && row.expires_at > now ? row : undefined;
  }

  private async open(tx: TenantTx, row: PackageRow): Promise<{ link: string; key: Buffer }> {
    const person = await this.deps.keys.person(tx, row.contact_id);
    const { link, key } = JSON.parse(person.open(row.sealed as Buffer, `package|${row.id}`).toString());
    return { link, key: Buffer.from(key, 'base64') };
  }

  private async hasData(tx: TenantTx, contact: string): Promise<boolean> {
    const counts = await holdingsTable.count(tx, contact, await this.deps.audience.findTokens(tx, contact));
    return Object.values(counts).some((count) => count > 0);
  }
}

const endOf = (from: Date): Date => new Date(from.getTime() + packageRules.days * dayMs);

async function* counted(
  source: AsyncIterable<Buffer>,
  seen: { hash: ReturnType<typeof createHash>; bytes: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    seen.hash.update(chunk);
    seen.bytes += chunk.length;
    yield chunk;
  }
}
