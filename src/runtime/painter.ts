import type { ColourLook } from '../image/colour/look.ts';
import { colourRows, type LightnessRows } from '../image/guided/colour-rows.ts';
import { fitGuidedField, type GuidedField } from '../image/guided/guided-field.ts';
import type { GridMapping } from '../image/guided/mapping.ts';
import type { Chroma } from '../image/photograph.ts';

/** A guided field where its painter keeps it. */
export type PaintField = { readonly width: number; readonly height: number; dispose(): void };

/** Fits guided fields and colours rows with them: on the GPU, or on the processor as its twin. */
export type Painter<Field extends PaintField = PaintField> = {
  /** @param photograph size of the whole photograph, in pixels. */
  fit(chroma: Chroma, photograph: { width: number; height: number }): Promise<Field>;
  /** Colours one stripe. @returns opaque RGBA. */
  paint(
    field: Field,
    rows: LightnessRows,
    mapping: GridMapping,
    look: ColourLook,
  ): Promise<Uint8ClampedArray<ArrayBuffer>>;
};

type CpuField = PaintField & { guided: GuidedField };

/** The painter for machines whose network runs on wasm. */
export const cpuPainter: Painter<CpuField> = {
  fit(chroma, photograph) {
    const guided = fitGuidedField(chroma, photograph);
    return Promise.resolve({ width: guided.width, height: guided.height, guided, dispose() {} });
  },
  paint(field, rows, mapping, look) {
    return Promise.resolve(colourRows(field.guided, rows, mapping, look));
  },
};
