import { parse } from '../../../adapters/whatsapp/parse';
import { now } from '../door';
import { fixture } from '../fixtures';

const read = (name: string) => parse(fixture('whatsapp', name), 'default', now);
const andina = '106540352242922';
const ana = { phone: '+56987654321', bsuid: 'CL.4400112233', name: 'Ana Rojas' };
const lucia = { bsuid: 'CL.9900887766', name: 'Lucía' };
const message = (content: object, more: object = {}) => ({
  kind: 'message',
  sender: andina,
  from: ana,
  content,
  ...more,
});
const receipt = (status: string, more: object = {}) => ({ kind: 'receipt', status, reference: '7.42.mac', ...more });
const account = (field: string, more: object = {}) => ({ kind: 'account', field, ...more });

const oneEvent: [string, object][] = [
  ['text', message({ type: 'text', text: 'BAJA 🛑 por favor, ¿sí?' }, { id: 'wamid.VEVYVA==', at: now })],
  ['text-reply', message({ type: 'text', text: 'no me interesa' }, { replyTo: 'wamid.Q0FNUDc3' })],
  ['text-nul-and-surrogate', message({ type: 'text', text: 'baja \ufffd fin' })],
  ['template-button', message({ type: 'button', label: 'Detener promociones', action: 'optout:marketing:c_77' })],
  ['interactive-button', message({ type: 'button', label: 'Sí, detener', action: 'a1.opt-out.stop.W10.xyz.mac' })],
  ['interactive-list', message({ type: 'button', label: 'Ver mis datos', action: 'a1.access-data.start.W10.xyz.mac' })],
  ['interactive-flow', message({ type: 'text', text: 'Enviado' })],
  ['interactive-unknown', message({ type: 'unsupported', what: 'interactive/call_permission_reply' })],
  [
    'image-caption',
    message({
      ...{ type: 'media', media: 'image', caption: 'no quiero más mensajes' },
      file: { id: '900100', mime: 'image/jpeg' },
    }),
  ],
  [
    'document',
    message({
      ...{ type: 'media', media: 'document' },
      file: { id: '900200', mime: 'application/pdf', name: 'boleta.pdf' },
    }),
  ],
  [
    'echo',
    {
      ...{ kind: 'echo', id: 'wamid.RUNITw==', sender: andina, to: { phone: '+56987654321', bsuid: 'CL.4400112233' } },
      content: { type: 'text', text: 'Hola Ana, te ayudo yo. Si no quieres más, responde STOP' },
    },
  ],
  ['echo-nobody', account('echo_without_person', { sender: andina, value: { type: 'text' } })],
  ['audio', message(expect.objectContaining({ type: 'media', media: 'audio' }))],
  ['location', message({ type: 'media', media: 'location' })],
  ['contacts-card', message({ type: 'media', media: 'contacts' })],
  ['reaction', message({ type: 'reaction', on: 'wamid.Q0FNUDc3', emoji: '👍' })],
  ['reaction-removed', message({ type: 'reaction', on: 'wamid.Q0FNUDc3' })],
  ['edit', message({ type: 'edited', of: 'wamid.VEVYVA==', text: 'BAJA' })],
  ['edit-caption', message({ type: 'edited', of: 'wamid.SU1BR0U=', text: 'BAJA' })],
  ['revoke', message({ type: 'revoked', of: 'wamid.VEVYVA==' })],
  ['unsupported', message({ type: 'unsupported', what: 'poll_creation' })],
  ['order', message({ type: 'unsupported', what: 'order' })],
  ['type-of-tomorrow', message({ type: 'unsupported', what: 'hologram' }, { id: 'wamid.TkVX' })],
  ['status-delivered', receipt('delivered', { providerId: 'wamid.T1VUMQ==' })],
  ['status-read-without-phone', { kind: 'receipt', status: 'read', providerId: 'wamid.T1VUMg==' }],
  ['status-played', receipt('read')],
  ['status-failed', receipt('failed', { error: { code: 'WHATSAPP_131050', treatment: 'suppress' } })],
  ['status-of-tomorrow', account('status', { value: { status: 'screenshot' } })],
  ['errors', account('messages', { sender: andina })],
  [
    'template-paused',
    account('message_template_status_update', { sender: '208840352242901', at: new Date(1_796_131_830_000) }),
  ],
  ['account-banned', account('account_update')],
  ['field-of-tomorrow', account('user_moods', { value: { moods: [{ mood: 'fine' }] } })],
  ['identity-changed', account('system/customer_identity_changed', { id: 'wamid.U1lTMw==' })],
  ['preference-signup', account('user_preferences', { value: { value: 'signup' } })],
];

