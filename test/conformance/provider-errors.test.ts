import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors as statuses } from 'smpp';
import { providerError as ofMail } from '../../adapters/email/provider-errors';
import { providerError as ofSms } from '../../adapters/sms/provider-errors';
import { providerError as ofWhatsApp } from '../../adapters/whatsapp/provider-errors';
import { houseText, sayHouse } from '../../src/conversation/texts';
import { errorsPage, knownErrors } from './errors-page';

const languages = ['es', 'en', 'pt'] as const;
const root = join(__dirname, '..', '..');
const sheet = [
  ...[0, 1, 2, 3, 4, 10, 17, 33, 100, 102, 104, 190, 368, 613, 803, 80007, 130403, 130429, 130472, 130497],
  ...[131000, 131005, 131008, 131009, 131016, 131021, 131026, 131030, 131031, 131037, 131042, 131044, 131045, 131047],
  ...[131048, 131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057, 131060, 131062, 131063, 131064],
  ...[132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069],
  ...[133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101, 134102],
  ...[135000, 136024, 147001, 147005, 2494100, 2593107],
].map(String);

it('when a provider’s code has a meaning, then it is said in three languages, with what to do, and counted', () => {
  const all = knownErrors();
  expect(all.map(({ channel }) => channel).sort()).toEqual(['email', 'sms', 'whatsapp']);
  for (const { channel, errors } of all)
    for (const code of errors.keys())
      for (const language of languages) {
        const key = `${channel.toUpperCase()}_${code.replaceAll('.', '_')}`;
        const reader = { language, zone: 'UTC' };
        expect([key, houseText(language, `advice.${key}`)]).toEqual([key, expect.stringMatching(/\p{Ll}.*\. \p{Lu}/u)]);
        expect(sayHouse({ text: `failures.${key}`, vars: { count: 2 } }, reader)).toMatch(
          /\(2 (mensajes|messages|mensagens)\)/,
        );
      }
});

it('when the tables are compared with what the providers may say, then every code stands in one', () => {
  const [email, sms, whatsapp] = ['email', 'sms', 'whatsapp'].map(
    (channel) => knownErrors().find((one) => one.channel === channel)?.errors ?? new Map(),
  );
  expect(sheet.filter((code) => !whatsapp?.has(code))).toEqual([]);
  const ofSmpp = Object.keys(statuses).map((name) => name.replace('ESME_', ''));
  expect(ofSmpp.filter((name) => name !== 'ROK' && !sms?.has(name))).toEqual([]);
  const states = ['EXPIRED', 'DELETED', 'UNDELIV', 'REJECTD'];
  expect(states.filter((state) => !sms?.has(state))).toEqual([]);
  const replies = [421, 450, 451, 452, 500, 501, 502, 503, 504, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555];
  expect(replies.filter((code) => !email?.has(String(code)))).toEqual([]);
});

it('when a code is not known, then it is not tried again, opens no other channel, and is shown with what to do', () => {
  for (const error of [ofWhatsApp(987_654), ofSms(0x0481), ofSms('GSM_99'), ofMail('5.9.9', '559')]) {
    expect([error.code, error.treatment, error.elsewhere]).toEqual([error.code, 'permanent', undefined]);
    for (const language of languages)
      expect(sayHouse({ text: `advice.${error.code}` }, { language, zone: 'UTC' })).toMatch(
        new RegExp(`\\(${error.code}\\).*(reintenta|tried again|tenta de novo)`),
      );
  }
  expect(ofMail('4.9.9', '459').treatment).toBe('retry');
});

it('when a receipt brings the network’s own error, then that is what is said; one that is not known says its state', () => {
  expect(ofSms('GSM_27', 'UNDELIV')).toEqual({ code: 'SMS_GSM_27', treatment: 'wait' });
  expect(ofSms('GSM_999', 'UNDELIV')).toEqual({ code: 'SMS_UNDELIV', treatment: 'permanent', elsewhere: true });
});

it('when the tables change, then the page for people is written anew', () => {
  expect(readFileSync(join(root, 'docs/errors-of-providers.md'), 'utf8')).toBe(errorsPage());
});
