import type { Queues } from './bull';
import { isReady } from './redis';

/**
 * A sender's token bucket with a memory of refusals. It holds at most 50 ms worth, so that no backlog is ever claimed ahead and nothing bursts after a pause.
 * KEYS[1]: the sender · ARGV: tokens a second, wanted, refused (1) or not (0). Returns the tokens granted.
 */
const bucket = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'ease')
local ease = tonumber(state[3]) or 1
local at = tonumber(state[2]) or (now - 1000)
local passed = math.max(0, now - at)
ease = math.min(1, ease + passed / 60000)
if ARGV[3] == '1' then ease = math.max(0.05, ease / 2) end
local rate = tonumber(ARGV[1]) * ease
local most = math.max(1, rate * 0.05)
local tokens = math.min(most, (tonumber(state[1]) or most) + passed * rate / 1000)
local granted = math.min(tonumber(ARGV[2]), math.floor(tokens))
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', tostring(now), 'ease', tostring(ease))
redis.call('PEXPIRE', KEYS[1], 120000)
return granted`;

export interface Rate {
  /** How many messages may leave now; 0 when the sender must wait or Redis is away. */
  take(sender: string, perSecond: number, wanted: number): Promise<number>;
  /** The provider said it is too fast: half as fast, then back up over a minute. */
  slowDown(sender: string, perSecond: number): Promise<void>;
}

/** @param sender unique among all senders of this installation */
export function rateOf(queues: Queues): Rate {
  const ask = async (sender: string, perSecond: number, wanted: number, refused: 0 | 1): Promise<number> => {
    if (!isReady(queues.client)) return 0;
    return Number(await queues.client.eval(bucket, 1, `${queues.prefix}:rate:${sender}`, perSecond, wanted, refused));
  };
  return {
    take: (sender, perSecond, wanted) => ask(sender, perSecond, wanted, 0).catch(() => 0),
    slowDown: async (sender, perSecond) => void (await ask(sender, perSecond, 0, 1).catch(() => 0)),
  };
}
