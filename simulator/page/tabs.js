import { byId } from './dom.js';
import { t } from './language.js';

const narrow = matchMedia('(max-width: 719px)');
const sides = ['phone', 'slack'];

/** On a small screen one side shows at a time; the other's tab gets a dot when something happens there. */
export class Tabs {
  constructor(onChange) {
    this.onChange = onChange;
    for (const side of sides) byId(`tab-${side}`).addEventListener('click', () => this.show(side));
    narrow.addEventListener('change', () => onChange());
    this.show('slack');
  }

  show(side) {
    document.body.dataset.side = side;
    for (const one of sides) byId(`tab-${one}`).setAttribute('aria-pressed', String(one === side));
    this.mark(side, false);
    this.onChange();
  }

  isShown(side) {
    return document.visibilityState === 'visible' && (!narrow.matches || document.body.dataset.side === side);
  }

  news(side) {
    if (narrow.matches && document.body.dataset.side !== side) this.mark(side, true);
  }

  mark(side, has) {
    const dot = byId(`tab-${side}`).querySelector('.dot');
    dot.hidden = !has;
    dot.firstElementChild.textContent = ` ${t('tabs.unread')}`;
  }
}
