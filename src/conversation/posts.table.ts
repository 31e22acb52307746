import type { SurfaceRef } from '../channel';
import type { TenantTx } from '../data/database';
import type { Language } from '../intent';

export type PostState = 'queued' | 'posting' | 'posted' | 'unknown' | 'failed' | 'removing' | 'deleted';

/** A post that is drawn anew when its topic changes. */
export interface CardRef {
  intent: string;
  card: string;
  args: Readonly<Record<string, string>>;
  /** The same stands again further down, with the buttons. */
  isOlder?: true;
}

export interface Post {
  id: string;
  lane: Buffer;
  contact_id: string | null;
  topic: string | null;
  card: CardRef | null;
  sealed: Buffer | null;
  team: string;
  place: SurfaceRef;
  language: Language;
  state: PostState;
  wanted: number;
  provider_id: string | null;
  shown_hash: Buffer | null;
  attempts: number;
  created_at: Date;
  /** The post of ours in whose thread it stands. */
  beneath: string | null;
}

type NewRow = Pick<
  Post,
  'id' | 'lane' | 'contact_id' | 'topic' | 'card' | 'sealed' | 'team' | 'place' | 'language' | 'beneath'
>;

export async function insertPost(tx: TenantTx, post: NewRow, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO slack_post (tenant_id, id, lane, contact_id, topic, card, sealed, team, place, language, state, created_at, thread, beneath)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9::jsonb, $10, 'queued', $11, $12, $13)`,
    [
      tx.tenant,
      post.id,
      post.lane,
      post.contact_id,
      post.topic,
      post.card && JSON.stringify(post.card),
      post.sealed,
      post.team,
      JSON.stringify(post.place),
      post.language,
      now,
      post.place.channel && post.place.thread ? `${post.place.channel}/${post.place.thread}` : null,
      post.beneath,
    ],
  );
}

/** What of ours stands at this place in Slack (`channel/ts`), or in the thread beneath it. Plan: slack_post_provider, slack_post_thread. */
export async function postsAt(
  tx: TenantTx,
  team: string,
  at: string,
): Promise<(Pick<Post, 'card' | 'contact_id' | 'place'> & { isRoot: boolean })[]> {
  return tx.query(
    `SELECT card, contact_id, place, provider_id IS NOT DISTINCT FROM $3 AS "isRoot" FROM slack_post
     WHERE tenant_id = $1 AND team = $2 AND (provider_id = $3 OR thread = $3) AND state <> 'deleted' ORDER BY id LIMIT 200`,
    [tx.tenant, team, at],
  );
}

/** One Slack channel takes an update a second, whichever of its cards it is. Plan: slack_post_shown, backwards, one row. */
const roomForUpdate = `(SELECT coalesce(max(shown_at) + interval '1 second', 'epoch') FROM slack_post
       WHERE tenant_id = $1 AND lane = $2 AND card IS NOT NULL AND shown_at IS NOT NULL)`;

/**
 * The oldest post of the lane with something to do now: what is new keeps its order, also behind one that Slack puts off; of updates the one that waits
 * longest, so that none starves another. Of a thread nothing stands before its head, nor while it is looked for. Plan: slack_post_pending, slack_post_beneath.
 */
export async function nextPending(tx: TenantTx, lane: Buffer): Promise<Post | undefined> {
  const [post] = await tx.query<Post>(
    `SELECT id, lane, contact_id, topic, card, sealed, team, place, language, state, wanted, provider_id, shown_hash, attempts, created_at, beneath
     FROM slack_post p
     WHERE tenant_id = $1 AND lane = $2 AND pending AND (not_before IS NULL OR not_before <= clock_timestamp())
       AND NOT (state = 'queued' AND EXISTS (
         SELECT 1 FROM slack_post o WHERE o.tenant_id = $1 AND o.lane = $2 AND o.pending AND o.id < p.id
           AND o.state = 'queued' AND o.not_before > clock_timestamp()))
       AND (state <> 'posted' OR clock_timestamp() >= ${roomForUpdate})
       AND (beneath IS NULL OR state <> 'queued' OR NOT EXISTS (SELECT 1 FROM slack_post e WHERE e.tenant_id = $1 AND e.id < p.id
         AND (e.id = p.beneath OR e.beneath = p.beneath) AND (e.state IN ('queued', 'posting') OR (e.state = 'unknown' AND e.pending))))
     ORDER BY state = 'posted', CASE WHEN state = 'posted' THEN shown_at END, id LIMIT 1 FOR UPDATE`,
    [tx.tenant, lane],
  );
  return post;
}

/** Wakes the lane when its next post may be touched, if there is one that waits. Returns in how many ms. */
export async function wakeWhenDue(tx: TenantTx, lane: Buffer): Promise<number | undefined> {
  const [next] = await tx.query<{ ms: number }>(
    `WITH next AS (
       SELECT greatest(min(CASE WHEN state = 'posted' THEN greatest(not_before, ${roomForUpdate}) ELSE not_before END)
                       - clock_timestamp(), '0') AS wait FROM slack_post
       WHERE tenant_id = $1 AND lane = $2 AND pending HAVING count(*) > 0)
     SELECT ceil(extract(epoch FROM wait) * 1000)::int AS ms, edge.wake('post', $2, wait) FROM next`,
    [tx.tenant, lane],
  );
  return next?.ms;
}

export async function wakeNow(tx: TenantTx, lane: Buffer): Promise<void> {
  await tx.query("SELECT edge.wake('post', $1, '0')", [lane]);
}

/** The call to Slack is about to begin; a post that is found in this state later has an unknown outcome. */
export async function markPosting(tx: TenantTx, id: string): Promise<void> {
  await tx.query("UPDATE slack_post SET state = 'posting', attempts = attempts + 1 WHERE tenant_id = $1 AND id = $2", [
    tx.tenant,
    id,
  ]);
}

/** It stands in Slack as drawn; a wish that came meanwhile stays pending, and is granted a second later (Slack's own limit). */
export async function markShown(tx: TenantTx, post: Post, provider: string, hash: Buffer | undefined): Promise<void> {
  await tx.query(
    `UPDATE slack_post SET provider_id = $3, shown_hash = coalesce($4, shown_hash), shown_at = clock_timestamp(), not_before = clock_timestamp() + interval '1 second',
            attempts = 0, pending = (wanted <> $5 OR state = 'removing'), state = CASE WHEN state = 'removing' THEN state ELSE 'posted' END
     WHERE tenant_id = $1 AND id = $2`,
    [tx.tenant, post.id, provider, hash ?? null, post.wanted],
  );
}

/** Slack did not take it now: the same again after a pause that grows. */
export async function postpone(tx: TenantTx, post: Post, seconds: number): Promise<void> {
  await tx.query(
    `UPDATE slack_post SET state = CASE WHEN state = 'posting' THEN 'queued' ELSE state END, pending = true, attempts = attempts + 1,
            not_before = clock_timestamp() + make_interval(secs => $3)
     WHERE tenant_id = $1 AND id = $2`,
    [tx.tenant, post.id, seconds],
  );
}

/** Nobody knows whether it stands: it is looked for after a while, and made again only where it certainly does not. */
export async function lookFor(tx: TenantTx, id: string, seconds: number): Promise<void> {
  await tx.query(
    `UPDATE slack_post SET state = CASE WHEN state = 'removing' THEN state ELSE 'unknown' END, pending = true, attempts = 0,
            not_before = clock_timestamp() + make_interval(secs => $3)
     WHERE tenant_id = $1 AND id = $2`,
    [tx.tenant, id, seconds],
  );
}

/** It stands after all: a card is drawn anew, for what moved meanwhile. */
export async function markFound(tx: TenantTx, id: string, provider: string): Promise<void> {
  await tx.query(
    `UPDATE slack_post SET provider_id = $3, shown_at = clock_timestamp(), not_before = clock_timestamp() + interval '1 second', attempts = 0,
            pending = (card IS NOT NULL OR state = 'removing'), state = CASE WHEN state = 'removing' THEN state ELSE 'posted' END
     WHERE tenant_id = $1 AND id = $2`,
    [tx.tenant, id, provider],
  );
}

/** It certainly does not stand: it may be made. */
export async function makeAgain(tx: TenantTx, id: string): Promise<void> {
  await tx.query(
    "UPDATE slack_post SET state = 'queued', pending = true, not_before = NULL, attempts = 0 WHERE tenant_id = $1 AND id = $2",
    [tx.tenant, id],
  );
}

export async function settle(tx: TenantTx, id: string, state: PostState): Promise<void> {
  await tx.query('UPDATE slack_post SET state = $3, pending = false WHERE tenant_id = $1 AND id = $2', [
    tx.tenant,
    id,
    state,
  ]);
}

/** Live posts about this topic are to be drawn again, so many seconds after they last were. What Slack put off stays put off. Returns their lanes. */
export async function markStale(
  tx: TenantTx,
  of: { topic: string } | { about: string },
  seconds: number,
): Promise<Buffer[]> {
  const rows = await tx.query<{ lane: Buffer }>(
    `UPDATE slack_post SET pending = true, wanted = wanted + 1,
            not_before = CASE WHEN attempts > 0 THEN not_before
              WHEN pending THEN least(not_before, shown_at + make_interval(secs => $3)) ELSE shown_at + make_interval(secs => $3) END
     WHERE tenant_id = $1 AND ${'topic' in of ? 'topic' : 'contact_id'} = $2 AND card IS NOT NULL AND state IN ('queued', 'posting', 'posted') RETURNING lane`,
    [tx.tenant, 'topic' in of ? of.topic : of.about, seconds],
  );
  return rows.map((row) => row.lane);
}

/** Live posts of the same card, but for this one. Plan: slack_post_topic, a few. */
export async function twinsOf(
  tx: TenantTx,
  topic: string,
  card: CardRef,
  id: string,
): Promise<Pick<Post, 'id' | 'lane' | 'team' | 'place'>[]> {
  return tx.query(
    `SELECT id, lane, team, place FROM slack_post
     WHERE tenant_id = $1 AND topic = $2 AND card = $3::jsonb AND id <> $4 AND state IN ('queued', 'posting', 'posted') ORDER BY id`,
    [tx.tenant, topic, JSON.stringify(card), id],
  );
}

/** These are drawn once more, as what stands again further down. Plan: slack_post's key. */
export async function markOlder(tx: TenantTx, ids: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE slack_post SET card = card || '{"isOlder": true}', pending = true, wanted = wanted + 1
     WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
    [tx.tenant, ids],
  );
}

/** Everything we posted about a person is to be taken down. Returns the lanes of what may stand in Slack. */
export async function markForRemoval(tx: TenantTx, contact: string): Promise<Buffer[]> {
  const rows = await tx.query<{ lane: Buffer }>(
    `UPDATE slack_post SET state = CASE WHEN state IN ('posted', 'posting', 'unknown') THEN 'removing' ELSE 'deleted' END,
            pending = state IN ('posted', 'posting', 'unknown'), not_before = NULL, attempts = 0, sealed = NULL
     WHERE tenant_id = $1 AND contact_id = $2 AND state NOT IN ('deleted', 'removing') RETURNING lane`,
    [tx.tenant, contact],
  );
  return rows.map((row) => row.lane);
}

/** What we wrote to one member alone, in their direct messages. Plan: a scan of the customer's posts, once a member who leaves. */
export async function markForRemovalTo(tx: TenantTx, team: string, user: string): Promise<Buffer[]> {
  const rows = await tx.query<{ lane: Buffer }>(
    `UPDATE slack_post SET state = CASE WHEN state IN ('posted', 'posting', 'unknown') THEN 'removing' ELSE 'deleted' END,
            pending = state IN ('posted', 'posting', 'unknown'), not_before = NULL, attempts = 0, sealed = NULL
     WHERE tenant_id = $1 AND team = $2 AND place->>'user' = $3 AND (NOT (place ? 'channel') OR place->>'channel' LIKE 'D%') AND state NOT IN ('deleted', 'removing') RETURNING lane`,
    [tx.tenant, team, user],
  );
  return rows.map((row) => row.lane);
}

/** Posts about a person that may still stand in Slack. */
export async function standingAbout(tx: TenantTx, contact: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM slack_post WHERE tenant_id = $1 AND contact_id = $2 AND state <> 'deleted'",
    [tx.tenant, contact],
  );
  return row?.count ?? 0;
}

/** Where the newest live post about this stands. Plan: slack_post_topic. @param to only of those in that user's own messages */
export async function cardOf(
  tx: TenantTx,
  topic: string,
  to?: { team: string; user: string },
): Promise<{ team: string; channel: string; ts: string; language: string } | undefined> {
  const [row] = await tx.query<{ team: string; provider_id: string; language: string }>(
    `SELECT team, provider_id, language FROM slack_post WHERE tenant_id = $1 AND topic = $2 AND state = 'posted' AND provider_id IS NOT NULL
       AND ($3::text IS NULL OR (team = $3 AND place->>'user' = $4 AND NOT (place ? 'channel')))
     ORDER BY created_at DESC, id DESC LIMIT 1`,
    [tx.tenant, topic, to?.team ?? null, to?.user ?? null],
  );
  const [channel = '', ts = ''] = row?.provider_id.split('/') ?? [];
  return row && { team: row.team, language: row.language, channel, ts };
}

export async function hasCard(tx: TenantTx, topic: string): Promise<boolean> {
  const rows = await tx.query(
    "SELECT 1 AS one FROM slack_post WHERE tenant_id = $1 AND topic = $2 AND state IN ('queued', 'posting', 'posted') LIMIT 1",
    [tx.tenant, topic],
  );
  return rows.length > 0;
}

/** Where the head of a thread stands. Plan: slack_post's key. */
export async function headOf(
  tx: TenantTx,
  id: string,
): Promise<Pick<Post, 'id' | 'state' | 'provider_id' | 'team' | 'place' | 'language'> | undefined> {
  const [row] = await tx.query<Pick<Post, 'id' | 'state' | 'provider_id' | 'team' | 'place' | 'language'>>(
    'SELECT id, state, provider_id, team, place, language FROM slack_post WHERE tenant_id = $1 AND id = $2',
    [tx.tenant, id],
  );
  return row;
}

/** Plan: slack_post_beneath. */
export async function hasThread(tx: TenantTx, id: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 AS one FROM slack_post WHERE tenant_id = $1 AND beneath = $2 LIMIT 1', [
    tx.tenant,
    id,
  ]);
  return rows.length > 0;
}

/** Somebody deleted it in Slack: it is posted anew, and its thread goes on there. */
export async function postAnew(tx: TenantTx, id: string): Promise<void> {
  await tx.query(
    `UPDATE slack_post SET state = 'queued', provider_id = NULL, shown_hash = NULL, shown_at = NULL, pending = true, not_before = NULL, attempts = 0
     WHERE tenant_id = $1 AND id = $2 AND state = 'posted'`,
    [tx.tenant, id],
  );
}
