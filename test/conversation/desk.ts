import type { Content, Form } from '../../src/channel';
import { eventually } from '../support/eventually';
import { andina, type House, type Post } from './house';
import { buttonOf, cardOf, colleague, type Someone, someone, whole } from './people';

let views = 0;

/** The controller's desk in Slack, as somebody of the team sees it. */
export function aDesk(house: House, user = 'U0PAULA', team = 'T0ANDINA', tenant = andina) {
  const member = colleague(house, user, team, tenant);
  const next = (before: number) =>
    eventually(() => {
      expect(house.edge.forms.length).toBeGreaterThan(before);
      return house.edge.forms.at(-1) as Form;
    });
  return {
    ...member,
    /** The card about this person's newest request. */
    card: async (person: Someone): Promise<Content> => {
      const { number = '?' } = (await person.request()) ?? {};
      const mine = (await house.posts(tenant)).filter((post) => whole(post.content).includes(number));
      return cardOf(mine, 'privacy-requests/case');
    },
    /** What stands behind its one button for the rest. */
    more: async (card: Content): Promise<Content> => {
      const [post] = await member.presses(buttonOf(card, 'Ver más'));
      return post?.content as Content;
    },
    /** A button that opens a form. */
    opens: async (label: string, on: Content): Promise<Form> => {
      const before = house.edge.forms.length;
      await member.presses(label, on, `V${++views}`);
      return next(before);
    },
    /** What a form comes to: the same with what was wrong, or a sentence in its place. */
    fills: async (form: Form, values: Record<string, string>): Promise<Form> => {
      const before = house.edge.forms.length;
      await member.submits(form.action, values, `V${views}`);
      return next(before);
    },
  };
}

/** What was wrong, by field. */
export const wrongIn = (form: Form): Record<string, string> =>
  Object.fromEntries((form.fields ?? []).flatMap(({ id, error }) => (error ? [[id, error]] : [])));
/** What a form that is over says. */
export const saidIn = (form: Form): string => (form as unknown as { text?: string }).text ?? '';
export const textOf = (posts: readonly Post[]): string => posts.map(({ content }) => whole(content)).join(' | ');

/** What was really handed to WhatsApp for them. */
export const gets = (house: House, person: Someone, text: RegExp): Promise<string> =>
  eventually(() => {
    const got = house.edge.sent.filter(({ to }) => to === person.identity.phone).map((one) => one.text);
    expect(got).toContainEqual(expect.stringMatching(text));
    return got.find((one) => text.test(one)) ?? '';
  });

/** Somebody who asked for this, and said yes where it is asked. */
export async function whoAsks(house: House, words: string): Promise<Someone> {
  const person = someone(house);
  await person.says(words);
  if ((await person.request())?.right === 'erase') await person.says('sí');
  return person;
}

/** The card at the head of the newest talk with this person. */
export async function headOf(house: House, person: Someone): Promise<Content> {
  const contact = await person.contact();
  const [card] = await house.inside(andina, (tx) =>
    tx.query<{ id: string }>(
      "SELECT id FROM slack_post WHERE topic = $1 AND place ? 'channel' ORDER BY id DESC LIMIT 1",
      [`talk:${contact}`],
    ),
  );
  return ((await house.posts(andina)).find(({ id }) => id === card?.id) as Post).content;
}
