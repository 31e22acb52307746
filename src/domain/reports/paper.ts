import { fonts } from './fonts';
import { pictureOf } from './picture';
import type { Sheet } from './sheet';

const margin = 50;
const quiet = '#52606d';

/** A report as a PDF: its chart, then every figure as a table, with its mark on each page. */
export async function paperOf(sheet: Sheet, now: Date): Promise<Buffer> {
  const { default: Pdf } = await import('pdfkit'); // as in document.ts
  const picture = await pictureOf(sheet);
  const info = { Title: sheet.title, Subject: sheet.subtitle, Author: 'Connectus', CreationDate: now, ModDate: now };
  const paper = new Pdf({ size: 'A4', margin, bufferPages: true, lang: sheet.language, displayTitle: true, info });
  const done = bytesOf(paper);
  paper.registerFont('plain', fonts.plain).registerFont('bold', fonts.bold);
  const room = paper.page.width - margin * 2;
  paper.font('bold').fontSize(18).text(sheet.title).moveDown(0.2);
  paper.font('plain').fontSize(11).fillColor(quiet).text(sheet.subtitle).fillColor('black').moveDown();
  paper.image(picture, { width: room }).moveDown();
  for (const { title, rows } of sheet.sections) section(paper, title, rows, room);
  markPages(paper, sheet.mark, room);
  paper.end();
  return done;
}

function section(
  paper: PDFKit.PDFDocument,
  title: string,
  rows: Sheet['sections'][number]['rows'],
  room: number,
): void {
  if (paper.y > paper.page.height - margin - 80) paper.addPage();
  paper.font('bold').fontSize(13).text(title, margin).moveDown(0.3);
  paper.font('plain').fontSize(10);
  for (const [label, figure] of rows) {
    const tall = Math.max(paper.heightOfString(label, { width: room * 0.68 }), 12);
    if (paper.y + tall > paper.page.height - margin - 20) paper.addPage();
    const { y } = paper;
    paper.text(label, margin, y, { width: room * 0.68 });
    paper.text(figure, margin + room * 0.7, y, { width: room * 0.3, align: 'right' });
    paper.y = y + tall + 4;
  }
  paper.x = margin;
  paper.moveDown();
}

/** At the foot, and pale across the page: it goes along with every page that is taken out. */
function markPages(paper: PDFKit.PDFDocument, mark: string, room: number): void {
  const { start, count } = paper.bufferedPageRange();
  for (let at = start; at < start + count; at++) {
    paper.switchToPage(at);
    const { width, height } = paper.page;
    paper.page.margins.bottom = 0; // the foot is no reason for another page
    paper.save().rotate(-35, { origin: [width / 2, height / 2] });
    paper.font('plain').fontSize(20).fillColor('black', 0.07);
    paper.text(mark, margin, height / 2, { width: room, align: 'center' }).restore();
    paper
      .fontSize(8)
      .fillColor(quiet, 1)
      .text(mark, margin, height - 32, { width: room, height: 20, ellipsis: true });
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
