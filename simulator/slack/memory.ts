import type { Post } from './posts';
import type { Slack } from './slack';
import type { View } from './views';

/** Slack's side of the world as plain data. */
export interface SlackMemory {
  posts: { team: string; post: Post }[];
  views: View[];
  homes: View[];
  unsent: string[];
}

export function rememberSlack({ workspaces, views, requests }: Slack): SlackMemory {
  const posts = [...workspaces].flatMap(([team, { channels }]) =>
    [...channels.values()].flatMap(({ posts: { items } }) => items.map((post) => ({ team, post }))),
  );
  return { posts, ...views.all(), unsent: requests.unsent() };
}

export function recallSlack({ workspaces, views, requests }: Slack, memory: SlackMemory): void {
  for (const { team, post } of memory.posts) {
    const workspace = workspaces.get(team);
    // Direct messages have a channel as soon as somebody asks for it.
    for (const user of workspace?.team.users ?? []) workspace?.direct(user.id);
    workspace?.channels.get(post.channel)?.posts.push(post);
  }
  views.restore(memory);
  requests.resume(memory.unsent);
}
