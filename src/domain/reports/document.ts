import { drawTable, isShort, type Table } from './document-table';
import { fonts } from './fonts';

/** Something to be read by a person and kept: every text is in their language already. */
export interface Document {
  language: string;
  title: string;
  subtitle?: string;
  /** What matters, first. */
  lead: readonly string[];
  sections: readonly Section[];
  /** At the foot of every page: what it is and whose. */
  mark: string;
  /** On paper, after the last section: a code to scan. */
  picture?: { png: Buffer; alt: string };
  /** On paper, carried within: what a program reads. */
  attached?: { name: string; content: string };
}
export interface Section {
  title: string;
  text?: readonly string[];
  facts?: readonly (readonly [label: string, value: string])[];
  table?: Table;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const safe = (text: string): string => text.replace(/[&<>"']/g, (mark) => escapes[mark] ?? mark);
const style = `body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1f2933;background:#fff}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2rem}.soft,footer{color:#52606d}
dl{display:grid;grid-template-columns:minmax(8rem,1fr) 2fr;gap:.25rem 1rem}dt{color:#52606d}dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}
.wide{overflow-x:auto}.n{text-align:right;white-space:nowrap}.t td{font-weight:bold}table{border-collapse:collapse;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #cbd2d9;white-space:pre-line}
footer{margin-top:3rem;font-size:.85rem}`;

const figure = ({ head, numbers = 0 }: Table, at: number): string => (at >= head.length - numbers ? ' class="n"' : '');

/** One page that needs nothing else: no script, nothing that is fetched. */
export function documentHtml({ language, title, subtitle, lead, sections, mark }: Document): string {
  const paragraphs = (all: readonly string[] = []) => all.map((one) => `<p>${safe(one)}</p>\n`).join('');
  const list = (facts: Section['facts'] = []) =>
    facts.length > 0
      ? `<dl>\n${facts.map(([label, value]) => `<dt>${safe(label)}</dt><dd>${safe(value)}</dd>\n`).join('')}</dl>\n`
      : '';
  const table = (of: Section['table']) =>
    of && of.rows.length > 0
      ? `<div class="wide" tabindex="0"><table>${of.head.some(Boolean) ? `<thead><tr>${of.head.map((one, at) => `<th scope="col"${figure(of, at)}>${safe(one)}</th>`).join('')}</tr></thead>` : ''}<tbody>
${of.rows.map((row, n) => `<tr${of.total && n === of.rows.length - 1 ? ' class="t"' : ''}>${row.map((cell, at) => `<td${figure(of, at)}>${safe(cell)}</td>`).join('')}</tr>\n`).join('')}</tbody></table></div>\n`
      : '';
  const body = sections.map(
    (one) =>
      `<section>\n<h2>${safe(one.title)}</h2>\n${paragraphs(one.text)}${list(one.facts)}${table(one.table)}</section>\n`,
  );
  return `<!doctype html>
<html lang="${safe(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(title)}</title><style>${style}</style></head>
<body><main>
<h1>${safe(title)}</h1>
${subtitle ? `<p class="soft">${safe(subtitle)}</p>\n` : ''}${paragraphs(lead)}${body.join('')}</main>
<footer>${safe(mark)}</footer></body>
</html>
`;
}

const margin = 56;
const quiet = '#52606d';
/** As high as a heading with a table of few rows. */
const shortTable = 170;
const bottomOf = ({ page }: PDFKit.PDFDocument): number => page.height - margin;

/** The same on paper, tagged, so that it can be read aloud. */
export async function documentPdf(document: Document, now: Date): Promise<Buffer> {
  const { default: Pdf } = await import('pdfkit'); // large, and rarely wanted: no start waits for it
  const { language, title, subtitle, lead, sections, mark, picture, attached } = document;
  const info = { Title: title, Author: 'Connectus', CreationDate: now, ModDate: now };
  const options = { size: 'A4', margin, bufferPages: true, tagged: true, pdfVersion: '1.5' as const };
  const paper = new Pdf({ ...options, lang: language, displayTitle: true, info });
  const done = bytesOf(paper);
  paper.registerFont('plain', fonts.plain).registerFont('bold', fonts.bold);
  const whole = paper.struct('Document');
  paper.addStructure(whole);
  const write = (tag: string, text: string, look: Look) =>
    whole.add(paper.struct(tag, {}, () => written(paper, text, look)));
  write('H1', title, { bold: true, size: 18, gap: 0.3 });
  if (subtitle) write('P', subtitle, { size: 10, color: quiet, gap: 0.8 });
  for (const one of lead) write('P', one, { size: 10.5, gap: 0.6 });
  for (const section of sections) {
    // A heading does not stand at the foot of a page without what it is of.
    if (section.table && isShort(section.table) && paper.y > bottomOf(paper) - shortTable) paper.addPage();
    write('H2', section.title, { bold: true, size: 13, before: 0.8, gap: 0.4 });
    for (const one of section.text ?? []) write('P', one, { size: 10, gap: 0.5 });
    for (const [label, value] of section.facts ?? []) write('P', `${label}: ${value}`, { size: 10, gap: 0.25 });
    if (section.table?.numbers) drawTable(paper, whole, section.table);
    else
      for (const row of section.table?.rows ?? [])
        write('P', rowInWords(section.table?.head ?? [], row), { size: 9, gap: 0.5 });
  }
  if (picture) whole.add(paper.struct('Figure', { alt: picture.alt }, [() => drawn(paper, picture.png)]));
  whole.end();
  if (attached)
    paper.file(Buffer.from(attached.content), {
      name: attached.name,
      type: 'application/json',
      creationDate: now,
      modifiedDate: now,
    });
  markPages(paper, mark);
  paper.end();
  return done;
}

interface Look {
  size: number;
  bold?: boolean;
  color?: string;
  before?: number;
  gap: number;
}

/** A row of a table fits no page's width once there is text in it: what it says stands below one another. */
const rowInWords = (head: readonly string[], row: readonly string[]): string =>
  row.flatMap((cell, at) => (cell ? [`${head[at] ?? ''}: ${cell}`] : [])).join(' · ');

function written(paper: PDFKit.PDFDocument, text: string, { size, bold, color, before = 0, gap }: Look): void {
  if (paper.y > bottomOf(paper) - 60) paper.addPage();
  paper
    .font(bold ? 'bold' : 'plain')
    .fontSize(size)
    .fillColor(color ?? 'black')
    .moveDown(before);
  paper.text(text.replace(/[\u0000-\u0009\u000b-\u001f]/g, ' '), margin).moveDown(gap);
}

const pictureSide = 110;

function drawn(paper: PDFKit.PDFDocument, png: Buffer): void {
  if (paper.y > paper.page.height - margin - pictureSide - 20) paper.addPage();
  paper.moveDown().image(png, margin, paper.y, { width: pictureSide });
}

function markPages(paper: PDFKit.PDFDocument, mark: string): void {
  const { start, count } = paper.bufferedPageRange();
  for (let at = start; at < start + count; at++) {
    paper.switchToPage(at);
    paper.page.margins.bottom = 0; // the foot is no reason for another page
    const place = { width: paper.page.width - margin * 2, height: 12, ellipsis: true };
    paper.markContent('Artifact', { type: 'Pagination' });
    paper.font('plain').fontSize(8).fillColor(quiet);
    paper.text(`${mark} · ${at + 1}/${count}`, margin, paper.page.height - 36, place);
    paper.endMarkedContent();
  }
}

function bytesOf(paper: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((done, failed) => {
    const parts: Buffer[] = [];
    paper.on('data', (part: Buffer) => parts.push(part));
    paper.on('end', () => done(Buffer.concat(parts)));
    paper.on('error', failed);
  });
}
