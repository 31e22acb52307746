import type { Form } from '../../src/channel';
import { readAction, signAction } from '../../src/conversation/actions';
import { loadCatalogue } from '../../src/conversation/catalogue';
import { choicesFor } from '../../src/conversation/choices';
import { root } from '../../src/load';
import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse, type Post } from './house';
import { buttonOf, cardOf, colleague, labels, whole } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const camila = () => colleague(house, 'U0CAMILA');
const diego = () => colleague(house, 'U0DIEGO');
const told = (posts: readonly Post[]): string => posts.map(({ content }) => whole(content)).join(' | ');
const newest = async () => {
  const [found] = await house.inside(andina, (tx) => house.rooms.campaigns.list(tx, 1, house.clock.now()));
  if (!found) throw new Error('no campaign');
  return found;
};
const acts = async (id: string): Promise<string[]> => {
  const rows = await house.inside(andina, (tx) =>
    tx.query<{ act: string }>('SELECT act FROM audit WHERE subject = $1 ORDER BY at, id', [`campaign:${id}`]),
  );
  return rows.map(({ act }) => act);
};
const drafted = async (when = 'mañana a las 10') => {
  const draft = cardOf(await camila().says(`manda la promo cyber a clientes RM ${when}`), 'send-campaign/author');
  return { draft, ...(await newest()) };
};
const asked = async (when?: string) => {
  const { draft, ...campaign } = await drafted(when);
  const approval = cardOf(await camila().presses('Pedir aprobación', draft), 'send-campaign/approval');
  return { draft, approval, ...campaign };
};
let views = 0;
/** What a press or a form comes to in the form that is open. */
async function shows(act: (view: string) => Promise<unknown>): Promise<Form> {
  const before = house.edge.forms.length;
  await act(`V${++views}`);
  return eventually(() => {
    expect(house.edge.forms.length).toBeGreaterThan(before);
    return house.edge.forms.at(-1) as Form;
  });
}
const wrongIn = ({ fields }: Form) =>
  Object.fromEntries(fields.flatMap(({ id, error }) => (error === undefined ? [] : [[id, error]])));

describe('a card that is not of now', () => {
  it('when a button of a draft that was said otherwise is pressed, then nothing is done, and the draft as it stands is offered', async () => {
    const { draft, id } = await drafted();
    await camila().says('mejor a las 11');
    const before = await acts(id);
    const [late] = await camila().presses('Pedir aprobación', draft);
    expect(whole(late?.content)).toMatch(/cambió después de esta tarjeta/);
    const now = cardOf(await camila().presses('Ver cómo está ahora', late?.content), 'send-campaign/author');
    expect(whole(now)).toMatch(/11:00/);
    expect(await acts(id)).toEqual(before);
    await camila().presses('Pedir aprobación', now);
    expect(await newest()).toMatchObject({ id, state: 'awaiting_approval' });
  });

  it('when a button has outlived its days, then it does nothing, and what it was about is offered as it stands', async () => {
    const { draft, id } = await drafted('el 30 de diciembre a las 10');
    const keys = await house.inside(andina, (tx) => house.keys.of(tx));
    const longAgo = new Date(house.clock.now().getTime() - 40 * 86_400_000);
    const read = readAction(keys, buttonOf(draft, 'Descartar').id, house.clock.now());
    if (!read) throw new Error('no action');
    const [late] = await camila().presses({ id: signAction(keys, read, longAgo), label: '' });
    expect(whole(late?.content)).toMatch(/Ese botón ya no sirve/);
    expect(labels(late?.content)).toEqual(['Ver cómo está ahora']);
    expect(await newest()).toMatchObject({ id, state: 'draft' });
  });

  it('when it was altered, or is pressed by somebody of another customer, then it says nothing of what it was', async () => {
    const { draft } = await drafted();
    const button = buttonOf(draft, 'Descartar');
    const altered = { ...button, id: button.id.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) };
    const martin = colleague(house, 'U0MARTIN', 'T0CLINICA', clinica);
    for (const posts of [await camila().presses(altered), await martin.presses(button)]) {
      expect(told(posts)).toMatch(/Ese botón ya no sirve/);
      expect(labels(posts[0]?.content)).toEqual([]);
    }
    expect((await newest()).state).toBe('draft');
  });

  it('when whoever pressed may not do it, then they are refused, and nothing else is offered', async () => {
    const { draft } = await drafted();
    const victor = colleague(house, 'U0VICTOR');
    const [refused] = await victor.presses('Descartar', draft);
    expect(whole(refused?.content)).toMatch(/Tu rol no permite/);
    expect(labels(refused?.content)).toEqual([]);
    expect((await newest()).state).toBe('draft');
  });
});

