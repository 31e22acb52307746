/** What the simulator refused, or `OFFLINE` when it did not answer at all. */
export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(`/__sim/${path}`, options);
  } catch (cause) {
    throw new ApiError('OFFLINE', String(cause));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new ApiError(answer.error?.code ?? 'REFUSED', answer.error?.message ?? `HTTP ${response.status}`);
  return answer;
}

const get = (path, query = {}) => {
  const asked = new URLSearchParams(query).toString();
  return call(asked ? `${path}?${asked}` : path);
};
const post = (path, body) =>
  call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const one = encodeURIComponent;

/** The simulator's control routes, one function each. All reject with ApiError. */
export const api = {
  world: (language) => get('world', { language }),
  browse: (page) => post('browse', page),
  clock: () => get('clock'),
  moveClock: (move) => post('clock', move),

  phone: (person) => get(`whatsapp/phones/${one(person)}`),
  write: (message) => post('whatsapp/inbound', message),
  openChat: (person, number) => post(`whatsapp/phones/${one(person)}/read`, { number }),
  prefer: (choice) => post('whatsapp/preference', choice),
  talk: (channel, address) => get(`${channel}/${channel === 'sms' ? 'phones' : 'mailboxes'}/${one(address)}`),
  writeOn: (channel, message) => post(`${channel}/inbound`, message),
  mailbox: (id, act) => post(`email/messages/${one(id)}/${act}`, {}),

  messages: (place) => get('slack/messages', place),
  views: (member) => get('slack/views', member),
  home: (member) => get('slack/home', member),
  openHome: (member) => post('slack/home', member),
  say: (how, message) => post(`slack/${how}`, message),
  drop: (file) => post('slack/drop', file),
  shortcut: (use) => post('slack/shortcut', use),
  click: (press) => post('slack/click', press),
  suggest: (asked) => post('slack/suggest', asked),
  submit: (form) => post('slack/submit', form),
  close: (form) => post('slack/close', form),
};
