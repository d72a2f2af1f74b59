import { abortedError, AppError } from '../shared/errors.ts';
import { words } from './words.ts';

/** Addresses of IIIF documents by how they end; a manifest of another name is known by the attribute `canvas`. */
const DOCUMENT = /\/(info\.json|manifest(\.json)?)$/;

/** A `src` that names a IIIF document rather than a picture: looked up once, its picture kept until it is forgotten. */
export class IiifSource {
  readonly #longest: () => number;
  #stop = new AbortController();
  #document: URL | null = null;
  #canvas = 0;
  #looking: Promise<URL> | null = null;
  #found: URL | null = null;

  /** @param longest side of the picture that is wanted, in pixels. */
  constructor(longest: () => number) {
    this.#longest = longest;
  }

  get isIiif(): boolean {
    return this.#document !== null;
  }

  /** The picture's address; null until it is known. */
  get found(): URL | null {
    return this.#found;
  }

  /** Takes another address, and forgets what the last one gave. @param canvas the attribute, as it is written. */
  begin(address: URL | null, canvas: string | null): void {
    this.forget();
    if (!address || (canvas === null && !DOCUMENT.test(address.pathname))) return;
    this.#document = address;
    this.#canvas = Number(canvas ?? 0);
  }

  /**
   * Looks the picture up, once; where that failed, again.
   * @returns null where the address is no IIIF document's.
   * @throws {AppError} `iiif/*`, `input/*`, `net/*`, `worker/unreachable`, `job/aborted`.
   */
  look(): Promise<URL | null> {
    if (!this.#document) return Promise.resolve(null);
    const looking = (this.#looking ??= this.#look(this.#document, this.#stop.signal));
    looking.catch(() => {
      if (this.#looking === looking) this.#looking = null;
    });
    return looking;
  }

  /** Frees the picture, and stops looking. */
  forget(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    if (this.#found) URL.revokeObjectURL(this.#found.href);
    this.#document = null;
    this.#looking = null;
    this.#found = null;
  }

  async #look(document: URL, signal: AbortSignal): Promise<URL> {
    const { iiifPicture } = await import('./iiif-picture.ts').catch((cause: unknown) => {
      const { host } = new URL(import.meta.url);
      throw new AppError('worker/unreachable', words.unreachable(host), { cause });
    });
    const found = await iiifPicture(document, this.#canvas, this.#longest(), signal);
    if (signal.aborted) {
      URL.revokeObjectURL(found.href);
      throw abortedError();
    }
    return (this.#found = found);
  }
}
