import type { CertificateFacts, KeptFact, Party } from '../domain/privacy/certificate';
import type { CertificateWords } from '../domain/privacy/certificates.service';
import type { ExitFacts } from '../domain/privacy/customer-exit';
import type { Language } from '../intent';
import { certificateLanguages, certificateSpeaker } from './certificate-texts';

type Says = ReturnType<typeof certificateSpeaker>;
type Fact = readonly [label: string, value: string];

const speaking = (asked: string): Language => certificateLanguages.find((one) => one === asked) ?? 'es';
const at = (iso: string): Date => new Date(iso);
/** A day that has no hour is the same wherever it is read. */
const onDay = (iso: string) => ({ day: new Date(`${iso}T12:00:00Z`), zone: 'UTC' as const });

/** The certificate of an erasure as the person reads it. What it says is signed together with what it says it of. */
export function certificateWords(
  facts: CertificateFacts,
  reader: { language: string; zone: string },
): CertificateWords {
  const language = speaking(reader.language);
  const says = certificateSpeaker({ language, zone: reader.zone });
  const { scan, controller } = facts;
  const lead = { controller: controller.name, case: facts.case, date: { day: at(facts.executed_at) } };
  return {
    title: says('title'),
    lead: says('lead', { ...lead, places: scan.places, found: scan.found }),
    sections: [
      { title: says('request'), facts: requestOf(says, facts), notes: replacesOf(says, facts) },
      { title: says('scope'), facts: scopeOf(says, facts), notes: facts.erased.length > 0 ? [] : [says('nothing')] },
      { title: says('systems'), facts: systemsOf(says, facts), notes: [] },
      {
        title: says('kept'),
        facts: facts.kept.map((one): Fact => [says(`categories.${one.category}`), keptOf(says, one, facts.regime)]),
        notes: [says('kept_note'), ...facts.left.map(({ what, count }) => says(`what.${what}`, { count }))],
      },
      { title: says('told'), facts: toldOf(says, facts), notes: [...toldNotes(facts)].map((note) => says(note)) },
      { title: says('outside'), facts: [], notes: outsideOf(says, facts) },
      {
        title: says('search'),
        facts: [[says('searched', { places: scan.places, date: at(scan.at) }), says('found', { found: scan.found })]],
        notes: [],
      },
    ],
  };
}

const partyOf = (says: Says, { name, tax_id }: Party): string => (tax_id ? says('tax_id', { name, id: tax_id }) : name);

function requestOf(says: Says, facts: CertificateFacts): Fact[] {
  const { controller } = facts;
  return [
    [says('number'), facts.number],
    [says('case'), facts.case],
    [says('controller'), partyOf(says, controller)],
    ...(controller.contact ? [[says('contact'), controller.contact] as const] : []),
    [says('processor'), partyOf(says, facts.processor)],
    [says('received'), says('moment', { at: { exact: at(facts.received_at) } })],
    [says('decided'), says('moment', { at: { exact: at(facts.decided_at) } })],
    [says('executed'), says('moment', { at: { exact: at(facts.executed_at) } })],
    ...facts.identifiers.map((one): Fact => [says('identifiers'), one]),
  ];
}

const replacesOf = (says: Says, { issued_at, replaces }: CertificateFacts): string[] =>
  replaces
    ? [
        says('replaces', {
          at: { exact: at(issued_at) },
          earlier: { exact: at(replaces.issued_at) },
          sha256: replaces.sha256,
        }),
      ]
    : [];

const scopeOf = (says: Says, { erased }: CertificateFacts): Fact[] =>
  erased.map(({ category, count }) => [says(`categories.${category}`), says('records', { count })]);

const systemsOf = (says: Says, { systems }: CertificateFacts): Fact[] =>
  systems.map(({ system, method }) => [says(`system.${system}`), says(`method.${method}`)]);

// Article 7 is Chile's; elsewhere the reason alone is said.
function keptOf(says: Says, { ground, article, until, review_at: review }: KeptFact, regime: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(until);
  const end = isDay ? says('until.day', { date: onDay(until) }) : says(`until.${until}`);
  const vars = {
    why: says(`ground.${ground}`),
    article,
    until: review ? `${end} ${says('until.review', { date: onDay(review) })}` : end,
  };
  return says(regime.startsWith('CL') ? 'kept_line' : 'kept_elsewhere', vars);
}

const toldOf = (says: Says, { told }: CertificateFacts): Fact[] =>
  told.map(({ name, at: when }) => [name, when ? says('told_at', { date: { day: at(when) } }) : says('told_not')]);

function* toldNotes({ told }: CertificateFacts): Generator<string> {
  if (told.length === 0) yield 'nobody_told';
  if (told.some(({ at: when }) => !when)) yield 'told_later';
}

const outsideOf = (says: Says, facts: CertificateFacts): string[] => [
  says('device'),
  ...Object.entries(facts.carriers).map(([name, days]) => says('carrier', { name: names[name] ?? name, days })),
  says('providers', facts.providers),
  says('slack_copies', { controller: facts.controller.name }),
  says(isKeyKept(facts) ? 'backups_key_kept' : 'backups', { date: onDay(facts.backups_until) }),
];
const isKeyKept = ({ systems }: CertificateFacts): boolean => systems.some(({ method }) => method === 'key_kept');

const names: Readonly<Record<string, string>> = { whatsapp: 'WhatsApp' };

/** The certificate of a customer who left. */
export function exitWords(facts: ExitFacts, reader: { language: string; zone: string }): CertificateWords {
  const says = certificateSpeaker({ language: speaking(reader.language), zone: reader.zone });
  const { controller, executed_at, erased, left, refusals } = facts;
  const moments = (['asked', 'exported', 'confirmed'] as const).map(
    (one): Fact => [says(`exit.${one}`), says('moment', { at: { exact: at(facts[`${one}_at`]) } })],
  );
  return {
    title: says('exit.title'),
    lead: says('exit.lead', {
      controller: controller.name,
      date: { day: at(executed_at) },
      records: erased,
      found: left,
    }),
    sections: [
      {
        title: says('request'),
        facts: [
          [says('number'), facts.number],
          [says('controller'), partyOf(says, controller)],
          [says('processor'), partyOf(says, facts.processor)],
          ...moments,
          [says('executed'), says('moment', { at: { exact: at(executed_at) } })],
          [says('exit.export'), facts.export_sha256],
        ],
        notes: [],
      },
      {
        title: says('scope'),
        facts: [
          [says('exit.people'), String(facts.people)],
          [says('exit.tables'), says('records', { count: erased })],
        ],
        notes: [says('exit.backups', { date: onDay(facts.backups_until) })],
      },
      { title: says('exit.suppression'), facts: [], notes: [says('exit.handed_over', { count: refusals })] },
    ],
  };
}
