import type { Point, Viewport } from '../compare/viewport.svelte.ts';
import { words } from '../i18n/repair.ts';
import { announcer } from '../ui/announcer.svelte.ts';
import { longSide } from './brush-pointers.ts';
import type { RepairTool } from './repair-tool.svelte.ts';

const KEY_ZOOM = 1.25;

/** What keys act on. */
export type KeyTarget = { tool: RepairTool; viewport: Viewport };

/** The brush by keyboard alone. */
export class BrushKeys {
  readonly #target: KeyTarget;
  /** Whether the brush is down for as long as the space bar is held. */
  #isHeld = false;

  constructor(target: KeyTarget) {
    this.#target = target;
  }

  readonly down = (event: KeyboardEvent): void => {
    const action = this.#actionOf(event);
    if (!action) return;
    // The picture and the page have keys of their own.
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  readonly up = (event: KeyboardEvent): void => {
    if (event.key === ' ' && this.#isHeld) this.lift();
  };

  /** Lifts the brush, as where the keyboard goes elsewhere. */
  readonly lift = (): void => {
    this.#isHeld = false;
    this.#target.tool.brush.lift();
  };

  #actionOf({ key, shiftKey, ctrlKey, metaKey, altKey, repeat }: KeyboardEvent) {
    const { tool, viewport } = this.#target;
    const { brush } = tool;
    const letter = key.toLowerCase();
    if (ctrlKey || metaKey) {
      if (letter === 'z') return () => (shiftKey ? tool.redo() : tool.undo());
      return letter === 'y' ? () => tool.redo() : undefined;
    }
    if (altKey) return undefined;
    const step = shiftKey ? 1 : Math.max(1, brush.radius(longSide(viewport)));
    const actions: Record<string, () => void> = {
      arrowleft: () => this.#move(-step, 0),
      arrowright: () => this.#move(step, 0),
      arrowup: () => this.#move(0, -step),
      arrowdown: () => this.#move(0, step),
      ' ': () => repeat || this.#hold(),
      enter: () => repeat || this.#toggle(),
      '[': () => brush.grow(-1),
      ']': () => brush.grow(1),
      e: () => {
        brush.erases = !brush.erases;
        announcer.say(brush.erases ? words.erasing : words.painting);
      },
      '+': () => viewport.zoomBy(KEY_ZOOM, this.#onStage()),
      '=': () => viewport.zoomBy(KEY_ZOOM, this.#onStage()),
      '-': () => viewport.zoomBy(1 / KEY_ZOOM, this.#onStage()),
      '0': () => viewport.fit(),
      '1': () => viewport.showRealPixels(this.#onStage()),
    };
    return actions[letter];
  }

  #hold(): void {
    if (this.#target.tool.brush.stroke) return;
    this.#isHeld = true;
    this.#putDown();
    this.#say(this.#target.tool.brush.erases ? words.erased : words.painted);
  }

  #toggle(): void {
    const { brush } = this.#target.tool;
    if (brush.stroke) {
      this.lift();
      announcer.say(words.lifted);
    } else {
      this.#putDown();
      announcer.say(words.down);
    }
  }

  #putDown(): void {
    const { tool, viewport } = this.#target;
    tool.brush.down(this.#place(), longSide(viewport));
  }

  #move(dx: number, dy: number): void {
    const { tool, viewport } = this.#target;
    const { width, height } = viewport.photo;
    const { x, y } = this.#place();
    const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
    tool.brush.to({ x: within(x + dx, width), y: within(y + dy, height) }, longSide(viewport));
    this.#follow();
  }

  /** Moves a zoomed picture so that the brush stays to be seen. */
  #follow(): void {
    const { viewport } = this.#target;
    const { x, y } = this.#onStage();
    const beyond = (at: number, size: number) => (at < 0 ? -at : at > size ? size - at : 0);
    const [dx, dy] = [beyond(x, viewport.stage.width), beyond(y, viewport.stage.height)];
    if (dx !== 0 || dy !== 0) viewport.panBy(dx, dy);
  }

  #place(): Point {
    const { tool, viewport } = this.#target;
    const { x, y, width, height } = viewport.visible;
    return tool.brush.place ?? { x: x + width / 2, y: y + height / 2 };
  }

  #onStage(): Point {
    const { viewport } = this.#target;
    const { x, y } = this.#place();
    return { x: viewport.left + x * viewport.scale, y: viewport.top + y * viewport.scale };
  }

  #say(sentence: (x: number, y: number) => string): void {
    const { width, height } = this.#target.viewport.photo;
    const { x, y } = this.#place();
    announcer.say(sentence(x / width, y / height));
  }
}
