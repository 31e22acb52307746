import { badRequest } from '../errors';
import { controlOf, jsonOf, type Router } from '../server';
import { enteredTalk, shownTalk } from '../talks';
import { smsFaultFrom } from './faults';
import type { Sms } from './sms';

/** The routes by which the carrier's side of the world is moved and looked at. */
export function smsControl(router: Router, sms: Sms): void {
  const on = controlOf(router, '/__sim/sms/');
  on('POST', 'inbound', (visit) => ({ message: shownTalk(sms.write(jsonOf(visit))) }));
  on('GET', 'phones/:id', ({ params }) => ({
    messages: sms.talks.of(params.id ?? '').map((message) => ({ ...shownTalk(message), number: message.number })),
  }));
  on('GET', 'ledger', ({ query }) => {
    const phone = query.get('phone');
    const out = sms.talks.messages.items.filter(({ direction }) => direction === 'out');
    return {
      deliveries: out.filter(({ person }) => !phone || person === `+${phone.trim().replace('+', '')}`).map(enteredTalk),
    };
  });
  on('POST', 'delivery', (visit) => {
    const throughput = Number(jsonOf(visit).throughput);
    if (!(throughput > 0)) throw badRequest('throughput is a number of messages a second');
    sms.throttle(throughput);
  });
  on('GET', 'lines', () => ({ lines: sms.centre.lines }));
  on('POST', 'drop', () => sms.centre.drop());
  on('POST', 'faults', (visit) => sms.faults.add(smsFaultFrom(jsonOf(visit))));
  on('GET', 'faults', () => ({ faults: sms.faults.list() }));
  on('DELETE', 'faults', () => sms.faults.clear());
}
