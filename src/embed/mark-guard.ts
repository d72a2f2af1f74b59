/** Contrast of text that is still read (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;

/** In CSS pixels: less is no line of text. */
const LEAST_SIDE = 8;

/**
 * Watches the mark that says that a machine found the colours. A host may style it; where it is removed, changed
 * or made too small to be seen, the colours go with it.
 */
export class MarkGuard {
  readonly #mark: HTMLElement;
  readonly #text: string;
  readonly #onHidden: () => void;
  readonly #nodes = new MutationObserver(() => this.check());
  readonly #size = new ResizeObserver(() => this.check());
  #root: ShadowRoot | null = null;

  /** @param onHidden called once for each {@link watch}, with the watching ended. */
  constructor(mark: HTMLElement, text: string, onHidden: () => void) {
    this.#mark = mark;
    this.#text = text;
    this.#onHidden = onHidden;
  }

  /** Begins to watch a mark that is shown in a shadow tree. */
  watch(root: ShadowRoot): void {
    this.#mark.classList.toggle('plain', !isLegible(this.#mark));
    this.#root = root;
    this.#nodes.observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['style', 'hidden', 'class'],
    });
    this.#size.observe(this.#mark);
    this.check();
  }

  /** Ends the watching. */
  end(): void {
    this.#root = null;
    this.#nodes.disconnect();
    this.#size.disconnect();
  }

  /** Looks at once. Where the whole element is not displayed, colours and mark are hidden together. */
  check(): void {
    if (!this.#root || this.#root.host.getClientRects().length === 0 || this.#isShown()) return;
    this.end();
    this.#onHidden();
  }

  #isShown(): boolean {
    const mark = this.#mark;
    if (!mark.isConnected || mark.textContent !== this.#text) return false;
    const { display, visibility, opacity, clipPath, transform, filter } = getComputedStyle(mark);
    const { width, height } = mark.getBoundingClientRect();
    return (
      display !== 'none' &&
      visibility === 'visible' &&
      Number(opacity) > 0.9 &&
      clipPath === 'none' &&
      transform === 'none' &&
      filter === 'none' &&
      width >= LEAST_SIDE &&
      height >= LEAST_SIDE
    );
  }
}

/** Whether the host's colours for the mark can be told apart, on whatever picture lies behind them. */
function isLegible(mark: HTMLElement): boolean {
  const { color, backgroundColor } = getComputedStyle(mark);
  return ['#000', '#fff'].every((behind) => contrast(behind, backgroundColor, color));
}

function contrast(behind: string, background: string, text: string): boolean {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [2, 1];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return false;
  const paint = (colour: string, x: number) => {
    context.fillStyle = colour;
    context.fillRect(x, 0, 2, 1);
  };
  paint(behind, 0);
  paint(background, 0);
  paint(text, 1);
  const { data } = context.getImageData(0, 0, 2, 1);
  const [a, b] = [luminance(data, 0), luminance(data, 4)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) >= LEAST_CONTRAST;
}

/** Relative luminance of a pixel, 0–1 (WCAG 2.2). */
function luminance(data: Uint8ClampedArray, at: number): number {
  const linear = [0, 1, 2].map((channel) => {
    const level = (data[at + channel] ?? 0) / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  const [r = 0, g = 0, b = 0] = linear;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
