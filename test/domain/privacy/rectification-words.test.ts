import { causeOf, scopeOf } from '../../../src/domain/privacy/causes';
import { isIdentity, valueIn, wishesIn } from '../../../src/domain/privacy/rectification-words';
import { rights } from '../../../src/domain/privacy/rights';

const own = ['comuna', 'ultima_compra'];

describe('what is wrong and how it should be', () => {
  it.each([
    ['mi correo está mal, es ana@tienda.cl y no ana@tenda.cl', { field: 'email', value: 'ana@tienda.cl' }],
    ["my email is wrong, it's bob@x.com", { field: 'email', value: 'bob@x.com' }],
    ['meu e-mail está errado, é joao@x.com.br', { field: 'email', value: 'joao@x.com.br' }],
    ['mi nombre está mal, es María José, gracias', { field: 'name', value: 'María José' }],
    ['no soy Pedro, me llamo Juan', { field: 'name', value: 'Juan' }],
    ['please change my name to John', { field: 'name', value: 'John' }],
    ['meu nome está errado, deve ser João', { field: 'name', value: 'João' }],
    ['mi comuna es Ñuñoa, no Providencia', { field: 'comuna', value: 'Ñuñoa' }],
    ['cambien mi comuna de Ñuñoa a Providencia por favor', { field: 'comuna', value: 'Providencia' }],
    ['mi nombre está mal escrito', { field: 'name' }],
    ['mi apellido es con z', { field: 'name' }],
    ['cambié de número, ahora es 9 8765 4321', { field: 'phone', value: '9 8765 4321' }],
  ])('when «%s» is said, then that is heard of it', (text, wish) => {
    expect(wishesIn(text, own)).toEqual([wish]);
  });

  it('when two things are wrong, then both are heard; when nothing is named, then nothing is made up', () => {
    expect(wishesIn('mi nombre está mal, es María y mi correo es m@x.cl', own)).toEqual([
      { field: 'name', value: 'María' },
      { field: 'email', value: 'm@x.cl' },
    ]);
    expect(wishesIn('tienen mal mis datos', own)).toEqual([]);
    expect(wishesIn('', own)).toEqual([]);
  });

  it('when it was asked for, then the value alone is an answer, and a story is none', () => {
    expect(valueIn('María José, gracias', 'name')).toBe('María José');
    expect(valueIn('es Ñuñoa', 'comuna')).toBe('Ñuñoa');
    expect(valueIn('no sé', 'email')).toBeUndefined();
    expect(valueIn('uno dos tres cuatro cinco seis siete ocho nueve diez', 'name')).toBeUndefined();
  });

  it('when it says who somebody is, then it is told apart', () => {
    expect(['name', 'email', 'rut', 'comuna'].filter(isIdentity)).toEqual(['name', 'email', 'rut']);
  });
});

describe('why somebody asks', () => {
  it.each([
    ['me opongo a que usen mis datos para publicidad', 'marketing'],
    ['I object to the use of my data for marketing', 'marketing'],
    ['retiro mi consentimiento', 'consent_withdrawn'],
    ['revogo minha autorização para o uso dos dados', 'consent_withdrawn'],
    ['no quiero que una máquina decida por mí', 'automated'],
    ['sacaron mis datos de una fuente pública', 'public_source'],
    ['no compartan mis datos con terceros', 'legitimate_interest'],
    // Stopping promotions would answer none of these: the controller decides.
    ['Revoco la autorización otorgada para ceder mis antecedentes a otras empresas', 'legitimate_interest'],
    ['Sigan mandando las ofertas no más, pero sin hacer perfiles', 'legitimate_interest'],
    ['I withdraw my permission to share my details with other companies', 'legitimate_interest'],
    ['Keep sending the offers, just without profiling me', 'legitimate_interest'],
    ['Revogo a autorização para ceder meus dados a outras empresas', 'legitimate_interest'],
    ['Podem mandar as ofertas, mas sem fazer perfis', 'legitimate_interest'],
    ['ya no les doy permiso para usar mis datos', 'consent_withdrawn'],
    ['no quiero más promociones', 'marketing'],
    ['stop the ads', 'marketing'],
  ])('when «%s» is said, then the objection is for %s', (text, cause) => {
    expect(causeOf('object', text)).toBe(cause);
  });

  it('when a cause is read, then it is one that the law knows for that right', () => {
    for (const [right, text] of [
      ['object', 'x'],
      ['erase', 'nunca les di permiso'],
      ['erase', 'ya no soy cliente'],
      ['erase', 'borren mis datos'],
    ] as const)
      expect(rights[right].causes).toContain(causeOf(right, text));
    expect(causeOf('access', 'quiero ver mis datos')).toBeUndefined();
  });

  it.each([
    ['¿qué datos tienen de mí?', 'summary'],
    ['what data do you have on me', 'summary'],
    ['DATOS', 'summary'],
    ['quiero una copia de todos mis datos', 'full'],
    ['qué datos tienen, mándenme una copia', 'full'],
    ['quiero ver mis datos', 'full'],
  ])('when «%s» is said, then it is a wish for the %s', (text, scope) => {
    expect(scopeOf('access', text)).toBe(scope);
  });
});
