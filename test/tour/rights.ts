import { eventually } from '../support/eventually';
import type { Outside } from './outside';
import { must, type Step } from './steps';

/** A digit of the first date in it is another now. */
const tampered = (text: string): string =>
  text.replace(
    /(\d{3})(\d)(-\d{2}-\d{2})/,
    (_all, before, digit, after) => `${before}${(Number(digit) + 1) % 10}${after}`,
  );

/** What the page of verification says of a document. */
async function verdict({ tell }: Outside, url: string, text: string): Promise<string> {
  const body = new FormData();
  body.append('text', text);
  const page = await (await fetch(url, { method: 'POST', body, headers: { 'accept-language': 'es' } })).text();
  const [, said = ''] = /class="told[^"]*"[^>]*>\s*<h2[^>]*>([^<]*)/.exec(page) ?? [];
  tell(`    the page     ‹ ${said}`);
  return said;
}

/** From “erase me” to the proof of it. */
export const rightsSteps: readonly Step[] = [
  {
    name: 'a person is erased and gets a certificate; it verifies, and one changed byte is found',
    run: async ({ outside, number, paula, first }) => {
      const phone = first.deliveries.filter(({ to }) => to.startsWith('+5697123')).at(-3)?.to ?? '+56983334455';
      const asked = await outside.answers(phone, number, 'bórrenme');
      const request = /SOL-\d+/.exec(asked.text)?.[0] ?? '';
      must(request, `no request: ${asked.text}`);
      await outside.taps(phone, number, asked, /^Sí/);
      const has = (lines: readonly string[]) => lines.join(' ').includes(request);
      const card = await outside.reads(
        paula,
        'C0PRIVACIDAD',
        ({ lines, buttons }) => has(lines) && buttons.some(({ label }) => /^Aceptar/.test(label)),
      );
      await outside.presses(paula, card, /^Aceptar/);
      const letter = await outside.receives(phone, number, ({ text }) => /\/c\/[\w.-]+/.test(text));
      const link = /https?:\/\/\S+\/c\/[\w.-]+/.exec(letter.text)?.[0] ?? '';
      const signed = await eventually(
        async () => {
          const answer = await fetch(`${link}/certificate.json`);
          must(answer.ok, `the certificate: ${answer.status}`);
          return answer.text();
        },
        { within: 60_000, every: 500 },
      );
      must(!signed.includes(phone.slice(-8)), 'the certificate holds the number');
      const verify = new URL('/verify', link).href;
      const whole = await verdict(outside, verify, signed);
      must(/auténtico/.test(whole), `not verified: ${whole}`);
      const changed = await verdict(outside, verify, tampered(signed));
      must(/altera|cambi/.test(changed), `one byte changed, and it says: ${changed}`);
      return `${request}: ${whole}; one byte changed: ${changed}`;
    },
  },
  {
    name: 'what is promised, and what of it is proved, can be read by anybody',
    run: async ({ outside, number }) => {
      const policy = await outside.answers('+56983334455', number, 'privacidad');
      const link = /https?:\/\/\S+/.exec(policy.text)?.[0] ?? '';
      for (const language of ['es', 'en', 'pt']) {
        const page = await outside.opens(new URL(`/trust?lang=${language}`, link).href);
        must(/id="A01"/.test(page) && /id="A50"/.test(page), `not all of it is there in ${language}`);
      }
      return 'A01 to A50, in three languages';
    },
  },
];
