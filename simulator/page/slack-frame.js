import { byId, el, patch } from './dom.js';
import { t } from './language.js';
import { avatar } from './posts.js';

/** The place of the direct messages with the bot. */
export const direct = 'dm';

/** Everything around the messages of the Slack window: workspaces, members, places, and where one is. */
export function drawFrame(slack) {
  drawTeams(slack);
  drawMembers(slack);
  drawPlaces(slack);
  nameHere(slack);
}

function drawTeams({ teams, teamId }) {
  patch(byId('slack-team'), teams, {
    key: ({ id }) => id,
    sign: ({ name }) => name,
    draw: ({ id, name }) => el('option', { value: id }, name),
  });
  byId('slack-team').value = teamId;
}

function drawMembers(slack) {
  const members = slack.team.users.map((user) => {
    const isChosen = user.id === slack.memberId;
    return { ...user, isChosen, hasNews: !isChosen && slack.news.has(`${slack.teamId}/${user.id}`) };
  });
  patch(byId('slack-members'), members, {
    key: ({ id }) => `${slack.teamId}/${id}`,
    sign: ({ isChosen, hasNews }) => `${isChosen}/${hasNews}`,
    draw: (member) => memberChoice(member, () => slack.become(member.id)),
  });
}

function memberChoice(member, choose) {
  const { id, name, title, isChosen, hasNews } = member;
  const [first, ...rest] = name.split(' ');
  const attributes = {
    type: 'button',
    class: 'member',
    title: `${name} · ${title}`,
    'data-testid': 'slack-member',
    'data-user': id,
    'data-focus': id,
    'aria-pressed': String(isChosen),
    onclick: choose,
  };
  const unseen = el('span', { class: 'unseen' }, ` ${rest.join(' ')}, ${title}`);
  return el('button', attributes, avatar(member), el('span', {}, first, unseen), hasNews && dot());
}

function drawPlaces(slack) {
  const places = [{ id: direct, name: slack.botName }, ...slack.channels()].map((place) => {
    const isOpen = place.id === slack.place;
    return { ...place, isOpen, hasNews: !isOpen && slack.news.has(slack.newsOf(place.id)) };
  });
  patch(byId('slack-places'), places, {
    key: ({ id }) => id,
    sign: ({ name, isOpen, hasNews }) => `${name}/${isOpen}/${hasNews}`,
    draw: (place) =>
      el(
        'li',
        {},
        placeChoice(place, () => slack.open(place.id)),
      ),
  });
}

function placeChoice({ id, name, isOpen, hasNews }, open) {
  const attributes = {
    type: 'button',
    class: 'place',
    'data-testid': 'slack-channel',
    'data-channel': id,
    'data-focus': id,
    'aria-current': isOpen ? 'page' : undefined,
    onclick: open,
  };
  const sigil =
    id === direct ? avatar({ name, isBot: true }) : el('span', { class: 'sigil', 'aria-hidden': 'true' }, '#');
  return el('button', attributes, sigil, el('span', {}, name), hasNews && dot());
}

const dot = () => el('span', { class: 'dot' }, el('span', { class: 'unseen' }, ` ${t('slack.unread')}`));

function nameHere({ channel, botName, member }) {
  const here = channel ? `#${channel.name}` : botName;
  byId('slack-here').textContent = here;
  byId('slack-list').setAttribute('aria-label', t('slack.log', { place: here }));
  byId('slack-empty').textContent = channel
    ? t('slack.emptyChannel', { channel: channel.name, bot: botName })
    : t('slack.emptyDirect', { bot: botName });
  byId('slack-who').textContent = `${member.name} · ${member.title}`;
}
