import { readRequest, VERSION, type FrameMessage, type FrameRequest } from './frame-protocol.ts';

/** More messages than this in a second are dropped: whoever sends them wants no answer. */
const MOST_A_SECOND = 60;

/** The frame's way to the page around it: checked origins, checked messages, and no flood. */
export class FrameChannel {
  readonly #origins: ReadonlySet<string>;
  readonly #onRequest: (request: FrameRequest) => void;
  #second = 0;
  #heard = 0;

  /** @param origins that are spoken with, each by its name. */
  constructor(origins: ReadonlySet<string>, onRequest: (request: FrameRequest) => void) {
    this.#origins = origins;
    this.#onRequest = onRequest;
    if (origins.size > 0 && parent !== window) addEventListener('message', this.#hear);
  }

  /** Tells the page around: a browser delivers it only where that page is of the origin named. */
  tell(message: FrameMessage): void {
    if (parent === window) return;
    for (const origin of this.#origins) {
      parent.postMessage({ ...message, autochrome: VERSION }, origin);
    }
  }

  readonly #hear = (event: MessageEvent<unknown>): void => {
    if (event.source !== parent || !this.#origins.has(event.origin)) return;
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) [this.#second, this.#heard] = [second, 0];
    if (++this.#heard > MOST_A_SECOND) return;
    const request = readRequest(event.data);
    if (request) this.#onRequest(request);
  };
}
