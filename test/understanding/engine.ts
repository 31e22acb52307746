import { join } from 'node:path';
import {
  createUnderstanding,
  type Question,
  type Understanding,
  type UnderstandingEngine,
} from '../../src/conversation/understand';

export const CATALOGUE = join(__dirname, '..', '..', 'intents');
/** Tuesday, 1 December 2026, 10:30 in Santiago. */
export const NOW = new Date('2026-12-01T13:30:00Z');
export const TRAINING_MS = 60_000;

let engine: Promise<UnderstandingEngine> | undefined;
/** One trained engine per test file. */
export const theEngine = (): Promise<UnderstandingEngine> => {
  engine ??= createUnderstanding(CATALOGUE, join(__dirname, '..', '..', '.data', 'models'));
  return engine;
};

/** A first message of a recipient in Santiago, unless told otherwise. */
export const ask = (engine: UnderstandingEngine, text: string, more: Partial<Question> = {}): Understanding =>
  engine.understand({ text, audience: 'recipient', language: 'es', now: NOW, zone: 'America/Santiago', ...more });
