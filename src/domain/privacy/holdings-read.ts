import type { PersonKey, TenantKeys } from '../../data/keys';
import { filled } from '../campaigns/template-parts';
import { dataMap, toldColumns } from './data-map';

/** What opens a row and says what may be told of it. */
export interface Reading {
  keys: TenantKeys;
  person: PersonKey;
  /** Who of the company did it: their role. @param id of a member */
  role(id: string): string;
  /** Without what tells of others. */
  redact(text: string): string;
}
export type Told = string | number | boolean | Date | null;
export type ToldRow = Record<string, Told>;
type Row = Record<string, unknown>;

interface Opener {
  /** Columns that are not told as they stand. */
  instead: readonly string[];
  gives: readonly string[];
  open(row: Row, reading: Reading): Record<string, unknown>;
}

const json = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));
const idShape = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids of ours, and signed actions, lead nowhere for whoever reads them. */
const withoutIds = (text: string): string => text.replace(idShape, '').replace(/^[:#\s]+|[:\s]+$/g, '');

/** What a structure says, leaf by leaf: `channels: whatsapp, sms; frequency: weekly`. */
function leaves(value: unknown, path = ''): string[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.length > 0 ? [said(path, value.map(String).join(', '))] : [];
  if (typeof value === 'object' && !(value instanceof Date))
    return Object.entries(value).flatMap(([key, one]) => leaves(one, Array.isArray(value) ? path : key));
  return [said(path, value instanceof Date ? value.toISOString() : String(value))].filter(Boolean);
}
const said = (path: string, text: string): string => {
  const clean = withoutIds(text);
  return clean && (path ? `${path}: ${clean}` : clean);
};
const flat = (value: unknown): string => leaves(value).join('; ');

/** Everything that somebody read of a message, whatever its kind; its buttons by what stood on them. */
function wordsOf(content: unknown): string {
  const { title, subject, text, facts, note, buttons, variables } = (content ?? {}) as {
    [key: string]: string | string[] | undefined;
  } & { buttons?: readonly { label?: string }[] };
  const labels = (buttons ?? []).flatMap((one) => (one?.label ? [`[${one.label}]`] : []));
  return [title, subject, text, facts, note, labels, variables].flat().filter(Boolean).join('\n');
}

const openers: Readonly<Record<string, Opener>> = {
  contact: {
    instead: ['sealed'],
    gives: ['name', 'fields'],
    open: ({ sealed }, { person }) => {
      if (!sealed) return { name: null, fields: null };
      const { name, fields } = json(person.open(sealed as Buffer, 'contact')) as { name?: string; fields?: object };
      return { name, fields: flat(fields) };
    },
  },
  identifier: {
    instead: ['sealed'],
    gives: ['value'],
    open: ({ sealed, kind }, { person }) => ({ value: person.open(sealed as Buffer, `identifier|${kind}`).toString() }),
  },
  message: {
    instead: ['sealed'],
    gives: ['campaign', 'text'],
    open: (row, reading) => ({ campaign: row.campaign, text: messageOf(row, reading) }),
  },
  receipt: { instead: [], gives: ['campaign'], open: ({ campaign }) => ({ campaign }) },
  sent_id: { instead: [], gives: ['campaign'], open: ({ campaign }) => ({ campaign }) },
  interaction: { instead: [], gives: ['campaign'], open: ({ campaign }) => ({ campaign }) },
  inbox: {
    instead: ['sealed', 'kind'],
    gives: ['kind', 'name', 'text'],
    open: ({ id, sealed }, { keys, redact }) => {
      const event = json(keys.open(sealed as Buffer, `inbox|${id}`)) as Row & { from?: { name?: string } };
      const { type, ...content } = (event.content ?? {}) as Row;
      const inner = new Set(['action', 'of', 'on', 'file']);
      const about = Object.entries(content).filter(([key]) => !inner.has(key));
      const plain = about.length === 1 && typeof about[0]?.[1] === 'string' ? about[0][1] : undefined;
      const text = plain ?? flat([Object.fromEntries(about), event.values, event.marketing, event.previous]);
      return {
        kind: event.kind === 'echo' ? event.kind : (type ?? event.kind),
        name: event.from?.name,
        text: redact(text),
      };
    },
  },
  dialog: {
    instead: ['sealed'],
    gives: ['state'],
    open: ({ sealed }, { keys, redact }) => ({ state: redact(flat(json(keys.open(sealed as Buffer, 'dialog')))) }),
  },
  misunderstood: {
    instead: ['sealed', 'candidates'],
    gives: ['text', 'candidates'],
    open: ({ id, sealed, candidates }, { person, redact }) => ({
      text: redact(person.open(sealed as Buffer, `misunderstood|${id}`).toString()),
      candidates: flat(candidates),
    }),
  },
  slack_post: {
    instead: ['sealed', 'card'],
    gives: ['card', 'text'],
    open: ({ id, sealed, card }, { keys, redact }) => ({
      card: card && [(card as Row).intent, (card as Row).card].join('/'),
      text: sealed && redact(wordsOf(json(keys.open(sealed as Buffer, `slack_post|${id}`)))),
    }),
  },
  report_file: {
    instead: ['reason'],
    gives: ['campaign', 'reason'],
    open: ({ id, reason, campaign }, { keys, redact }) => ({
      campaign,
      reason: reason && redact(keys.open(reason as Buffer, `report_file|${id}`).toString()),
    }),
  },
  sign_up_request: {
    instead: ['sealed'],
    gives: ['email'],
    open: ({ sealed, token, sign_up_id }, { keys }) => ({
      email:
        sealed &&
        keys.open(sealed as Buffer, `sign_up_request|${sign_up_id}|${(token as Buffer).toString('hex')}`).toString(),
    }),
  },
  consent: {
    instead: [],
    gives: ['words', 'list'],
    open: ({ words, list }, { redact }) => ({ words, list: redact(flat(list)) }),
  },
  privacy_case: {
    instead: ['detail'],
    gives: ['asked'],
    open: ({ id, detail }, { keys, redact }) => ({
      asked: detail && redact(keys.open(detail as Buffer, `privacy_case|${id}|detail`).toString()),
    }),
  },
  case_letter: {
    instead: ['sealed', 'sent_sealed'],
    gives: ['text', 'sent'],
    open: ({ case_id, sealed, sent_sealed }, { keys, redact }) => {
      const about = `privacy_case|${case_id}`;
      const sent = sent_sealed ? redact(wordsOf(json(keys.open(sent_sealed as Buffer, about)))) : null;
      return { text: redact(keys.open(sealed as Buffer, about).toString()), sent };
    },
  },
  identity_proof: {
    instead: ['sealed'],
    gives: ['how'],
    open: ({ id, sealed }, { keys, redact }) => ({
      how: sealed && redact(keys.open(sealed as Buffer, `identity_proof|${id}`).toString()),
    }),
  },
  representation: {
    instead: ['mandate'],
    gives: ['paper'],
    open: ({ case_id, mandate }, { keys, redact }) => ({
      paper: mandate && redact(keys.open(mandate as Buffer, `representation|${case_id}`).toString()),
    }),
  },
  rectification: {
    instead: ['sealed'],
    gives: ['correction'],
    open: ({ case_id, field, sealed }, { person }) => {
      const { before, after } = json(person.open(sealed as Buffer, `rectification|${case_id}|${field}`)) as Row;
      return { correction: `${before ?? ''} → ${after ?? ''}` };
    },
  },
  package: { instead: [], gives: ['request'], open: ({ request }) => ({ request }) },
};

/** The words of a campaign stand in its template, as long as it is the version that left; else what filled its places. */
function messageOf({ batch_id, seq, sealed, template }: Row, { person, redact }: Reading): string | null {
  if (!sealed) return null;
  const content = json(person.open(sealed as Buffer, `message|${batch_id}|${seq}`)) as Row;
  const values = (content.variables ?? []) as string[];
  const known = template as { version: number; body: string } | null;
  if (content.version === undefined) return redact(wordsOf(content));
  const whole = known?.version === content.version ? known?.body : undefined;
  return whole === undefined ? redact(values.join('\n')) : filled(whole, values.map(redact));
}

/** What a row of this table says of a person, by field. A test holds it equal to the data map. */
export const fieldsOf = (table: string): string[] => {
  const { instead = [], gives = [] } = openers[table] ?? {};
  return [...toldColumns(table).filter((column) => !instead.includes(column)), ...gives];
};

/** Columns that are told as something else: all that are sealed must be among them. */
export const openedOf = (table: string): readonly string[] => openers[table]?.instead ?? [];

/** One row, told: no id of ours, no name of whoever works for the company, nothing of others. */
export function tell(table: string, row: Row, reading: Reading): ToldRow {
  const opened = openers[table]?.open(row, reading) ?? {};
  const columns = dataMap.tables[table]?.columns ?? {};
  const all = fieldsOf(table).map((field) => {
    if (field in opened) return [field, plain(opened[field], reading)];
    const value = plain(row[field], reading);
    // What the company has on a list of its own is the person's, whatever it is.
    const isProse = columns[field] === 'personal' && table !== 'attribute';
    return [field, isProse && typeof value === 'string' ? reading.redact(value) : value];
  });
  return Object.fromEntries(all);
}

const isByMember = /^(member:)?([0-9a-f]{8}-[0-9a-f-]{27})$/;

function plain(value: unknown, reading: Reading): Told {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return value;
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (typeof value !== 'string') return flat(value) || null;
  const member = isByMember.exec(value)?.[2];
  if (member) return reading.role(member) || null;
  return withoutIds(value) || null;
}
