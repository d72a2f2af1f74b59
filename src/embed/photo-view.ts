import { Divider } from './divider.ts';
import type { ErrorDetail } from './events.ts';
import { MarkGuard } from './mark-guard.ts';
import { STYLES } from './styles.ts';
import { words } from './words.ts';

/** What the element is doing; also its attribute `state`. */
export type PhotoState = 'idle' | 'working' | 'coloured' | 'failed';

/** Where the app is, and what the link to it says. */
export type AppLink = { address: URL; label: string };

/** What the view's controls do. */
export type ViewActions = { start: () => void; stop: () => void; onUnmarked: () => void };

/** The element's shadow tree: the original, the colours over it with divider and mark, and a bar below. */
export class PhotoView {
  readonly divider = new Divider((percent) => this.#stage.style.setProperty('--at', `${percent}%`));
  readonly #root: ShadowRoot;
  readonly #stage = made('div', 'stage', 'stage');
  readonly #slot = document.createElement('slot');
  readonly #own = document.createElement('img');
  readonly #canvas = document.createElement('canvas');
  readonly #mark = made('span', 'mark');
  readonly #bar = made('div', 'bar', 'bar');
  readonly #button = made('button', '', 'button');
  readonly #status = made('p', 'status', 'status');
  readonly #spoken = made('span', 'spoken');
  readonly #link = made('a', '', 'link');
  readonly #guard: MarkGuard;

  constructor(root: ShadowRoot, { start, stop, onUnmarked }: ViewActions) {
    this.#root = root;
    this.#guard = new MarkGuard(this.#mark, words.mark, onUnmarked);
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.setAttribute('part', 'coloured');
    this.#own.setAttribute('part', 'original');
    this.#own.decoding = 'async';
    this.#mark.textContent = words.mark;
    this.#spoken.setAttribute('role', 'status');
    this.#button.type = 'button';
    this.#button.addEventListener('click', () => (this.#state === 'working' ? stop() : start()));
    this.#link.target = '_blank';
    this.#link.rel = 'noopener';
    this.#slot.append(this.#own);
    this.#stage.append(this.#slot, this.#canvas, this.divider.element, this.#mark);
    this.#bar.append(this.#button, this.#status, this.#link, this.#spoken);
    root.append(this.#stage, this.#bar);
    // Not a <style>: a host's Content-Security-Policy may forbid those.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    this.hideColours();
  }

  #state: PhotoState = 'idle';

  /** The picture that the visitor sees: the host's own `<img>`, else the one made from `src`. */
  get original(): HTMLImageElement {
    for (const element of this.#slot.assignedElements()) {
      const image = element instanceof HTMLImageElement ? element : element.querySelector('img');
      if (image) return image;
    }
    return this.#own;
  }

  /** Shows the picture at an address where the host has put none of its own. */
  showOriginal(address: URL | null, alt: string): void {
    this.#own.hidden = address === null;
    this.#own.alt = alt;
    if (address && this.#own.src !== address.href) this.#own.src = address.href;
  }

  /** @param offersStart whether a visitor may start it. */
  show(state: PhotoState, offersStart: boolean): void {
    this.#state = state;
    // The button goes, and the keyboard would be left nowhere.
    const isAtButton = this.#root.activeElement === this.#button;
    if (state === 'coloured' && isAtButton) this.divider.element.focus({ preventScroll: true });
    const label = { idle: words.colour, working: words.stop, failed: words.again, coloured: '' };
    this.#button.textContent = label[state];
    this.#button.hidden = state === 'coloured' || !(offersStart || state === 'working');
    if (state !== 'failed') this.#link.hidden = true;
    if (state === 'idle') this.say('');
  }

  /** Says something below the picture. @param spoken what screen readers hear: not each percent. */
  say(sentence: string, spoken = sentence): void {
    this.#status.textContent = sentence;
    if (this.#spoken.textContent !== spoken) this.#spoken.textContent = spoken;
  }

  /** Tells what was refused, codes with it. @param link leads to the app; null is none. @param before is said first. */
  tellTroubles(
    troubles: readonly Pick<ErrorDetail, 'code' | 'message'>[],
    link: AppLink | null,
    before = '',
  ): void {
    const parts = troubles.flatMap(({ code, message }) => {
      const shown = made('span', 'code', 'code');
      shown.textContent = `(${code})`;
      return [`${message} `, shown, ' '];
    });
    this.#status.replaceChildren(before, ' ', ...parts);
    this.#spoken.textContent = [before, ...troubles.map(({ message }) => message)].join(' ');
    this.#link.hidden = link === null;
    if (!link) return;
    const hint = made('span', 'spoken');
    hint.textContent = ` ${words.newTab}`;
    this.#link.href = link.address.href;
    this.#link.replaceChildren(link.label, hint);
  }

  /** Puts the colours over the original, with divider and mark. Takes the bitmap. */
  showColours(bitmap: ImageBitmap, alt: string): void {
    this.#guard.end();
    const { objectFit, objectPosition } = getComputedStyle(this.original);
    Object.assign(this.#canvas.style, { objectFit, objectPosition });
    [this.#canvas.width, this.#canvas.height] = [bitmap.width, bitmap.height];
    this.#canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
    this.#canvas.setAttribute('aria-label', words.coloured(alt));
    for (const element of this.#coloured) element.hidden = false;
    this.divider.moveTo(this.divider.percent);
    this.#guard.watch(this.#root);
  }

  /** Takes the colours away, and frees their pixels. */
  hideColours(): void {
    this.#guard.end();
    for (const element of this.#coloured) element.hidden = true;
    [this.#canvas.width, this.#canvas.height] = [0, 0];
  }

  get #coloured(): HTMLElement[] {
    return [this.#canvas, this.divider.element, this.#mark];
  }
}

function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  part?: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (part !== undefined) element.setAttribute('part', part);
  return element;
}
