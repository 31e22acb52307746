import type { TenantTx } from '../data/database';
import type { Tenants } from '../domain/accounts/tenants.service';
import type { Audience } from '../domain/audience/audience.service';
import { doorOf } from '../domain/consent/door';
import type { SignUp, SignUps } from '../domain/consent/sign-ups.service';
import type { HandOffs } from '../domain/support/hand-offs.service';
import { AppError } from '../errors';
import type { Language } from '../intent';
import type { Services, SignUpView } from '../services';
import type { ActRef } from './actions';
import type { Posts } from './posts';
import { sayHouse } from './texts';

interface Rooms {
  signUps: SignUps;
  handOffs: HandOffs;
  tenants: Tenants;
  audience: Audience;
  posts: Posts;
}
interface Turning {
  now: Date;
  at: Date;
  inbox: string;
  publicUrl: string;
  sign(action: ActRef): string;
  awaitYes(contact: string, yes: ActRef, no: ActRef, minutes: number): Promise<void>;
}
type Member = { id: string; roles: readonly string[] };
const mostTexts = 24;
/** As long as the provider's window. */
const offerMinutes = 24 * 60;
const begins = { intent: 'opt-in', act: 'ask', args: {} };
const ends = { intent: 'opt-in', act: 'no', args: {} };

/** Where people subscribe: addresses that everybody may know. */
const signUpPaths = (publicUrl: string, tenant: string, code: string) => ({
  form: `${publicUrl}/sign-up/${tenant}/${code}`,
  picture: `${publicUrl}/sign-up/${tenant}/${code}.png`,
});

/** How people subscribe themselves, bound to one turn. */
export function bindSignUp(tx: TenantTx, domain: Rooms, context: Turning, member: Member): Services['signUp'] {
  const { signUps } = domain;
  const { now, at, inbox } = context;
  // The questions of a turn are in the language of its answers, which is known only once it is understood.
  const said = { evidence: inbox, now, at };
  const shown = (signUp: SignUp, language: Language) => viewOf(tx, domain, signUp, { ...context, language });
  return {
    ask: (contact, language, code) => signUps.ask(tx, contact, code, { ...said, language }),
    confirm: (contact) => signUps.confirm(tx, contact, said),
    decline: (contact) => signUps.decline(tx, contact, said),
    waits: (contact) => signUps.waits(tx, contact, at),
    offersNow: async (contact) => (await signUps.offersNews(tx)) && signUps.offerOnce(tx, contact, now),
    offer: async (contact) => {
      const content = await offerOf(tx, domain, contact, context);
      if (!(await signUps.offerOnce(tx, contact, now))) return false;
      await domain.handOffs.answer(tx, contact, content, member, now);
      await context.awaitYes(contact, begins, ends, offerMinutes);
      await domain.posts.refresh(tx, `talk:${contact}`);
      return true;
    },
    mayOffer: (contact) => signUps.mayOffer(tx, contact),
    link: async (language, name) =>
      shown(await signUps.create(tx, { name: name || (await domain.tenants.get(tx)).name }, member, now), language),
    view: async (language, code) => {
      const signUp = await signUps.find(tx, code);
      return signUp && shown(signUp, language);
    },
    list: async () => (await signUps.list(tx)).map(({ code, name }) => ({ code, name })),
    close: (code) => signUps.close(tx, code, member, now),
    offers: () => signUps.offersNews(tx),
    setOffers: (on) => signUps.setOffersNews(tx, on, member, now),
    texts: async () =>
      (await signUps.texts(tx, mostTexts)).map(({ version, language, kind, body, hash, created_at: since }) => ({
        ...{ version, language, kind, body },
        // Those from before dates were kept stand at the epoch.
        ...(since.getTime() > 0 && { since }),
        hash: hash.toString('hex'),
      })),
  };
}

async function viewOf(
  tx: TenantTx,
  { signUps, tenants }: Rooms,
  signUp: SignUp,
  { publicUrl, language, now }: Turning & { language: Language },
): Promise<SignUpView> {
  const { code, name } = signUp;
  const text = await signUps.question(tx, signUp, language, now);
  const { message, chat } = await doorOf(tx, tenants, code);
  const paths = signUpPaths(publicUrl, tx.tenant, code);
  return { code, name, message, ...paths, ...(chat && { chat }), text: text.body, version: text.version };
}

/** Whether they want news, in the person's own language, with a button that begins the sign-up. */
async function offerOf(tx: TenantTx, { audience, tenants }: Rooms, contact: string, { sign }: Turning) {
  const place = await audience.place(tx, contact);
  if (!place) throw new AppError('ACTION_INVALID');
  const reader = { language: place.language as Language, zone: place.zone };
  const { name: company } = await tenants.get(tx);
  const label = (text: string) => sayHouse({ text }, reader);
  return {
    text: sayHouse({ text: 'news_offer', vars: { company } }, reader),
    buttons: [
      { id: sign(begins), label: label('news_yes') },
      { id: sign(ends), label: label('news_no') },
    ],
  };
}
