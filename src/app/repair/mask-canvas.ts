import { drawMask, drawStroke } from '../../image/mask/draw-mask.ts';
import type { MaskRecipe, MaskStroke } from '../../image/mask/mask-recipe.ts';
import type { Mask, MaskWindow } from '../../image/mask/mask.ts';
import type { RepairPreview } from '../../worker/repair-protocol.ts';

/** A retoucher's masking film: red, and the picture is seen through it. As bytes R, G, B, A. */
const FILM = Uint8Array.of(222, 38, 44, 150);
const OPAQUE = Uint8Array.of(0, 0, 0, 255);

/** A canvas that shows a window of a mask: as film with the strokes that are drawn, or as it is being filled. */
export class MaskCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #film = new Uint32Array(FILM.buffer)[0]!;
  readonly #opaque = new Uint32Array(OPAQUE.buffer)[0]!;
  #window: MaskWindow | null = null;
  #mask: Mask | null = null;
  #image: ImageData | null = null;
  #preview: RepairPreview | null = null;
  /** Points of the stroke under way that are drawn. */
  #points = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /**
   * @param found what the window shows of the damage map, or null.
   * @param preview of the whole photograph, which is shown in place of the film: nothing else changes.
   */
  show(
    recipe: MaskRecipe,
    window: MaskWindow,
    found: Uint8Array | null,
    preview: RepairPreview | null,
  ): void {
    const { width, height } = window;
    this.#mask = drawMask(recipe, window, found);
    this.#window = window;
    this.#preview = preview;
    this.#points = 0;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height);
    }
    this.#put();
  }

  /** Draws what is new of a stroke on top of what is shown. */
  extend(stroke: MaskStroke): void {
    if (!this.#mask || !this.#window) return;
    drawStroke(this.#mask.data, this.#window, stroke, this.#points);
    this.#points = stroke.points.length / 3;
    this.#put();
  }

  #put(): void {
    const context = this.#canvas.getContext('2d');
    if (!context || !this.#image || !this.#mask || !this.#window) return;
    const pixels = new Uint32Array(this.#image.data.buffer);
    const { data } = this.#mask;
    const colour = this.#preview ? this.#opaque : this.#film;
    for (let i = 0; i < pixels.length; i++) pixels[i] = data[i] === 1 ? colour : 0;
    context.putImageData(this.#image, 0, 0);
    if (this.#preview) fill(context, this.#window, this.#preview);
  }
}

/** Puts a preview of the whole photograph wherever the canvas is not empty. */
function fill(
  context: CanvasRenderingContext2D,
  { photograph, region, width, height }: MaskWindow,
  preview: RepairPreview,
): void {
  const [scaleX, scaleY] = [preview.width / photograph.width, preview.height / photograph.height];
  context.globalCompositeOperation = 'source-in';
  context.drawImage(
    canvasOf(preview),
    region.x * scaleX,
    region.y * scaleY,
    region.width * scaleX,
    region.height * scaleY,
    ...([0, 0, width, height] as const),
  );
  context.globalCompositeOperation = 'source-over';
}

function canvasOf({ width, height, gray }: RepairPreview): OffscreenCanvas {
  const image = new ImageData(width, height);
  for (let i = 0; i < gray.length; i++) {
    image.data.fill(gray[i]!, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
