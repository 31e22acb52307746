/** What a message means. Everything that knows nlp.js, stop words, cues and dates is behind this door. */

export { heardBy, type IntentWords, readYaml } from './catalogue';
export { cuesIn } from './cues/hear';
export { createUnderstanding, type Explained, type UnderstandingEngine } from './engine';
export { casesIn, emailsIn, phonesIn } from './entities/contacts';
export { entitiesIn } from './entities/entities';
export type { Entities } from './entities/found';
export { unknownName } from './entities/unknown-name';
export { languageOracle } from './language';
export { plain } from './normalise';
export type { Audience, Names, Pending, Question, Understanding } from './types';
export { AUDIENCES, PARTLY } from './types';
