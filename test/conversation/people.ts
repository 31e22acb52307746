import { randomBytes } from 'node:crypto';
import type { Button, ChannelEvent, Content, Identity, InboundContent } from '../../src/channel';
import { andina, type House, numbers, type Post } from './house';

let phones = 30_000_000;
/** A number that nobody has used yet. */
export const aPhone = (): string => `+569${++phones}`;
const anId = (): string => randomBytes(8).toString('hex');

/** Everything a message says, on one line. */
export const whole = (content: Content | undefined): string =>
  [content?.title, content?.text, ...(content?.facts ?? []), content?.note].filter(Boolean).join(' · ');
export const labels = (content: Content | undefined): string[] => (content?.buttons ?? []).map((one) => one.label);

/** @throws when there is no such button */
export function buttonOf(content: Content | undefined, label: string): Button {
  const button = content?.buttons?.find((one) => one.label === label);
  if (!button) throw new Error(`no button ${label} in ${JSON.stringify(content)}`);
  return button;
}

/** Somebody on WhatsApp, writing to this customer's number. Whatever is said to them must fit there. */
export function someone(house: House, identity: Identity = { phone: aPhone() }, tenant = andina) {
  const sends = async (content: InboundContent): Promise<Content[]> => {
    const common = { channel: 'whatsapp', app: 'default', sender: numbers[tenant] ?? '', id: anId() };
    const event = { ...common, at: house.clock.now(), kind: 'message', from: identity, content } as const;
    const said = await house.receive(tenant, event);
    said.forEach(mustFit);
    return said;
  };
  const contact = () => house.inside(tenant, (tx) => house.rooms.audience.findByAddress(tx, identity.phone ?? ''));
  return {
    identity,
    sends,
    contact,
    says: (text: string) => sends({ type: 'text', text }),
    /** A button of a message that was got, by its label; or any button. */
    taps: (label: string | Button, on?: Content) => {
      const button = typeof label === 'string' ? buttonOf(on, label) : label;
      return sends({ type: 'button', label: button.label, action: button.id });
    },
    /** What stands between them and promotions. */
    promotions: async () => {
      const id = (await contact()) ?? '';
      return house.inside(tenant, (tx) => house.rooms.consent.suppression(tx, id));
    },
    request: async () => {
      const id = (await contact()) ?? '';
      return house.inside(tenant, (tx) => house.rooms.privacy.latest(tx, id, house.clock.now()));
    },
  };
}
export type Someone = ReturnType<typeof someone>;

/** WhatsApp's own limits. */
function mustFit(content: Content): void {
  const buttons = content.buttons ?? [];
  expect(buttons.length).toBeLessThanOrEqual(3);
  for (const { id, label } of buttons) {
    expect([label, [...label].length <= 20]).toEqual([label, true]);
    expect(id.length).toBeLessThanOrEqual(256);
  }
  expect([...whole(content)].length).toBeLessThanOrEqual(buttons.length > 0 ? 1024 : 4096);
}

/** A user of Slack; a member of the team, if the customer knows them. What each says or presses returns what was posted because of it. */
export function colleague(house: House, user: string, team = 'T0ANDINA', tenant = andina) {
  const here = { team, user, channel: `D${user}` };
  const common = () => ({ channel: 'slack', app: 'default', sender: team, id: anId(), at: house.clock.now() });
  const from = { slack: { team, user } };
  const after = async (event: ChannelEvent): Promise<Post[]> => {
    const before = await house.postIds(tenant);
    await house.receive(tenant, event);
    return house.posts(tenant, before);
  };
  return {
    /** @param at elsewhere than in their own direct messages */
    says: (text: string, at: { channel?: string; thread?: string } = {}) =>
      after({ ...common(), kind: 'message', from, content: { type: 'text', text }, surface: { ...here, ...at } }),
    /** @param view a form that was opened for it */
    /** A file, with or without words. */
    drops: (name: string, file: string | Buffer, text = '') => {
      const id = `F${anId()}`;
      house.edge.files.set(id, Buffer.from(file as string));
      const content: InboundContent = text ? { type: 'text', text } : { type: 'media', media: 'file' };
      const files = [{ id, name, bytes: file.length }];
      return after({ ...common(), kind: 'message', from, content, surface: here, files });
    },
    /** Looks at their page. */
    opens: () => after({ ...common(), kind: 'opened', from, surface: { team, user } }),
    presses: (label: string | Button, on?: Content, view?: string) => {
      const { id } = typeof label === 'string' ? buttonOf(on, label) : label;
      const surface = { ...here, ...(view && { view }) };
      return after({ ...common(), kind: 'action', from, action: id, surface });
    },
    /** @param view a form that stays open for what comes of it */
    submits: (action: string, values: Record<string, string>, view?: string) =>
      after({ ...common(), kind: 'action', from, action, values, surface: { team, user, ...(view && { view }) } }),
  };
}

/** The newest card of this kind. @throws when there is none */
export function cardOf(posts: readonly Post[], card: string): Content {
  const found = posts.findLast((post) => post.card === card);
  if (!found) throw new Error(`no card ${card} in ${posts.map((post) => post.card || post.content.text).join(', ')}`);
  return found.content;
}
