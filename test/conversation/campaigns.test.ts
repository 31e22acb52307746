import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { cardOf, colleague, labels, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const diego = () => colleague(house, 'U0DIEGO');
const told = (posts: readonly Post[]): string => posts.map((post) => whole(post.content)).join(' | ');
const campaigns = () => house.inside(andina, (tx) => house.rooms.campaigns.list(tx, 10, house.clock.now()));
const newest = async () => {
  const [campaign] = await campaigns();
  if (!campaign) throw new Error('no campaign');
  return campaign;
};
const wish = 'manda la promo cyber a clientes RM mañana a las 10';
const drafted = async () => {
  const draft = cardOf(await camila().says(wish), 'send-campaign/author');
  return { draft, ...(await newest()) };
};
const approved = async () => {
  const { draft, number } = await drafted();
  const asked = await camila().presses('Pedir aprobación', draft);
  await diego().presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
  return { ...(await newest()), number };
};

describe('a campaign for a moment', () => {
  it('when it is scheduled in words, then it is a draft that waits for approval like any other, and can be said otherwise', async () => {
    const said = await camila().says('programa la promo cyber a clientes RM para el viernes a las 11');
    expect(whole(cardOf(said, 'send-campaign/author'))).toMatch(/Borrador listo.*viernes 4 de diciembre, 11:00/);
    expect(await newest()).toMatchObject({ state: 'draft' });
    const changed = cardOf(await camila().says('mejor a las 12'), 'send-campaign/author');
    expect(whole(changed)).toMatch(/viernes 4 de diciembre, 12:00/);
  });

  it('when no moment was said, then it is asked, and what is missing after it', async () => {
    expect(told(await camila().says('programar campaña'))).toMatch(/¿Para cuándo\?/);
    const said = await camila().says('mañana a las 10');
    expect(labels(said[0]?.content)).toContain('Una nueva');
    const [what] = await camila().presses('Una nueva', said[0]?.content);
    expect(whole(what?.content)).toMatch(/¿Qué plantilla mando\?/);
    await camila().presses('novedades verano', what?.content);
    const draft = cardOf(await camila().says('clientes Biobío'), 'send-campaign/author');
    expect(whole(draft)).toMatch(/novedades verano.*clientes Biobío.*miércoles 2 de diciembre, 10:00/);
  });

  it('when a draft of one’s own is moved by its number, then it is the same draft at the new moment', async () => {
    const { number, id } = await drafted();
    const moved = cardOf(await camila().says(`reprograma la ${number} para el jueves a las 9`), 'send-campaign/author');
    expect(whole(moved)).toMatch(/jueves 3 de diciembre, 09:00/);
    expect(await newest()).toMatchObject({ id, number, state: 'draft' });
  });

  it('when a draft is told to wait, then it is said that it waits anyway, and it stays a draft', async () => {
    const { id, number } = await drafted();
    expect(told(await camila().says('espera, no la mandes todavía'))).toMatch(
      new RegExp(`${number} · .* todavía no sale: .* hasta que otra persona la apruebe`),
    );
    expect(await newest()).toMatchObject({ id, state: 'draft' });
  });

  it('when an approved one is moved, then it stays, that is said, and another can be prepared for that moment', async () => {
    const { id, number, at, version } = await approved();
    const [refused] = await camila().says(`reprograma la ${number} para el jueves a las 9`);
    expect(whole(refused?.content)).toMatch(/ya está aprobada/);
    expect(await newest()).toMatchObject({ id, state: 'scheduled', at, version });
    const other = cardOf(await camila().presses('Preparar otra igual', refused?.content), 'send-campaign/author');
    expect(whole(other)).toMatch(/jueves 3 de diciembre, 09:00/);
    expect(await newest()).toMatchObject({ state: 'draft', templateId: (await campaigns())[1]?.templateId });
    expect((await newest()).id).not.toBe(id);
  });

  it('when somebody else’s draft is moved, then it stays as it is', async () => {
    const { id, number, at } = await drafted();
    expect(told(await diego().says(`reprograma la ${number} para el jueves a las 9`))).toMatch(/es de Camila/);
    expect(await newest()).toMatchObject({ id, at });
  });

  it('when the number is nobody’s, then nothing is prepared', async () => {
    const before = (await campaigns()).length;
    expect(told(await camila().says('reprograma la C-9999 para el jueves a las 9'))).toMatch(
      /No encuentro esa campaña/,
    );
    expect((await campaigns()).length).toBe(before);
  });
});

describe('while another campaign waits for its hour', () => {
  const another = async () => {
    await approved();
    return drafted();
  };

  it('when the draft just spoken of is told to wait, then the other one goes on, and can be paused from there', async () => {
    const other = await approved();
    const draft = await drafted();
    const [said] = await camila().says('espera, no la mandes todavía');
    expect(whole(said?.content)).toContain(`${draft.number} · ${draft.name} todavía no sale`);
    expect(labels(said?.content)).toContain(`Pausar ${other.number} · ${other.name}`);
    expect((await campaigns()).find(({ id }) => id === other.id)).toMatchObject({ state: 'scheduled' });
  });

  it('when the approved one just spoken of is told to wait, then it is the one, and twice is no error', async () => {
    const { draft, id, number } = await another();
    const asked = await camila().presses('Pedir aprobación', draft);
    await diego().presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    expect(told(await camila().says('espera, no la mandes todavía'))).toMatch(new RegExp(`${number} · .*en espera`));
    expect(await newest()).toMatchObject({ id, state: 'paused' });
    expect((await campaigns()).filter(({ state }) => state === 'paused').map((one) => one.id)).toEqual([id]);
    expect(told(await camila().says('espera, no la mandes todavía'))).toMatch(
      new RegExp(`${number} · .*ya está en pausa`),
    );
  });

  it('when an approved one that nobody paused is let go, then its hour is said, and nothing is asked', async () => {
    const { id, number, version } = await approved();
    const [said] = await camila().says('ok, mándala');
    expect(whole(said?.content)).toMatch(
      new RegExp(`${number} · .* ya está aprobada.*miércoles 2 de diciembre, 10:00`),
    );
    expect(labels(said?.content)).not.toContain('Sí, reanudar');
    expect(await newest()).toMatchObject({ id, state: 'scheduled', version });
  });
});

describe('what its author hears', () => {
  it('when it is approved, then a new message says by whom and for when, and the older card has no buttons left', async () => {
    const { draft, number } = await drafted();
    const asked = await camila().presses('Pedir aprobación', draft);
    const mine = (posts: readonly Post[]) =>
      posts.filter(
        ({ card, place, content }) =>
          card === 'send-campaign/author' && place.user === 'U0CAMILA' && whole(content).includes(number),
      );
    const said = mine(await diego().presses('Aprobar', cardOf(asked, 'send-campaign/approval')));
    expect(said).toHaveLength(1);
    expect(whole(said[0]?.content)).toMatch(/Aprobada por Diego.*miércoles 2 de diciembre, 10:00/);
    const all = mine(await house.posts(andina));
    expect(all.map(({ content }) => labels(content).length > 0)).toEqual([...all.slice(1).map(() => false), true]);
    expect(whole(all[0]?.content)).toMatch(/Sigue más abajo/);
  });

  it('when changes are asked for, then a new message brings the comment, with the buttons to go on', async () => {
    const { draft, number } = await drafted();
    const asked = await camila().presses('Pedir aprobación', draft);
    const approval = cardOf(asked, 'send-campaign/approval');
    const open = house.edge.forms.length;
    await diego().presses('Pedir cambios', approval, 'V1');
    await eventually(async () => expect(house.edge.forms.length).toBe(open + 1));
    const said = await diego().submits(house.edge.forms.at(-1)?.action ?? '', { comment: 'Falta el precio' });
    const [mine] = said.filter(({ card, place }) => card === 'send-campaign/author' && place.user === 'U0CAMILA');
    expect(whole(mine?.content)).toMatch(new RegExp(`${number}.*Te pidieron cambios:\\* Falta el precio`));
    expect(labels(mine?.content)).toContain('Pedir aprobación');
  });

  it('when approval is asked for with two clicks, then it is answered once', async () => {
    const { draft, version } = await drafted();
    expect(told(await camila().presses('Pedir aprobación', draft))).toMatch(/Listo, avisé/);
    expect(await camila().presses('Pedir aprobación', draft)).toEqual([]);
    expect(await newest()).toMatchObject({ state: 'awaiting_approval', version: version + 1 });
  });

  it('when a draft is said otherwise, then only the newest of its cards can be pressed', async () => {
    const { number } = await drafted();
    await camila().says('mejor a las 11');
    const cards = (await house.posts(andina)).filter(
      ({ card, content }) => card === 'send-campaign/author' && whole(content).includes(number),
    );
    expect(cards.map(({ content }) => labels(content).includes('Pedir aprobación'))).toEqual([false, true]);
  });
});

describe('the same campaign once more', () => {
  it('when one is cloned for another group, then a draft has its template, that group and no approval', async () => {
    const { number, templateId, id } = await approved();
    const draft = cardOf(await camila().says(`duplica la ${number} para clientes Biobío`), 'send-campaign/author');
    expect(whole(draft)).toMatch(/Borrador listo/);
    const copy = await newest();
    expect(copy).toMatchObject({ state: 'draft', templateId, segment: 'clientes Biobío' });
    expect(copy.id).not.toBe(id);
    expect(copy.approver).toBeUndefined();
  });

  it('when none is named and there are several, then it is asked which', async () => {
    const { number, name } = await drafted();
    const [which] = await camila().says('duplicar campaña');
    expect(labels(which?.content)).toContain(`${number} · ${name}`);
  });
});

describe('the campaigns there are', () => {
  it('when one waits, then it comes first for whoever may approve it, who can do it from there; its author is offered no approval', async () => {
    const { draft, number } = await drafted();
    await camila().presses('Pedir aprobación', draft);
    const [list] = await diego().says('qué tengo que aprobar');
    expect(whole(list?.content)).toMatch(new RegExp(`esperan? tu aprobación.*${number}.*esperando aprobación`));
    const card = cardOf(await diego().presses(`Revisar ${number}`, list?.content), 'send-campaign/approval');
    await diego().presses('Aprobar', card);
    expect(await newest()).toMatchObject({ number, state: 'scheduled' });
    const mine = await drafted();
    await camila().presses('Pedir aprobación', mine.draft);
    const [own] = await camila().says('mis campañas');
    expect(labels(own?.content)).not.toContain(`Revisar ${mine.number}`);
    expect(labels(own?.content)).toContain(`Ver ${mine.number}`);
  });
});

describe('what is said of one that has not gone out', () => {
  it('when its approval is asked for or given in words, then nothing is done by them, and the card with the button comes', async () => {
    const { number } = await drafted();
    const mine = cardOf(await camila().says(`pide la aprobación de la ${number}`), 'send-campaign/author');
    expect(await newest()).toMatchObject({ number, state: 'draft' });
    await camila().presses('Pedir aprobación', mine);
    const theirs = cardOf(await diego().says(`apruebo la ${number}`), 'send-campaign/approval');
    expect(await newest()).toMatchObject({ number, state: 'awaiting_approval' });
    await diego().presses('Aprobar', theirs);
    expect(await newest()).toMatchObject({ number, state: 'scheduled' });
  });

  it('when its report or how it goes is asked, then its author gets the draft to go on with instead of noughts', async () => {
    const { number } = await drafted();
    for (const words of [`reporte de la ${number}`, `cómo va la ${number}`])
      expect(labels(cardOf(await camila().says(words), 'send-campaign/author'))).toContain('Pedir aprobación');
  });

  it('when its hour passes while it is a draft, then its author is asked for another instead of being offered the approval', async () => {
    const { number } = await drafted();
    await house.inside(andina, (tx) =>
      tx.query(`UPDATE campaign SET scheduled_at = $1 WHERE number = $2`, [house.clock.now(), Number(number.slice(2))]),
    );
    const late = cardOf(await camila().says(`cómo va la ${number}`), 'send-campaign/author');
    expect(whole(late)).toMatch(new RegExp(`Esa hora ya pasó.*reprograma la ${number}`));
    expect(labels(late)).not.toContain('Pedir aprobación');
    const moved = cardOf(await camila().says(`reprograma la ${number} para mañana a las 10`), 'send-campaign/author');
    expect(labels(moved)).toContain('Pedir aprobación');
  });

  it('when it is thrown away in words, then it is asked as what it is: a draft of which nothing left', async () => {
    const { number } = await drafted();
    const said = await camila().says(`cancela la ${number}`);
    expect(told(said)).toMatch(/¿Descarto C-\d+ · promo cyber\? No ha salido nada/);
    expect(told(said)).not.toMatch(/retirar/);
  });

  it('when an order is said again with a group that is nobody’s, then the one of before is not taken for it', async () => {
    const before = (await campaigns()).length;
    expect(told(await camila().says('manda promo pascua a clientes RM'))).toMatch(/No conozco «promo pascua»/);
    expect(told(await camila().says('manda la promo cyber a clientes XX'))).toMatch(/No conozco «clientes XX»/);
    expect((await campaigns()).length).toBe(before);
  });

  it('when it is asked what to send, then what only tells of a letter is not offered', async () => {
    const [asked] = await diego().says('quiero enviar una campaña');
    expect(labels(asked?.content)).toContain('promo cyber');
    expect(labels(asked?.content).join()).not.toMatch(/data request|pedido dados|solicitud/);
  });
});

describe('before there is any campaign', () => {
  it.each([
    ['reporte de la última campaña', /manda control anual a pacientes/],
    ['exporta el reporte a excel', /manda control anual a pacientes/],
    ['mis campañas', /manda control anual a pacientes/],
  ])('when «%s» is asked, then it is said how one is begun, in the company’s own names', async (words, own) => {
    const said = told(await colleague(house, 'U0MARTIN', 'T0CLINICA', clinica).says(words));
    expect(said).toMatch(own);
    expect(said).not.toMatch(/cyber|RM/);
  });
});

describe('what failed, and figures to take along', () => {
  it('when it has not gone out, then there is nothing to resend, and nothing is prepared', async () => {
    const { number } = await drafted();
    const before = (await campaigns()).length;
    expect(told(await camila().says(`reenvía a los que fallaron en la ${number}`))).toMatch(/todavía no sale/);
    expect((await campaigns()).length).toBe(before);
  });

  it('when some failed, then how many and why is said, what can be looked at, and nothing is sent again', async () => {
    const martin = colleague(house, 'U0MARTIN', 'T0CLINICA', clinica);
    const elena = colleague(house, 'U0ELENA', 'T0CLINICA', clinica);
    const draft = cardOf(await martin.says('manda control anual a pacientes'), 'send-campaign/author');
    const asked = await martin.presses('Pedir aprobación', draft);
    await elena.presses('Aprobar', cardOf(asked, 'send-campaign/approval'));
    const number = /C-\d+/.exec(whole(draft))?.[0] ?? '?';
    await eventually(async () => expect(told(await martin.says(`cómo va ${number}`))).toMatch(/Terminada/));
    const sent = house.edge.sent.length;
    await house.inside(clinica, (tx) =>
      tx.query(
        `UPDATE message SET state = 'failed', reason = 'WHATSAPP_131026' WHERE (batch_id, seq) IN
           (SELECT batch_id, seq FROM message WHERE batch_id > 0 AND state = 'accepted' ORDER BY seq LIMIT 2)`,
      ),
    );
    const [said] = await martin.says(`reenvía a los que fallaron en la ${number}`);
    expect(whole(said?.content)).toMatch(/2 mensajes no llegaron.*no tiene WhatsApp.*el motivo no cambia solo/);
    expect(labels(said?.content)).toEqual(['Ver reporte', 'Ver una persona']);
    expect(whole((await martin.presses('Ver reporte', said?.content))[0]?.content)).toContain(`Reporte ${number}`);
    expect(house.edge.sent).toHaveLength(sent);
  });

  it('when figures are to be exported, then the ways to take them along are offered, and each asks why', async () => {
    const { number } = await drafted();
    const said = await camila().says(`exporta el reporte de la ${number} a excel`);
    expect(labels(cardOf(said, 'export-report/files'))).toEqual(['Lista (CSV)', 'PDF', 'Ver reporte']);
  });
});
