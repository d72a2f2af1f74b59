import { contextOf } from './pixels.ts';

/** Heights of pictures that are tried, in pixels, and how wide and high a sheet may be: WebP ends at 16,383. */
const HEIGHTS = [280, 200, 140, 100, 70];
const SHEET_WIDTH = 1800;
const MOST_HEIGHT = 16_000;
const GAP = 6;
const CAPTION = 18;

/** A photograph on the sheet: side by side gray, result, and the original where it has colours. */
type Strip = { caption: string; pictures: ImageBitmap[] };

/** Photographs to look at, beside their results. */
export class ContactSheet {
  readonly #strips: Strip[] = [];

  /** Adds a photograph. Pictures are kept no larger than the sheet shows them. */
  async add(caption: string, pictures: readonly ImageData[]): Promise<void> {
    const small = await Promise.all(
      pictures.map((picture) =>
        createImageBitmap(picture, { resizeHeight: HEIGHTS[0]!, resizeQuality: 'high' }),
      ),
    );
    this.#strips.push({ caption, pictures: small });
  }

  /**
   * The sheet as a file, line by line in the order of adding.
   * @param type `image/webp` or `image/png`
   * @throws {RangeError} where there are more photographs than a sheet holds
   */
  draw(type: string): Promise<Blob> {
    for (const height of HEIGHTS) {
      const lines = this.#linesOf(height / HEIGHTS[0]!);
      const lineHeight = height + CAPTION + GAP;
      if (lines.length * lineHeight > MOST_HEIGHT) continue;
      const context = contextOf(SHEET_WIDTH, lines.length * lineHeight + GAP, (sheet) => {
        sheet.fillStyle = '#222';
        sheet.fillRect(0, 0, sheet.canvas.width, sheet.canvas.height);
        for (const [i, line] of lines.entries())
          drawLine(sheet, line, GAP + i * lineHeight, height);
      });
      return context.canvas.convertToBlob({ type, quality: 0.9 });
    }
    throw new RangeError('Too many photographs for one contact sheet: take fewer (--limit).');
  }

  /** Strips in lines that are no wider than the sheet. */
  #linesOf(scale: number): Strip[][] {
    const lines: Strip[][] = [[]];
    let left = GAP;
    for (const strip of this.#strips) {
      const width = widthOf(strip, scale);
      if (left + width > SHEET_WIDTH && lines.at(-1)!.length > 0) {
        lines.push([]);
        left = GAP;
      }
      lines.at(-1)!.push(strip);
      left += width;
    }
    return lines;
  }
}

function widthOf({ pictures }: Strip, scale: number): number {
  return pictures.reduce((sum, { width }) => sum + width * scale + GAP, GAP);
}

function drawLine(
  sheet: OffscreenCanvasRenderingContext2D,
  line: readonly Strip[],
  top: number,
  height: number,
): void {
  let left = GAP;
  sheet.font = `${CAPTION - 6}px sans-serif`;
  for (const { caption, pictures } of line) {
    sheet.fillStyle = '#ddd';
    sheet.fillText(caption, left, top + height + CAPTION - 6);
    for (const picture of pictures) {
      const width = (picture.width * height) / picture.height;
      sheet.drawImage(picture, left, top, width, height);
      left += width + GAP;
    }
    left += GAP;
  }
}
