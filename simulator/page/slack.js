import { api } from './api.js';
import { announce, byId, patch, Scroll } from './dom.js';
import { HomeTab } from './home-tab.js';
import { Kept } from './kept.js';
import { t } from './language.js';
import { recall, remember } from './memory.js';
import { Modal } from './modal.js';
import { attempt } from './notice.js';
import { glow, inThreads, post } from './posts.js';
import { SlackComposer } from './slack-composer.js';
import { direct, drawFrame } from './slack-frame.js';

const tellsEvery = 4_000;

/** The Slack window of one member of one workspace: channels, the direct messages with the bot, forms. */
export class Slack {
  constructor({ teams, shortcuts }, { onNews }) {
    Object.assign(this, { teams, shortcuts, onNews });
    // Places where the bot said something that nobody has looked at.
    this.news = new Set();
    // Lines of cards that changed since a screen reader was last told.
    this.untold = new Set();
    this.kept = new Kept(({ ts }) => ts);
    this.scroll = new Scroll(byId('slack-scroll'), byId('slack-newer'));
    this.modal = new Modal((view) => ({
      names: (id) => this.nameOf(id),
      press: (button) => this.press({ view_id: view.id }, button),
    }));
    this.composer = new SlackComposer(this);
    this.home = new HomeTab(this);
    byId('slack-team').addEventListener('change', (event) => this.enter(event.target.value));
    const team = teams.find(({ id }) => id === recall('team')) ?? teams[0];
    this.enter(team.id, recall('member'), recall('place'));
  }

  get team() {
    return this.teams.find(({ id }) => id === this.teamId);
  }

  get member() {
    return this.team.users.find(({ id }) => id === this.memberId);
  }

  /** The channel that is open; undefined in direct messages. */
  get channel() {
    return this.team.channels.find(({ id }) => id === this.place);
  }

  get botName() {
    const { name } = this.team.bot;
    return name.charAt(0).toUpperCase() + name.slice(1);
  }

  get me() {
    return { team: this.teamId, user: this.memberId };
  }

  channels() {
    return this.team.channels.filter(({ members }) => members.includes(this.memberId));
  }

  /** Another workspace, as `memberId` or its first member. */
  enter(teamId, memberId, place) {
    if (!this.teams.some(({ id }) => id === teamId)) return;
    this.teamId = teamId;
    remember('team', teamId);
    const { users } = this.team;
    this.become(users.some(({ id }) => id === memberId) ? memberId : users[0].id, place);
  }

  /** Another member; the place stays if they may see it. */
  become(memberId, place = this.place) {
    this.memberId = memberId;
    remember('member', memberId);
    this.modal.hide();
    this.open(this.channels().some(({ id }) => id === place) ? place : direct);
    this.showViews();
  }

  open(place) {
    this.place = place;
    remember('place', place);
    this.news.delete(this.newsOf(place));
    this.kept.clear();
    byId('slack-list').replaceChildren();
    byId('slack-empty').hidden = true;
    this.composer.moved();
    this.home.moved();
    drawFrame(this);
    this.reload();
  }

  /** Everybody has direct messages of their own; a channel is the same for all. */
  newsOf(place, memberId = this.memberId) {
    return `${this.teamId}/${place === direct ? memberId : place}`;
  }

  async reload() {
    const isFirst = this.kept.items.size === 0;
    const where = { ...this.me, channel: this.place, limit: 1_000 };
    const filled = await this.kept.fill(async () => (await api.messages(where)).messages);
    if (filled) this.draw({ follow: isFirst });
  }

  /** The form that stands in front of this member, if any. */
  async showViews() {
    const { me } = this;
    const { views } = await api.views(me).catch(() => ({ views: [] }));
    if (me.team === this.teamId && me.user === this.memberId) this.modal.show(views.at(-1), me);
  }

  /** Something happened in one of the workspaces. */
  hear(event) {
    const { team, user, kind, message } = event;
    if (kind === 'home') this.home.take(event, event.view);
    else if (kind === 'view' || kind === 'view_closed') {
      if (team === this.teamId && user === this.memberId) this.showViews();
    } else if (!this.isHere(event)) this.hint(event);
    else if (kind === 'deleted') {
      this.kept.delete(message);
      this.draw();
    } else this.take(message);
  }

  isHere({ team, channel, user, message }) {
    if (team !== this.teamId || (message.ephemeral ?? this.memberId) !== this.memberId) return false;
    return this.channel ? channel === this.place : isDirect(channel) && user === this.memberId;
  }

  take(message) {
    const isNew = !this.kept.has(message);
    this.kept.set(message);
    this.draw({ follow: isNew && !message.bot && message.user === this.memberId });
    if (!isNew || !message.bot) return;
    announce(`${this.botName}: ${message.lines.join('. ')}`);
    if (this.home.isShown) this.home.mark();
    this.onNews();
  }

  /** The bot said something elsewhere: a dot there. */
  hint({ team, channel, user, kind, message }) {
    if (kind !== 'message' || !message.bot) return;
    this.news.add(`${team}/${isDirect(channel) ? user : channel}`);
    drawFrame(this);
  }

  draw(options) {
    const messages = inThreads(this.kept.all());
    byId('slack-empty').hidden = messages.length > 0;
    this.scroll.around(() => {
      const replaced = patch(byId('slack-list'), messages, {
        key: ({ ts }) => ts,
        sign: JSON.stringify,
        draw: (message) => post(message, this.drawing()),
      });
      this.tellChange(replaced.flatMap(([before, after]) => glow(before, after)));
    }, options);
  }

  /** A card that counts up would never stop talking: what changed and still stands is said now and then. */
  tellChange(lines) {
    for (const line of lines) this.untold.add(line);
    if (lines.length === 0 || this.isTelling) return;
    this.isTelling = true;
    setTimeout(() => {
      const standing = new Set([...byId('slack-list').querySelectorAll('.line')].map((node) => node.textContent));
      const news = [...this.untold].filter((line) => standing.has(line)).map((line) => line.replace(/[▰▱]/g, ''));
      if (news.length > 0) announce(t('slack.changed', { line: news.join('. ') }));
      this.untold.clear();
      this.isTelling = false;
    }, tellsEvery);
  }

  drawing() {
    return {
      names: (id) => this.nameOf(id),
      author: (message) => this.author(message),
      press: ({ channel, ts }, button, node) => this.press({ channel, ts }, button, node),
      shortcuts: this.shortcutsOf('message'),
      use: ({ channel, ts }, shortcut) => this.use(shortcut, { channel, ts }),
      reply: (message) => this.composer.replyTo(message, this.author(message).name),
    };
  }

  author({ user, bot }) {
    const known = bot ? undefined : this.team.users.find(({ id }) => id === user);
    return known ?? { name: this.botName, isBot: true };
  }

  nameOf(id) {
    if (id === this.team.bot.id) return this.botName;
    return [...this.team.users, ...this.team.channels].find((one) => one.id === id)?.name;
  }

  shortcutsOf(type) {
    return this.shortcuts.filter((one) => one.type === type);
  }

  /** An entry of Slack's menus. */
  use({ callbackId }, where = {}) {
    return attempt(() => api.shortcut({ ...this.me, ...where, callbackId }));
  }

  /** Presses a button of a message or of a form. */
  async press(where, { actionId, label }, node) {
    node?.setAttribute('aria-busy', 'true');
    await attempt(() => api.click({ ...this.me, ...where, actionId, label }));
    node?.removeAttribute('aria-busy');
  }
}

const isDirect = (channel) => channel.startsWith('D');
