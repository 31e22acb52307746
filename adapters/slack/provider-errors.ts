import { webApi } from '@slack/bolt';
import type { SendOutcome, Treatment } from '../../src/channel';
import { readErrors } from '../../src/channel-errors';

const errors = readErrors(__dirname);

/** What each error name of Slack's means for us. */
export const treatmentOf = (name: string): Treatment => errors.get(name)?.treatment ?? 'bug';

/** No byte of the request has left yet. */
const neverLeft: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The name by which Slack refused, if it is one: an answer that could not be read stands in its place, and may hold anything. */
function nameOf(error: unknown): string | undefined {
  const name = (error as { data?: { error?: unknown } }).data?.error;
  return typeof name === 'string' && /^[a-z_]{1,60}$/.test(name) ? name : undefined;
}

/** What a failed call to Slack means. */
export function outcomeOf(error: unknown): SendOutcome {
  const { code, retryAfter, statusCode, original } = error as {
    code?: string;
    retryAfter?: number;
    statusCode?: number;
    original?: { cause?: { code?: string }; name?: string };
  };
  if (code === webApi.ErrorCode.RateLimitedError) return refusal('ratelimited', (retryAfter ?? 1) * 1_000);
  if (code === webApi.ErrorCode.PlatformError) {
    const name = nameOf(error);
    return name ? refusal(name) : { outcome: 'unknown', code: 'SLACK_UNREADABLE' };
  }
  // A server error may come from anything on the way, after the post was taken.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500 && statusCode !== 408)
    return { outcome: 'refused', code: `SLACK_HTTP_${statusCode}`, treatment: 'permanent' };
  if (statusCode !== undefined) return { outcome: 'unknown', code: `SLACK_HTTP_${statusCode}` };
  const network = original?.cause?.code ?? (original?.name === 'TimeoutError' ? 'TIMEOUT' : 'LOST');
  return { outcome: neverLeft.has(network) ? 'not_sent' : 'unknown', code: `NETWORK_${network}` };
}

const refusal = (name: string, retryAfterMs?: number): SendOutcome => ({
  outcome: 'refused',
  code: `SLACK_${name}`,
  treatment: treatmentOf(name),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
