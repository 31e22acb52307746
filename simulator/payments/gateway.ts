import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Bounded } from '../bounded';
import { badRequest } from '../errors';
import { post } from '../post';
import type { Answer, Router, Visit } from '../server';
import { controlOf } from '../server';

/** As Flow numbers them. */
const numbers = { pending: 1, paid: 2, refused: 3, cancelled: 4 } as const;
type State = keyof typeof numbers;
export interface Order {
  token: string;
  commerceOrder: string;
  subject: string;
  currency: string;
  amount: number;
  email: string;
  urlConfirmation: string;
  urlReturn: string;
  /** Seconds until it can no longer be paid; 0: it never ends. */
  timeout: number;
  state: State;
}

const key = 'sim-pay-key';
const secret = 'sim-pay-secret';
const most = 1_000;
const patienceMs = 5_000;
const needed = ['commerceOrder', 'subject', 'currency', 'amount', 'email', 'urlConfirmation', 'urlReturn'] as const;
const html = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** A stand-in for the payment gateway: orders are signed, paid on its own page, and told of by their token alone. It asks for no card: what is typed nowhere leaks nowhere. */
export class Gateway {
  readonly orders = new Bounded<Order>(most);
  /** Out of reach; or it forgets to say what became of an order. */
  faults: { down: boolean; silent: boolean } = { down: false, silent: false };

  constructor(private readonly url: () => string) {}

  mount(router: Router): void {
    router.on('POST', '/pay/api/payment/create', (visit) => this.create(visit));
    router.on('GET', '/pay/api/payment/getStatus', (visit) => this.status(visit));
    router.on('GET', '/pay/checkout', ({ query }) => this.checkout(query.get('token') ?? ''));
    router.on('POST', '/pay/checkout', (visit) => this.decide(visit));
    const on = controlOf(router, '/__sim/payments');
    on('GET', '', () => ({ orders: this.orders.items }));
    on('POST', '/faults', ({ query }) => {
      this.faults = { down: query.has('down'), silent: query.has('silent') };
      return this.faults;
    });
    on('POST', '/:token/:what', ({ params }) => this.settle(params.token ?? '', params.what ?? ''));
  }

  private create(visit: Visit): Answer {
    if (this.faults.down) return { status: 503, body: { message: 'service unavailable' } };
    const given = Object.fromEntries(new URLSearchParams(visit.body.toString('utf8')));
    const wrong = refused(given) ?? needed.find((name) => !given[name]);
    const amount = Number(given.amount);
    if (wrong || !Number.isFinite(amount) || amount <= 0)
      return { status: 400, body: { code: 100, message: `bad parameter: ${wrong ?? 'amount'}` } };
    const { commerceOrder, subject, currency, email, urlConfirmation, urlReturn } = given as unknown as Order;
    const token = randomBytes(20).toString('hex').toUpperCase();
    const order = { token, commerceOrder, subject, currency, amount, email, urlConfirmation, urlReturn };
    this.orders.push({ ...order, timeout: Number(given.timeout ?? 0), state: 'pending' });
    return { body: { url: `${this.url()}/pay/checkout`, token, flowOrder: this.orders.items.length } };
  }

  private status({ query }: Visit): Answer {
    if (this.faults.down) return { status: 503, body: { message: 'service unavailable' } };
    const given = Object.fromEntries(query);
    const order = this.find(given.token ?? '');
    const wrong = refused(given);
    if (wrong || !order) return { status: 400, body: { code: 105, message: wrong ?? 'no such token' } };
    const { commerceOrder, subject, currency, amount, email: payer, state } = order;
    return { body: { commerceOrder, subject, currency, amount, payer, status: numbers[state] } };
  }

  private checkout(token: string): Answer {
    const order = this.find(token);
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    if (!order) return { status: 404, headers, body: '<!doctype html><title>404</title><p>No hay tal orden.</p>' };
    const button = (what: State, label: string) => `<button name="what" value="${what}">${label}</button> `;
    const body = `<!doctype html><html lang="es"><meta charset="utf-8"><title>Pasarela de pago (simulada)</title>
<main style="font:1rem/1.5 system-ui;max-width:30rem;margin:3rem auto;padding:0 1rem"><h1>Pasarela de pago (simulada)</h1>
<p>${html(order.subject)}</p><p><strong>${html(order.currency)} ${html(String(order.amount))}</strong></p>
<form method="post" action="/pay/checkout"><input type="hidden" name="token" value="${html(token)}">
${button('paid', 'Pagar')}${button('refused', 'Rechazar')}${button('cancelled', 'Cancelar')}</form></main></html>`;
    return { headers, body };
  }

  private async decide(visit: Visit): Promise<Answer> {
    const given = new URLSearchParams(visit.body.toString('utf8'));
    const { urlReturn } = await this.settle(given.get('token') ?? '', given.get('what') ?? '');
    return { status: 303, headers: { location: urlReturn } };
  }

  private async settle(token: string, what: string): Promise<Order> {
    const order = this.find(token);
    if (!order || !(what in numbers)) throw badRequest('no such order, or nothing that can become of it');
    if (order.state === 'pending') order.state = what as State;
    const body = new URLSearchParams({ token }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    if (!this.faults.silent) await post(order.urlConfirmation, type, body, patienceMs);
    return order;
  }

  private readonly find = (token: string): Order | undefined =>
    this.orders.items.find((order) => order.token === token);
}

/** Signed by us over all other parameters, by their names in order. */
function refused({ s = '', ...params }: Readonly<Record<string, string>>): string | undefined {
  if (params.apiKey !== key) return 'apiKey';
  const text = Object.keys(params)
    .sort()
    .map((name) => `${name}${params[name]}`)
    .join('');
  const ours = Buffer.from(createHmac('sha256', secret).update(text).digest('hex'));
  const given = Buffer.from(s);
  return given.length === ours.length && timingSafeEqual(given, ours) ? undefined : 's';
}
