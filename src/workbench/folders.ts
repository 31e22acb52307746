import { join } from 'node:path';

/** The intent folders of this checkout. */
export const INTENTS = join(__dirname, '..', '..', 'intents');
