import { readsLikeAnOffer, saysHowToLeave } from '../../../src/domain/campaigns/opt-out-text';

const says = (channel: string, body: string, more: { stop_word?: string; sender_name?: string } = {}) =>
  saysHowToLeave({ channel, body, stop_word: more.stop_word ?? null, sender_name: more.sender_name ?? null });

describe('what a promotion says about leaving', () => {
  it.each([
    ['whatsapp', 'Hoy 30 %. Responde BAJA para no recibir más.', true],
    ['whatsapp', 'Hoy 30 %. Reply STOP to opt out.', true],
    ['whatsapp', 'Hoje 30 %. Responda SAIR para não receber mais.', true],
    ['sms', 'Cyber: 30 %. No quieres recibir? Envia SALIR', true],
    ['whatsapp', 'Hoy 30 % en toda la tienda.', false],
    ['sms', 'Rebaja en trabajadores, stopwatch incluido', false],
    ['sms', '', false],
    ['sms', 'Precios a la baja: puedes cancelar en cuotas, sin parar', false],
  ])('T-CAMP-1: when a promotion by %s says «%s», then it is %s', (channel, body, expected) => {
    expect(says(channel, body)).toBe(expected);
  });

  it('T-CAMP-1: when its word to answer is in it, then that is enough; when the word is set and not said, then it is not', () => {
    expect(says('whatsapp', 'Para terminar responde CHAO', { stop_word: 'CHAO' })).toBe(true);
    expect(says('whatsapp', 'Hoy 30 %.', { stop_word: 'CHAO' })).toBe(false);
  });

  it.each([
    ['its sender and a link to leave', 'Hola… {{unsubscribe}}', 'Tienda Andina', true],
    ['an address to leave', 'Hola… https://andina.example/unsubscribe/1', 'Tienda Andina', true],
    ['no sender', 'Hola… {{unsubscribe}}', '', false],
    ['only a word to answer', 'Hola… responde BAJA', 'Tienda Andina', false],
  ])('T-CAMP-1: when a mail has %s, then it counts as it should', (_, body, sender_name, expected) => {
    expect(says('email', body, { sender_name })).toBe(expected);
  });

  it('when a notice offers something, then it reads like a promotion', () => {
    expect(
      ['Tu pedido va en camino', 'Hoy oferta: 2x1', 'Su cupón de descuento', 'Your coupon'].map(readsLikeAnOffer),
    ).toEqual([false, true, true, true]);
  });
});
