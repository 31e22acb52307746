import { type Json, list, text } from '../json';
import type { Team } from '../world';
import { type Channel, type Post, type Workspace, wired } from './posts';
import { SlackError, type WebApi } from './web-api';

interface Parts {
  app: string;
  changed(workspace: Workspace, post: Post): void;
}

/** What the bot may ask about a workspace, and its reactions. */
export function lookups(api: WebApi, parts: Parts): void {
  conversations(api, parts.app);
  api
    .on('auth.test', (_, { team }) => ({
      ...{ url: `https://${team.domain}.slack.com/`, team: team.name, user: team.bot.name, team_id: team.id },
      ...{ user_id: team.bot.id, bot_id: team.bot.botId, is_enterprise_install: false },
    }))
    .on('users.info', (given, workspace) => {
      const user = text(given.user) ?? '';
      const known = workspace.user(user) ?? (user === workspace.team.bot.id ? botUser(workspace.team) : undefined);
      if (!known) throw new SlackError('user_not_found');
      const locale = given.include_locale === 'true' && { locale: ('locale' in known && known.locale) || 'es-LA' };
      return { user: { ...profileOf(known, workspace.team), ...locale } };
    })
    .on('users.list', (_, { team }) => ({ members: team.users.map((user) => profileOf(user, team)), ...lastPage }))
    .on('reactions.add', (given, workspace) => {
      const post = workspace.find(channelOf(given, workspace).id, text(given.timestamp) ?? '');
      if (!post) throw new SlackError('message_not_found');
      const name = text(given.name) ?? '';
      if (!/^[\w+'-]+$/.test(name)) throw new SlackError('invalid_name');
      react(post, name, workspace.team.bot.id);
      parts.changed(workspace, post);
      return {};
    });
}

function conversations(api: WebApi, app: string): void {
  api
    .on('conversations.open', (given, workspace) => {
      const user = text(given.users) ?? '';
      const known = workspace.channels.get(text(given.channel) ?? '');
      if (!known && !workspace.user(user)) throw new SlackError('user_not_found');
      const channel = known ?? workspace.direct(user);
      return { channel: given.return_im === 'true' ? about(channel, workspace) : { id: channel.id } };
    })
    .on('conversations.info', (given, workspace) => ({ channel: about(channelOf(given, workspace), workspace) }))
    .on('conversations.members', (given, workspace) => {
      const { members, hasBot } = channelOf(given, workspace);
      return { members: [...members, ...(hasBot ? [workspace.team.bot.id] : [])], ...lastPage };
    })
    .on('conversations.list', (_, workspace) => ({
      channels: [...workspace.channels.values()]
        .filter(({ kind }) => kind === 'channel')
        .map((one) => about(one, workspace)),
      ...lastPage,
    }))
    .on('conversations.history', (given, workspace) => {
      const channel = channelOf(given, workspace);
      if (!channel.hasBot) throw new SlackError('not_in_channel');
      const posts = channel.posts.items.filter((post) => !post.onlyFor && isWithin(post, given));
      const messages = posts.reverse().slice(0, Number(given.limit ?? 100));
      return { messages: messages.map((post) => wired(workspace, app, post)), has_more: false, ...lastPage };
    })
    .on('conversations.replies', (given, workspace) => {
      const channel = channelOf(given, workspace);
      const ts = text(given.ts);
      const posts = channel.posts.items.filter((post) => !post.onlyFor && (post.ts === ts || post.threadTs === ts));
      if (posts.length === 0) throw new SlackError('thread_not_found');
      return { messages: posts.map((post) => wired(workspace, app, post)), has_more: false, ...lastPage };
    });
}

const lastPage = { response_metadata: { next_cursor: '' } };

function react({ reactions }: Post, name: string, user: string): void {
  const known = reactions.find((reaction) => reaction.name === name);
  if (known?.users.includes(user)) throw new SlackError('already_reacted');
  if (known) known.users.push(user);
  else reactions.push({ name, users: [user] });
}

function channelOf(given: Json, workspace: Workspace): Channel {
  const channel = workspace.channels.get(text(given.channel) ?? '');
  if (!channel) throw new SlackError('channel_not_found');
  return channel;
}

function isWithin({ ts }: Post, { oldest, latest }: Json): boolean {
  return Number(ts) >= Number(oldest ?? 0) && Number(ts) <= Number(latest ?? Number.MAX_SAFE_INTEGER);
}

const about = ({ id, name, kind, members, hasBot, isArchived }: Channel, { team }: Workspace): Json =>
  kind === 'im'
    ? { id, is_im: true, user: list(members)[0], is_archived: false, context_team_id: team.id }
    : {
        id,
        name,
        is_channel: true,
        is_private: false,
        is_archived: isArchived,
        is_member: hasBot,
        num_members: members.length,
      };

const botUser = (team: Team) => ({ id: team.bot.id, name: team.bot.name, title: '' });

export const profileOf = (user: Team['users'][number], team: Team): Json => ({
  id: user.id,
  team_id: team.id,
  name: user.name.toLowerCase().replace(/\s+/g, '.'),
  real_name: user.name,
  deleted: user.standing === 'deleted',
  is_bot: user.id === team.bot.id,
  is_restricted: user.standing === 'guest',
  is_ultra_restricted: false,
  ...(user.standing === 'stranger' && { is_stranger: true }),
  tz: 'America/Santiago',
  tz_offset: -10_800,
  profile: { real_name: user.name, display_name: user.name.split(' ')[0], title: user.title },
});
