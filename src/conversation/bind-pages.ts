import type { TenantTx } from '../data/database';
import type { PreferenceLinks } from '../domain/consent/preference-links';
import type { Preferences } from '../domain/consent/preferences.service';
import { AppError } from '../errors';
import type { Services } from '../services';

interface Said {
  now: Date;
  inbox: string;
  publicUrl: string;
}

/** What a person may have of their own page, bound to one turn. */
export function bindPages(
  tx: TenantTx,
  { links, preferences }: { links: PreferenceLinks; preferences: Preferences },
  { now, inbox, publicUrl }: Said,
): Services['pages'] {
  return {
    preferences: async (contact) => {
      const link = await links.preferences(tx, contact, now);
      if (!link) throw new AppError('PERSON_ERASED');
      return { url: `${publicUrl}${link.path}`, until: link.until };
    },
    hasLeft: async (contact) => (await preferences.view(tx, contact, now)).channels.every(({ refused }) => refused),
    pause: async (contact) => ({ until: await preferences.pause(tx, contact, inbox, now) }),
  };
}
