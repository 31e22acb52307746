import { byId, el } from './dom.js';
import { suggestions, t } from './language.js';
import { recall, remember } from './memory.js';
import { phrases } from './texts.js';

// Who plays the three steps.
const team = 'T0ANDINA';
const author = 'U0CAMILA';
const approver = 'U0DIEGO';
const person = '+56987654321';
const number = '106540352242922';

/** The strip a first visitor sees: three steps, each of which can be reached with one press. */
export function startGuide(world, { phone, slack, tabs }) {
  const nameOf = (list, id) => list.find((one) => one.id === id)?.name.split(' ')[0];
  const known = world.slack.teams.find(({ id }) => id === team);
  const users = known?.users ?? [];
  const names = {
    camila: nameOf(users, author),
    diego: nameOf(users, approver),
    ana: nameOf(world.whatsapp.people, person),
  };
  const [order] = suggestions(known);
  const [leave] = phrases.es;
  const inSlack = (member, words) => {
    tabs.show('slack');
    slack.enter(team, member, 'dm');
    if (words) slack.composer.put(words);
    else byId('slack-input').focus();
  };
  const onPhone = () => {
    tabs.show('phone');
    phone.choose(person, number);
    phone.composer.put(leave);
    byId('phone-input').focus();
  };
  const steps = [
    [t('guide.one', { ...names, words: order }), () => inSlack(author, order)],
    [t('guide.two', names), () => inSlack(approver, '')],
    [t('guide.three', { ...names, words: leave }), onPhone],
  ];
  byId('guide-steps').replaceChildren(
    ...steps.map(([words, go]) =>
      el('li', {}, el('button', { type: 'button', title: t('guide.go'), onclick: go }, words)),
    ),
  );
  byId('guide-open').addEventListener('click', () => show(byId('guide').hidden));
  byId('guide-close').addEventListener('click', () => show(false));
  show(recall('guide') !== 'closed');
}

function show(isOpen) {
  byId('guide').hidden = !isOpen;
  byId('guide-open').setAttribute('aria-expanded', String(isOpen));
  remember('guide', isOpen ? 'open' : 'closed');
}
