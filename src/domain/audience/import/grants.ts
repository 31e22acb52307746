import type { TenantTx } from '../../../data/database';
import { channelBits, type PromoChannel } from '../standing.table';

/** Somebody of a list who may be written to on these channels by what was attested. */
export interface Grant {
  contact: Buffer;
  row: number;
  channel: string;
}
export interface StorePorts {
  /** Writes what was attested into the ledger. @param isNew nobody has said anything about them before; else a no that stands is not overruled */
  grant(tx: TenantTx, grants: readonly Grant[], isNew: boolean): Promise<void>;
}
/** Channels that were attested, that reach them, and that they have not refused. */
const open = (channels: readonly string[], reach: number, refused: ReadonlySet<string>): string[] =>
  channels.filter((channel) => (channelBits[channel as PromoChannel] & reach) !== 0 && !refused.has(channel));

export const bitsOf = (channels: readonly string[], reach: number, refused: ReadonlySet<string>): number =>
  open(channels, reach, refused).reduce((bits, channel) => bits | channelBits[channel as PromoChannel], 0);

export const grantsOf = (
  contact: Buffer,
  row: number,
  channels: readonly string[],
  reach: number,
  refused: ReadonlySet<string>,
): Grant[] => open(channels, reach, refused).map((channel) => ({ contact, row, channel }));