describe('a WhatsApp webhook', () => {
  it.each(oneEvent)('when it is %s, then it is heard as one event', (name, expected) => {
    expect(read(name)).toEqual([expect.objectContaining({ channel: 'whatsapp', app: 'default', ...expected })]);
  });

  it('when the code of a failure is no code, then the failure is told without one', () => {
    const [event] = read('status-failed-oddly');
    expect(event).toMatchObject({ kind: 'receipt', status: 'failed' });
    expect(event).not.toHaveProperty('error');
  });

  it.each([
    [{ billable: true, category: 'marketing' }, { charged: 'MARKETING' }],
    [{ billable: true, category: 'marketing_lite' }, { charged: 'MARKETING' }],
    [{ billable: true, category: 'authentication-international' }, { charged: 'AUTHENTICATION' }],
    [{ billable: false, category: 'utility', type: 'free_customer_service' }, { charged: 'free' }],
    [{ billable: true, category: 'of_tomorrow' }, {}],
    ['x', {}],
  ])('when its pricing is %j, then it is charged as %j', (pricing, charged) => {
    const status = { id: 'wamid.QjE=', status: 'delivered', timestamp: '1796131820', pricing };
    const value = { metadata: { phone_number_id: andina }, statuses: [status] };
    const [event] = parse({ entry: [{ id: '1', changes: [{ field: 'messages', value }] }] }, 'default', now);
    expect(event).toMatchObject({ kind: 'receipt', ...charged });
    expect('charged' in (event ?? {})).toBe('charged' in charged);
  });

  it('when numbers stand where texts should and texts where numbers, then they are read all the same', () => {
    expect(read('text-numbers-and-strings')).toMatchObject([
      { sender: andina, from: { phone: '+56987654321', name: 'Ana Rojas' }, content: { type: 'text', text: '42' } },
    ]);
    expect(read('preference-stop')[0]?.at).toEqual(new Date(1_796_131_810_000));
  });

  it('when a message comes with a list of tomorrow, then both are told', () => {
    expect(read('list-of-tomorrow')).toMatchObject([
      { kind: 'message', id: 'wamid.QkVTSURF' },
      { kind: 'account', field: 'messages', value: { moods: [{ mood: 'fine' }] } },
    ]);
  });

  it('when a flag of tomorrow stands beside messages, then only the messages are told', () => {
    const payload = fixture('whatsapp', 'text');
    payload.entry[0].changes[0].value.is_of_tomorrow = true;
    expect(parse(payload, 'default', now)).toHaveLength(1);
  });

  it('when a time is in milliseconds, then the time of arrival is taken, for no calendar holds the other', () => {
    const payload = fixture('whatsapp', 'text');
    payload.entry[0].changes[0].value.messages[0].timestamp = '1796131800000';
    const later = new Date(now.getTime() + 1);
    expect(parse(payload, 'default', later)[0]?.at).toEqual(later);
  });

  it('when it is redelivered later, then ids that had to be made are the same', () => {
    const later = new Date(now.getTime() + 60_000);
    for (const name of ['errors', 'template-paused', 'preference-stop', 'user-id-update', 'field-of-tomorrow'])
      expect(parse(fixture('whatsapp', name), 'default', later).map((event) => event.id)).toEqual(
        read(name).map((event) => event.id),
      );
  });

  it.each([
    {},
    { entry: {} },
    { entry: [] },
    { entry: [null] },
    { entry: [{ id: '1' }] },
    { entry: [{ changes: 'x' }] },
  ])('when its envelope is %j, then it is kept as one event', (payload) => {
    expect(parse(payload, 'default', now)).toMatchObject([{ kind: 'account' }]);
  });

  it('when one POST holds updates of two customers, then each event has its own sender', () => {
    expect(read('batch-of-two-customers').map(({ kind, sender, id }) => [kind, sender, id])).toEqual([
      ['receipt', andina, 'wamid.QjE=/delivered/1796131820'],
      ['receipt', andina, 'wamid.QjI=/failed/1796131820'],
      ['message', andina, 'wamid.QjM='],
      ['message', andina, 'wamid.QjQ='],
      ['message', '106540352242933', 'wamid.QjU='],
    ]);
  });
});

