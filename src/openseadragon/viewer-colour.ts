import type { Control, TiledImage, TileInvalidatedEvent, Viewer } from 'openseadragon';
import { colourFile } from '../embed/colour-file.ts';
import { CornerControl } from '../embed/corner-control.ts';
import { words } from '../embed/words.ts';
import { holdEngine, type HeldEngine } from '../embedding/shared-engine.ts';
import { AppError, throwIfAborted, toAppError } from '../shared/errors.ts';
import type { EngineAddresses } from '../worker/guest-engine.ts';
import type { OpenPhotograph } from '../worker/open-photograph.ts';
import type { Preset } from '../worker/protocol.ts';
import { shareOf, wholePicture } from './whole-picture.ts';

/** OpenSeadragon's ControlAnchor.BOTTOM_LEFT: what the page has already is not imported. */
const BOTTOM_LEFT = 4;

/** How a viewer is coloured: `strength` multiplies the colours, 0–1.5; `preset` is how much of a machine to take. */
export type ViewerColourOptions = EngineAddresses & { strength?: number; preset?: Preset };

/** What {@link ViewerColour} is doing. */
export type ViewerColourState = 'off' | 'working' | 'on' | 'failed';

/**
 * Colours the tiles of an OpenSeadragon viewer (version 6) as they load. The network sees each picture once, small;
 * every tile of every level is coloured from what it found. Fires `change` with each new {@link state}.
 */
export class ViewerColour extends EventTarget {
  readonly #viewer: Viewer;
  readonly #options: ViewerColourOptions;
  readonly #control: CornerControl;
  readonly #coloured = new Map<TiledImage, OpenPhotograph>();
  #held: Promise<HeldEngine> | null = null;
  #run: AbortController | null = null;
  #state: ViewerColourState = 'off';
  #error: AppError | null = null;

  constructor(viewer: Viewer, options: ViewerColourOptions = {}) {
    super();
    this.#viewer = viewer;
    this.#options = options;
    this.#control = new CornerControl(
      viewer.element,
      () => void this.turn(!this.isOn),
      () => this.#fail(new AppError('output/unmarked', words.unmarked)),
    );
    viewer.addControl(this.#control.host, { anchor: BOTTOM_LEFT, autoFade: false });
    this.#listen('addHandler');
  }

  get state(): ViewerColourState {
    return this.#state;
  }

  /** What went wrong, where {@link state} is `failed`. */
  get error(): AppError | null {
    return this.#error;
  }

  /** Whether there are colours, or will be. */
  get isOn(): boolean {
    return this.#state === 'on' || this.#state === 'working';
  }

  /** Colours the viewer, or shows its own pictures again. Never rejects: failures are in {@link error}. */
  async turn(isOn: boolean): Promise<void> {
    if (isOn === this.isOn) return;
    this.#run?.abort();
    if (isOn) await this.#find();
    else this.#show('off', '');
  }

  /** Takes colours, button and engine away; the viewer stays as it is. */
  readonly destroy = (): void => {
    this.#run?.abort();
    if (this.isOn) this.#show('off', '');
    this.#listen('removeHandler');
    this.#control.end();
    // It takes the element; the types say otherwise.
    this.#viewer.removeControl(this.#control.host as unknown as Control);
    for (const item of [...this.#coloured.keys()]) this.#forget({ item });
    void this.#held?.then((held) => held.letGo()).catch(() => undefined);
    this.#held = null;
  };

  #listen(as: 'addHandler' | 'removeHandler'): void {
    this.#viewer[as]('tile-invalidated', this.#colourTile);
    this.#viewer[as]('before-destroy', this.destroy);
    this.#viewer.world[as]('add-item', this.#colourMore);
    this.#viewer.world[as]('remove-item', this.#forget);
  }

  readonly #colourMore = () => {
    if (this.isOn) void this.#find();
  };

  readonly #forget = ({ item }: { item: TiledImage }) => {
    void this.#coloured
      .get(item)
      ?.close()
      .catch(() => undefined);
    this.#coloured.delete(item);
  };

  /** Finds the colours of all pictures that have none yet, and has all tiles drawn anew. */
  async #find(): Promise<void> {
    this.#run?.abort();
    const { signal } = (this.#run = new AbortController());
    this.#show('working', words.stage.engine);
    const { world } = this.#viewer;
    try {
      const held = await (this.#held ??= holdEngine(this.#options));
      for (let at = 0; at < world.getItemCount(); at++) {
        const item = world.getItemAt(at);
        if (this.#coloured.has(item)) continue;
        const file = await wholePicture(item.source, signal);
        throwIfAborted(signal);
        this.#control.show(true, words.stage.colouring);
        this.#coloured.set(item, await colourFile(held, file, this.#options.preset, signal));
        if (world.getIndexOfItem(item) < 0) this.#forget({ item });
      }
      throwIfAborted(signal);
      this.#show('on', words.done);
    } catch (thrown) {
      // A program that could not be fetched is fetched anew when it is tried again.
      this.#held?.catch(() => (this.#held = null));
      const why = import('../embed/explain.ts');
      const told = why.then(({ explained }) => explained(thrown, this.#options));
      const error = await told.catch(() => toAppError(thrown));
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** OpenSeadragon waits for it before it draws a tile; without colours the tile stays as it is. */
  readonly #colourTile = async (event: TileInvalidatedEvent): Promise<void> => {
    const photograph = this.#coloured.get(event.tiledImage);
    if (this.#state !== 'on' || !photograph) return;
    const region = shareOf(event.tiledImage.source, event.tile);
    const look = { strength: this.#options.strength ?? 1, saturation: 1 };
    for (const isLastTry of [false, true]) {
      try {
        const pixels: ImageBitmap = await event.getData('imageBitmap');
        const coloured = await photograph.colourTile({ pixels, region, look });
        await event.setData(coloured, 'imageBitmap');
        return;
      } catch (thrown) {
        event.resetData();
        const error = whyNot(thrown);
        // The pixels went with the worker that died; the next one gets a copy of its own.
        if (error.code === 'worker/crashed' && !isLastTry) continue;
        if (this.#state === 'on' && this.#coloured.has(event.tiledImage)) this.#fail(error);
        return;
      }
    }
  };

  #fail(error: AppError): void {
    this.#error = error;
    this.#show('failed', error.message);
  }

  #show(state: ViewerColourState, sentence: string): void {
    const before = this.#state;
    this.#state = state;
    if (state !== 'failed') this.#error = null;
    this.#control.show(this.isOn, sentence, state === 'on');
    if (before === 'on' || state === 'on') void this.#viewer.world.requestInvalidate(true);
    if (before !== state) this.dispatchEvent(new Event('change'));
  }
}

/** Browsers hand over no picture that came from another site without CORS. */
function whyNot(thrown: unknown): AppError {
  const isForeign = thrown instanceof DOMException && thrown.name === 'DataCloneError';
  return isForeign ? new AppError('net/no-cors', words.viewerWithoutCors) : toAppError(thrown);
}
