import { eventually } from '../support/eventually';

export interface SlackMessage {
  ts: string;
  channel: string;
  text: string;
  lines: string[];
  buttons: { label: string; actionId: string; value: string; style?: string }[];
  bot?: boolean;
  ephemeral?: string;
}
export interface SlackFile {
  id: string;
  name: string;
  alt?: string;
  channels: string[];
  size: number;
  isComplete: boolean;
}
export interface PhoneMessage {
  id: string;
  direction: 'in' | 'out';
  at: string;
  type: string;
  text: string;
  status?: string;
  buttons?: { id: string; title: string }[];
}
export interface Delivery {
  id: string;
  number: string;
  to: string;
  text: string;
  template?: string;
  reference: string;
  statuses: { status: string; at: string }[];
}
export interface World {
  whatsapp: {
    numbers: { id: string; label: string; company: string }[];
    people: { id: string; phone?: string; name: string }[];
  };
  slack: {
    teams: {
      id: string;
      name: string;
      users: { id: string; name: string }[];
      channels: { id: string; name: string }[];
    }[];
  };
}
export interface Member {
  team: string;
  user: string;
  name: string;
}

/** The world outside, by its public doors and the simulator's control routes alone. What people say and read is told line by line. */
export class Outside {
  constructor(
    readonly url: string,
    readonly tell: (line: string) => void,
  ) {}

