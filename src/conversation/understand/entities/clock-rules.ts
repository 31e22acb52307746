import { MARKS } from './moment-marks';
import { type Rule, written } from './moment-patterns';
import type { MomentWords } from './moment-words';

const two = (n: number): string => String(n).padStart(2, '0');
const TIME = `[${MARKS.time}]`;

/** `t!` where it can't be the other half of the day. */
const clock = (hour: number, minute: number, sure = hour > 12): string => `t${sure ? '!' : ''}${hour}:${two(minute)}`;

/** 3 pm is 15:00; 15 pm too, but nobody knows what 15 am is. */
const halfDay = (hour: number, minute: number, half: string): string => {
  if (hour > 12 || hour === 0) return half === 'p' && hour > 12 ? clock(hour, minute) : clock(99, minute);
  return clock((hour % 12) + (half === 'p' ? 12 : 0), minute, true);
};

/** Some minutes before or after the full hour, on a clock of twelve hours unless it was surely one of 24. */
const beside = (sign: string, minutes: number): string => {
  const sure = sign.startsWith('t!');
  const [hour = 0, minute = 0] = sign.replace(/^t!?/, '').split(':').map(Number);
  const all = (hour * 60 + minute + minutes + 1440) % 1440;
  const full = Math.floor(all / 60);
  return clock(sure ? full : full === 0 ? 12 : full, all % 60, sure || full > 12);
};

const besideRules = (words: MomentWords): Rule[] =>
  words.clocks.map(([source, minutes]) => {
    const isHourFirst = !/\bN\b/.test(source) || source.search(/\bH\b/) < source.search(/\bN\b/);
    return {
      source: written(source, { ...words, hour: `${words.hour}|${TIME}` }),
      say: ([, first = '', second = ''], signOf) => {
        const [hour, number] = isHourFirst ? [first, second] : [second, first];
        const sign = signOf(hour) || clock(words.numberIn(hour), 0);
        const count = typeof minutes === 'number' ? minutes : words.numberIn(number) * (minutes === '-N' ? -1 : 1);
        const isClock = /^t!?(?:1?\d|2[0-4]):/.test(sign) && Math.abs(count) < 60;
        return isClock ? beside(sign, count) : undefined;
      },
    };
  });

/** "At 10 shops" counts shops. */
export const noCount = ({ asides }: MomentWords): string => `(?! (?!(?:${asides})(?![a-z]))[a-z]{2,}s(?![a-z]))`;

/** How a language says the time of day. */
export const clockRules = (words: MomentWords): Rule[] => {
  const { hour, at, numberIn } = words;
  const single = noCount(words);
  const name = `(?: ?(?:${words.clock}))?`;
  const upright = ([, h = '', m = '']: readonly (string | undefined)[]): string =>
    clock(Number(h), Number(m), h.startsWith('0') || Number(h) > 12);
  const full = ([, h = '']: readonly (string | undefined)[]): string =>
    clock(numberIn(h), 0, /^0\d/.test(h) || numberIn(h) > 12);
  return [
    {
      source: `(?:de|das?|desde|from) \\d{1,2} ?(?:-|a|as|to|hasta|ate|until|till) ?(?:las |as )?(?:\\d{1,2}h?|${TIME})${single}`,
      say: () => '~',
    },
    ...besideRules(words),
    { source: `(?:(?:${at}) )?(\\d{1,2})[:h](\\d{2})(?::\\d{2})?${name}`, say: upright },
    { source: `(?:${at}) (\\d{1,2})\\.(\\d{2})${name}`, say: upright },
    { source: `(\\d{1,2})\\.(\\d{2}) ?(?:${words.clock})`, say: upright },
    { source: `(?:${at}) (${hour})${name}${single}`, say: full },
    { source: `(${hour}) ?(?:${words.clock})`, say: full },
    { source: `(${hour})(?= (?:[${MARKS.day}] )?[${MARKS.part}])`, say: full },
    {
      source: `(${TIME}) ?(?:-|–|/|,|${words.range}) ?(?:(?:${at}) )?\\d{1,2}(?!:)${single}`,
      say: ([, mark]) => `${mark} ~`,
    },
    {
      source: `([${MARKS.time}${MARKS.later}]),? (?:${words.loose}|${words['and-half']})|(?:${words.loose}),? (${TIME})`,
      say: ([, before, after]) => `~ ${before ?? after}`,
    },
  ];
};

/** `3 pm`, `9:30 a. m.`, read before anything else. */
export const halfDayRule = (words: MomentWords): Rule => ({
  source: `(?:(?:${words.at}) )?(${words.hour})(?:[:.h](\\d{2}))?(?::\\d{2})? ?([ap])\\.? ?m`,
  say: ([, h = '', m = '0', half = '']) => halfDay(words.numberIn(h), Number(m), half),
});
