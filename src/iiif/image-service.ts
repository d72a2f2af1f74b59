/** A width and a height, in pixels. */
export type Size = { width: number; height: number };

/** Tiles of one size, cut from the picture shrunk by each of the factors. */
export type TileSet = Size & { scaleFactors: number[] };

/** What a IIIF Image API service says of its picture, checked and bounded. */
export type ImageService = Size & {
  /** Base of its addresses, without a slash at the end. */
  id: string;
  /** Major version of the Image API; addresses differ by it. */
  version: 2 | 3;
  /** Whether any size can be asked for (level 1 and above); else only what is listed. */
  givesAnySize: boolean;
  /** Sizes of the whole that are there, by rising width; those of another shape than the picture are left out. */
  sizes: Size[];
  tiles: TileSet[];
  /** The largest that is given; Infinity where nothing is said. */
  mostWidth: number;
  mostHeight: number;
  mostArea: number;
};
