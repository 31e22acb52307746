import type { Grant } from './access';
import type { Post } from './posts';
import type { Slack } from './slack';
import type { View } from './views';

/** Slack's side of the world as plain data. */
export interface SlackMemory {
  posts: { team: string; post: Post }[];
  views: View[];
  homes: View[];
  unsent: string[];
  access?: Grant[];
}

export function rememberSlack({ workspaces, views, requests, access }: Slack): SlackMemory {
  const posts = [...workspaces].flatMap(([team, { channels }]) =>
    [...channels.values()].flatMap(({ posts: { items } }) => items.map((post) => ({ team, post }))),
  );
  return { posts, ...views.all(), unsent: requests.unsent(), access: access.remember() };
}

export function recallSlack({ workspaces, views, requests, access }: Slack, memory: SlackMemory): void {
  for (const { team, post } of memory.posts) {
    const workspace = workspaces.get(team);
    // Direct messages have a channel as soon as somebody asks for it.
    for (const user of workspace?.team.users ?? []) workspace?.direct(user.id);
    workspace?.channels.get(post.channel)?.posts.push(post);
  }
  if (memory.access) access.restore(memory.access);
  views.restore(memory);
  requests.resume(memory.unsent);
}