describe('a team where only one may approve', () => {
  it('when its owner allowed it and prepared it, then they approve it by typing to how many it goes; with another number they don’t', async () => {
    await house.inside(andina, (tx) => tx.query('UPDATE tenant SET alone_at_most = 100'));
    await diego().says('manda la promo cyber a clientes RM mañana a las 12');
    const said = await diego().presses('Pedir aprobación', cardOf(await house.posts(andina), 'send-campaign/author'));
    expect(told(said)).toMatch(/nadie más del equipo puede aprobarla/);
    const { id, sendable } = await newest();
    const card = cardOf(await house.posts(andina), 'send-campaign/author');
    const form = await shows((view) => diego().presses('Aprobar a solas', card, view));
    const wrong = await shows((view) => diego().submits(form.action, { count: String(sendable + 1) }, view));
    expect(wrongIn(wrong)).toEqual({ count: expect.stringMatching(/no es el número/) });
    await shows((view) => diego().submits(form.action, { count: String(sendable) }, view));
    expect(await newest()).toMatchObject({ id, state: 'scheduled' });
  });

  it('when somebody who may not approve prepared it, then they are offered nothing of the kind', async () => {
    const { draft } = await drafted();
    await camila().presses('Pedir aprobación', draft);
    expect(labels(cardOf(await house.posts(andina), 'send-campaign/author'))).not.toContain('Aprobar a solas');
  });
});

describe('two clicks at once', () => {
  it.each(['Aprobar', 'Descartar', 'Pausar'])('when [%s] is pressed twice, then it is done once', async (label) => {
    const { approval, draft, id } = await asked();
    if (label === 'Pausar') await diego().presses('Aprobar', approval);
    const on = label === 'Aprobar' ? approval : draft;
    const button =
      label === 'Pausar'
        ? buttonOf(
            (await house.posts(andina)).findLast(
              ({ card, content }) => card.endsWith('/progress') && labels(content).includes(label),
            )?.content,
            label,
          )
        : buttonOf(on, label === 'Descartar' ? 'Descartar' : label);
    const one = label === 'Aprobar' ? diego() : camila();
    await Promise.all([one.presses(button), one.presses(button)]);
    const done = await acts(id);
    const act = { Aprobar: 'campaign.approve', Descartar: 'campaign.cancel', Pausar: 'campaign.pause' }[label];
    expect(done.filter((each) => each === act)).toHaveLength(1);
  });

  it('when two approve at once, then it is approved by one, and the other is told by whom', async () => {
    const { approval, id } = await asked();
    const now = house.clock.now();
    await house.inside(andina, (tx) =>
      house.rooms.members.join(tx, { team: 'T0ANDINA', user: 'U0VALENTINA', name: 'Valentina' }, ['approver'], now),
    );
    const other = colleague(house, 'U0VALENTINA');
    await diego().presses('Aprobar', approval);
    expect(told(await other.presses('Aprobar', approval))).toMatch(/ya está aprobada por Diego/);
    expect((await acts(id)).filter((act) => act === 'campaign.approve')).toHaveLength(1);
  });
});

describe('what stands on a draft first', () => {
  it('when it is drawn, then who, what, when and what it costs come before what is in its way, and the rest stands behind one button', async () => {
    const { draft, number } = await drafted();
    const facts = (draft.facts ?? []).map((fact) => /^\*?([^:*]+)/.exec(fact)?.[1]);
    expect(facts.slice(0, 4)).toEqual(['Personas', 'Mensaje', 'Cuándo', 'Costo']);
    expect(labels(draft)).toContain('Ver detalle');
    expect(labels(draft)).not.toContain('Ver quiénes quedan fuera');
    const [all] = await camila().presses('Ver detalle', draft);
    expect(whole(all?.content)).toMatch(new RegExp(`Detalle de ${number}.*Horario permitido`));
  });
});

