import { channelsIn } from '../../src/conversation/understand/entities/channels';
import { fold } from '../../src/conversation/understand/normalise';

const heard: [string, readonly string[], string | undefined][] = [
  ['manda por sms la promo cyber a clientes RM', ['sms'], undefined],
  ['manda la promo cyber a clientes RM con SMS de respaldo', [], 'sms'],
  ['manda la promo cyber por whatsapp, con correo como respaldo', ['whatsapp'], 'email'],
  ['la promo cyber a los VIP, respaldo por sms', [], 'sms'],
  ['manda la promo cyber y si no les llega que vaya por correo', [], 'email'],
  ['manda el wsp de verano, y si no llega por sms', ['whatsapp'], 'sms'],
  ['un sms por si falla', [], 'sms'],
  ['send the cyber promo to RM with SMS as a backup', [], 'sms'],
  ['send it by WhatsApp, backup by email', ['whatsapp'], 'email'],
  ['send promo cyber to VIP and if it fails by text message', [], 'sms'],
  ["send promo cyber, an email if it doesn't reach them", [], 'email'],
  ['envia a promo cyber com SMS de reserva', [], 'sms'],
  ['manda a promo por whatsapp e se não chegar por e-mail', ['whatsapp'], 'email'],
  ['reserva por sms', [], 'sms'],
  ['mejor sin respaldo', [], 'none'],
  ['better without a backup', [], 'none'],
  ['melhor sem reserva', [], 'none'],
  ['necesito un respaldo de los datos', [], undefined],
  ['whatsapp masivo a regiones', ['whatsapp'], undefined],
  ['avisa a ana@correo.cl', [], undefined],
];

it.each(heard)('when somebody says «%s», then it goes by %j, and behind it by %s', (said, channels, backup) => {
  expect(channelsIn(fold(said))).toEqual({ channels, ...(backup && { backup }) });
});
