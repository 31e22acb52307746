import { providerError } from '../../../adapters/whatsapp/provider-errors';

/** Of the provider's own table: what each code says, in our words. */
const meant: [string, number[], string][] = [
  ['the number goes too fast, or the service is overloaded', [130429, 131016, 131056, 131057, 2], 'retry'],
  ['something failed that may work the next time', [1, 131000, 133004, 134101], 'retry'],
  ['the token, a permission or the account is the trouble', [0, 190, 3, 10, 200, 210, 299, 131005, 102, 104], 'pause'],
  [
    'the number or account is closed, locked or unpaid',
    [33, 368, 803, 131031, 131037, 131042, 131045, 133010],
    'pause',
  ],
  ['the account calls too often', [4, 17, 613, 80007], 'retry'],
  ['quality or a promise has reached a limit of the account', [131048, 131063, 131064], 'pause'],
  ['the template is missing, paused, disabled or against a policy', [132001, 132007, 132015, 132016], 'pause'],
  ['this person got enough promotions of everybody’s', [131049], 'wait'],
  ['this person stopped our promotions', [131050], 'suppress'],
  ['this person can’t be reached so', [130403, 130472, 130497, 131021, 131026, 131030, 131047, 131062], 'permanent'],
  ['we wrote it wrongly', [100, 131008, 131009, 131051, 132000, 132008, 132012, 132018, 135000], 'bug'],
];

describe.each(meant)('when the provider says that %s', (_what, codes, treatment) => {
  it.each(codes)(`then code %i is treated as ${treatment}`, (code) => {
    expect(providerError(code)).toMatchObject({ code: `WHATSAPP_${code}`, treatment });
  });
});

it('when a code is not known, then it is permanent for its message', () => {
  expect(providerError(424242)).toEqual({ code: 'WHATSAPP_424242', treatment: 'permanent' });
});

it('when a range is written, then its ends belong to it and its neighbours do not', () => {
  expect([199, 200, 299, 300].map((code) => providerError(code).treatment)).toEqual([
    'permanent',
    'pause',
    'pause',
    'permanent',
  ]);
});
