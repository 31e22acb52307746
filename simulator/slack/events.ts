import type { Json } from '../json';
import type { Channel, Post, Workspace } from './posts';
import { eventId } from './requests';

export type Spoken = 'dm' | 'mention' | 'message';

/** The envelope of an event. */
export function outer(app: string, { team }: Workspace, event: Json): Json {
  const authorization = { enterprise_id: null, team_id: team.id, user_id: team.bot.id, is_bot: true };
  return {
    ...{ token: 'not-used', team_id: team.id, context_team_id: team.id, api_app_id: app, event },
    ...{ type: 'event_callback', event_id: eventId(), event_time: Math.floor(Number(event.event_ts)) },
    authorizations: [{ ...authorization, is_enterprise_install: false }],
    ...{ is_ext_shared_channel: false, event_context: `4-${eventId()}` },
  };
}

export function messageEvent({ team }: Workspace, channel: Channel, post: Post, how: Spoken): Json {
  const isDirect = channel.kind === 'im';
  const parent = post.threadTs && channel.posts.items.find(({ ts }) => ts === post.threadTs);
  return {
    type: how === 'mention' ? 'app_mention' : 'message',
    ...(how !== 'mention' && { channel_type: isDirect ? 'im' : 'channel' }),
    ...{ channel: channel.id, user: post.user, text: post.text, ts: post.ts, event_ts: post.ts, team: team.id },
    ...(post.threadTs && { thread_ts: post.threadTs }),
    ...(parent && { parent_user_id: parent.user }),
    ...(post.botId ? { bot_id: post.botId } : { client_msg_id: `c-${post.ts}` }),
    ...(post.blocks.length > 0 && { blocks: post.blocks }),
    ...(post.files && { files: post.files }),
    ...(post.files && how !== 'mention' && { subtype: 'file_share' }),
  };
}
