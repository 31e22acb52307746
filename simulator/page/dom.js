/** Builds one element. Children go in as nodes or as text, so nothing that somebody wrote can become markup. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name.replace(/^on/, ''), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((one) => one !== undefined && one !== null && one !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** For people who listen: said once the screen reader is free. */
export function announce(words) {
  byId('spoken').textContent = words;
}

const drawn = new WeakMap();

/**
 * Makes `list` show `items` in order, touching only what differs: `key(item)` tells items apart, `sign(item)` tells
 * whether one changed, `draw(item)` builds it. Focus stays on the control with the same data-focus.
 * @returns pairs of nodes that were replaced: [before, after]
 */
export function patch(list, items, { key, sign, draw }) {
  const before = new Map([...list.children].map((node) => [drawn.get(node)?.key, node]));
  const replaced = [];
  let at = list.firstElementChild;
  for (const item of items) {
    const id = key(item);
    const mark = sign(item);
    let node = before.get(id);
    before.delete(id);
    if (!node || drawn.get(node).mark !== mark) {
      const fresh = draw(item);
      drawn.set(fresh, { key: id, mark });
      if (node) {
        if (at === node) at = fresh;
        replaceKeepingFocus(node, fresh);
        replaced.push([node, fresh]);
      }
      node = fresh;
    }
    if (node === at) at = at.nextElementSibling;
    else list.insertBefore(node, at);
  }
  for (const gone of before.values()) gone.remove();
  return replaced;
}

function replaceKeepingFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
  old.replaceWith(fresh);
  if (!focused) return;
  const isSame = (node) => node.dataset.focus !== undefined && node.dataset.focus === focused.dataset.focus;
  const next = [fresh, ...fresh.querySelectorAll('[data-focus]')].find(isSame) ?? fresh;
  // What was pressed is gone: the place where it was takes the focus, so that Tab goes on from there.
  if (next === fresh && !isSame(fresh)) fresh.tabIndex = -1;
  next.focus({ preventScroll: true });
}

const near = 60;

/** A list that stays at its newest line unless the reader has scrolled up; `more` is the button that brings them back. */
export class Scroll {
  constructor(box, more) {
    this.box = box;
    this.more = more;
    this.follows = true;
    // Not every browser lets the keyboard into what scrolls.
    box.tabIndex = 0;
    box.addEventListener('scroll', () => {
      this.follows = box.scrollHeight - box.scrollTop - box.clientHeight < near;
      if (this.follows) more.hidden = true;
    });
    more.addEventListener('click', () => this.toEnd());
    // A picture arrives, the window or the box for typing grows: what was in sight stays so.
    const watch = new ResizeObserver(() => this.follows && this.toEnd());
    for (const node of [box, ...box.children]) watch.observe(node);
  }

  toEnd() {
    this.follows = true;
    this.more.hidden = true;
    this.box.scrollTop = this.box.scrollHeight;
  }

  /** Runs `change`, then follows the end if the reader was there, else says that there is more. */
  around(change, { follow = false } = {}) {
    const height = this.box.scrollHeight;
    change();
    if (this.follows || follow) this.toEnd();
    else if (this.box.scrollHeight > height) this.more.hidden = false;
  }
}

/** A text box that grows with its words, keeps a draft per place, and sends with Enter. */
export function composer(form, box, send) {
  const grow = () => {
    box.style.height = '';
    // An empty box is one line, and a hidden one has no height to ask for.
    if (box.value !== '' && box.scrollHeight > 0) box.style.height = `${Math.min(box.scrollHeight + 2, 140)}px`;
  };
  const drafts = new Map();
  let place;
  const put = (words) => {
    box.value = words;
    grow();
    box.dispatchEvent(new Event('input'));
  };
  box.addEventListener('input', grow);
  box.addEventListener('keydown', (event) => {
    // While an input method is composing, Enter chooses a word.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const words = box.value.trim();
    if (!words) return box.focus();
    put('');
    if (!(await send(words)) && box.value === '') put(words);
  });
  return {
    put,
    /** Another chat: its own draft comes back. */
    at(other) {
      if (place !== undefined) drafts.set(place, box.value);
      if (place === other) return;
      place = other;
      put(drafts.get(other) ?? '');
    },
  };
}
