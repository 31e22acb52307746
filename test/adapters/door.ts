import type { Adapter, Channel, ChannelDeps, ChannelEvent, Sender } from '../../src/channel';
import { createWeb } from '../../src/http';
import { silentLog } from '../../src/log';

/** Tuesday 1 December 2026, 10:30 in Santiago. */
export const now = new Date('2026-12-01T13:30:00Z');

export interface Door {
  url: string;
  channel: Channel;
  /** What was handed over, one array a request. */
  received: ChannelEvent[][];
  /** What becomes of what is handed over. */
  receive: (events: readonly ChannelEvent[]) => Promise<void>;
  events(): ChannelEvent[];
  close(): Promise<void>;
}

/** An adapter's routes on a port of this machine, as the product mounts them. */
export async function open(
  adapter: Adapter,
  settings: Record<string, unknown>,
  sender: ChannelDeps['sender'] = async () => undefined,
  choices?: ChannelDeps['choices'],
): Promise<Door> {
  const channel = adapter.create(adapter.settings.parse(settings), {
    clock: { now: () => now },
    log: silentLog,
    sender,
    ...(choices && { choices }),
  });
  const received: ChannelEvent[][] = [];
  const door: Partial<Door> = {
    channel,
    received,
    receive: async (events) => void (events.length > 0 && received.push([...events])),
    events: () => received.flat(),
  };
  const receive = (events: readonly ChannelEvent[]) => (door as Door).receive(events);
  const before = channel.webhooks?.(receive) ?? [];
  const web = createWeb([channel.routes(receive)], notAsked, silentLog, { before: [before].flat() });
  const { url } = await web.listen(0, '127.0.0.1');
  const close = async (): Promise<void> => {
    await web.close();
    await channel.close?.();
  };
  return Object.assign(door as Door, { url, close });
}

const notAsked = async (): Promise<never> => {
  throw new Error('nobody asks whether it is ready');
};

export const aSender = (channel: string, id: string): Sender => ({ channel, app: 'default', id, token: 'token-1' });
