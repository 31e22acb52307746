import { type Json, list } from '../json';
import type { CompanyNumber } from './numbers';

/** One thing that Meta has to tell. */
export interface Update {
  /** Whom it is about. */
  key: string;
  waba: string;
  field: string;
  /** Fields about messages say to which number; account fields when they happened. */
  number?: CompanyNumber;
  time?: number;
  value: Json;
  isReceipt?: boolean;
  /** How many times the webhook comes. */
  copies?: number;
  /** The product has answered for it. */
  taken?: () => unknown;
}

export interface Batch {
  body: string;
  keys: string[];
  copies: number;
  taken?: () => unknown;
}

interface Ways {
  shuffle: boolean;
  batch: number;
}

const receiptsTogether = 25;
const farthest = 500;

/** Takes out what goes into the next webhook, nothing about people of whom something is under way. */
export function takeFrom(waiting: Update[], busy: ReadonlySet<string>, { shuffle, batch }: Ways): Update[] {
  if (shuffle) mix(waiting);
  const isFree = (update: Update) => shuffle || !busy.has(update.key);
  const first = waiting.slice(0, farthest).find(isFree);
  if (!first) return [];
  const alone = batch === 0 && (!first.isReceipt || first.copies !== undefined);
  const most = alone ? 1 : batch === 0 ? receiptsTogether : 1 + Math.floor(Math.random() * batch);
  const fits = (update: Update) =>
    batch > 0 || (update.isReceipt && update.number === first.number && update.copies === undefined);
  const taken: Update[] = [];
  for (const update of waiting.slice(0, farthest)) {
    if (taken.length >= most) break;
    if (isFree(update) && (update === first || fits(update))) taken.push(update);
  }
  const gone = new Set(taken);
  const rest = waiting.slice(0, farthest).filter((update) => !gone.has(update));
  waiting.splice(0, farthest, ...rest);
  return taken;
}

export function compose(
  updates: readonly Update[],
  { shuffle }: Pick<Ways, 'shuffle'>,
): { envelope: Json; keys: string[]; copies: number } {
  const wabas = [...new Set(updates.map((update) => update.waba))];
  const entry = wabas.map((waba) => entryOf(updates.filter((update) => update.waba === waba)));
  const envelope: Json = { object: 'whatsapp_business_account', entry };
  return {
    envelope: shuffle ? (jumbled(envelope) as Json) : envelope,
    keys: [...new Set(updates.map((update) => update.key))],
    copies: Math.max(...updates.map((update) => update.copies ?? 1)),
  };
}

function entryOf(updates: readonly Update[]): Json {
  const changes: { value: Json; field: string; receiptsOf?: CompanyNumber }[] = [];
  for (const update of updates) {
    const together = update.isReceipt && changes.find((change) => change.receiptsOf === update.number);
    if (together) {
      addTo(together.value, update.value);
      continue;
    }
    const { number, field, value } = update;
    const metadata = number && { display_phone_number: number.display, phone_number_id: number.id };
    changes.push({
      value: metadata ? { messaging_product: 'whatsapp', metadata, ...value } : { ...value },
      field,
      ...(update.isReceipt && number && { receiptsOf: number }),
    });
  }
  const time = updates.find((update) => update.time !== undefined)?.time;
  const plain = changes.map(({ value, field }) => ({ value, field }));
  return { id: updates[0]?.waba, ...(time !== undefined && { time }), changes: plain };
}

function addTo(value: Json, more: Json): void {
  for (const name of ['contacts', 'statuses'])
    if (more[name]) value[name] = [...list(value[name]), ...list(more[name])];
}

/** The order of fields means nothing, and a field nobody has heard of may be among them. */
function jumbled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jumbled);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, jumbled(inner)] as const);
  return Object.fromEntries(mix([...entries, ['not_documented', { since: 'v27.0' }] as const]));
}

function mix<T>(items: T[]): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}
