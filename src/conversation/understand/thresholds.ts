import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** thresholds.yaml as it stands. */
export interface Thresholds {
  recipient: {
    talkCounts: number;
    leave: {
      withWords: number;
      alone: number;
      talk: number;
      guarded: number;
      hardly: number;
      confident: number;
      nothing: number;
      onlyTalk: number;
    };
    erase: {
      doubtful: number;
      alone: number;
      withWords: number;
      withAnyWord: number;
      offered: number;
      within: number;
      nothing: number;
    };
    another: number;
    heard: number;
    asked: number;
    courtesy: number;
    clear: number;
    margin: number;
    further: number;
    talk: number;
    strange: number;
  };
  team: {
    talkCounts: number;
    heard: number;
    asked: number;
    askedWithoutVerb: number;
    clear: number;
    withVerb: number;
    withoutVerb: number;
    margin: number;
    offered: number;
  };
}

export const THRESHOLDS = load(readFileSync(join(__dirname, 'thresholds.yaml'), 'utf8')) as Thresholds;
