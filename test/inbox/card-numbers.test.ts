import fc from 'fast-check';
import type { ChannelEvent } from '../../src/channel';
import { cardless, withoutCards } from '../../src/inbox/card-numbers';

describe('the number of a card', () => {
  it.each([
    '4111 1111 1111 1111',
    '4111111111111111',
    '4111-1111-1111-1111',
    '5555.5555.5555.4444',
    '4111\u20131111\u20131111\u20131111',
    '4111  1111  1111  1111',
    '4111\n1111\n1111\n1111',
    '3782 822463 10005',
    '378282246310005',
    '６０１１１１１１１１１１１１１７',
  ])('when «%s» stands in a text, then only its end is left', (number) => {
    const { text, found } = withoutCards(`paga con ${number}, vence 12/29`);
    expect(found).toBe(true);
    expect(text).toMatch(/^paga con •••• \d{4}, vence 12\/29$/);
  });

  it.each([
    ['a phone', '+56 9 8765 4321 y 56987654321'],
    ['a number that fails its check', '4111 1111 1111 1112'],
    ['a tax number', '76.517.351-5'],
    ['longer digits', '41111111111111111111111'],
    ['a date and an hour', '2026-12-01 10:30'],
    ['a post of Slack', '1764598200.123456'],
    ['an international number', '+4111111111111111'],
  ])('when it is %s, then it stays as it is', (_name, text) => {
    expect(withoutCards(text)).toEqual({ text, found: false });
  });

  it('when any number passes the check of a network, then it is never left whole', () => {
    const digits = fc.tuple(
      fc.constantFrom('4', '51', '55', '34', '37', '6011', '36'),
      fc.stringMatching(/^\d{9,14}$/),
    );
    fc.assert(
      fc.property(digits, ([begin, rest]) => {
        const body = `${begin}${rest}`.slice(0, 15);
        const whole = [...'0123456789'].map((digit) => `${body}${digit}`).find((one) => luhn(one)) ?? '';
        fc.pre(whole.length >= 13);
        expect(withoutCards(`x ${whole} y`).text).not.toContain(whole);
      }),
    );
  });

  it('when a form or a caption holds one, then neither keeps it and the event says so; anything else passes untouched', () => {
    const common = { channel: 'slack', app: 'default', sender: 'T1', id: '1', at: new Date(0) };
    const from = { slack: { team: 'T1', user: 'U1' } };
    const action: ChannelEvent = {
      ...{ ...common, from, kind: 'action', action: 'a1.x', surface: { team: 'T1' } },
      values: { note: '4111 1111 1111 1111', other: 'hola' },
    };
    expect(cardless(action)).toMatchObject({ hadCard: true, values: { note: '•••• 1111', other: 'hola' } });
    const connecting = { ...action, values: { account: '378282246310005' } };
    expect(cardless(connecting)).toBe(connecting); // an account's id at Meta, that happens to pass
    const picture: ChannelEvent = {
      ...{ ...common, from, kind: 'message' },
      content: { type: 'media', media: 'image', caption: '4111111111111111' },
    };
    expect(JSON.stringify(cardless(picture))).not.toContain('4111111111111111');
    const echo: ChannelEvent = {
      ...{ ...common, kind: 'echo', to: { phone: '+56987654321' } },
      content: { type: 'text', text: 'paga con 4111 1111 1111 1111' },
    };
    expect(JSON.stringify(cardless(echo))).toContain('paga con •••• 1111');
    const plain: ChannelEvent = { ...common, from, kind: 'message', content: { type: 'text', text: 'hola' } };
    expect(cardless(plain)).toBe(plain);
  });
});

const luhn = (digits: string): boolean =>
  [...digits].reverse().reduce((all, digit, at) => {
    const twice = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return all + (twice > 9 ? twice - 9 : twice);
  }, 0) %
    10 ===
  0;
