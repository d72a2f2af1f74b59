/** Types of `autochrome-photo.js` and `element.js`. docs/archives.md says what each member does. */

export type PictureStage = 'waiting' | 'picture' | 'engine' | 'model' | 'colouring';

export type ProgressDetail = { stage: PictureStage; fraction: number | null; sentence: string };

export type CompleteDetail = {
  width: number;
  height: number;
  model: string;
  backend: 'webgpu' | 'wasm';
  ms: number;
};

export type ErrorDetail = {
  code: string;
  message: string;
  fallback: 'wasm' | 'memory' | 'link' | 'original';
};

/** The element's own events; none bubbles. */
export type PhotoEvents = {
  progress: CustomEvent<ProgressDetail>;
  complete: CustomEvent<CompleteDetail>;
  error: CustomEvent<ErrorDetail>;
};

export class AutochromePhoto extends HTMLElement {
  static readonly observedAttributes: string[];
  readonly state: 'idle' | 'working' | 'coloured' | 'failed';
  position: number;
  colour(): Promise<void>;
  cancel(): void;
}

declare global {
  // oxlint-disable-next-line typescript/consistent-type-definitions
  interface HTMLElementTagNameMap {
    'autochrome-photo': AutochromePhoto;
  }
}