describe('several that are paused', () => {
  it('when one says to go on and names none, then it is asked which, the one just spoken of first', async () => {
    const paused: string[] = [];
    for (const when of ['mañana a las 10', 'mañana a las 11']) {
      const { approval, number } = await asked(when);
      await diego().presses('Aprobar', approval);
      await camila().says(`pausa la ${number}`);
      paused.unshift(number);
    }
    const [which] = await camila().says('reanuda');
    expect(whole(which?.content)).toMatch(/Cuál/);
    expect(
      labels(which?.content)
        .slice(0, 2)
        .map((label) => /C-\d+/.exec(label)?.[0]),
    ).toEqual(paused);
    const states = await house.inside(andina, (tx) => house.rooms.campaigns.list(tx, 2, house.clock.now()));
    expect(states.map(({ state }) => state)).toEqual(['paused', 'paused']);
  });
});

describe('a campaign in waves', () => {
  it('when its first wave is out, then the card says when the next one begins', async () => {
    const { approval, number } = await asked('en oleadas');
    await diego().presses('Aprobar', approval);
    await eventually(
      async () => {
        const card = cardOf(await house.posts(andina), 'send-campaign/progress');
        expect(whole(card)).toMatch(new RegExp(`${number}.*oleada 1\\. La que sigue parte sola: .*10:45`));
      },
      { within: 30_000 },
    );
  });
});

describe('a form', () => {
  it('when it is left half filled and opened again, then it goes on with what stood in it; once it is done it begins anew', async () => {
    const [ask] = await camila().says('nueva campaña');
    const first = await shows((view) => camila().presses('Con un formulario', ask?.content, view));
    const template = first.fields.find(({ id }) => id === 'template')?.options?.[0]?.value ?? '';
    const second = await shows((view) => camila().submits(first.action, { template }, view));
    const segment = second.fields.find(({ id }) => id === 'segment')?.options?.[0]?.value ?? '';
    await shows((view) => camila().submits(second.action, { segment, people: '' }, view));
    const [later] = await camila().says('nueva campaña');
    const again = await shows((view) => camila().presses('Con un formulario', later?.content, view));
    expect(again.intro).toMatch(/a medias/);
    expect(again.fields.find(({ id }) => id === 'template')?.initial).toBe(template);
    const whom = await shows((view) => camila().submits(again.action, { template }, view));
    expect(whom.fields.find(({ id }) => id === 'segment')?.initial).toBe(segment);
    const when = await shows((view) => camila().submits(whom.action, { segment, people: '' }, view));
    const check = await shows((view) =>
      camila().submits(when.action, { pace: 'at', moment: 'el viernes a las 11' }, view),
    );
    await shows((view) => camila().submits(check.action, {}, view));
    expect(await newest()).toMatchObject({ state: 'draft', templateId: template, segmentId: segment });
    const [anew] = await camila().says('nueva campaña');
    const blank = await shows((view) => camila().presses('Con un formulario', anew?.content, view));
    expect(blank.intro).toBeUndefined();
    expect(blank.fields.find(({ id }) => id === 'template')?.initial ?? '').toBe('');
  });

  it('when a name is taken, then the form says so beside it and keeps all that was typed', async () => {
    const [which] = await camila().says('crea una plantilla');
    const form = await shows((view) => camila().presses('SMS', which?.content, view));
    const values = { name: 'aviso corto', category: 'UTILITY', language: 'es_CL', words: 'Hola, abrimos el lunes.' };
    await shows((view) => camila().submits(form.action, values, view));
    const wrong = await shows((view) => camila().submits(form.action, { ...values, words: 'Otra cosa.' }, view));
    expect(wrongIn(wrong)).toEqual({ name: expect.stringMatching(/Ya hay una plantilla/) });
    expect(wrong.fields.find(({ id }) => id === 'words')?.initial).toBe('Otra cosa.');
    const again = await shows((view) => camila().presses('SMS', which?.content, view));
    expect(again.intro).toMatch(/a medias/);
    expect(again.fields.find(({ id }) => id === 'words')?.initial).toBe('Otra cosa.');
    const other = await shows((view) => camila().presses('WhatsApp', which?.content, view));
    expect(other.intro ?? '').not.toMatch(/a medias/);
    await shows((view) => camila().submits(again.action, { ...values, name: 'aviso largo' }, view));
    const anew = await shows((view) => camila().presses('SMS', which?.content, view));
    expect([anew.intro ?? '', anew.fields.find(({ id }) => id === 'words')?.initial]).toEqual([
      expect.not.stringMatching(/a medias/),
      undefined,
    ]);
  });

  it('when a group’s words mean nobody, or its name is taken, then that is said at the field, and the words stay', async () => {
    const shown = await camila().says('crea un segmento con los de RM');
    const change = await shows((view) => camila().presses('Cambiar', shown[0]?.content, view));
    const unclear = await shows((view) => camila().submits(change.action, { words: '???' }, view));
    expect(wrongIn(unclear)).toEqual({ words: expect.stringMatching(/no encontré a quiénes/) });
    expect(unclear.fields[0]?.initial).toBe('???');
    const again = await shows((view) => camila().presses('Cambiar', shown[0]?.content, view));
    expect([again.intro, again.fields[0]?.initial]).toEqual([expect.stringMatching(/a medias/), '???']);
    const name = await shows((view) => camila().presses('Guardar', shown[0]?.content, view));
    const taken = await shows((view) => camila().submits(name.action, { name: 'clientes RM' }, view));
    expect(wrongIn(taken)).toEqual({ name: expect.stringMatching(/Ya hay un grupo/) });
  });
});

