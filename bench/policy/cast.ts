import { eventually } from '../../test/support/eventually';
import {
  type Delivery,
  type Member,
  type Outside,
  type PhoneMessage,
  type SlackMessage,
  spoken,
} from '../../test/tour/outside';
import { campaign, castOf as tourOf } from '../../test/tour/steps';
import { must } from './must';
import type { Sight } from './sight';

export interface Company {
  tenant: string;
  name: string;
  legal: string;
  /** Of WhatsApp: the simulator's id. */
  number: string;
  mailbox: string;
}
type Members = Record<'camila' | 'diego' | 'paula' | 'victor' | 'tomas' | 'sofia' | 'elena' | 'martin', Member>;

/** Who plays: two companies, their teams, and people with telephones. */
export interface Cast extends Members {
  outside: Outside;
  eyes: Sight;
  andina: Company;
  clinica: Company;
  /** A telephone that nobody knows. */
  stranger(): string;
  /** Somebody who has got the campaign and whom no other promise uses. */
  reached(): Promise<string>;
  /** One campaign of Tienda Andina, drafted, approved by another member and sent to its end. Done once, for all that look at it. */
  campaign(): Promise<{ number: string; deliveries: Delivery[]; card: SlackMessage }>;
  /** Another campaign, in these words. */
  sends(words: string): Promise<Delivery[]>;
  /** Says it on WhatsApp and reads the next answer. */
  says(phone: string, text: string, to?: Company): Promise<PhoneMessage>;
  /** Says it and presses the button of the answer. */
  presses(phone: string, text: string, label: RegExp, to?: Company): Promise<PhoneMessage>;
  /** Writes to Connectus in Slack and reads the answer, as one line. */
  writes(member: Member, text: string, fits?: RegExp): Promise<string>;
  /** What this person was told so far. */
  heard(phone: string, to?: Company): Promise<string[]>;
  /** The card of a request in the company's privacy channel. */
  caseCard(number: string, label?: RegExp): Promise<SlackMessage>;
}

/** The crowd of the demo: the first five have no proof, the next three have left. */
const crowd = { first: 56971230009, last: 56971230044 };

export async function castOf(outside: Outside, eyes: Sight): Promise<Cast> {
  const { slack } = await outside.world();
  const member = (user: string): Member => {
    for (const { id, users } of slack.teams) {
      const found = users.find((one) => one.id === user);
      if (found) return { team: id, user, name: found.name.split(' ')[0] ?? found.name };
    }
    throw new Error(`no member ${user} in this world`);
  };
  const { camila, diego, paula, sofia } = await tourOf(outside);
  const [victor, tomas, elena, martin] = ['U0VICTOR', 'U0TOMAS', 'U0ELENA', 'U0MARTIN'].map(member) as [
    Member,
    Member,
    Member,
    Member,
  ];
  const members = { camila, diego, paula, sofia, victor, tomas, elena, martin };
  const rows = await eyes.ask<{ tenant_id: string; name: string; legal_name: string; contact: string }>(
    'SELECT tenant_id, name, legal_name, contact FROM tenant',
  );
  const company = (name: string, number: string): Company => {
    const row = rows.find((one) => one.name === name);
    if (!row) throw new Error(`no company ${name}`);
    return { tenant: row.tenant_id, name, legal: row.legal_name, number, mailbox: row.contact };
  };
  const andina = company('Tienda Andina', '106540352242922');
  const clinica = company('Clínica Sur', '106540352242933');

  let strangers = 62_000_000;
  let next = crowd.first;
  let sent: ReturnType<Cast['campaign']> | undefined;
  const cast: Cast = {
    ...{ outside, eyes, andina, clinica },
    ...members,
    stranger: () => `+569${++strangers}`,
    reached: async () => {
      await cast.campaign();
      must(next <= crowd.last, 'nobody of the crowd is left');
      return `+${next++}`;
    },
    campaign: () => {
      sent ??= campaign({ outside, camila, diego }, 'manda la promo cyber a clientes RM');
      return sent;
    },
    sends: async (words) => (await campaign({ outside, camila, diego }, words)).deliveries,
    says: (phone, text, to = andina) => outside.answers(phone, to.number, text),
    presses: async (phone, text, label, to = andina) => {
      const asked = await outside.answers(phone, to.number, text);
      return outside.taps(phone, to.number, asked, label);
    },
    writes: async (who, text, fits = /./) => spoken(await outside.writes(who, text, (one) => fits.test(spoken(one)))),
    heard: async (phone, to = andina) =>
      (await outside.chat(phone, to.number)).filter(({ direction }) => direction === 'out').map(({ text }) => text),
    caseCard: (number, label = /^Aceptar/) =>
      outside.reads(
        paula,
        'C0PRIVACIDAD',
        (one) => spoken(one).includes(number) && one.buttons.some((button) => label.test(button.label)),
      ),
  };
  return cast;
}

/** Waits for what is looked for; the last `Unproved` is what is said. */
export const soon = <T>(look: () => Promise<T>, seconds = 30): Promise<T> =>
  eventually(look, { within: seconds * 1_000, every: 200 });

/** The number of a request in what was said. @throws Unproved */
export function caseNumberIn(text: string): string {
  const found = /SOL-\d+/.exec(text)?.[0];
  must(found, `no request was opened: ${text}`);
  return found;
}
export const caseRow = (number: string): number => Number(number.replace('SOL-', ''));
