import type { TenantTx } from '../data/database';
import type { Members } from '../domain/accounts/members.service';
import { type FileAnswer, kindOfFile } from '../domain/delivery/file-answers';
import { type HandOffs, mayAnswer } from '../domain/support/hand-offs.service';
import type { SupportDesk } from '../domain/support/support-desk.service';
import { AppError } from '../errors';
import type { HandOffVerbs } from '../services-hand-offs';

interface Actor {
  id: string;
  roles: readonly string[];
}

/** The team's talks with people, bound to one turn. @param team the workspace in which it is said */
export function bindHandOffs(
  tx: TenantTx,
  { handOffs, supportDesk, members }: { handOffs: HandOffs; supportDesk: SupportDesk; members: Members },
  by: Actor,
  { now, team = '' }: { now: Date; team?: string },
): HandOffVerbs {
  return {
    view: (contact, handOff) => handOffs.view(tx, contact, handOff, now),
    line: (contact, of) => handOffs.line(tx, contact, of, now),
    looked: (contact) => handOffs.looked(tx, contact, by, now),
    waiting: async () => {
      const { oldest, ...counted } = await handOffs.waiting(tx, by.id === 'nobody' ? undefined : by.id);
      return { ...counted, ...(oldest && { oldest }) };
    },
    list: (most) => handOffs.list(tx, most, now),
    answer: async (contact, text, file) => {
      if (!file) return handOffs.answer(tx, contact, { text }, by, now, true);
      const { kind, answer } = fileAnswer(text, file, team);
      // No words stand beneath a sound: they go before it.
      const isApart = kind.medium === 'audio' && text !== '';
      if (isApart) await handOffs.answer(tx, contact, { text }, by, now, true);
      await handOffs.answer(tx, contact, isApart ? { ...answer, text: '' } : answer, by, now, true);
    },
    takes: (file) => fileOf(file) !== undefined,
    take: (id) => handOffs.take(tx, id, by, now),
    colleagues: async () =>
      (await members.list(tx, now))
        .filter(({ roles }) => roles.some((role) => mayAnswer.includes(role)))
        .map(({ id, name }) => ({ id, name })),
    pass: async (id, member, note) => (await handOffs.pass(tx, id, member, note.trim(), by, now)).name,
    resolve: (id) => handOffs.resolve(tx, id, by, now),
    reopen: (id) => handOffs.reopen(tx, id, by, now),
    canned: () => supportDesk.canned(tx),
    keep: (name, words) => supportDesk.keep(tx, name, words, by),
    drop: (id) => supportDesk.drop(tx, id, by),
    hours: () => supportDesk.hours(tx),
    setHours: (hours) => supportDesk.setHours(tx, hours, by, now),
  };
}

/** As a form's field of files gives it. @returns undefined where it is none that can be sent */
function fileOf(given: string) {
  const { id, name, bytes } = JSON.parse(given) as Partial<FileAnswer['file']>;
  const kind = name ? kindOfFile(name, Number(bytes)) : undefined;
  return id && name && kind ? { id, name, bytes: Number(bytes), kind } : undefined;
}

/** @throws ANSWER_FILE_UNFIT */
function fileAnswer(text: string, given: string, team: string) {
  const found = fileOf(given);
  if (!found) throw new AppError('ANSWER_FILE_UNFIT');
  const { kind, ...file } = found;
  const answer: FileAnswer = { kind: 'file', text, file: { ...file, team } };
  return { kind, answer };
}
