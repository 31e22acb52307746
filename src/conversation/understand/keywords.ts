import type { Language } from '../../intent';
import { heardBy, type IntentWords } from './catalogue';
import { plain, wordsOf } from './normalise';
import { type Audience, LANGUAGES } from './types';

/** Whole messages that mean one intent, in every language. */
export class Keywords {
  private readonly byText = new Map<string, string>();
  private readonly own = new Map<string, Set<string>>();
  private readonly byLanguage = new Map<Language, Set<string>>(LANGUAGES.map((language) => [language, new Set()]));

  constructor(catalogue: readonly IntentWords[], audience: Audience) {
    // shared ones first, so that an intent of the audience itself wins
    const intents = [...heardBy(catalogue, audience)].sort(
      (a, b) => Number(b.audience === 'shared') - Number(a.audience === 'shared'),
    );
    for (const { id, phrases } of intents) {
      const own = this.own.get(id) ?? new Set<string>();
      for (const language of LANGUAGES) {
        for (const keyword of phrases[language].keywords) {
          const words = keywordText(plain(keyword), language);
          if (words === '') continue;
          this.byText.set(words, id);
          this.byLanguage.get(language)?.add(words);
          own.add(words);
        }
      }
      this.own.set(id, own);
    }
  }

  /** The intent a whole message stands for. */
  intentOf(plainText: string, languages: readonly Language[]): string | undefined {
    for (const language of languages) {
      const found = this.byText.get(keywordText(plainText, language));
      if (found) return found;
    }
    return undefined;
  }

  /** In which language it is a whole message: the known one if it can be, for STOP is as Spanish as it is English; else the only one. */
  languageOf(plainText: string, known: Language): Language | undefined {
    const having = LANGUAGES.filter((one) => this.byLanguage.get(one)?.has(keywordText(plainText, one)));
    if (having.includes(known)) return known;
    return having.length === 1 ? having[0] : undefined;
  }

  /** The keywords of one intent, as words. */
  of(intent: string): ReadonlySet<string> {
    return this.own.get(intent) ?? new Set();
  }
}

const keywordText = (plainText: string, language: Language): string =>
  wordsOf(plainText, language).join(' ') || (/^\?+$/.test(plainText) ? '?' : '');
