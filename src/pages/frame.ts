import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler, Response } from 'express';
import type { Language } from '../intent';
import { Html, html } from './html';

export const languages = ['es', 'en', 'pt'] as const;
const names: Readonly<Record<Language, string>> = { es: 'Español', en: 'English', pt: 'Português' };
const switches: Readonly<Record<Language, string>> = { es: 'Idioma', en: 'Language', pt: 'Idioma' };

/** The language asked for in the address, else the person's, else the browser's first that we speak, else Spanish. */
export function languageOf(asked: unknown, accepted: string | undefined, theirs?: string): Language {
  const wishes = [asked, theirs, ...(accepted ?? '').split(',').slice(0, 10)];
  const found = wishes.map((one) =>
    String(one ?? '')
      .trim()
      .slice(0, 2)
      .toLowerCase(),
  );
  return (found.find((one) => one in names) as Language | undefined) ?? 'es';
}

const style = readFileSync(join(__dirname, 'style.css'), 'utf8').replace(/\s*\n\s*/g, '');
const styleHash = createHash('sha256').update(style).digest('base64');

/** A whole page. It has one style, no script, and nothing that is fetched from anywhere. @param head what machines read of it */
export function page(language: Language, title: string, body: Html, head?: Html): string {
  const others = languages.map((one) =>
    one === language
      ? html`<li><span aria-current="true">${names[one]}</span></li>`
      : html`<li><a href="?lang=${one}" hreflang="${one}" lang="${one}">${names[one]}</a></li>`,
  );
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}<style>${new Html(style)}</style>
</head>
<body>
<nav aria-label="${switches[language]}"><ul>${others}</ul></nav>
<main>
${body}
</main>
</body>
</html>
`.markup;
}

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What every page says to the browser: run nothing, fetch nothing, tell nobody where you came from. */
export const strict: RequestHandler = (_request, response, next) => {
  response
    .set('content-security-policy', policy)
    .set('x-content-type-options', 'nosniff')
    .set('referrer-policy', 'no-referrer');
  next();
};

/** A page that is one person's: kept nowhere, found by nobody. */
export const personal: RequestHandler = (request, response, next) => {
  response.set('cache-control', 'no-store').set('x-robots-tag', 'noindex, nofollow');
  strict(request, response, next);
};

export const send = (response: Response, status: number, text: string): void =>
  void response.status(status).type('html').send(text);
