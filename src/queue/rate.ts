import type { Queues } from './bull';
import { isReady } from './redis';

/**
 * A sender's token bucket with a memory of refusals. It holds at most 50 ms worth, or one message and what we are late in asking for the next, so that no backlog is ever claimed ahead and nothing bursts after a pause.
 * KEYS[1]: the sender · ARGV: tokens a second, wanted, refused (1) or not (0). Returns the tokens granted, and in how many ms there is one again.
 */
const bucket = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'ease', 'eased')
local ease = tonumber(state[3]) or 1
local at = tonumber(state[2]) or (now - 1000)
local passed = math.max(0, now - at)
ease = math.min(1, ease + passed / 60000)
local eased = tonumber(state[4]) or 0
if ARGV[3] == '1' and now - eased >= 1000 then
  ease = math.max(0.05, ease / 2)
  eased = now
end
local rate = tonumber(ARGV[1]) * ease
local most = math.max(1.2, rate * 0.05)
local tokens = math.min(most, (tonumber(state[1]) or most) + passed * rate / 1000)
local granted = math.min(tonumber(ARGV[2]), math.floor(tokens))
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', tostring(now), 'ease', tostring(ease), 'eased', tostring(eased))
redis.call('PEXPIRE', KEYS[1], 120000)
return { granted, math.ceil(math.max(0, 1 - (tokens - granted)) * 1000 / rate) }`;

export interface Grant {
  granted: number;
  /** Until one more may leave. */
  waitMs: number;
}
export interface Rate {
  /** How many messages may leave now; none when the sender must wait or Redis is away. */
  take(sender: string, perSecond: number, wanted: number): Promise<Grant>;
  /** The provider said it is too fast: half as fast, then back up over a minute. What was on its way together is refused together, and slows down once. */
  slowDown(sender: string, perSecond: number): Promise<void>;
}

const away: Grant = { granted: 0, waitMs: 250 };

/** @param queues whose Redis holds the buckets; a sender's id is unique among all senders of this installation */
export function rateOf(queues: Queues): Rate {
  const ask = async (sender: string, perSecond: number, wanted: number, refused: 0 | 1): Promise<Grant> => {
    if (!isReady(queues.client)) return away;
    const key = `${queues.prefix}:rate:${sender}`;
    const answer = await queues.client.eval(bucket, 1, key, perSecond, wanted, refused).catch(() => undefined);
    if (!Array.isArray(answer)) return away;
    return { granted: Number(answer[0]), waitMs: Number(answer[1]) };
  };
  return {
    take: (sender, perSecond, wanted) => ask(sender, perSecond, wanted, 0),
    slowDown: async (sender, perSecond) => void (await ask(sender, perSecond, 0, 1)),
  };
}
