import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { tenantsTable } from '../accounts/tenants.table';
import { knownOf } from '../audience/identity';
import { pendingMs } from './consent-state';
import { signUpRequestsTable } from './sign-up-requests.table';
import type { SignUp } from './sign-ups.table';
import type { ConsentText } from './texts.table';

/** What somebody filled in. */
export interface FilledIn {
  phone?: string;
  email?: string;
  channels: readonly string[];
}
export type Missing = 'phone' | 'email' | 'channels';

const byPhone = ['whatsapp', 'sms'];

/**
 * Wishes from a web form. Anybody can write anybody's number there: so it makes nobody, permits nothing, sends nothing, and is answered the same
 * whoever it names. It counts once the phone itself begins the conversation and says yes there; after seven days it is as if it had never been.
 */
export class SignUpRequests {
  constructor(private readonly keys: Keys) {}

  /** What is missing or cannot be one; empty: it can be noted. */
  async missing(tx: TenantTx, signUp: SignUp, filled: FilledIn): Promise<Missing[]> {
    const known = await this.known(tx, filled);
    const wants = (channels: readonly string[]) => filled.channels.some((one) => channels.includes(one));
    const isAsked = filled.channels.length > 0 && filled.channels.every((one) => signUp.channels.includes(one));
    return [
      ...(wants(byPhone) && !known.phone ? (['phone'] as const) : []),
      ...(wants(['email']) && !known.email ? (['email'] as const) : []),
      ...(isAsked ? [] : (['channels'] as const)),
    ];
  }

  /** Notes the wish, instead of an earlier one. */
  async note(tx: TenantTx, signUp: SignUp, filled: FilledIn, text: ConsentText, now: Date): Promise<void> {
    await signUpRequestsTable.dropOld(tx, new Date(now.getTime() - pendingMs));
    const { phone, email } = await this.known(tx, filled);
    const common = { signUp: signUp.id, textVersion: text.version, language: text.language };
    const of = (channels: readonly string[]) => filled.channels.filter((one) => channels.includes(one));
    if (phone && of(byPhone).length > 0) {
      const request = { ...common, token: phone.find, kind: 'phone', channels: of(byPhone), sealed: null } as const;
      await signUpRequestsTable.put(tx, request, now);
    }
    if (email && of(['email']).length > 0) {
      const about = `sign_up_request|${signUp.id}|${email.find.toString('hex')}`;
      const sealed = (await this.keys.of(tx)).seal(email.value, about);
      const request = { ...common, token: email.find, kind: 'email', channels: ['email'], sealed } as const;
      await signUpRequestsTable.put(tx, request, now);
    }
  }

  private async known(tx: TenantTx, { phone, email }: FilledIn) {
    const country = (await tenantsTable.get(tx))?.country;
    const keys = await this.keys.of(tx);
    const found = knownOf(keys, { ...(phone && { phone }), ...(email && { email }) }, country);
    return {
      phone: found.find(({ kind }) => kind === 'phone'),
      email: found.find(({ kind }) => kind === 'email'),
    };
  }
}
