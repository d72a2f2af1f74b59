import type { ColourLook } from '../../image/colour/look.ts';
import type { LightnessRows } from '../../image/guided/colour-rows.ts';
import type { GridMapping } from '../../image/guided/mapping.ts';
import type { Painter, PaintField } from '../../runtime/painter.ts';

/** Colours of one photograph, ready to be drawn at any size by the painter that fitted them. */
export type Colouring = {
  /** Size of the grid, in cells. */
  readonly width: number;
  readonly height: number;
  /** Colours one stripe. @returns opaque RGBA. */
  paint(
    rows: LightnessRows,
    mapping: GridMapping,
    look: ColourLook,
  ): Promise<Uint8ClampedArray<ArrayBuffer>>;
  /** Frees what it holds on the GPU. */
  dispose(): void;
};

/** Ties a field to its painter. */
export function colouringOf<Field extends PaintField>(
  painter: Painter<Field>,
  field: Field,
): Colouring {
  return {
    width: field.width,
    height: field.height,
    paint: (rows, mapping, look) => painter.paint(field, rows, mapping, look),
    dispose: () => field.dispose(),
  };
}
