import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { sentencesOf } from './sentences';

const root = join(__dirname, '..', '..');
const languages = ['es', 'en', 'pt'];
const read = (path: string): Map<string, string> =>
  existsSync(join(root, path)) ? sentencesOf(load(readFileSync(join(root, path), 'utf8'))) : new Map();

/** A number that somebody has for life, by all the names that papers have here. */
const ofLife =
  /(?<!\p{L})(rut|c[eé]dula|carn[eé]t?|pasaporte|dni|cpf|cnpj|rg|passport|passaporte|social security|ssn|identity card|id (card|number)|n[uú]mero de (identidad|documento)|clave [uú]nica|selfie)(?!\p{L})/iu;
const paper = /(?<!\p{L})(documentos?|papers?|procura[cç][aã]o|foto de tu|photo of your|foto d[ao] seu)(?!\p{L})/iu;
const dont =
  /no me mandes|no mandes|no hace falta|don't (send|have)|not needed|aren't needed|não (me )?mande|não precisa|um documento$|^un documento$|^\[documento\]/i;

/** All that a person can be told in a chat: what is said of intents, of the house, in letters, of errors. The web form is no chat. */
const said = [
  ...['recipient', 'shared'].flatMap((audience) =>
    readdirSync(join(root, 'intents', audience)).flatMap((intent) =>
      languages.map((language) => `intents/${audience}/${intent}/${language}.yaml`),
    ),
  ),
  ...languages.map((language) => `src/texts/${language}.yaml`),
  ...languages.map((language) => `src/domain/privacy/letters/${language}.yaml`),
].flatMap((file) =>
  [...read(file)]
    .filter(([key]) => !/^(examples|never|tests|keywords)\b/.test(key))
    .map(([key, sentence]) => ({ where: `${file} ${key}`, sentence })),
);
const errors = [...read('src/errors.yaml')].map(([key, sentence]) => ({ where: `errors ${key}`, sentence }));

describe('T-DSR-8: what is said to people', () => {
  it('when all of it is read, then there is a lot of it, and nothing of it names a number that somebody has for life', () => {
    expect(said.length).toBeGreaterThan(1_500);
    // The company's own tax number is no person's, and is told to members alone.
    const members = /company-profile|beginning_steps\.company|COMPANY_INCOMPLETE|RUT_INVALID|TAX_|statement\.party/;
    expect([...said, ...errors].filter(({ where, sentence }) => ofLife.test(sentence) && !members.test(where))).toEqual(
      [],
    );
  });

  it('when a chat speaks of papers, then only to say that none are to be sent', () => {
    const chat = said.filter(({ where }) => where.startsWith('intents/recipient'));
    expect(chat.filter(({ sentence }) => paper.test(sentence) && !dont.test(sentence))).toEqual([]);
  });

  it.each([
    'Dime tu RUT',
    'manda una foto de tu carnet',
    'Qual é o seu CPF?',
    'your ID number, please',
    'número de documento',
  ])('when a sentence like «%s» came in, then it would be found', (sentence) => {
    expect(ofLife.test(sentence) || paper.test(sentence)).toBe(true);
  });
});
