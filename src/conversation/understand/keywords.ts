import type { Language } from '../../intent';
import { heardBy, type IntentWords } from './catalogue';
import { plain, wordsOf } from './normalise';
import { type Audience, LANGUAGES } from './types';

/** A word or two, then a code; three equal letters of it may have been squeezed to one. */
const SIGN_UP = /^([\p{L} ]{2,20})[ :]+([a-z0-9]{3,12}-[a-z0-9]{2,4})[ .!]*$/u;

/** Whole messages that mean one intent, in every language. */
export class Keywords {
  private readonly byText = new Map<string, string>();
  private readonly own = new Map<string, Set<string>>();
  /** Intents that take a code. */
  private readonly coded = new Set<string>();
  private readonly byLanguage = new Map<Language, Set<string>>(LANGUAGES.map((language) => [language, new Set()]));

  constructor(catalogue: readonly IntentWords[], audience: Audience) {
    // shared ones first, so that an intent of the audience itself wins
    const intents = [...heardBy(catalogue, audience)].sort(
      (a, b) => Number(b.audience === 'shared') - Number(a.audience === 'shared'),
    );
    for (const { id, phrases, slots } of intents) {
      if (Object.values(slots).some(({ type }) => type === 'code')) this.coded.add(id);
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

  /** The same where a sign-up's code follows, as a link prepares it: `alta tienda-7f3k`. Of an intent that takes a code alone. */
  withCode(plainText: string, languages: readonly Language[]): string | undefined {
    const [, word, code = ''] = SIGN_UP.exec(plainText) ?? [];
    const found = word && /\d/.test(code) ? this.intentOf(word, languages) : undefined;
    return found && this.coded.has(found) ? found : undefined;
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
