import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Answer } from '../server';

const table = load(readFileSync(join(__dirname, 'errors.yaml'), 'utf8')) as {
  known: Record<string, [number, string]>;
  later: number[];
};
const later = new Set(table.later);

/** Why Meta does not take a message; thrown anywhere between a request and its answer. */
export class GraphError extends Error {
  constructor(
    readonly code: number,
    readonly details: string,
    private readonly more: { subcode?: number; http?: number; headers?: Record<string, string> } = {},
  ) {
    super(titleOf(code));
  }

  answer(): Answer {
    const [status, title] = table.known[this.code] ?? [400, 'Unknown error'];
    const isOfMessaging = this.code > 1_000 && Math.floor(this.code / 1_000) !== 80;
    const error = {
      message: `(#${this.code}) ${title}`,
      type: this.code === 100 && this.more.subcode ? 'GraphMethodException' : 'OAuthException',
      code: this.code,
      ...(this.more.subcode && { error_subcode: this.more.subcode }),
      ...((isOfMessaging || this.code === 100) && {
        error_data: { messaging_product: 'whatsapp', details: this.details },
      }),
      ...(this.code === 2 && { is_transient: true }),
      fbtrace_id: `A${randomBytes(12).toString('base64url')}`,
    };
    return { status: this.more.http ?? status, headers: { ...this.more.headers }, body: { error } };
  }
}

export const titleOf = (code: number): string => table.known[code]?.[1] ?? 'Unknown error';

/** Whether Meta first takes the message, and says so with a receipt. */
export const comesLater = (code: number): boolean => later.has(code);
