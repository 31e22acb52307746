import { text } from '../json';
import { controlOf, jsonOf, type Router } from '../server';
import { enteredTalk, shownTalk } from '../talks';
import type { Email } from './email';
import { emailFaultFrom } from './faults';

/** The routes by which the mail side of the world is moved and looked at. */
export function emailControl(router: Router, email: Email): void {
  const on = controlOf(router, '/__sim/email/');
  on('POST', 'inbound', (visit) => ({ message: shownTalk(email.write(jsonOf(visit))) }));
  on('GET', 'mailboxes/:id', ({ params }) => ({
    messages: email.talks.of(params.id ?? '').map((message) => ({ ...shownTalk(message), number: message.number })),
  }));
  on('GET', 'ledger', ({ query }) => {
    const mailbox = query.get('mailbox');
    const out = email.talks.messages.items.filter(({ direction }) => direction === 'out');
    return { deliveries: out.filter(({ person }) => !mailbox || person === mailbox).map(enteredTalk) };
  });
  on('POST', 'messages/:id/unsubscribe', ({ params }) => ({ message: shownTalk(email.unsubscribe(params.id ?? '')) }));
  on('POST', 'messages/:id/complain', ({ params }) => email.complain(params.id ?? ''));
  on('POST', 'messages/:id/bounce', (visit) =>
    email.bounce(visit.params.id ?? '', text(jsonOf(visit).status) ?? '5.1.1'),
  );
  on('POST', 'faults', (visit) => email.faults.add(emailFaultFrom(jsonOf(visit))));
  on('GET', 'faults', () => ({ faults: email.faults.list() }));
  on('DELETE', 'faults', () => email.faults.clear());
}
