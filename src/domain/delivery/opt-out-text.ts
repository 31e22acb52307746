import type { TemplateRow } from '../campaigns/templates.table';

/** How one may leave, as people read it, in Spanish, English and Portuguese. */
const waysOut =
  /\b(baja|salir|stop|opt[ -]?out|unsubscribe|parar|sair|cancelar|descadastr\w+|desuscri\w+|no (?:quier\w+|dese\w+) recibir|para no recibir|dejar de recibir|para não receber|deixar de receber)\b/iu;
const link = /\{\{\s*unsubscribe\s*\}\}|https?:\/\/\S*(?:unsubscribe|baja|optout|opt-out|descadastr)\S*/iu;
const offers =
  /(?<!\p{L})(descuento|oferta|promo(?:ción)?|2\s?x\s?1|cup[oó]n|aprovecha|discount|coupon|sale|desconto|cupom|promoção)(?!\p{L})/iu;

type Words = Pick<TemplateRow, 'channel' | 'body' | 'stop_word'> & { sender_name?: string | null };

/** A promotion says how to leave by the way it came: a word to answer in WhatsApp and SMS; in mail who writes, and a link to leave. */
export function saysHowToLeave({ channel, body, stop_word: word, sender_name: sender }: Words): boolean {
  if (channel === 'email') return Boolean(sender?.trim()) && link.test(body);
  return (word ? body.toLowerCase().includes(word.toLowerCase()) : false) || waysOut.test(body);
}

/** A message that is no promotion by its category may not read like one. */
export const readsLikeAnOffer = (body: string): boolean => offers.test(body);
