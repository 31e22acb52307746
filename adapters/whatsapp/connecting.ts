import type { Connecting, OfferedNumber, OfferedToken, Sender, Told } from '../../src/channel';
import { ask, type GraphSettings } from './graph';
import { type Json, list, object, text, time } from './json';
import { isSubscribed, lackingScopes } from './token';

const fields = [
  ...['id', 'display_phone_number', 'verified_name', 'quality_rating', 'code_verification_status', 'name_status'],
  ...['status', 'whatsapp_business_manager_messaging_limit', 'health_status'],
].join(',');

/** Our own words for what Meta refuses here. */
const codes: Readonly<Record<string, string>> = {
  PROVIDER_ACCESS: 'CONNECT_TOKEN',
  TEMPLATE_GONE: 'CONNECT_ACCOUNT',
  TEMPLATE_REFUSED: 'CONNECT_REFUSED',
};

/** The calls by which a number that a company has at Meta becomes one that we may use. */
export class MetaConnecting implements Connecting {
  /** @param app our application's id; where it is not known, a token of any is taken */
  constructor(
    private readonly settings: GraphSettings,
    private readonly app?: string,
  ) {}

  /** A token may look at itself. */
  async token(token: string): Promise<Told<OfferedToken>> {
    const query = new URLSearchParams({ input_token: token });
    return this.ask({ method: 'GET', path: `/debug_token?${query}`, token }, ({ data }) => {
      const { is_valid, app_id, type, expires_at, scopes, granular_scopes } = object(data);
      const ends = Number(expires_at) > 0 ? time(expires_at) : undefined;
      const accounts = list(granular_scopes)
        .filter(({ scope }) => scope === 'whatsapp_business_management')
        .flatMap(({ target_ids }) => (Array.isArray(target_ids) ? target_ids.map(String) : []));
      return {
        isValid: is_valid === true,
        isOurs: this.app === undefined || text(app_id) === this.app,
        isOfSystem: type === 'SYSTEM_USER',
        lacks: lackingScopes(scopes),
        accounts: [...new Set(accounts)],
        ...(ends && { endsAt: ends }),
      };
    });
  }

  numbers({ id, token }: Sender): Promise<Told<readonly OfferedNumber[]>> {
    const path = `/${encodeURIComponent(id)}/phone_numbers?${new URLSearchParams({ fields })}`;
    return this.ask({ method: 'GET', path, token }, ({ data }) => list(data).flatMap((one) => numberOf(one) ?? []));
  }

  /** Without it no message and no receipt of this account reaches us. Read again, for Meta has said yes without doing it, or another application stands there. */
  async subscribe({ id, token }: Sender): Promise<Told<true>> {
    const path = `/${encodeURIComponent(id)}/subscribed_apps`;
    const done = await this.ask({ method: 'POST', path, token }, () => true as const);
    if (done.outcome !== 'accepted') return done;
    const query = new URLSearchParams({ input_token: token });
    const own = await this.ask({ method: 'GET', path: `/debug_token?${query}`, token }, ({ data }) =>
      text(object(data).app_id),
    );
    if (own.outcome !== 'accepted') return own;
    const apps = await this.ask({ method: 'GET', path, token }, ({ data }) => isSubscribed(data, own.value));
    if (apps.outcome !== 'accepted') return apps;
    return apps.value ? done : { outcome: 'refused', code: 'CONNECT_SUBSCRIPTION', treatment: 'permanent' };
  }

  register({ id, token }: Sender, pin: string): Promise<Told<true>> {
    const path = `/${encodeURIComponent(id)}/register`;
    const body = { messaging_product: 'whatsapp', pin };
    return this.ask({ method: 'POST', path, token, body }, () => true as const);
  }

  private async ask<T>(given: Parameters<typeof ask>[1], of: (said: Json) => T): Promise<Told<T>> {
    const answer = await ask(this.settings, given);
    if (answer.outcome === 'accepted') return { outcome: 'accepted', value: of(answer.value) };
    return answer.outcome === 'refused' ? { ...answer, code: codes[answer.code] ?? answer.code } : answer;
  }
}

function numberOf(one: Json): OfferedNumber | undefined {
  const id = text(one.id);
  if (!id) return undefined;
  const name = text(one.verified_name);
  const limit = text(one.whatsapp_business_manager_messaging_limit);
  const label = text(one.display_phone_number) ?? id;
  return { id, label, state: stateOf(one), ...(name && { name }), ...(limit && { limit }) };
}

/** What stands first in the way of using it. */
function stateOf(one: Json): OfferedNumber['state'] {
  const health = text(object(one.health_status).can_send_message);
  if (text(one.status) === 'BANNED' || health === 'BLOCKED') return 'blocked';
  if (text(one.code_verification_status) !== 'VERIFIED') return 'unverified';
  if (text(one.name_status) === 'DECLINED') return 'name';
  return text(one.status) === 'CONNECTED' ? 'ready' : 'unregistered';
}
