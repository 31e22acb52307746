import { badRequest } from './errors';
import { text } from './json';
import { jsonOf, type Router } from './server';
import type { Settings } from './settings';

const mostBytes = 2 * 1_048_576;
const patienceMs = 20_000;

/** Somebody's browser: opens a page of the product, or sends one of its forms. It goes nowhere else. */
export function browseControl(router: Router, { productUrl }: Pick<Settings, 'productUrl'>): void {
  router.on('POST', '/__sim/browse', async (visit) => {
    const { path, form, multipart, language } = jsonOf(visit);
    const address = pathIn(text(path) ?? '');
    const answer = await fetch(`${productUrl}${address}`, {
      signal: AbortSignal.timeout(patienceMs),
      headers: { 'accept-language': text(language) ?? 'es' },
      ...(typeof form === 'object' &&
        form && { method: 'POST', body: bodyOf(form as Record<string, string>, multipart === true) }),
    });
    return { body: { status: answer.status, url: answer.url, text: (await answer.text()).slice(0, mostBytes) } };
  });
}

/** A form as a browser sends it, with files or without. */
function bodyOf(form: Record<string, string>, multipart: boolean): FormData | URLSearchParams {
  const body = multipart ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(form)) body.append(name, value);
  return body;
}

/** Of a link, or of a path alone: where it leads within the product. */
function pathIn(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const path = url ? `${url.pathname}${url.search}` : given;
  if (!/^\/(?!\/)/.test(path)) throw badRequest('path is a page of the product');
  return path;
}
