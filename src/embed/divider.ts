import { words } from './words.ts';

const STEP = 2;
const LARGE_STEP = 10;

/** The line between original and colour: a slider for pointer, keyboard and screen reader. */
export class Divider {
  readonly element: HTMLElement;
  readonly #onMove: (percentOriginal: number) => void;
  #percent = 50;

  /** @param onMove hears the share of the original, 0–100, at each move. */
  constructor(onMove: (percentOriginal: number) => void) {
    this.#onMove = onMove;
    this.element = document.createElement('div');
    this.element.className = 'divider';
    this.element.tabIndex = 0;
    const facts = {
      part: 'divider',
      role: 'slider',
      'aria-label': words.divider,
      'aria-orientation': 'horizontal',
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    };
    for (const [name, value] of Object.entries(facts)) this.element.setAttribute(name, value);
    const grip = document.createElement('span');
    grip.className = 'grip';
    this.element.append(grip);
    this.element.addEventListener('pointerdown', (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.element.focus();
      event.preventDefault();
    });
    this.element.addEventListener('pointermove', (event) => this.#drag(event));
    this.element.addEventListener('keydown', (event) => this.#press(event));
  }

  /** Share of the original, 0–100. */
  get percent(): number {
    return this.#percent;
  }

  /** Moves the line. @param percent what lies outside 0–100 is taken as the nearer end. */
  moveTo(percent: number): void {
    if (!Number.isFinite(percent)) return;
    this.#percent = Math.min(100, Math.max(0, percent));
    const rounded = Math.round(this.#percent);
    this.element.setAttribute('aria-valuenow', String(rounded));
    this.element.setAttribute('aria-valuetext', words.dividerValue(rounded));
    this.#onMove(this.#percent);
  }

  #drag(event: PointerEvent): void {
    if (!this.element.hasPointerCapture(event.pointerId)) return;
    const stage = this.element.parentElement?.getBoundingClientRect();
    if (stage && stage.width > 0) this.moveTo(((event.clientX - stage.left) / stage.width) * 100);
  }

  #press(event: KeyboardEvent): void {
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const moves: Record<string, number> = {
      ArrowLeft: this.#percent - step,
      ArrowDown: this.#percent - step,
      ArrowRight: this.#percent + step,
      ArrowUp: this.#percent + step,
      PageDown: this.#percent - LARGE_STEP,
      PageUp: this.#percent + LARGE_STEP,
      Home: 0,
      End: 100,
    };
    const next = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (next === undefined) return;
    event.preventDefault();
    this.moveTo(next);
  }
}
