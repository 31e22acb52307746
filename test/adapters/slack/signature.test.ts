import { createHmac } from 'node:crypto';
import { checkSignature } from '../../../adapters/slack/signature';

// The example that Slack publishes.
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const timestamp = '1531420618';
const body = Buffer.from(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
);
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
const at = (seconds: number): Date => new Date((Number(timestamp) + seconds) * 1000);

const check = (headers: object = {}, now = at(0), secrets = [secret]) =>
  checkSignature(body, { signature, timestamp, ...headers }, secrets, now);

describe('the signature of a request', () => {
  it('when the bytes are those that Slack signed, then they are Slack’s', () => {
    expect(check()).toBe('ok');
  });
  it('when letters are not ASCII, then the bytes count, not the letters', () => {
    const words = Buffer.from('{"text":"¿cómo va? 🛑"}');
    const mac = createHmac('sha256', 's').update(`v0:${timestamp}:`).update(words).digest('hex');
    expect(checkSignature(words, { signature: `v0=${mac}`, timestamp }, ['s'], at(0))).toBe('ok');
  });
  it.each([300, 299, -299, -300])('when its time lies %i seconds off, then it is taken', (seconds) => {
    expect(check({}, at(seconds))).toBe('ok');
  });
  it.each([301, 3_600, -301, -3_600])('when its time lies %i seconds off, then it is stale', (seconds) => {
    expect(check({}, at(seconds))).toBe('stale');
  });
  it('when the time is another than was signed, then it is wrong', () => {
    expect(check({ timestamp: '1531420619' })).toBe('wrong');
  });
  it('when a secret is being rotated, then both fit', () => {
    expect(check({}, at(0), ['new', secret])).toBe('ok');
    expect(check({}, at(0), ['new'])).toBe('wrong');
  });
  it('when the secret is empty, then nothing fits', () => {
    const mac = createHmac('sha256', '').update(`v0:${timestamp}:`).update(body).digest('hex');
    expect(check({ signature: `v0=${mac}` }, at(0), [''])).toBe('wrong');
  });
  it.each([
    [{ signature: undefined }, 'missing'],
    [{ timestamp: undefined }, 'missing'],
    [{ timestamp: '1531420618.5' }, 'missing'],
    [{ timestamp: 'now' }, 'missing'],
    [{ timestamp: '9'.repeat(400) }, 'missing'],
    [{ signature: signature.slice(0, -1) }, 'wrong'],
    [{ signature: `${signature}0` }, 'wrong'],
    [{ signature: signature.replace('v0=', 'v1=') }, 'wrong'],
    [{ signature: 'ÿ'.repeat(67) }, 'wrong'],
  ])('when the headers hold %j, then it is %s', (headers, reason) => {
    expect(check(headers)).toBe(reason);
  });
});
