import { createHash, createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Database, TenantTx } from '../../data/database';
import type { Keys, TenantKeys } from '../../data/keys';
import { suppressionsTable } from '../audience/suppressions.table';
import type { TemplateRow } from '../campaigns/templates.table';
import type { CampaignPurpose } from './gate';
import { followedAfter, note } from './interactions.table';
import { type Around, render } from './rendering';
import { type TrackedLink, type Tracking, trackedLinksTable as table, type Visitor } from './tracked-links.table';
import { isPerson, type Visit } from './visits';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const codeLength = 8;
const macLength = 8;
/** The code of the link, then whose it is: a MAC and their place in the campaign. Short, for an SMS pays for each letter. */
const shape = /^([0-9A-Za-z]{8})(?:([\w-]{8})([0-9a-z]{1,9}))?$/;
const dayMs = 86_400_000;
/** How long a button leads on whose clicks nobody counts. */
const buttonDays = 365;

/** The links of one campaign that are counted, ready to be put into its messages. */
export interface Counting {
  links: readonly TrackedLink[];
  /** Missing where nobody is counted, and buttons that lead through us only lead on. */
  tracking: Tracking | undefined;
  purpose: CampaignPurpose;
}

/** Links that say who followed them: to the customer's own addresses and nowhere else, as long as they are paid attention to, of those alone who agreed. */
export class TrackedLinks {
  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly publicUrl: string,
  ) {}

  /** @returns undefined where the customer counts nothing for this purpose and no button leads through us, or there is no link at all */
  async prepare(
    tx: TenantTx,
    { batch, template, purpose }: { batch: string; template: TemplateRow; purpose: CampaignPurpose },
    now: Date,
  ): Promise<Counting | undefined> {
    const tracking = await table.tracking(tx, purpose);
    const inWords = tracking ? addressesIn(template) : [];
    const urls = [...new Set([...inWords, ...this.ownButtons(template)])].filter(
      (url) => isWeb(url) && !url.startsWith(this.publicUrl),
    );
    if (urls.length === 0) return undefined;
    const known = await table.list(tx, batch);
    const missing = urls.filter((url) => !known.some((link) => link.url === url));
    if (missing.length === 0) return { links: known, tracking, purpose };
    const { version } = (await this.keys.of(tx)).forLinks('visit');
    const expires_at = new Date(now.getTime() + (tracking?.days ?? buttonDays) * dayMs);
    for (const [at, url] of missing.entries()) {
      const code = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('');
      await table.add(
        tx,
        batch,
        { place: known.length + at, url, code, key_version: version, expires_at },
        hashOf(code),
      );
    }
    return { links: await table.list(tx, batch), tracking, purpose };
  }

  /** Who of these may be counted. */
  async covered(
    tx: TenantTx,
    { tracking, purpose }: Counting,
    contacts: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (!tracking) return new Set();
    const agreed = tracking.texts ? await table.covered(tx, contacts, tracking.texts, purpose) : contacts;
    const objectors = new Set(await suppressionsTable.objectors(tx, contacts, 'measuring'));
    return new Set([...agreed].filter((contact) => !objectors.has(contact)));
  }

  /**
   * What stands instead of the addresses in one message. A button of a template leads to us in any case: without `seq` its link counts nobody.
   * @param seq of the message, where its person may be counted
   */
  around(keys: TenantKeys, { links }: Counting, seq: string | undefined): Pick<Around, 'instead' | 'ending'> {
    const tailOf = (link: TrackedLink) => (seq === undefined ? '' : `${mac(keys, link, seq)}${toBase36(seq)}`);
    const of = (url: string) => {
      const link = links.find((one) => one.url === url);
      return link && `${link.code}${tailOf(link)}`;
    };
    const end = (url: string) => (url.startsWith(this.prefix) ? of(url.slice(this.prefix.length)) : undefined);
    if (seq === undefined) return { ending: end };
    return {
      instead: (url) => {
        const code = of(url);
        return code === undefined ? url : `${this.prefix}${code}`;
      },
      ending: end,
    };
  }

  /** Somebody or something follows a link: counted, and led to the very address that stood in the campaign. @returns undefined for every link that opens nothing (any more) */
  async follow(text: string, visit: Visit, now: Date): Promise<string | undefined> {
    const [, code = '', given, place36] = shape.exec(text) ?? [];
    if (!code) return undefined;
    const whose = await this.database.withSystem('resolver', (tx) => table.whose(tx, hashOf(code), now));
    if (!whose) return undefined;
    return this.database.withTenant(whose.tenant, async (tx) => {
      const { batch, place } = whose;
      const link = await table.get(tx, batch, place);
      if (!link || link.expires_at <= now) return undefined;
      const seq = place36 && String(fromBase36(place36));
      const isOurs = !seq || (given && isMac(await this.keys.of(tx), link, seq, given));
      if (!isOurs) return undefined;
      await table.countVisit(
        tx,
        batch,
        place,
        await this.visitor(tx, { batch, seq, channel: link.channel }, visit, now),
      );
      return link.url;
    });
  }

  private async visitor(
    tx: TenantTx,
    { batch, seq, channel }: { batch: string; seq: string | undefined; channel: string },
    visit: Visit,
    now: Date,
  ): Promise<Visitor> {
    const message = seq ? { batch, seq } : undefined;
    const since = message && (await followedAfter(tx, message, now));
    if (!isPerson(visit, channel, since?.seconds ?? Number.POSITIVE_INFINITY)) return 'machine';
    if (!message || !since) return 'nobody';
    await note(tx, message, 'clicked', now);
    return 'person';
  }

  /** A template's button that leads to us carries the address it stands for as its ending. */
  private ownButtons({ parts }: TemplateRow): string[] {
    return (parts?.buttons ?? []).flatMap((button) =>
      button.kind === 'url' && button.ending && button.url === `${this.prefix}{{1}}` ? [button.ending] : [],
    );
  }

  private get prefix(): string {
    return `${this.publicUrl}/l/`;
  }
}

/** As they stand in what a person gets. What is filled with a name is another address for everybody, and counted for nobody. */
function addressesIn(template: TemplateRow): string[] {
  const found: string[] = [];
  const instead = (url: string) => {
    found.push(url);
    return url;
  };
  render(template, {}, { instead });
  return found;
}

const hashOf = (code: string): Buffer => createHash('sha256').update(code).digest();
const toBase36 = (seq: string): string => BigInt(seq).toString(36);
const fromBase36 = (text: string): bigint =>
  [...text].reduce((sum, one) => sum * 36n + BigInt(Number.parseInt(one, 36)), 0n);

const isWeb = (url: string): boolean => ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '');

/** 48 bits: a forged one is found by nobody who has to ask us, and would but count a click. */
const mac = (keys: TenantKeys, { code, key_version }: TrackedLink, seq: string): string => {
  const signing = keys.forLinks('visit', key_version);
  if (!signing) throw new Error('the key of a link is not here');
  return createHmac('sha256', signing.key).update(`${code}|${seq}`).digest('base64url').slice(0, macLength);
};

const isMac = (keys: TenantKeys, link: TrackedLink, seq: string, given: string): boolean =>
  keys.forLinks('visit', link.key_version) !== undefined &&
  timingSafeEqual(Buffer.from(mac(keys, link, seq)), Buffer.from(given));
