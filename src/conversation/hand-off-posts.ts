import type { Senders } from '../domain/accounts/senders.service';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { HandOffPorts } from '../domain/support/hand-offs.service';
import { type QuietPorts, quietRules } from '../domain/support/quiet-talks';
import type { Language } from '../intent';
import { nameOf } from './hand-off-files';
import type { Posts } from './posts';
import { sayHouse } from './texts';

/** How a talk with a person stands in Slack: a card at the head, each line a post beneath it. They hold ids and are drawn; only a file is named. */
export function handOffPosts({
  tenants,
  senders,
  posts,
}: {
  tenants: Tenants;
  senders: Senders;
  posts: Posts;
}): HandOffPorts & QuietPorts {
  const card = (contact: string, handOff: string) => ({
    card: { intent: 'hand-off', card: 'talk', args: { contact, handOff } },
    topic: `talk:${contact}`,
    contact,
  });
  return {
    onBegun: async (tx, { contact, handOff }, now) => {
      const at = await tenants.place(tx, 'support');
      // A workspace that showed us out keeps its place, and nobody would see it there.
      if (!at || !(await senders.workspace(tx, at.team, now))) return undefined;
      const { language } = await tenants.get(tx);
      return posts.add(tx, { at, language: language as Language, ...card(contact, handOff) }, now);
    },
    onLine: async (tx, { post, contact }, line, now) => {
      const head = await posts.headOf(tx, post);
      if (!head) return;
      const of = 'inbox' in line ? { inbox: line.inbox } : { seq: line.seq, ...(line.by && { by: line.by }) };
      const said = { intent: 'hand-off', card: 'line', args: { contact, ...of } };
      const topic = 'seq' in line ? { topic: `answer:${line.seq}` } : {};
      const beneath = { ...head, beneath: post, contact };
      await posts.add(tx, { ...beneath, card: said, ...topic }, now);
      if (!('inbox' in line) || !line.file) return;
      const { channel, app, sender, id, medium } = line.file;
      const { zone } = await tenants.get(tx);
      const content = { text: sayHouse({ text: 'file_not_brought' }, { language: head.language, zone }) };
      const file = { channel, app, sender, id, name: nameOf(line.file, medium) };
      await posts.add(tx, { ...beneath, content, file }, now);
    },
    onQuiet: async (tx, { contact, handOff }, { team, slackUser, language, zone }, now) => {
      const at = { team, user: slackUser };
      const { remindAfterDays: days, endAfterDays: end } = quietRules;
      const reader = { language, zone: zone ?? (await tenants.get(tx)).zone };
      const text = sayHouse({ text: 'talk_quiet', vars: { days, end } }, reader);
      await posts.add(tx, { at, language, content: { text }, contact }, now);
      await posts.add(tx, { at, language, ...card(contact, handOff) }, now);
    },
    onLapsed: async (tx, { post, contact, handOff }, now) => {
      const head = await posts.headOf(tx, post);
      const said = { intent: 'hand-off', card: 'lapsed', args: { contact, handOff } };
      if (head) await posts.add(tx, { ...head, beneath: post, contact, card: said }, now);
      await posts.refresh(tx, `talk:${contact}`);
    },
    onChanged: (tx, contact) => posts.refresh(tx, `talk:${contact}`),
    onPassed: async (tx, { contact, handOff }, { team, slackUser, language }, note, now) => {
      const at = { team, user: slackUser };
      if (note) await posts.add(tx, { at, language, content: { text: note }, contact }, now);
      await posts.add(tx, { at, language, ...card(contact, handOff) }, now);
    },
  };
}