  async get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', path);
  }

  async post<T>(path: string, body: object): Promise<T> {
    return this.ask<T>('POST', path, body);
  }

  world(): Promise<World> {
    return this.get('/__sim/world');
  }

  async files(): Promise<SlackFile[]> {
    return (await this.get<{ files: SlackFile[] }>('/__sim/slack/files')).files;
  }

  async deliveries(): Promise<Delivery[]> {
    return (await this.get<{ deliveries: Delivery[] }>('/__sim/ledger')).deliveries;
  }

  /** A member writes to Connectus in their direct messages, and reads what comes back. */
  async writes(member: Member, text: string, fits: (message: SlackMessage) => boolean): Promise<SlackMessage> {
    const before = new Set((await this.direct(member)).map((message) => message.ts));
    this.tell(`${member.name} (Slack)  › ${text}`);
    await this.post('/__sim/slack/dm', { team: member.team, user: member.user, text });
    return this.reads(member, 'dm', (message) => !before.has(message.ts) && fits(message));
  }

  async reads(member: Member, channel: string, fits: (message: SlackMessage) => boolean): Promise<SlackMessage> {
    const found = await eventually(
      async () => {
        const messages = channel === 'dm' ? await this.direct(member) : await this.channel(member, channel);
        const seen = messages.filter((message) => message.bot && fits(message)).at(-1);
        if (!seen) throw new Error(`${member.name} does not read it in ${channel}`);
        return seen;
      },
      { within: 30_000, every: 100 },
    );
    this.tell(`    Connectus    ‹ ${spoken(found)}`);
    return found;
  }

  async presses(member: Member, message: SlackMessage, label: RegExp): Promise<void> {
    const button = message.buttons.find((one) => label.test(one.label));
    if (!button) throw new Error(`no button ${label} for ${member.name}`);
    this.tell(`${member.name} (Slack)  › [${button.label}]`);
    const { channel, ts } = message;
    const { team, user } = member;
    await this.post('/__sim/slack/click', { team, user, channel, ts, label: button.label });
  }

  /** A member drops a file into their direct messages with Connectus. */
  async drops(member: Member, name: string, file: string): Promise<void> {
    this.tell(`${member.name} (Slack)  › 📎 ${name}`);
    const { team, user } = member;
    const base64 = Buffer.from(file, 'latin1').toString('base64');
    await this.post('/__sim/slack/drop', { team, user, channel: 'dm', name, base64 });
  }

  /** A member fills in the form that is open and sends it. */
  async fills(member: Member, title: string, values: Readonly<Record<string, string>>): Promise<void> {
    const { team, user } = member;
    const query = new URLSearchParams({ team, user });
    const view = await eventually(async () => {
      const { views } = await this.get<{ views: { id: string; title: string }[] }>(`/__sim/slack/views?${query}`);
      const open = views.find((one) => one.title === title);
      if (!open) throw new Error(`${member.name} sees no form ${title}`);
      return open;
    });
    this.tell(`${member.name} (Slack)  › [${title}] ${JSON.stringify(values)}`);
    await this.post('/__sim/slack/submit', { team, user, viewId: view.id, values });
  }

  /** A person writes to the company's number and reads the next answer. */
  async answers(phone: string, number: string, text: string, more: object = {}): Promise<PhoneMessage> {
    const before = new Set((await this.chat(phone, number)).map((message) => message.id));
    this.tell(`${phone} (WhatsApp) › ${text}`);
    await this.post('/__sim/whatsapp/inbound', { from: phone, to: number, text, ...more });
    return this.receives(phone, number, (message) => !before.has(message.id));
  }

  async receives(phone: string, number: string, fits: (message: PhoneMessage) => boolean): Promise<PhoneMessage> {
    const found = await eventually(
      async () => {
        const seen = (await this.chat(phone, number)).filter((one) => one.direction === 'out' && fits(one)).at(-1);
        if (!seen) throw new Error(`${phone} was not answered`);
        return seen;
      },
      { within: 30_000, every: 100 },
    );
    const buttons = (found.buttons ?? []).map((button) => ` [${button.title}]`).join('');
    this.tell(`    company      ‹ ${found.text.replace(/\n+/g, ' / ')}${buttons}`);
    return found;
  }

  async taps(phone: string, number: string, message: PhoneMessage, label: RegExp): Promise<PhoneMessage> {
    const button = message.buttons?.find((one) => label.test(one.title));
    if (!button) throw new Error(`no button ${label} on ${phone}`);
    const { id, title } = button;
    return this.answers(phone, number, `[${title}]`, { type: 'interactive', button: { id, title }, text: undefined });
  }

  /** A page as whoever has no script sees it. */
  async opens(url: string): Promise<string> {
    this.tell(`a browser         › ${url.replace(/[^/]+$/, '…')}`);
    return this.read(await fetch(url, { signal: AbortSignal.timeout(20_000) }));
  }

  /** A form of that page, sent; what is shown then. */
  async submits(url: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const { act = '', form: _, ...seen } = fields;
    this.tell(`a browser         › [${act}] ${JSON.stringify(seen)}`);
    const body = new URLSearchParams(fields);
    return this.read(await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(20_000) }));
  }

  async chat(phone: string, number: string): Promise<PhoneMessage[]> {
    const path = `/__sim/whatsapp/phones/${encodeURIComponent(phone)}`;
    const { chats } = await this.get<{ chats: { number: string; messages: PhoneMessage[] }[] }>(path);
    return chats.find((chat) => chat.number === number)?.messages ?? [];
  }

  async channel(member: Member, channel: string): Promise<SlackMessage[]> {
    const query = new URLSearchParams({ team: member.team, user: member.user, channel });
    return (await this.get<{ messages: SlackMessage[] }>(`/__sim/slack/messages?${query}`)).messages;
  }

  direct(member: Member): Promise<SlackMessage[]> {
    return this.channel(member, 'dm');
  }

  private async read(response: Response): Promise<string> {
    const text = await response.text();
    if (!response.ok) throw new Error(`a page: ${response.status}`);
    const [, title = ''] = /<h1>([^<]*)/.exec(text) ?? [];
    const [, told = ''] = /id="told"[^>]*>([\s\S]*?)<\/div>/.exec(text) ?? [];
    const heard = [title, ...told.replace(/<[^>]+>/g, '').split('\n')].filter((line) => line.trim()).join(' · ');
    this.tell(`    the page     ‹ ${heard}`);
    return text;
  }

  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      signal: AbortSignal.timeout(20_000),
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }
}

/** A card as it would be read aloud. */
export function spoken(message: SlackMessage): string {
  const buttons = message.buttons.map((button) => ` [${button.label}]`).join('');
  return `${message.lines.join(' · ').replace(/\n+/g, ' · ').replace(/\*/g, '')}${buttons}`;
}
