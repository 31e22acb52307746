import type { TenantTx } from '../data/database';
import type { Members } from '../domain/accounts/members.service';
import type { Audience } from '../domain/audience/audience.service';
import { type FileAnswer, kindOfFile } from '../domain/delivery/file-answers';
import { noticeTemplates } from '../domain/privacy/notice-templates';
import type { HandOffs } from '../domain/support/hand-offs.service';
import { type QuietTalks, quietRules } from '../domain/support/quiet-talks';
import type { SupportDesk } from '../domain/support/support-desk.service';
import type { TalkViews } from '../domain/support/talk-views';
import { offeredTo } from '../domain/support/template-answers';
import { mayAnswer, mustAnswer } from '../domain/support/who-answers';
import { AppError } from '../errors';
import type { HandOffVerbs } from '../services-hand-offs';

interface Rooms {
  handOffs: HandOffs;
  talks: TalkViews;
  quietTalks: QuietTalks;
  supportDesk: SupportDesk;
  members: Members;
  audience: Audience;
}
interface Actor {
  id: string;
  roles: readonly string[];
}

/** The team's talks with people, bound to one turn. @param team the workspace in which it is said */
export function bindHandOffs(
  tx: TenantTx,
  { handOffs, talks, quietTalks, supportDesk, members, audience }: Rooms,
  by: Actor,
  { now, team = '' }: { now: Date; team?: string },
): HandOffVerbs {
  return {
    view: (contact, handOff) => talks.view(tx, contact, handOff, now),
    line: (contact, of) => talks.line(tx, contact, of, now),
    looked: (contact) => talks.looked(tx, contact, by, now),
    waiting: async () => {
      const { oldest, ...counted } = await talks.waiting(tx, by.id === 'nobody' ? undefined : by.id);
      return { ...counted, ...(oldest && { oldest }) };
    },
    list: (most) => talks.list(tx, most, now),
    answer: async (contact, text, file) => {
      if (!file) return handOffs.answer(tx, contact, { text }, by, now, true);
      const { kind, answer } = fileAnswer(text, file, team);
      // No words stand beneath a sound: they go before it.
      const isApart = kind.medium === 'audio' && text !== '';
      if (isApart) await handOffs.answer(tx, contact, { text }, by, now, true);
      await handOffs.answer(tx, contact, isApart ? { ...answer, text: '' } : answer, by, now, true);
    },
    templates: async (contact) => {
      const { language = 'es' } = (await audience.place(tx, contact)) ?? {};
      const { name } = await audience.read(tx, contact);
      const all = await offeredTo(tx, { language, ...(name && { name }) });
      return all.filter((one) => !ofCases.has(one.name));
    },
    notify: (contact, template, values) => handOffs.notify(tx, contact, { template, values }, by, now),
    takes: (file) => fileOf(file) !== undefined,
    take: (id) => handOffs.take(tx, id, by, now),
    colleagues: async () =>
      (await members.list(tx, now))
        .filter(({ roles }) => roles.some((role) => mayAnswer.includes(role)))
        .map(({ id, name }) => ({ id, name })),
    pass: async (id, member, note) => (await handOffs.pass(tx, id, member, note.trim(), by, now)).name,
    resolve: (id) => handOffs.resolve(tx, id, by, now),
    quiet: async () => ({ count: (await quietTalks.list(tx, now)).length, days: quietRules.remindAfterDays }),
    resolveQuiet: async () => {
      mustAnswer(by);
      const ids = await quietTalks.list(tx, now);
      for (const id of ids) await handOffs.resolve(tx, id, by, now);
      return ids.length;
    },
    reopen: (id) => handOffs.reopen(tx, id, by, now),
    canned: () => supportDesk.canned(tx),
    keep: (name, words) => supportDesk.keep(tx, name, words, by),
    drop: (id) => supportDesk.drop(tx, id, by),
    hours: () => supportDesk.hours(tx),
    setHours: (hours) => supportDesk.setHours(tx, hours, by, now),
  };
}

/** They lead to the letter of a request, and to nothing else. */
const ofCases: ReadonlySet<string> = new Set(Object.values(noticeTemplates).map(({ name }) => name));

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
