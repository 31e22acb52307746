import { saysWrongNumber } from '../../src/conversation/wrong-number';

describe('a number that is somebody else’s', () => {
  it.each([
    'número equivocado',
    'Numero equivocado mijito, no me escriba mas',
    'joven, está equivocado, este no es el celular de la señora Marta, no me mande más',
    'no conozco a ninguna Marisol, corten con los avisos',
    'Se equivocaron de número!!',
    'este número ahora es mío, no me manden nada',
    'este número ya no es de Carla, me llegan puros mensajes de ella',
    'ya no soy Carla, yo compré el chip ayer',
    'I just got this number, please stop',
    'wrong number, stop',
    "sorry this isn't Pete's number, take me off",
    'número errado, pare',
    'esse não é mais o telefone dela',
  ])('when somebody who leaves writes “%s”, then it may have a new holder', (text) => {
    expect(saysWrongNumber(text)).toBe(true);
  });

  it.each([
    'baja',
    'no me escriban más',
    'mi rut tiene un número equivocado, borren eso',
    'anotaron mal mi número, cambien el celular',
    'compré el teléfono con ustedes y ya no soy cliente, no me escriban más',
    'me llegó el producto equivocado, no quiero más promos',
    'I do not know why I get this, stop',
    'pare, não quero mais',
    'stop, my order number is wrong',
  ])('when they write “%s”, then nobody doubts whose it is', (text) => {
    expect(saysWrongNumber(text)).toBe(false);
  });
});
