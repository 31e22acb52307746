import type { TenantTx } from '../../data/database';
import type { Kept, Right } from './case-state';
import type { CaseRow } from './cases.table';

/** `wait`: something outside has to happen first. */
export type Progress = 'done' | 'wait';

/** What a letter says of what was done; a paragraph whose fact is not here is left out. The same each time it is asked. */
export interface LetterFacts {
  /** Where it can be fetched, and until when. */
  link?: string;
  expires?: Date;
  /** By which other channel the code comes. */
  code_channel?: 'email' | 'sms' | 'whatsapp';
  /** How many facts about others were hidden. */
  redacted?: number;
  /** Nothing is held about this person. */
  no_data?: true;
  erased_on?: Date;
  certificate?: string;
  backup_on?: Date;
  /** As they are said: `correo: a@b.cl → c@d.cl`. */
  changes?: readonly string[];
}

/** What is done when a right was granted; the case worker calls it, a small transaction at a time, and again after a crash. */
export interface Execution {
  /** The first step that is not done. `undefined`: there is none left before the answer. */
  next(tx: TenantTx, row: CaseRow, now: Date): Promise<Progress | undefined>;
  told?(tx: TenantTx, row: CaseRow, now: Date): Promise<LetterFacts>;
  /** After the answer is proved sent, or can no longer be. @returns what went, by table */
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to count
  finish?(tx: TenantTx, row: CaseRow, now: Date): Promise<Record<string, number> | void>;
  /** Whether the right reaches what is held at all: portability, only what rests on consent (art. 9). Asked when it is granted. */
  applies?(tx: TenantTx, contact: string): Promise<boolean>;
  /** What may not be touched whoever decides, because something holds it: the yes is one in part. Asked when it is decided. */
  keeps?(tx: TenantTx, row: CaseRow, now: Date): Promise<readonly Kept[]>;
  /** A case that is over is looked at again: what was kept may be free by now. */
  resume?(tx: TenantTx, row: CaseRow, now: Date): Promise<boolean>;
  /** How many traces a search still finds outside of what may stay. */
  verify?(tx: TenantTx, row: CaseRow, now: Date): Promise<number>;
}
export type Executions = Partial<Readonly<Record<Right, Execution>>>;
