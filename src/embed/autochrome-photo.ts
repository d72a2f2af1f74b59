import { AppError, toAppError, type ErrorCode } from '../shared/errors.ts';
import type { Preset } from '../worker/protocol.ts';
import { addressOf, appLink, folderOf, PICTURE_SCHEMES } from './addresses.ts';
import type { Coloured, Colouring, Drawing } from './colouring.ts';
import type { ErrorDetail, Fallback, PhotoEvents, PictureStage } from './events.ts';
import { IiifSource } from './iiif-source.ts';
import { PhotoView, type AppLink, type PhotoState } from './photo-view.ts';
import { whenSeen } from './when-seen.ts';
import { words } from './words.ts';

const PRESETS: readonly string[] = ['low', 'medium', 'high'] satisfies Preset[];
/** Strength of the colours where the attribute says nothing that can be used. */
const PLAIN_STRENGTH = 1;
const MOST_STRENGTH = 1.5;

/** A picture that is shown smaller is drawn at so many pixels all the same: phones are turned, windows grow. */
const LEAST_DRAWN = 1600;

/** Failures that another page would meet too, or that the host has made. */
const NO_LINK: ReadonlySet<ErrorCode> = new Set(['input/not-found', 'output/unmarked']);

/**
 * A photograph that visitors colour on their own machines. Its original `<img>`, the page's own inside it or one
 * made from `src`, is there from the first moment and stays. docs/archives.md says what each attribute does.
 */
export class AutochromePhoto extends HTMLElement {
  static readonly observedAttributes = ['src', 'canvas', 'alt', 'strength', 'reveal'];

  readonly #view: PhotoView;
  readonly #source = new IiifSource(() => this.clientWidth * devicePixelRatio);
  #state: PhotoState = 'idle';
  #run: AbortController | null = null;
  #colouring: Colouring | null = null;
  /** What was refused in this run and replaced; shown once it is done. */
  readonly #replaced: ErrorDetail[] = [];
  #unwatch = () => {};

