import type { Engine } from '../../worker/client.ts';
import type { Preset } from '../../worker/protocol.ts';
import type { Journal } from '../diagnostics/journal.svelte.ts';
import type { Photo } from './photo.svelte.ts';

/** What a photograph needs from the page around it. */
export type PhotoHost = {
  engine: Engine;
  journal: Journal;
  /** How much of the machine a run may take; null leaves it to the engine. */
  preset: () => Preset | null;
  /** Id of the model that a run is to use; undefined leaves it to the engine. */
  model: () => string | undefined;
  /** Called when the photograph waits for the network (again). */
  onWaiting: (photo: Photo) => void;
  /** Called when its run has read the photograph. */
  onOpened: () => void;
};
