import { bubble, bubbleSign } from './bubbles.js';
import { byId, el, patch } from './dom.js';
import { t } from './language.js';
import { recall, remember } from './memory.js';
import { dayLine, withDays } from './phone-parts.js';
import { priceOf } from './talks.js';

/** The other channels of the person and company in hand, each in a column of its own beside the chat. One is opened by its name. */
export class Beside {
  /** @param open a line, in hand · redraw what there is, when the columns come or go */
  constructor({ open, redraw }) {
    Object.assign(this, { open, redraw });
    this.button = byId('phone-all');
    this.box = byId('phone-beside');
    this.button.addEventListener('click', () => this.show(!this.isShown));
    this.show(recall('beside') === 'yes');
  }

  show(isShown) {
    this.isShown = isShown;
    remember('beside', isShown ? 'yes' : 'no');
    document.body.dataset.beside = isShown ? 'yes' : 'no';
    this.button.setAttribute('aria-pressed', String(isShown));
    this.box.hidden = !isShown;
    this.redraw();
  }

  /** @param columns [{ channel, number, company, person, messages }] */
  draw(columns) {
    if (!this.isShown) return;
    patch(this.box, columns, {
      key: ({ channel }) => channel,
      sign: ({ number, person }) => `${person.id}/${number}`,
      draw: (column) => this.column(column),
    });
    for (const [at, { messages, ...column }] of columns.entries())
      this.fill(this.box.children[at].querySelector('ol'), messages, column);
  }

  column({ channel, number, company, person }) {
    const open = {
      type: 'button',
      class: 'beside-name',
      'data-testid': `beside-${channel}`,
      'data-focus': `beside/${channel}`,
      onclick: () => this.open(number),
    };
    const log = { class: 'bubbles', 'aria-label': t('phone.log', { name: person.name, company }), tabindex: '0' };
    return el('section', { class: 'beside-column' }, el('button', open, t(`phone.${channel}`)), el('ol', log));
  }

  fill(list, messages, { company, person }) {
    const who = ({ direction }) => (direction === 'in' ? person.name : company);
    patch(list, withDays(messages), {
      key: ({ id }) => id,
      sign: (item) => (item.day ? item.day : bubbleSign(item)),
      draw: (item) =>
        item.day ? dayLine(item.day) : bubble({ ...item, buttons: [] }, { who: who(item), price: priceOf(item) }),
    });
    list.scrollTop = list.scrollHeight;
  }
}