  constructor() {
    super();
    this.#view = new PhotoView(this.attachShadow({ mode: 'open' }), {
      start: () => void this.colour(),
      stop: () => this.cancel(),
      onUnmarked: () => this.#fail(new AppError('output/unmarked', words.unmarked)),
    });
  }

  connectedCallback(): void {
    this.#begin();
  }

  disconnectedCallback(): void {
    // An element that is moved is connected again at once.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#free();
      this.#source.forget();
    });
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    if (name === 'strength') void this.#redraw();
    else if (name === 'alt') this.#view.showOriginal(this.#pictureAddress(), this.#alt);
    else {
      this.#free();
      this.#begin();
    }
  }

  /** What it is doing: `idle`, `working`, `coloured` or `failed`. */
  get state(): PhotoState {
    return this.#state;
  }

  /** Share of the original that is shown, from the left, 0–100. */
  get position(): number {
    return this.#view.divider.percent;
  }

  set position(percent: number) {
    this.#view.divider.moveTo(percent);
  }

  /** Colours the photograph; does nothing while it does or where it is done. Failures are told by `error`. */
  async colour(): Promise<void> {
    if (!this.isConnected || this.#state === 'working' || this.#state === 'coloured') return;
    const run = new AbortController();
    this.#run = run;
    this.#unwatch();
    this.#show('working');
    this.#tell('engine', null);
    try {
      const coloured = await this.#find(run.signal);
      if (this.#run === run) this.#finish(coloured);
      else coloured.bitmap.close();
    } catch (thrown) {
      if (this.#run === run) this.#fail(toAppError(thrown));
    }
  }

  /** Stops what it does; the next {@link colour} begins anew. */
  cancel(): void {
    if (this.#state !== 'working') return;
    this.#free();
    this.#show('idle');
  }

  /** Where a visitor is sent with a photograph that this page cannot colour; null is nowhere. */
  protected linkFor(picture: URL, alt: string): AppLink | null {
    const address = appLink(folderOf(this.getAttribute('app-base')), picture, alt);
    const canvas = this.getAttribute('canvas');
    if (canvas !== null) address?.searchParams.set('canvas', canvas);
    return address && { address, label: words.openPhoto };
  }

  get #alt(): string {
    return this.getAttribute('alt') ?? this.#view.original.alt;
  }

  get #drawing(): Drawing {
    const wished = Number.parseFloat(this.getAttribute('strength') ?? '');
    const strength = Number.isFinite(wished)
      ? Math.min(MOST_STRENGTH, Math.max(0, wished))
      : PLAIN_STRENGTH;
    const shown = Math.ceil(this.#view.original.clientWidth * devicePixelRatio);
    return { width: Math.max(shown, LEAST_DRAWN), strength };
  }

  /** What `src` is or stands for, else the address of the picture that the page has put inside. */
  #pictureAddress(): URL | null {
    const { currentSrc, src } = this.#view.original;
    if (this.#source.isIiif) return this.#source.found;
    return addressOf(this.getAttribute('src') ?? (currentSrc || src), PICTURE_SCHEMES);
  }

  #begin(): void {
    const own = addressOf(this.getAttribute('src'), PICTURE_SCHEMES);
    const alt = this.getAttribute('alt') ?? '';
    this.#source.begin(own, this.getAttribute('canvas'));
    this.#view.showOriginal(this.#source.isIiif ? null : own, alt);
    void this.#showFound(alt);
    this.#show('idle');
    if (this.getAttribute('reveal') !== 'auto') return;
    this.#unwatch = whenSeen(this, () => void this.colour());
  }

  /** Shows the picture that a IIIF document stands for, once it is known. */
  async #showFound(alt: string): Promise<void> {
    try {
      const found = await this.#source.look();
      if (found && found === this.#source.found) this.#view.showOriginal(found, alt);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'job/aborted' && this.#state === 'idle') this.#fail(error);
    }
  }

  async #find(signal: AbortSignal): Promise<Coloured> {
    const found = await this.#source.look();
    if (found) this.#view.showOriginal(found, this.#alt);
    const picture = this.#pictureAddress();
    if (!picture) throw new AppError('input/not-found', words.noPicture);
    const { Colouring } = await import('./colouring.ts').catch((cause: unknown) => {
      const { host } = new URL(import.meta.url);
      throw new AppError('worker/unreachable', words.unreachable(host), { cause });
    });
    signal.throwIfAborted();
    const preset = this.getAttribute('preset');
    const models = folderOf(this.getAttribute('model-base'));
    this.#colouring?.close();
    this.#colouring = new Colouring({
      picture,
      addresses: {
        engine: addressOf(this.getAttribute('engine-src')) ?? undefined,
        catalogue: models ? new URL('catalogue.json', models) : undefined,
      },
      preset: preset !== null && PRESETS.includes(preset) ? (preset as Preset) : undefined,
    });
    const listener = {
      progress: (stage: PictureStage, fraction: number | null) => {
        if (!signal.aborted) this.#tell(stage, fraction);
      },
      replaced: (detail: ErrorDetail) => {
        if (!signal.aborted) this.#emit('error', detail);
        this.#replaced.push(detail);
      },
    };
    this.#replaced.length = 0;
    return this.#colouring.run(signal, listener, () => this.#drawing);
  }

  #finish({ detail, bitmap }: Coloured): void {
    this.#view.showColours(bitmap, this.#alt);
    this.#show('coloured');
    this.#view.tellTroubles(this.#replaced, null, words.done);
    this.#emit('complete', detail);
  }

  #fail(error: AppError): void {
    // The document, where `src` is one of IIIF: its picture may be known to this page alone.
    const picture = addressOf(this.getAttribute('src')) ?? this.#pictureAddress();
    const link = picture && !NO_LINK.has(error.code) ? this.linkFor(picture, this.#alt) : null;
    const fallback: Fallback = link ? 'link' : 'original';
    this.#free();
    this.#show('failed');
    this.#view.tellTroubles([error], link);
    this.#emit('error', { code: error.code, message: error.message, fallback });
  }

  async #redraw(): Promise<void> {
    const [colouring, run] = [this.#colouring, this.#run];
    if (this.#state !== 'coloured' || !colouring || !run) return;
    try {
      const bitmap = await colouring.draw(this.#drawing, run.signal);
      if (this.#run === run) this.#view.showColours(bitmap, this.#alt);
      else bitmap.close();
    } catch (thrown) {
      if (this.#run === run) this.#fail(toAppError(thrown));
    }
  }

  /** Ends what is under way and gives back all that the photograph holds; the original stays. */
  #free(): void {
    this.#unwatch();
    this.#run?.abort();
    this.#run = null;
    this.#colouring?.close();
    this.#colouring = null;
    this.#view.hideColours();
    this.#state = 'idle';
  }

  #show(state: PhotoState): void {
    this.#state = state;
    this.setAttribute('state', state);
    this.#view.show(state, this.getAttribute('reveal') !== 'never');
  }

  #tell(stage: PictureStage, fraction: number | null): void {
    const name = words.stage[stage];
    const sentence = fraction === null ? name : words.share(name, fraction);
    this.#view.say(sentence, name);
    this.#emit('progress', { stage, fraction, sentence });
  }

  #emit<K extends keyof PhotoEvents>(type: K, detail: PhotoEvents[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
