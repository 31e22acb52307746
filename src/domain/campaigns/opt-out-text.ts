import type { TemplateRow } from './templates.table';

/** A word to answer, written as one: «precios a la baja» and «puedes cancelar en cuotas» say nothing about leaving. */
const word = /(?<!\p{L})(?:BAJA|SALIR|STOP|PARAR|SAIR|CANCELAR|UNSUBSCRIBE|OPT-?OUT)(?!\p{L})/u;
/** The same in a sentence, in Spanish, English and Portuguese. */
const sentence =
  /(?<!\p{L})(?:para no recibir|no (?:quieres?|deseas?) recibir|dejar de recibir|darte de baja|desuscri\p{L}+|opt[ -]?out|unsubscribe|stop receiving|para não receber|deixar de receber|descadastr\p{L}+)(?!\p{L})/iu;
const link = /\{\{\s*unsubscribe\s*\}\}|https?:\/\/\S*(?:unsubscribe|baja|optout|opt-out|descadastr)\S*/iu;
const offers =
  /(?<!\p{L})(descuento|oferta|promo(?:ción)?|2\s?x\s?1|cup[oó]n|aprovecha|discount|coupon|sale|desconto|cupom|promoção)(?!\p{L})/iu;

type Words = Pick<TemplateRow, 'channel' | 'body' | 'stop_word'> & { sender_name?: string | null };

/** A promotion says how to leave by the way it came: a word to answer in WhatsApp and SMS; in mail who writes, and a link to leave. */
export function saysHowToLeave({ channel, body, stop_word: own, sender_name: sender }: Words): boolean {
  if (channel === 'email') return Boolean(sender?.trim()) && link.test(body);
  const saysOwn = own ? body.toLowerCase().includes(own.toLowerCase()) : false;
  return saysOwn || word.test(body) || sentence.test(body);
}

/** A message that is no promotion by its category may not read like one. */
export const readsLikeAnOffer = (body: string): boolean => offers.test(body);
