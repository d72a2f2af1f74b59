/** Types of `openseadragon.js`. docs/archives.md says what each member does. */

import type { Viewer } from 'openseadragon';

export type ViewerColourOptions = {
  /** Multiplies the colours, 0–1.5. */
  strength?: number;
  /** How much of the visitor's machine to take. */
  preset?: 'low' | 'medium' | 'high';
  /** The engine's module, where it lies elsewhere. */
  engine?: URL;
  /** The models' `catalogue.json`, where it lies elsewhere. */
  catalogue?: URL;
};

export type ViewerColourState = 'off' | 'working' | 'on' | 'failed';

/** Fires `change`. */
export class ViewerColour extends EventTarget {
  constructor(viewer: Viewer, options?: ViewerColourOptions);
  readonly state: ViewerColourState;
  readonly error: (Error & { readonly code: string }) | null;
  readonly isOn: boolean;
  turn(isOn: boolean): Promise<void>;
  readonly destroy: () => void;
}
