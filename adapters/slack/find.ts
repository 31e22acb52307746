import type { SendOutcome, SurfaceRef } from '../../src/channel';
import type { Clients } from './clients';
import { object } from './json';
import { outcomeOf } from './provider-errors';

/** Slack's clock and ours differ by less. */
const slackMs = 120_000;
const page = 200;
/** A channel in which more was said since is not read to its end: whoever asks is told that nobody knows. */
const mostPages = 5;

type Page = { messages?: unknown[]; has_more?: boolean; response_metadata?: { next_cursor?: string } };

/** Looks among what was said since for the post that carries this reference, newest first. */
export async function findPost(
  client: Clients['often'],
  { channel = '', thread }: SurfaceRef,
  reference: string,
  since: Date,
): Promise<SendOutcome> {
  const oldest = String((since.getTime() - slackMs) / 1_000);
  const asked = { channel, oldest, limit: page, include_all_metadata: true };
  let cursor: string | undefined;
  try {
    for (let pages = 0; pages < mostPages; pages++) {
      const more = { ...asked, ...(cursor && { cursor }) };
      const found = (
        thread ? await client.conversations.replies({ ...more, ts: thread }) : await client.conversations.history(more)
      ) as Page;
      const post = (found.messages ?? []).map(object).find((one) => referenceOf(one) === reference);
      if (post) return { outcome: 'accepted', providerId: `${channel}/${post.ts}` };
      cursor = found.response_metadata?.next_cursor || undefined;
      if (!cursor) return { outcome: 'refused', code: 'SURFACE_NOT_FOUND', treatment: 'permanent' };
    }
    return { outcome: 'unknown', code: 'SLACK_TOO_MUCH_SAID' };
  } catch (error) {
    return outcomeOf(error);
  }
}

const referenceOf = (message: Record<string, unknown>): unknown =>
  object(object(message.metadata).event_payload).outbox_id;
