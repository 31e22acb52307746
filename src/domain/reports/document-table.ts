export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** So many of its last columns are figures: they end to the right, and on paper it is drawn as a table. Of none, each row stands in words. */
  numbers?: number;
  /** Its last row is the total of the others. */
  total?: boolean;
}

const size = 8.5;
const padding = 4;
const rule = '#cbd2d9';
/** Rows that stand together: a page never ends between a sum and its total. */
const together = 6;

export const isShort = ({ rows, numbers }: Table): boolean => numbers !== undefined && rows.length <= together;

interface Columns {
  widths: readonly number[];
  isNumber(at: number): boolean;
}

/** A table of figures on paper: figures to the right, words wrapped, its head again on every page; tagged, so that it is read as a table. */
export function drawTable(
  paper: PDFKit.PDFDocument,
  whole: PDFKit.PDFStructureElement,
  { head, rows, numbers = 0, total = false }: Table,
): void {
  const columns = {
    widths: widthsOf(paper, head, rows, numbers),
    isNumber: (at: number) => at >= head.length - numbers,
  };
  const table = paper.struct('Table');
  whole.add(table);
  const isNamed = head.some(Boolean);
  const heights = rows.map((row, at) => heightOf(paper, row, columns, total && at === rows.length - 1));
  const headHeight = isNamed ? heightOf(paper, head, columns, true) : 0;
  const first = (isShort({ head, rows, numbers }) ? heights : heights.slice(0, 1)).reduce(
    (sum, one) => sum + one,
    headHeight,
  );
  if (paper.y + first > bottomOf(paper)) paper.addPage();
  if (isNamed) drawRow(paper, table, head, { columns, height: headHeight, tag: 'TH' });
  for (const [at, row] of rows.entries()) {
    const height = heights[at] ?? 0;
    if (paper.y + height > bottomOf(paper)) {
      paper.addPage();
      // It was read already: on this page it is only seen.
      if (isNamed) drawRow(paper, undefined, head, { columns, height: headHeight, tag: 'TH' });
    }
    const isTotal = total && at === rows.length - 1;
    drawRow(paper, table, row, { columns, height, tag: 'TD', ...(isTotal && { isBold: true }) });
  }
  table.end();
  paper.x = paper.page.margins.left;
  paper.moveDown(0.8);
}

const bottomOf = ({ page }: PDFKit.PDFDocument): number => page.height - page.margins.bottom;
const widest = (paper: PDFKit.PDFDocument, words: readonly string[]): number =>
  Math.max(0, ...words.map((word) => paper.widthOfString(word))) + padding * 2 + 1;

/** Figures have all the room they need; words share what is left, each at least its longest one. */
function widthsOf(
  paper: PDFKit.PDFDocument,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: number,
): number[] {
  const { page } = paper;
  const room = page.width - page.margins.left - page.margins.right;
  const least = head.map((name, at) => {
    const cells = rows.map((row) => row[at] ?? '');
    const isNumber = at >= head.length - numbers;
    paper.font('bold').fontSize(size);
    const named = widest(paper, name.split(' '));
    // The last row may be bold.
    return Math.max(named, widest(paper, isNumber ? cells : cells.flatMap((cell) => cell.split(' '))));
  });
  const wanted = head.map((name, at) => widest(paper, [name, ...rows.map((row) => row[at] ?? '')]));
  const left = room - least.reduce((sum, one) => sum + one, 0);
  const words = head.map((_, at) =>
    at < head.length - numbers ? Math.max(0, (wanted[at] ?? 0) - (least[at] ?? 0)) : 0,
  );
  const asked = words.reduce((sum, one) => sum + one, 0);
  const given = least.map((one, at) => one + ((words[at] ?? 0) * Math.min(asked, Math.max(0, left))) / (asked || 1));
  // Where words need less, the first column has the rest, so that figures end at the margin.
  const over = room - given.reduce((sum, one) => sum + one, 0);
  const scale = over < 0 ? room / (room - over) : 1;
  return given.map((one, at) => (one + (at === 0 ? Math.max(0, over) : 0)) * scale);
}

function heightOf(paper: PDFKit.PDFDocument, row: readonly string[], { widths }: Columns, isBold = false): number {
  paper.font(isBold ? 'bold' : 'plain').fontSize(size);
  const heights = row.map((cell, at) => paper.heightOfString(cell || ' ', { width: (widths[at] ?? 0) - padding * 2 }));
  return Math.max(...heights) + padding * 2;
}

interface RowLook {
  columns: Columns;
  height: number;
  tag: 'TH' | 'TD';
  isBold?: boolean;
}

function drawRow(
  paper: PDFKit.PDFDocument,
  table: PDFKit.PDFStructureElement | undefined,
  row: readonly string[],
  { columns, height, tag, isBold = tag === 'TH' }: RowLook,
): void {
  const top = paper.y;
  const line = table && paper.struct('TR');
  if (line) table.add(line);
  let x = paper.page.margins.left;
  for (const [at, cell] of row.entries()) {
    const width = columns.widths[at] ?? 0;
    const place = { x: x + padding, y: top + padding, width: width - padding * 2 };
    const draw = () => {
      paper
        .font(isBold ? 'bold' : 'plain')
        .fontSize(size)
        .fillColor('black');
      paper.text(cell, place.x, place.y, { width: place.width, align: columns.isNumber(at) ? 'right' : 'left' });
    };
    if (line) line.add(paper.struct(tag, {}, draw));
    else aside(paper, draw);
    x += width;
  }
  line?.end();
  aside(paper, () =>
    paper
      .moveTo(paper.page.margins.left, top + height)
      .lineTo(x, top + height)
      .lineWidth(0.5)
      .strokeColor(rule)
      .stroke(),
  );
  paper.y = top + height;
}

/** What is seen and not read aloud. */
function aside(paper: PDFKit.PDFDocument, draw: () => void): void {
  paper.markContent('Artifact', { type: 'Layout' });
  draw();
  paper.endMarkedContent();
}
