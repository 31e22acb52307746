import type { TenantTx } from '../../data/database';
import { instantOf, isZone } from '../audience/local-time';
import type { Pace } from '../campaigns/pace';
import { waitingPlaces } from './campaign-facts.table';
import type { CampaignPurpose } from './gate';
import { isOpen, nextOpening, type Place, peaceSince, placeKey, windowOf } from './windows';

const knownForMs = 60_000;

/** Of the places where people wait: those whose hours are open now, and when the next of the others opens. */
export interface HoursNow {
  /** `CL|America/Santiago` */
  open: string[];
  /** Nobody can be written to now; somebody waits. */
  allClosed: boolean;
  someClosed: boolean;
  next?: Date;
  /** By place, since when a message about a debt is too fresh for another. */
  peace: Record<string, Date>;
}

/**
 * @param lifted an owner may lift hours that are the customer's own, never the law's
 * @param pace of one that goes at everybody's own hour: nobody's hours open before it
 */
export function hoursAt(
  places: readonly Place[],
  of: { purpose: CampaignPurpose; channel: string; lifted: readonly string[]; pace?: Pace },
  now: Date,
): HoursNow {
  const open: string[] = [];
  const peace: Record<string, Date> = {};
  let next: Date | undefined;
  for (const place of places) {
    const window = windowOf(of.purpose, place.country, of.channel);
    const isLifted = window?.why === 'setting' && of.lifted.includes('QUIET_HOURS');
    const from = later(now, ownHour(of.pace, place.zone));
    const opens = !window || isLifted || isOpen(window, place, from) ? from : nextOpening(window, place, from);
    if (opens && opens <= now) {
      open.push(placeKey(place));
      if (of.purpose === 'collections') peace[placeKey(place)] = peaceSince(place.zone, now);
    } else if (opens && (!next || opens < next)) next = opens;
  }
  const someClosed = open.length < places.length;
  return { open, allClosed: someClosed && open.length === 0, someClosed, ...(next && { next }), peace };
}

const later = (one: Date, other: Date | undefined): Date => (other && other > one ? other : one);

/** The moment at which it is somebody's own hour, of a campaign that goes so. */
const ownHour = (pace: Pace | undefined, zone: string): Date | undefined =>
  pace?.kind === 'local' && isZone(zone) ? instantOf(pace.day, pace.ms, zone) : undefined;

/** When a campaign begins: at its moment, or where it is everybody's own hour, at the first of them. */
export function beginsAt(
  { pace, scheduled_at }: { pace: Pace; scheduled_at: Date | null },
  places: readonly Place[],
): Date | null {
  const own = places.flatMap(({ zone }) => ownHour(pace, zone) ?? []);
  return own.length > 0 ? new Date(Math.min(...own.map((at) => at.getTime()))) : scheduled_at;
}

/**
 * Where a campaign's people wait, looked up at most once a minute: whoever comes from a place that is not yet known waits until then. That nobody waits
 * is not remembered: behind another channel somebody may at any moment.
 */
export class WaitingPlaces {
  private readonly known = new Map<string, { places: Place[]; until: number }>();

  async of(tx: TenantTx, batch: string): Promise<readonly Place[]> {
    const key = `${tx.tenant}|${batch}`;
    const found = this.known.get(key);
    if (found && performance.now() < found.until) return found.places;
    const places = await waitingPlaces(tx, batch);
    if (this.known.size >= 1_000) this.known.clear();
    if (places.length > 0) this.known.set(key, { places, until: performance.now() + knownForMs });
    return places;
  }
}
