import type { ColourLook } from '../../image/colour/look.ts';
import type { LightnessRows } from '../../image/guided/colour-rows.ts';
import type { GridMapping } from '../../image/guided/mapping.ts';
import type { Painter, PaintField } from '../../runtime/painter.ts';
import { assert } from '../../shared/errors.ts';

/** Colours of one photograph, ready to be drawn at any size by the painter that fitted them. */
export type Colouring = {
  /** Size of the grid, in cells. */
  readonly width: number;
  readonly height: number;
  /** Colours one stripe; only within {@link use}. @returns opaque RGBA. */
  paint(
    rows: LightnessRows,
    mapping: GridMapping,
    look: ColourLook,
  ): Promise<Uint8ClampedArray<ArrayBuffer>>;
  /** Draws with it: what it holds stays until `draw` has ended, whatever happens meanwhile. */
  use<T>(draw: (colouring: Colouring) => Promise<T>): Promise<T>;
  /** Frees what it holds on the GPU, once nobody draws with it any more. */
  dispose(): void;
};

/** Ties a field to its painter. */
export function colouringOf<Field extends PaintField>(
  painter: Painter<Field>,
  field: Field,
): Colouring {
  let users = 0;
  let isDisposed = false;
  const freeIfDone = () => {
    if (isDisposed && users === 0) field.dispose();
  };
  return {
    width: field.width,
    height: field.height,
    paint(rows, mapping, look) {
      assert(users > 0, 'Painting needs a colouring in use.');
      return painter.paint(field, rows, mapping, look);
    },
    async use(draw) {
      assert(!isDisposed, 'The colouring was disposed.');
      users++;
      try {
        return await draw(this);
      } finally {
        users--;
        freeIfDone();
      }
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      freeIfDone();
    },
  };
}