describe('long lists', () => {
  it('when there are more campaigns than a card shows, then the next page is a button, each stands once, and one is found by its name', async () => {
    for (let count = 0; count < 11; count++) await drafted('mañana a las 15');
    const all = await house.inside(andina, (tx) => house.rooms.campaigns.count(tx));
    const seen: string[] = [];
    let [page] = await camila().says('mis campañas');
    for (;;) {
      seen.push(...[...whole(page?.content).matchAll(/\*(C-\d+) ·/g)].map(([, number]) => number ?? ''));
      if (!labels(page?.content).includes('Ver más')) break;
      [page] = await camila().presses('Ver más', page?.content);
    }
    expect(new Set(seen).size).toBe(all);
    expect(seen).toHaveLength(all);
    const form = await shows((view) => camila().presses('Buscar', page?.content, view));
    expect(form.fields[0]?.options).toHaveLength(all);
  });

  it('when somebody types into a searched list, then what fits comes, accents aside; nobody else gets any of it', async () => {
    const [list] = await camila().says('qué plantillas tenemos');
    const content = list?.content ?? cardOf(await house.posts(andina), 'list-templates/list');
    const { action } = await shows((view) => camila().presses('Buscar', content, view));
    const catalogue = loadCatalogue(`${root}/intents`);
    const { keys, clock, rooms } = house;
    const tenantOf = async () => andina;
    const database = { withTenant: house.inside } as never;
    const choices = choicesFor({ database, keys, clock, catalogue, domain: () => rooms, publicUrl: '', tenantOf });
    const types = (words: string, user: string, signed = action) =>
      choices({
        ...{ app: 'default', sender: 'T0ANDINA', from: { slack: { team: 'T0ANDINA', user } } },
        ...{ action: signed, field: 'template', words },
      });
    expect((await types('CYBÉR', 'U0CAMILA')).map(({ label }) => label)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^promo cyber · WhatsApp/)]),
    );
    expect((await types('cyber', 'U0CAMILA')).every(({ label }) => /cyber/.test(label))).toBe(true);
    expect(await types('cyber', 'U0NOBODY')).toEqual([]);
    expect(await types('cyber', 'U0CAMILA', `${action}x`)).toEqual([]);
  });
});
