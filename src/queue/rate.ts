import type { Queues } from './bull';
import { isReady } from './redis';

/**
 * A sender's token bucket with a memory of refusals. It grants at most 50 ms worth at once and makes up for at most
 * 100 ms in which nobody asked, so that no backlog is ever claimed ahead and nothing bursts after a pause; and in no second more than 2 % above the rate (or one message):
 * what was granted is counted in slots of 20 ms, and a slot that is cut counts whole.
 * KEYS: the sender, its last second · ARGV: tokens a second, wanted, refused (1) or not (0). Returns the tokens granted, and in how many ms there is one again.
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
-- Who comes after a pause has not been late.
local most = math.max(1.2, rate * (passed > 250 and 0.05 or 0.1))
local tokens = math.min(most, (tonumber(state[1]) or most) + passed * rate / 1000)
local slot = math.floor(now / 20)
local slots = redis.call('HGETALL', KEYS[2])
local second = 0
local old = {}
for i = 1, #slots, 2 do
  if tonumber(slots[i]) > slot - 51 then second = second + tonumber(slots[i + 1]) else old[#old + 1] = slots[i] end
end
if #old > 0 then redis.call('HDEL', KEYS[2], unpack(old)) end
-- Of the whole rate: whoever goes slower for a while was granted more before.
local whole = tonumber(ARGV[1])
local room = math.floor(math.max(whole * 1.02, whole + 1) - second)
local granted = math.max(0, math.min(tonumber(ARGV[2]), math.max(1, math.floor(rate * 0.05)), math.floor(tokens), room))
if granted > 0 then redis.call('HINCRBY', KEYS[2], slot, granted) end
redis.call('PEXPIRE', KEYS[2], 2000)
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', tostring(now), 'ease', tostring(ease), 'eased', tostring(eased))
redis.call('PEXPIRE', KEYS[1], 120000)
local wait = math.ceil(math.max(0, 1 - (tokens - granted)) * 1000 / rate)
if room - granted < 1 then wait = math.max(wait, 20) end
return { granted, wait }`;

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
    const answer = await queues.client
      .eval(bucket, 2, key, `${key}:second`, perSecond, wanted, refused)
      .catch(() => undefined);
    if (!Array.isArray(answer)) return away;
    return { granted: Number(answer[0]), waitMs: Number(answer[1]) };
  };
  return {
    take: (sender, perSecond, wanted) => ask(sender, perSecond, wanted, 0),
    slowDown: async (sender, perSecond) => void (await ask(sender, perSecond, 0, 1)),
  };
}
