import { saveDialog } from '../../src/conversation/dialogs.table';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { aPhone, cardOf, colleague, labels, type Someone, someone, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

/** Where a conversation may stand when somebody has had enough. */
const states: readonly [string, (person: Someone) => Promise<unknown>][] = [
  ['nothing is open', (person) => person.says('hola')],
  ['it was asked whether they want to leave', (person) => person.says('me tienen aburrida')],
  ['it was asked whether to erase', (person) => person.says('borren mis datos')],
  ['the team has taken over', (person) => person.says('PERSONA')],
  ['an answer of theirs is awaited', (person) => awaitAnswer(person.identity.phone ?? '')],
];

async function awaitAnswer(phone: string): Promise<void> {
  const pending = { kind: 'slot', intent: 'request-status', slot: 'code', slots: {}, until: Date.now() * 2 } as const;
  await house.inside(andina, async (tx) => {
    const lane = (await house.keys.of(tx)).find('phone', phone);
    await saveDialog(tx, house.keys, lane, undefined, { pending }, house.clock.now());
  });
}

describe.each(states)('when %s', (_state, begin) => {
  it.each([
    'ya po, no me manden más',
    'STOP',
    'porfa sáquenme de la lista',
    'stop texting me',
    'não quero mais receber',
  ])('and somebody writes «%s», then they are out at once and told once', async (text) => {
    const person = someone(house);
    await begin(person);
    const said = await person.says(text);
    expect(await person.promotions()).toBe('stop');
    expect(said).toHaveLength(1);
    expect(whole(said[0])).toMatch(/VOLVER|START|VOLTAR/);
  });

  it('and they say it again, then nothing more is said', async () => {
    const person = someone(house);
    await begin(person);
    await person.says('BAJA');
    expect(await person.says('BAJA')).toEqual([]);
    expect(await person.says('ya no me manden más mensajes')).toEqual([]);
    expect(await person.promotions()).toBe('stop');
  });
});

describe('a wish to leave that is only likely', () => {
  it('when it is heard, then promotions are held and it is asked with two buttons; silence leaves the hold', async () => {
    const person = someone(house);
    const [question] = await person.says('uf, otra promo');
    expect(labels(question)).toEqual(['Sí, no más', 'No, las quiero']);
    expect(await person.promotions()).toBe('hold');
    house.clock.forward(24 * 60);
    await person.says('¿tienen talla 42?');
    expect(await person.promotions()).toBe('hold');
  });

  it('when they press no, then all is as before; when they press yes, then they are out', async () => {
    const person = someone(house);
    const [question] = await person.says('uf, otra promo');
    await person.taps('No, las quiero', question);
    expect(await person.promotions()).toBeUndefined();
    expect(whole((await person.taps('Sí, no más', question))[0])).toMatch(/no te enviará más/);
    expect(await person.promotions()).toBe('stop');
  });

  it('when they press no on an old question after having left, then they stay out and are told so', async () => {
    const person = someone(house);
    const [question] = await person.says('uf, otra promo');
    await person.says('BAJA');
    expect(whole((await person.taps('No, las quiero', question))[0])).toMatch(/no te está enviando promociones/);
    expect(await person.promotions()).toBe('stop');
  });

  it('when they answer yes in words, even hours later, then they are out', async () => {
    const person = someone(house);
    await person.says('uf, otra promo');
    house.clock.forward(180);
    expect(whole((await person.says('sí'))[0])).toMatch(/no te enviará más/);
    expect(await person.promotions()).toBe('stop');
  });

  it('when CANCELAR comes while a question is open, then the question is closed, promotions are held, and it is asked in their language', async () => {
    const person = someone(house);
    await person.says('borren mis datos');
    const said = await person.says('CANCELAR');
    expect(said.map(labels)).toEqual([['Sí, no más', 'No, las quiero']]);
    expect(await person.promotions()).toBe('hold');
    expect((await person.request())?.state).toBe('received');
    await person.says('no');
    expect((await person.request())?.state).toBe('received');
  });

  it('when CANCELAR comes with nothing open, then they are out', async () => {
    const person = someone(house);
    await person.says('hola');
    await person.says('CANCELAR');
    expect(await person.promotions()).toBe('stop');
  });
});

describe('while the team talks with somebody', () => {
  it.each(['dejen de hacerme esperar', 'uf, otra promo', '🛑'])(
    'when «%s» may be a wish to leave, then promotions wait and the bot keeps quiet',
    async (text) => {
      const person = someone(house);
      await person.says('PERSONA');
      expect(await person.says(text)).toEqual([]);
      expect(await person.promotions()).toBe('hold');
    },
  );

  it.each(['siguen ahi?', 'siguen atendiendo?'])('when «%s» is asked, then nothing is paused', async (text) => {
    const person = someone(house);
    await person.says('PERSONA');
    expect(await person.says(text)).toEqual([]);
    expect(await person.promotions()).toBeUndefined();
  });
});

describe('an answer that is none', () => {
  it('when it only begins with no, then the pause stays and it is asked again; no ends it', async () => {
    const person = someone(house);
    await person.says('uf, otra promo');
    expect(whole((await person.says('no me contestan nunca'))[0])).toMatch(/un sí o un no/);
    expect(await person.promotions()).toBe('hold');
    await person.says('No, las quiero');
    expect(await person.promotions()).toBeUndefined();
  });

  it('when it is a stop sign, then promotions wait and it is asked', async () => {
    const person = someone(house);
    expect(labels((await person.says('🛑🛑'))[0])).toEqual(['Sí, no más', 'No, las quiero']);
    expect(await person.promotions()).toBe('hold');
  });
});

describe('what is no wish to leave', () => {
  it.each(['no', 'No gracias', 'quiero cancelar mi cuota', '¿tienen talla 42?', 'quiero dar de baja el plan'])(
    'T-OPT-7: when somebody writes «%s», then promotions go on',
    async (text) => {
      const person = someone(house);
      await person.says('hola');
      await person.says(text);
      expect(await person.promotions()).toBeUndefined();
    },
  );

  it('when a bare no comes, then it says how leaving is done', async () => {
    expect(whole((await someone(house).says('no'))[0])).toMatch(/BAJA/);
  });

  it('when they come back by VOLVER, then they may be written to, and coming back twice is said', async () => {
    const person = someone(house);
    await person.says('ALTA');
    await person.says('SÍ');
    await person.says('BAJA');
    house.clock.forward(1);
    expect(whole((await person.says('VOLVER'))[0])).toMatch(/¡Listo!.*BAJA/);
    expect(await person.promotions()).toBeUndefined();
    expect(whole((await person.says('VOLVER'))[0])).toMatch(/Ya recibes/);
  });
});

describe('coming back to nothing that was ever agreed to', () => {
  it.each(['VOLVER', 'ALTA', 'quiero recibir sus ofertas'])(
    'T-CON-1: when somebody who never said yes to any words writes «%s», then they are shown them, and only a yes counts',
    async (word) => {
      const person = someone(house);
      await person.says('BAJA');
      house.clock.forward(1);
      expect(whole((await person.says(word))[0])).toMatch(/¿Lo confirmas\? Responde SÍ/);
      expect(await person.promotions()).toBe('stop');
      await person.says('SÍ');
      expect(await person.promotions()).toBeUndefined();
    },
  );
});

describe('several wishes in one message', () => {
  it('when somebody wants to leave and be erased, then they are out, and the erasure is asked', async () => {
    const person = someone(house);
    const said = await person.says('no me escriban más y borren mis datos');
    expect(await person.promotions()).toBe('stop');
    expect(said).toHaveLength(2);
    expect(labels(said[1])).toEqual(['Sí, borrar', 'No']);
  });

  it('when the first of them is only likely, then the second is not lost', async () => {
    const person = someone(house);
    const said = await person.says('uf, otra promo. borren mis datos');
    expect(await person.promotions()).toBe('hold');
    expect((await person.request())?.right).toBe('erase');
    expect(labels(said.at(-1))).toEqual(['Sí, borrar', 'No']);
  });
});

describe('buttons', () => {
  it('when a template’s own quick reply says it, then its words are heard', async () => {
    const person = someone(house);
    await person.sends({ type: 'button', label: 'No más promociones', action: 'No más promociones' });
    expect(await person.promotions()).toBe('stop');
  });

  it('when the button is pressed again, then it does not go unanswered', async () => {
    const person = someone(house);
    const [help] = await person.says('ayuda');
    await person.taps('No más promociones', help);
    expect(whole((await person.taps('No más promociones', help))[0])).toMatch(/no te está enviando promociones/);
  });
});

describe('messages that were changed', () => {
  it('when one is edited into a wish to leave, then it is heard; into anything else, then not', async () => {
    const person = someone(house);
    await person.says('hola');
    expect(await person.sends({ type: 'edited', of: 'x', text: 'borren mis datos' })).toEqual([]);
    expect(await person.request()).toBeUndefined();
    await person.sends({ type: 'edited', of: 'x', text: 'no me manden más' });
    expect(await person.promotions()).toBe('stop');
  });

  it('when one is deleted, or somebody reacts to one, then nothing is said and nothing changes', async () => {
    const person = someone(house);
    await person.says('hola');
    expect(await person.sends({ type: 'revoked', of: 'x' })).toEqual([]);
    expect(await person.sends({ type: 'reaction', on: 'x', emoji: '😡' })).toEqual([]);
    expect(await person.promotions()).toBeUndefined();
  });
});

describe('a promotion that is waiting to leave', () => {
  it('when its person writes BAJA, then it is cancelled, and they are told so', async () => {
    const camila = colleague(house, 'U0CAMILA');
    const diego = colleague(house, 'U0DIEGO');
    const draft = await camila.says('manda la promo cyber a clientes RM el viernes a las 10');
    const asked = await camila.presses('Pedir aprobación', cardOf(draft, 'send-campaign/author'));
    await diego.presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    const ana = someone(house, { phone: '+56987654321' });
    expect(whole((await ana.says('ya po, no me manden más'))[0])).toMatch(/detuve un mensaje que iba a salir/);
    const report = await camila.says('reporte de la promo cyber');
    expect(whole(report[0]?.content)).toMatch(/1 persona pidió salir/);
  });

  it('when the person is somebody of another customer too, then only this one’s promotions stop', async () => {
    const phone = aPhone();
    const here = someone(house, { phone });
    const there = someone(house, { phone }, '019ad5a0-0000-7000-8000-0000000000b2');
    await there.says('hola');
    await here.says('BAJA');
    expect([await here.promotions(), await there.promotions()]).toEqual(['stop', undefined]);
  });
});
