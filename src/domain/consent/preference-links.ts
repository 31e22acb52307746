import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { readLink, signLink, subjectOfLink } from '../../data/links';
import { preferencesTable } from './preferences.table';

const dayMs = 86_400_000;
/** How long a link to one's own preferences works. */
const preferenceLinkDays = 7;

// A number's next holder is somebody else: what was sent to the one before opens nothing of theirs.
const boundTo = (holder: number): string => `holder ${holder}`;

/** The links that are sent to a person. */
export class PreferenceLinks {
  constructor(private readonly keys: Keys) {}

  /** To what this person chooses: for a week, and for whoever holds the number now. @returns the path, and until when; none when there is nobody any more */
  async preferences(tx: TenantTx, contact: string, now: Date): Promise<{ path: string; until: Date } | undefined> {
    const whose = await preferencesTable.whose(tx, contact);
    if (!whose) return undefined;
    const until = new Date(now.getTime() + preferenceLinkDays * dayMs);
    const link = { subject: whose.contact, expires: until, bound: boundTo(whose.holder) };
    return { path: `/preferences/${signLink(await this.keys.of(tx), 'preferences', link)}`, until };
  }

  /** Stops promotions, for ever, and may do nothing else. For the `List-Unsubscribe` header too (RFC 8058). @returns the path */
  async unsubscribe(tx: TenantTx, contact: string): Promise<string> {
    return `/unsubscribe/${signLink(await this.keys.of(tx), 'unsubscribe', { subject: contact })}`;
  }

  /**
   * Whom a link of this tenant speaks of; undefined for every one that opens nothing, whatever is wrong with it.
   * `contact` is missing for somebody who was erased since: to stop there is nothing left.
   */
  async open(
    tx: TenantTx,
    text: string,
    purpose: 'preferences' | 'unsubscribe',
    now: Date,
  ): Promise<{ contact?: string } | undefined> {
    const keys = await this.keys.of(tx);
    const whose = await preferencesTable.whose(tx, subjectOfLink(text));
    if (purpose === 'preferences')
      return whose && readLink(keys, text, purpose, now, boundTo(whose.holder)) ? whose : undefined;
    return readLink(keys, text, purpose, now) ? (whose ?? {}) : undefined;
  }
}