describe('who wrote it', () => {
  const from = (name: string) => read(name).map((event) => ('from' in event ? event.from : undefined));

  it('when the phone is hidden, then the person is known by the business-scoped id alone', () => {
    expect(from('text-phone-hidden')).toEqual([lucia]);
  });
  it('when there is a parent id, then it is kept beside, never instead', () => {
    expect(from('text-parent-id')).toEqual([{ ...lucia, parentBsuid: 'CL.ENT.778899' }]);
  });
  it('when an id stands where the phone should, then it is an id', () => {
    expect(from('text-id-in-from')).toEqual([{ bsuid: 'CL.9900887766' }]);
  });
  it('when contacts stand in another order than messages, then each message has its own', () => {
    expect(from('batch-of-two-customers').slice(2)).toEqual([
      ana,
      { phone: '+56911113333', name: 'Bruno' },
      { phone: '+5521987654321', name: 'Carla' },
    ]);
  });
  it('when nobody is named, then only that a message came is kept, for its words could never be erased', () => {
    expect(read('text-nobody')).toMatchObject([
      { kind: 'account', id: 'wamid.Tk9CT0RZ', field: 'message_without_sender', value: { type: 'text' } },
    ]);
    expect(JSON.stringify(read('text-nobody'))).not.toContain('hola');
  });
});

describe('what changes about a person', () => {
  it('when a number changes, then both sides are told with their ids', () => {
    expect(read('number-changed')).toMatchObject([
      {
        kind: 'identity',
        id: 'wamid.U1lT',
        previous: { phone: '+56987654321', bsuid: 'CL.4400112233' },
        current: { phone: '+56911112222', bsuid: 'CL.5511' },
      },
    ]);
  });
  it('when only the id changes and no phone is shown, then the ids are told', () => {
    expect(read('id-changed')).toMatchObject([
      { kind: 'identity', previous: { bsuid: 'CL.4400112233' }, current: { bsuid: 'CL.5511' } },
    ]);
  });
  it('when an id update comes, then it tells the same', () => {
    expect(read('user-id-update')).toMatchObject([
      {
        kind: 'identity',
        previous: { phone: '+56987654321', bsuid: 'CL.4400112233' },
        current: { phone: '+56987654321', bsuid: 'CL.5511' },
      },
    ]);
  });
  it('when promotions are stopped at Meta, then it is a wish of the person', () => {
    expect(read('preference-stop')).toMatchObject([
      { kind: 'preference', marketing: 'stop', from: { phone: '+56987654321', bsuid: 'CL.4400112233' } },
    ]);
  });
  it('when nothing says whose preference or change it is, then it is no event of a person', () => {
    const preference = fixture('whatsapp', 'preference-stop');
    const [stop] = preference.entry[0].changes[0].value.user_preferences;
    delete stop.wa_id;
    delete stop.user_id;
    const update = fixture('whatsapp', 'user-id-update');
    update.entry[0].changes[0].value.user_id_update = [{ user_id: { current: 'CL.5511' } }];
    for (const payload of [preference, update])
      expect(parse(payload, 'default', now)).toMatchObject([{ kind: 'account' }]);
  });
});
