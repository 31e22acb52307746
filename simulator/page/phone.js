import { api } from './api.js';
import { Beside } from './beside.js';
import { bubble, bubbleSign } from './bubbles.js';
import { announce, byId, composer, el, patch, Scroll } from './dom.js';
import { Kept } from './kept.js';
import { t } from './language.js';
import { recall, remember } from './memory.js';
import { attempt, tell } from './notice.js';
import { dayLine, peopleByKind, withDays } from './phone-parts.js';
import { addressOn, channels, dressed, priceOf, talksOf } from './talks.js';
import { phrases } from './texts.js';

const unread = new Set(['accepted', 'sent', 'delivered']);
const readable = new Set(['sent', 'delivered']);

/** The telephone of whoever is chosen: chats with each company, as that person sees them. */
export class Phone {
  constructor({ people, numbers }, { isShown, onNews }) {
    Object.assign(this, { people, numbers, isShown, onNews });
    this.kept = new Kept(({ id }) => id);
    // SMS and mail say nothing of reading: what was in front of somebody is known here alone.
    this.seen = new Set();
    this.scroll = new Scroll(byId('phone-scroll'), byId('phone-newer'));
    this.composer = composer(byId('phone-form'), byId('phone-input'), (words) => this.say(words));
    byId('phone-person').replaceChildren(...peopleByKind(people));
    byId('phone-person').addEventListener('change', (event) => this.choose(event.target.value));
    this.fillMenu();
    this.beside = new Beside({ open: (number) => this.open(number), redraw: () => this.drawBeside() });
    const known = people.find(({ id }) => id === recall('person')) ?? people[0];
    this.choose(known.id, recall('number'));
  }

  get person() {
    return this.people.find(({ id }) => id === this.personId);
  }

  get line() {
    return this.numbers.find(({ id }) => id === this.number);
  }

  get company() {
    return this.line.company;
  }

  get channel() {
    return this.line.channel;
  }

  /** Takes this person's phone in hand, on the chat with `number` or the one that has the latest message. */
  async choose(personId, number) {
    if (!this.people.some(({ id }) => id === personId)) return;
    this.personId = personId;
    this.kept.clear();
    byId('phone-person').value = personId;
    remember('person', personId);
    this.describe();
    const line = this.numbers.find(({ id }) => id === number);
    this.open(line && addressOn(line.channel, this.person) ? number : this.numbers[0].id);
    await this.reload();
    if (!number) this.open(this.latest() ?? this.number);
  }

  /** Asks the simulator for everything again: after choosing somebody, and when the line is back. */
  async reload() {
    const filled = await this.kept.fill(async () => {
      const [{ chats }, talks] = await Promise.all([api.phone(this.personId), talksOf(this.person)]);
      const chatted = chats.flatMap(({ number, messages }) => messages.map((message) => ({ ...message, number })));
      for (const { id } of talks) this.seen.add(id);
      return [...chatted, ...talks].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
    });
    if (filled) this.draw({ follow: true });
  }

  /** The company of the latest message. */
  latest() {
    const later = (one, other) => (one && Date.parse(one.at) > Date.parse(other.at) ? one : other);
    return this.kept.all().reduce(later, undefined)?.number;
  }

  open(number) {
    this.number = number;
    remember('number', number);
    const { company } = this;
    const { name } = this.person;
    byId('phone-company').textContent = company;
    byId('phone-list').setAttribute('aria-label', t('phone.log', { name, company }));
    byId('phone-input').placeholder = t('phone.write', { company });
    byId('phone-input').setAttribute('aria-label', t('phone.write', { company }));
    byId('phone-empty').textContent = t('phone.empty', { name: name.split(' ')[0], company });
    this.composer.at(`${this.personId}/${number}`);
    byId('phone-list').replaceChildren();
    byId('phone-menu').hidden = this.channel !== 'whatsapp';
    this.draw({ follow: true });
  }

  /** Something came by SMS or mail, or became of it. */
  hearTalk(channel, { person, number, message }) {
    if (person !== addressOn(channel, this.person)) return;
    this.hear({ phone: this.personId, number, message: dressed(channel, message) });
  }

  /** Something changed on somebody's phone. */
  hear({ phone, number, message }) {
    if (phone !== this.personId) return;
    const isNew = !this.kept.has(message);
    const isMine = message.direction === 'in';
    this.kept.set({ ...message, number });
    if (isNew && !isMine) this.onNews();
    if (number !== this.number) {
      this.drawBeside();
      return this.drawChats();
    }
    this.draw({ follow: isNew && isMine });
    if (isNew && !isMine) announce(`${this.company}: ${message.text}`);
  }

  chat(number) {
    return this.kept.all().filter((message) => message.number === number);
  }

  draw(options) {
    const messages = this.chat(this.number);
    for (const { id } of messages) this.seen.add(id);
    byId('phone-empty').hidden = messages.length > 0;
    this.scroll.around(() => {
      patch(byId('phone-list'), withDays(messages), {
        key: ({ id }) => id,
        sign: (item) => (item.day ? item.day : bubbleSign(item)),
        draw: (item) => (item.day ? dayLine(item.day) : this.bubble(item)),
      });
    }, options);
    this.markStatuses(messages);
    this.drawBeside();
    this.drawChats();
    this.read();
  }

  /** The ticks of the company's messages aren't seen on this phone, so a bubble isn't drawn again for them. */
  markStatuses(messages) {
    const statuses = new Map(messages.map(({ id, status }) => [id, status ?? '']));
    for (const { dataset } of byId('phone-list').children) if (dataset.id) dataset.status = statuses.get(dataset.id);
  }

  bubble(message) {
    const who = message.direction === 'in' ? this.person.name : this.company;
    return bubble(message, { who, price: priceOf(message), press: (on, button) => this.press(on, button) });
  }

