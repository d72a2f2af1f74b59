import { MarkGuard } from './mark-guard.ts';
import { STYLES } from './styles.ts';
import { words } from './words.ts';

const OWN_STYLES = `
:host { display: block; min-width: 0; }
.corner {
  display: grid;
  justify-items: start;
  gap: 8px;
  padding: 8px;
  text-align: left;
  font: 400 max(0.875rem, 13px) / 1.4 var(--autochrome-font, system-ui, sans-serif);
}
.mark { position: static !important; }
button[aria-pressed='true'] { color: #1d1b18; background: #fff; }
p { max-width: min(20rem, 70vw); padding: 0.2em 0.6em; color: #fff; background: #1d1b18; }
p:empty { display: none; }
`;

/** What stands in the corner of a viewer: the button, what is going on, and the mark while there are colours. */
export class CornerControl {
  /** To be put into the viewer. */
  readonly host = document.createElement('div');
  readonly #mark = document.createElement('span');
  readonly #button = document.createElement('button');
  readonly #status = document.createElement('p');
  readonly #guard: MarkGuard;
  readonly #size: ResizeObserver;

  /**
   * @param viewer whose colours the mark is for.
   * @param onUnmarked called where the page hides the mark while it is shown.
   */
  constructor(viewer: Element, onClick: () => void, onUnmarked: () => void) {
    this.host.className = 'autochrome-corner';
    const root = this.host.attachShadow({ mode: 'open' });
    // Not a <style>: a host's Content-Security-Policy may forbid those.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES + OWN_STYLES);
    root.adoptedStyleSheets = [sheet];
    this.#mark.className = 'mark';
    this.#mark.textContent = words.mark;
    this.#button.type = 'button';
    this.#button.textContent = words.colour;
    this.#button.addEventListener('click', onClick);
    this.#status.role = 'status';
    const corner = document.createElement('div');
    corner.className = 'corner';
    corner.append(this.#mark, this.#status, this.#button);
    root.append(corner);
    this.#guard = new MarkGuard(this.#mark, words.mark, onUnmarked);
    // The colours are not in this element: where it is hidden as a whole, they must go too.
    this.#size = new ResizeObserver(() => {
      const isSeen = viewer.getClientRects().length > 0;
      if (isSeen && !this.#mark.hidden && this.host.getClientRects().length === 0) onUnmarked();
    });
    this.#size.observe(this.host);
    this.show(false, '');
  }

  /** Shows whether the viewer is coloured, or is about to be, and one sentence. */
  show(isPressed: boolean, sentence: string, isColoured = false): void {
    this.#button.ariaPressed = String(isPressed);
    this.#status.textContent = sentence;
    // Once there are colours their mark says enough to those who see it.
    this.#status.className = isColoured ? 'spoken' : '';
    this.#guard.end();
    this.#mark.hidden = !isColoured;
    if (isColoured) this.#guard.watch(this.host.shadowRoot!);
  }

  /** Ends the watching. */
  end(): void {
    this.#guard.end();
    this.#size.disconnect();
  }
}
