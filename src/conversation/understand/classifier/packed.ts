import { Belief } from './belief';
import { Ensemble } from './ensemble';
import { Layer } from './layer';
import { Model } from './model';
import type { Member, Settings } from './settings';
import { Vocabulary } from './vocabulary';

interface Head {
  intents: string[];
  features: number;
  strange: number;
  sharpness: number;
  trust: number;
}

const ALIGNED = 8;
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** All that was learnt, as bytes: weights and hashes of features, no line and no word. */
export const pack = ({ intents, vocabulary, belief, models }: Ensemble): Buffer => {
  const { features, rarities, strange } = vocabulary;
  const { sharpness, trust } = belief;
  const head = Buffer.from(JSON.stringify({ intents, features: features.length, strange, sharpness, trust }));
  const size = Buffer.alloc(ALIGNED);
  size.writeUInt32LE(head.length);
  const weights = models.flatMap(({ layers }) => layers.map((layer) => bytesOf(layer.weights)));
  return Buffer.concat([size, head, bytesOf(features), bytesOf(rarities), ...weights]);
};

/** The same again. @throws where the bytes are too few */
export const unpack = (bytes: Buffer, settings: Settings): Ensemble => {
  let at = ALIGNED + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', ALIGNED, at)) as Head;
  const take = (count: number): ArrayBuffer => {
    const part = new Uint8Array(count * 4); // a copy: numbers must lie aligned
    part.set(bytes.subarray(at, at + part.length));
    at += part.length;
    return part.buffer;
  };
  const { intents, features, strange, sharpness, trust } = head;
  const vocabulary = new Vocabulary(new Uint32Array(take(features)), new Float32Array(take(features)), strange);
  const layer = (rows: number, width: number) => new Layer(width, new Float32Array(take(rows * width)));
  const layers = ({ hidden }: Member): Layer[] =>
    hidden === 0 ? [layer(features, intents.length)] : [layer(features, hidden), layer(hidden, intents.length)];
  const models = settings.members.map((member) => new Model(member, layers(member)));
  if (at !== bytes.length) throw new Error('not all that was learnt, or more');
  return new Ensemble(intents, vocabulary, models, settings, new Belief(settings.strangeness, sharpness, trust));
};