  drawChats() {
    this.drawChannels();
    const own = this.numbers.filter(({ channel }) => channel === this.channel);
    const chats = own.map(({ id, company }) => ({ id, company, count: this.countUnread(id) }));
    patch(byId('phone-chats'), chats, {
      key: ({ id }) => id,
      sign: ({ id, count }) => `${id === this.number}/${count}`,
      draw: (chat) => this.chatTab(chat),
    });
  }

  /** The ways to reach this person, each by this company's line or the first. */
  ways() {
    const all = channels.filter((channel) => addressOn(channel, this.person));
    return all.map((channel) => {
      const lines = this.numbers.filter((line) => line.channel === channel);
      return { id: channel, lines, line: lines.find(({ company }) => company === this.company) ?? lines[0] };
    });
  }

  /** What this company and this person say to each other by the other ways. */
  drawBeside() {
    if (!this.beside?.isShown || !this.number) return;
    const others = this.ways().filter(({ id, line }) => id !== this.channel && line.company === this.company);
    const columns = others.map(({ id, line }) => {
      const messages = this.chat(line.id);
      if (id !== 'whatsapp') for (const one of messages) this.seen.add(one.id);
      return { channel: id, number: line.id, company: this.company, person: this.person, messages };
    });
    this.beside.draw(columns);
  }

  /** The ways to reach this person, with what waits on each. */
  drawChannels() {
    const ways = this.ways().map(({ id, lines, line }) => {
      const count = lines.reduce((sum, one) => sum + this.countUnread(one.id), 0);
      return { id, line, count };
    });
    patch(byId('phone-channels'), ways, {
      key: ({ id }) => id,
      sign: ({ id, line, count }) => `${id === this.channel}/${line.id}/${count}`,
      draw: (way) => this.channelTab(way),
    });
  }

  channelTab({ id, line, count }) {
    const attributes = {
      type: 'button',
      class: 'channel',
      'data-testid': `phone-channel-${id}`,
      'data-focus': `channel/${id}`,
      'aria-pressed': String(id === this.channel),
      onclick: () => this.open(line.id),
    };
    const badge = el('span', { class: 'badge' }, String(count));
    return el('button', attributes, t(`phone.${id}`), count > 0 && badge);
  }

  chatTab({ id, company, count }) {
    const attributes = {
      type: 'button',
      class: 'chat-tab',
      'data-testid': 'phone-chat',
      'data-number': id,
      'data-focus': id,
      'aria-pressed': String(id === this.number),
      onclick: () => this.open(id),
    };
    const badge = el(
      'span',
      { class: 'badge' },
      String(count),
      el('span', { class: 'unseen' }, ` ${t('phone.unread')}`),
    );
    return el('button', attributes, el('span', { class: 'chat-name' }, company), count > 0 && badge);
  }

  countUnread(number) {
    if (number === this.number) return 0;
    if (this.numbers.find(({ id }) => id === number).channel !== 'whatsapp')
      return this.chat(number).filter(({ id, direction }) => direction === 'out' && !this.seen.has(id)).length;
    return this.chat(number).filter(({ direction, status }) => direction === 'out' && unread.has(status)).length;
  }

  /** Who looks at the chat has read it. */
  async read() {
    if (this.channel !== 'whatsapp') return;
    const isWaiting = this.chat(this.number).some((one) => one.direction === 'out' && readable.has(one.status));
    if (!isWaiting || this.isReading || !this.isShown()) return;
    this.isReading = true;
    await api.openChat(this.personId, this.number).catch(() => {});
    this.isReading = false;
  }

  write(message) {
    const { channel } = this;
    const from = addressOn(channel, this.person);
    if (channel !== 'whatsapp')
      return attempt(() => api.writeOn(channel, { from, to: this.number, text: message.text }));
    return attempt(() => api.write({ from: this.personId, to: this.number, ...message }));
  }

  say(words) {
    return this.write({ type: 'text', text: words });
  }

  async press({ id, template }, button) {
    if (this.channel === 'email') {
      const told = t('mail.told', { company: this.company });
      if (await attempt(() => api.mailbox(id, button.id))) tell(told);
      return;
    }
    this.write({ type: template ? 'button' : 'interactive', button, messageId: id });
  }

  async prefer(value, said) {
    const { company } = this;
    if (await attempt(() => api.prefer({ from: this.personId, to: this.number, value }))) tell(t(said, { company }));
  }

  /** What is particular about this person's number, and what can be tried in their language. */
  describe() {
    const { special, phone, bsuid, language: speaks } = this.person;
    byId('phone-number').textContent = phone ?? bsuid;
    byId('phone-special').textContent = special ?? '';
    byId('phone-special').hidden = !special;
    const chip = (words) =>
      el('button', { type: 'button', class: 'chip', lang: speaks, onclick: () => this.say(words) }, words);
    byId('phone-chips').replaceChildren(...(phrases[speaks] ?? phrases.es).map((words) => el('li', {}, chip(words))));
    byId('phone-chips').scrollLeft = 0;
  }

  fillMenu() {
    const menu = byId('phone-menu');
    const item = (key, act) => {
      const choose = () => {
        menu.open = false;
        act();
      };
      return el('button', { type: 'button', 'data-item': key, onclick: choose }, t(`phone.${key}`));
    };
    byId('phone-menu-items').replaceChildren(
      ...['image', 'audio', 'document'].map((type) => item(type, () => this.write({ type }))),
      item('stop', () => this.prefer('stop', 'phone.stopped')),
      item('resume', () => this.prefer('resume', 'phone.resumed')),
    );
    menu.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      menu.open = false;
      menu.querySelector('summary').focus();
    });
    document.addEventListener('click', (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }
}
