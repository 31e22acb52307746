import type { TenantTx } from '../data/database';
import { mayDecide } from '../domain/privacy/case-moves';
import type { CaseView as Case } from '../domain/privacy/case-view';
import type { CorrectionNotices } from '../domain/privacy/correction-notices';
import type { Keepers } from '../domain/privacy/keepers';
import type { Privacy } from '../domain/privacy/privacy.service';
import type { Rectification } from '../domain/privacy/rectification';
import type { Support } from '../domain/support/support.service';
import type { CaseView, PrivacyVerbs } from '../services-privacy';
import type { Posts } from './posts';

interface Rooms {
  privacy: Privacy;
  rectification: Rectification;
  keepers: Keepers;
  correctionNotices: CorrectionNotices;
  support: Support;
  posts: Posts;
}
/** A case's card, as a direct message to one of the team, with a few words. */
export type Tell = (member: string, card: { case: string; contact: string }, note: string) => Promise<void>;
interface Desk {
  decider: { member: string; roles: readonly string[] };
  now: Date;
  publicUrl: string;
  tell: Tell;
}
type DeskVerbs = Pick<
  PrivacyVerbs,
  | 'accept'
  | 'reject'
  | 'extend'
  | 'acknowledge'
  | 'ask'
  | 'previewLetter'
  | 'dossier'
  | 'claim'
  | 'claims'
  | 'claimAnswered'
  | 'claimClosed'
  | 'standing'
  | 'keepers'
  | 'handOver'
  | 'toldOtherwise'
  | 'read'
  | 'othersToTell'
  | 'othersTold'
>;

/** What the controller does with a case; who may is asked by the domain, each time. */
export function bindDesk(tx: TenantTx, domain: Rooms, { decider, now, publicUrl, tell }: Desk): DeskVerbs {
  const { privacy, rectification, keepers, correctionNotices } = domain;
  const shown = (view: Case) => withKeeper(tx, domain, view, now);
  return {
    accept: async (id, partly = { kept: [], facts: '' }) => {
      const { id: found, right } = await privacy.get(tx, id, now);
      if (right === 'rectify') await rectification.mustBeFree(tx, found);
      const { kept, facts } = partly;
      return privacy.accept(tx, found, kept.length > 0 ? { kept, facts } : {}, decider, now);
    },
    reject: (id, why) => privacy.reject(tx, id, why, decider, now),
    extend: (id, more) => privacy.extend(tx, id, more, decider, now),
    acknowledge: (id) => privacy.acknowledge(tx, id, decider, now),
    ask: (id, question) => privacy.ask(tx, id, question, decider, now),
    previewLetter: async (id, why) => {
      const decision = why ? ({ act: 'reject', ...why } as const) : ({ act: 'accept' } as const);
      const { text, isFinal } = await privacy.previewLetter(tx, id, decision, decider, now);
      return { text, isFinal };
    },
    dossier: async (id) => {
      const { path, until } = await privacy.dossierLink(tx, id, decider, now);
      return { number: (await privacy.get(tx, id, now)).number, link: `${publicUrl}${path}`, until };
    },
    claim: async (id, { reference, notified }) => {
      const noon = new Date(`${notified}T12:00:00Z`);
      const notifiedAt = noon > now && noon.getTime() - now.getTime() < dayMs ? now : noon;
      const { due_at: due } = await privacy.claims.open(tx, id, { reference, notifiedAt }, decider, now);
      return { number: (await privacy.get(tx, id, now)).number, due };
    },
    claims: async (id) =>
      (await privacy.claims.ofCase(tx, id))
        .filter(({ closed_at: closed }) => !closed)
        .map(({ id: claim, reference, due_at: due, answered_at: answered }) => ({
          ...{ id: claim, reference, due, answered: answered !== null },
        })),
    claimAnswered: (claim) => privacy.claims.answered(tx, claim, decider, now),
    claimClosed: (claim, ruling) => privacy.claims.close(tx, claim, ruling, decider, now),
    standing: {
      list: () => privacy.standing.list(tx),
      sign: (act) => privacy.standing.sign(tx, act as 'erase', decider, now),
      revoke: (act) => privacy.standing.revoke(tx, act as 'erase', decider, now),
    },
    keepers: async () => (await keepers.candidates(tx, now)).map(({ id, name }) => ({ id, name })),
    handOver: async (id, member, note) => {
      const found = await privacy.get(tx, id, now);
      const to = await keepers.hand(tx, found.id, member, decider, now);
      const { contact } = await keepers.about(tx, found.id);
      await tell(to.id, { case: found.id, contact }, note.trim());
      await domain.posts.refresh(tx, `case:${found.id}`);
      return shown(found);
    },
    toldOtherwise: (id) => privacy.toldOtherwise(tx, id, decider, now),
    othersToTell: (id) => correctionNotices.of(tx, id),
    othersTold: async (id) => {
      const { id: found, number, right } = await privacy.get(tx, id, now);
      mayDecide(decider);
      await correctionNotices.told(tx, found, decider.member, now);
      await domain.posts.refresh(tx, `others:${found}`);
      return { number, right };
    },
    read: async (id) => {
      const { contact, since } = await privacy.read(tx, id, decider, now);
      const corrections = await rectification.whole(tx, (await privacy.get(tx, id, now)).id);
      return { words: await domain.support.words(tx, contact, since), corrections };
    },
  };
}

const dayMs = 86_400_000;

/** With what the case itself does not hold: who looks after it, and the number of the one it was asked together with. */
export async function withKeeper(
  tx: TenantTx,
  { privacy, keepers }: Pick<Rooms, 'privacy' | 'keepers'>,
  { parent, ...view }: Case,
  now: Date,
): Promise<CaseView> {
  const keeper = (await keepers.of(tx, [view.id])).get(view.id);
  const parentNumber = parent && (await privacy.get(tx, parent, now)).number;
  return { ...view, ...(keeper && { keeper }), ...(parentNumber && { parentNumber }) };
}
