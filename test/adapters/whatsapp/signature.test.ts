import { createHmac } from 'node:crypto';
import { checkSignature, handshake } from '../../../adapters/whatsapp/signature';

const secret = 'test-app-secret';
// As Meta writes it: letters beyond ASCII and slashes escaped.
const escaped = String.raw`{"object":"whatsapp_business_account","entry":[{"id":"100","changes":[{"field":"messages","value":{"messages":[{"type":"text","text":{"body":"\u00dcnsubscribe \ud83d\uded1 a\/b"}}]}}]}]}`;
const header = 'sha256=c37beefc685e8a7a1581f832083ec703bcab38810e7f3cb6abbaaabaf394aa6f';

describe('the signature of a webhook', () => {
  it('when the bytes are those that Meta signed, then they are Meta’s', () => {
    expect(checkSignature(Buffer.from(escaped), header, [secret])).toBe('ok');
  });
  it('when they were parsed and written again, then they are not', () => {
    expect(checkSignature(Buffer.from(JSON.stringify(JSON.parse(escaped))), header, [secret])).toBe('wrong');
  });
  it('when a secret is being rotated, then both the old and the new one fit', () => {
    expect(checkSignature(Buffer.from(escaped), header, ['new', secret])).toBe('ok');
    expect(checkSignature(Buffer.from(escaped), header, ['new'])).toBe('wrong');
  });
  it('when no secret is there, or an empty one, then nothing fits', () => {
    const empty = `sha256=${createHmac('sha256', '').update(escaped).digest('hex')}`;
    expect(checkSignature(Buffer.from(escaped), empty, [''])).toBe('wrong');
    expect(checkSignature(Buffer.from(escaped), header, [])).toBe('wrong');
  });
  it.each([
    [undefined, 'missing'],
    ['', 'missing'],
    [header.replace('sha256=', 'sha1='), 'malformed'],
    [header.slice(0, -1), 'malformed'],
    [`${header}0`, 'malformed'],
    [header.toUpperCase(), 'malformed'],
  ])('when the header is %s, then it is %s', (given, reason) => {
    expect(checkSignature(Buffer.from(escaped), given, [secret])).toBe(reason);
  });
});

describe('the handshake of a subscription', () => {
  const ask = (query: string) => handshake(new URLSearchParams(query), 'word');
  it('when mode and word fit, then the challenge is echoed as it came', () => {
    expect(ask('hub.mode=subscribe&hub.challenge=1%2B1&hub.verify_token=word')).toBe('1+1');
  });
  it.each([
    'hub.mode=subscribe&hub.challenge=1&hub.verify_token=wore',
    'hub.mode=subscribe&hub.challenge=1&hub.verify_token=words',
    'hub.mode=subscribe&hub.challenge=1',
    'hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=word',
    'hub.challenge=1&hub.verify_token=word',
    '',
  ])('when it is %s, then nothing is echoed', (query) => {
    expect(ask(query)).toBeUndefined();
  });
});
