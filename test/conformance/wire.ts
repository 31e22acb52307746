import type { Identity } from '../../src/channel';
import { now } from '../adapters/door';
import { type Answer, breakOff, closedPort, json, Provider, reset, words } from '../adapters/provider';

/** The provider of a channel as the suite plays it, whatever they speak with each other. */
export interface Wire {
  /** The settings that say where it is. */
  settings: Record<string, string>;
  /** Those of a place at which nobody listens. */
  nowhere: Record<string, string>;
  /** Brings a payload. `again`: it was not taken and will come again · `refused`: it never will. */
  deliver(payload: unknown): Promise<'taken' | 'again' | 'refused'>;
  /** What becomes of the next messages: `take`, or one of the following. */
  answer(how: string): void;
  /** Ways after which nobody knows whether it arrived. */
  odd: readonly string[];
  /** Ways of saying no. */
  refusals: readonly string[];
  /** How many messages were handed to it. */
  asked(): number;
  stop(): Promise<void>;
}

/** What every `adapters/<name>/conformance.ts` exports. */
interface Common {
  settings: Record<string, string>;
  address: Identity;
  /** One of our own addresses, where not any word is one. */
  sender?: string;
  /** Ids that must be told, whatever else is in a payload. */
  idsOf(payload: unknown): string[];
}
/** … of a channel that calls us over the web, signed. */
export interface Webhooks extends Common {
  /** The setting that says where the provider is. */
  apiUrl: string;
  path: string;
  /** The longest body it takes, in bytes. */
  largest: number;
  write(payload: unknown): { body: string; contentType: string };
  sign(body: string | Buffer, at: Date): Record<string, string>;
  accept(path: string): unknown;
}
/** … of one that speaks something else, and so brings its own provider. */
export interface Spoken extends Common {
  wire(): Promise<Wire>;
}
export type Conformance = Webhooks | Spoken;

export const isWebhooks = (conformance: Conformance): conformance is Webhooks => 'path' in conformance;

/** Not told by who it is: what the adapter writes of itself into each of its messages. */
const mark = '1.2.mac';

const odd: Readonly<Record<string, Answer>> = {
  'breaks the line': reset,
  'breaks off': breakOff,
  'answers with a page': words(200, '<html>'),
  'answers with nothing': words(200, ''),
  'answers null': json(200, null),
  'answers a number': json(200, 7),
  'answers an empty list': json(200, []),
  'fails without a code': words(502, 'Bad gateway'),
  'fails with an empty body': words(500, ''),
};
const refusals: Readonly<Record<string, Answer>> = {
  'says too many, with a time': json(429, {}, { 'retry-after': '7' }),
  'says too many, without': words(429, ''),
  'says forbidden on a page': words(403, '<html>'),
};

/** The web as a wire. @param url where the adapter's routes are */
export async function webhookWire(conformance: Webhooks, url: () => string): Promise<Wire> {
  const provider = await Provider.start();
  const nobody = await closedPort();
  let how = 'take';
  provider.answer = (response, asked) => {
    const special = asked.body.includes(mark) ? (odd[how] ?? refusals[how]) : undefined;
    (special ?? json(200, conformance.accept(asked.path)))(response, asked);
  };
  return {
    settings: { [conformance.apiUrl]: provider.url },
    nowhere: { [conformance.apiUrl]: nobody },
    deliver: async (payload) => {
      const { body, contentType } = conformance.write(payload);
      const headers = { 'content-type': contentType, ...conformance.sign(body, now) };
      const { status } = await fetch(`${url()}${conformance.path}`, { method: 'POST', body, headers });
      if (status === 200) return 'taken';
      return status >= 500 ? 'again' : 'refused';
    },
    answer: (next) => {
      how = next;
    },
    odd: Object.keys(odd),
    refusals: Object.keys(refusals),
    asked: () => provider.asked.filter(({ body }) => body.includes(mark)).length,
    stop: () => provider.stop(),
  };
}
