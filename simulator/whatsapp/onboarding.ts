import { type Json, text } from '../json';
import type { Business, WorldToken } from '../world';
import { type Graph, unknownObject } from './graph';
import { GraphError } from './graph-error';
import type { CompanyNumber, Numbers } from './numbers';

const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management'];
export const application = { id: '900000000000001', name: 'Connectus', link: 'https://connectus.example' };
const mostTries = 10;

/** How a company lets an application use its numbers: tokens of its own, whom it tells what happens, and numbers that are registered. */
export class Onboarding {
  /** Accounts of which the application hears. */
  private heard: Set<string>;
  private readonly tries = new Map<string, number>();

  constructor(
    private readonly businesses: readonly Business[],
    private readonly numbers: Numbers,
  ) {
    // Those that have no token of their own are with us already.
    this.heard = new Set(businesses.filter(({ tokens }) => !tokens).map(({ waba }) => waba));
  }

  isHeard(waba: string): boolean {
    return this.heard.has(waba);
  }

  /** A token that one company made; undefined: it is none of theirs. */
  token(given: string): (WorldToken & { waba: string }) | undefined {
    for (const { waba, tokens = [] } of this.businesses) {
      const found = tokens.find(({ token }) => token === given);
      if (found) return { ...found, waba };
    }
    return undefined;
  }

  join(graph: Graph): void {
    graph
      .on('GET', /^\/(debug_token)$/, (_, _read, { query }) => ({
        body: { data: this.describe(query.get('input_token') ?? '') },
      }))
      .on('GET', /^\/(\d+)\/subscribed_apps$/, (waba) => ({
        body: { data: this.heard.has(waba) ? [{ whatsapp_business_api_data: application }] : [] },
      }))
      .on('POST', /^\/(\d+)\/subscribed_apps$/, (waba) => {
        this.heard.add(waba);
        return { body: { success: true } };
      })
      .on('POST', /^\/(\d+)\/register$/, (id, read) => {
        const number = this.numbers.find(id);
        if (!number) throw unknownObject(id, 'POST');
        this.register(number, read());
        return { body: { success: true } };
      });
  }

  remember(): string[] {
    return [...this.heard];
  }
  restore(wabas: readonly string[]): void {
    this.heard = new Set(wabas);
  }

  private register(number: CompanyNumber, { pin }: Json): void {
    const tries = (this.tries.get(number.id) ?? 0) + 1;
    this.tries.set(number.id, tries);
    if (tries > mostTries) throw new GraphError(133016, 'Too many tries to register this number');
    if (number.code === 'NOT_VERIFIED') throw new GraphError(133006, 'The number is to be verified first');
    if (!/^\d{6}$/.test(text(pin) ?? '')) throw new GraphError(100, 'Parameter pin is six digits');
    if (number.pin && number.pin !== text(pin)) throw new GraphError(133005, 'Two step verification PIN mismatch');
    number.status = 'CONNECTED';
  }

  private describe(given: string): Json {
    const own = this.token(given);
    const common = { app_id: application.id, application: application.name, is_valid: true, expires_at: 0 };
    if (!own) return { ...common, type: 'SYSTEM_USER', scopes };
    const { expires = 0, type = 'SYSTEM_USER', scopes: some = scopes, app: app_id = application.id, waba } = own;
    const granular = some.map((scope) => ({ scope, target_ids: [waba] }));
    return { ...common, app_id, type, expires_at: expires, scopes: some, granular_scopes: granular };
  }
}
