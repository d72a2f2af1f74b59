import type { Equipment } from './equipment.ts';
import type { Gallery } from './gallery.ts';
import type { GpuPatience } from './gpu-patience.ts';

/** What all work of one worker shares. */
export type Workshop = {
  equipment: Equipment;
  gallery: Gallery;
  patience: GpuPatience;
};
