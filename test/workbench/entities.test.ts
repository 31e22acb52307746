import { entitiesIn, type Understanding } from '../../src/conversation/understand';
import type { Language } from '../../src/intent';
import { type Answer, NOW, ZONES } from '../../src/workbench/answer';
import { entityFigures } from '../../src/workbench/entity-figures';
import { namesOf } from '../../src/workbench/named';

/** Lines as they are read, with the names that they themselves give. */
const answers = (
  ...lines: [text: string, entities: Record<string, unknown>, language?: Language, slots?: Understanding['slots']][]
): Answer[] => {
  const written = lines.map(([text, entities, language = 'es']) => ({
    ...{ text, entities, language, audience: 'operator' as const },
    ...{ intent: 'none', also: [], guarded: false },
  }));
  const names = namesOf(written);
  return written.map((line, at) => {
    const zone = ZONES[line.language];
    const question = { audience: line.audience, language: line.language, now: NOW, zone };
    const read = (text: string) => entitiesIn({ ...question, text }, [line.language]);
    const entities = entitiesIn({ ...question, text: line.text, names }, [line.language]);
    const heard = { entities, slots: lines[at]?.[3] ?? {} } as Understanding;
    return {
      line,
      heard,
      read,
      zone,
      got: 'none',
      suppressed: false,
      held: false,
      erasureProposed: false,
      milliseconds: 1,
    };
  });
};
const isFound = (text: string, entities: Record<string, unknown>, language: Language = 'es'): boolean =>
  entityFigures(answers([text, entities, language])).exact === 1;

describe('what lines say is named in them', () => {
  it.each<[string, Record<string, unknown>]>([
    ['estado del mensaje al 9 8765 4321', { phone: '+56987654321' }],
    ['saca a +56 9 8765 4321', { fono: '987654321' }],
    ['historial de Ana.P@Correo.cl', { email: 'ana.p@correo.cl' }],
    ['en qué está la sol-204', { case: 'SOL-000204' }],
    ['cómo va la c118', { campaign: 'C-118' }],
    ['manda la Promo Cyber a clientes RM', { template: 'promo cyber', segment: 'Clientes RM' }],
    ['mándala mañana a las 10', { at: 'mañana a las 10' }],
    ['mándala mañana a las 10', { at: '2026-12-02T13:00:00Z' }],
    ['mándala mañana a las 10', { at: '2026-12-02T10:00' }],
    ['mándala mañana a las 10', { date: '2026-12-02', time: '10:00' }],
    ['mándala mañana a las 10', { date: 'mañana', hora: 'a las 10' }],
    ['muévela al jueves mejor', { at: 'jueves' }],
    ['qué le llegó ayer', { since: 'ayer' }],
    ['dale un 15% de descuento', { percent: 15 }],
    ['dale un 15 % de descuento', { percent: '15%' }],
    ['pásame $ 61.300', { amount: 61300 }],
    ['mi rut es 12.345.678-5', { rut: '12345678-5' }],
    ['mejor por wsp', { channel: 'whatsapp' }],
    ['me llamo José Núñez', { name: 'jose nuñez' }],
    ['páusala por tres días', { duration: '3 días' }],
    ['borra a a@b.cl y c@d.cl', { emails: ['a@b.cl', 'c@d.cl'] }],
  ])('when "%s" holds %j, then it is found', (text, entities) => expect(isFound(text, entities)).toBe(true));

  it('when a value is written in another way than its text, then the moment counts', () => {
    expect(isFound('send it tomorrow at 10', { at: '10:00 tomorrow' }, 'en')).toBe(true);
    expect(isFound('manda amanhã às 10h', { quando: '2026-12-02T10:00:00-03:00' }, 'pt')).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['saca a +56 9 8765 4321', { phone: '+56987654322' }],
    ['saca a a@b.cl', { email: 'a@b.com' }],
    ['cómo va la c118', { campaign: 'C-119' }],
    ['mándala mañana a las 10', { at: 'mañana a las 11' }],
    ['mándala mañana a las 10', { at: '2026-12-03T10:00' }],
    ['mándala mañana a las 10', { date: '2026-12-03' }],
    ['mándala mañana', { at: 'mañana a las 10' }],
    ['dale un 15%', { percent: 16 }],
    ['manda algo', { template: 'promo cyber' }],
    ['hola', { color: 'rojo' }],
  ])('when "%s" should hold %j, then it is missed', (text, entities) => expect(isFound(text, entities)).toBe(false));

  it('when some of it is found, then lines and things are counted apart', () => {
    const figures = entityFigures(
      answers(
        ['manda la cyber mañana a las 10', { template: 'cyber', at: 'mañana a las 11' }],
        ['la c118', { c: 'C-118' }],
        ['hola', {}],
      ),
    );
    expect(figures).toEqual({ exact: 1 / 2, partial: 2 / 3 });
  });

  it('when no line names anything, then there is no share', () => {
    expect(entityFigures(answers(['hola', {}]))).toEqual({ exact: null, partial: null });
  });
});
