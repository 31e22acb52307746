import { api } from './api.js';
import { drawBlocks } from './blocks.js';
import { byId, el, patch } from './dom.js';
import { t } from './language.js';
import { attempt } from './notice.js';

const tabs = ['home', 'messages'];

/** The bot's own place has two tabs, as in Slack: what it draws for this member, and their messages. */
export class HomeTab {
  constructor(slack) {
    this.slack = slack;
    this.tab = 'messages';
    this.hasNews = false;
    // Not every browser lets the keyboard into what scrolls.
    byId('slack-home').tabIndex = 0;
  }

  /** Another place or member. */
  moved() {
    this.hasNews = false;
    byId('slack-home').replaceChildren();
    this.show(this.tab);
  }

  /** Slack tells the product that somebody looks; what stood there last shows meanwhile. */
  show(tab) {
    this.tab = tab;
    const isDirect = !this.slack.channel;
    const isHome = isDirect && tab === 'home';
    if (!isHome) this.hasNews = false;
    byId('slack-tabs').hidden = !isDirect;
    byId('slack-home').hidden = !isHome;
    for (const id of ['slack-messages', 'slack-form', 'slack-hint']) byId(id).hidden = isHome;
    byId('slack-chips').hidden = isHome || !isDirect;
    this.drawTabs();
    if (isHome) this.load();
  }

  get isShown() {
    return this.tab === 'home' && !this.slack.channel;
  }

  /** Something was said while the home tab hides it. */
  mark() {
    this.hasNews = true;
    this.drawTabs();
  }

  async load() {
    const { me } = this.slack;
    const { view } = await api.home(me).catch(() => ({}));
    if (view) this.take(me, view);
    await attempt(() => api.openHome(me));
  }

  /** The product drew somebody's home. */
  take({ team, user }, view) {
    const { me } = this.slack;
    if (!this.isShown || team !== me.team || user !== me.user) return;
    patch(byId('slack-home'), [view], {
      key: ({ id }) => id,
      sign: ({ blocks }) => JSON.stringify(blocks),
      draw: ({ id, blocks }) => el('div', { class: 'home-page' }, ...drawBlocks(blocks, this.drawing(id))),
    });
  }

  drawing(view) {
    return {
      names: (id) => this.slack.nameOf(id),
      press: (button, node) => this.slack.press({ view_id: view }, button, node),
    };
  }

  drawTabs() {
    const shown = tabs.map((id) => ({ id, isOpen: id === this.tab, hasNews: id === 'messages' && this.hasNews }));
    patch(byId('slack-tabs'), shown, {
      key: ({ id }) => id,
      sign: (tab) => JSON.stringify(tab),
      draw: (tab) => this.choice(tab),
    });
  }

  choice({ id, isOpen, hasNews }) {
    const attributes = {
      type: 'button',
      class: 'slack-tab',
      'data-testid': 'slack-tab',
      'data-tab': id,
      'data-focus': id,
      'aria-pressed': String(isOpen),
      onclick: () => this.show(id),
    };
    const dot = el('span', { class: 'dot' }, el('span', { class: 'unseen' }, ` ${t('slack.unread')}`));
    return el('button', attributes, el('span', {}, t(`slack.tab.${id}`)), hasNews && dot);
  }
}
