import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

interface ErrorEntry {
  http: number;
  retry: boolean;
  es: string;
  en: string;
  pt: string;
}

/** The one table of codes: HTTP status, whether trying again can help, and what a person reads. */
export const errorTable = load(readFileSync(join(__dirname, 'errors.yaml'), 'utf8')) as Readonly<
  Record<string, ErrorEntry>
>;

export class AppError extends Error {
  override readonly name = 'AppError';

  /** @param facts ids and numbers only: they reach the log. */
  constructor(
    readonly code: string,
    readonly facts: Readonly<Record<string, string | number>> = {},
    options?: { cause?: unknown },
  ) {
    super(code, options);
    if (!errorTable[code]) throw new Error(`error code ${code} is not in errors.yaml`);
  }

  get http(): number {
    return errorTable[this.code]?.http ?? 500;
  }

  get retry(): boolean {
    return errorTable[this.code]?.retry ?? false;
  }
}
