import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Answer, Visit } from './server';

const folder = join(__dirname, 'page');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A file of the page; nothing outside its folder. Undefined when there is none. */
export async function page({ verb, path }: Visit): Promise<Answer | undefined> {
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  const type = types[extname(file)];
  if (verb !== 'GET' || !type || !file.startsWith(folder + sep)) return undefined;
  const content = await readFile(file).catch(() => undefined);
  return content && { headers: { 'content-type': type, 'cache-control': 'no-cache' }, body: content };
}
