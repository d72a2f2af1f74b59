import type { Model, ModelFiles } from '../../models/model.ts';
import type { RepairCard } from '../../models/repair-card.ts';
import type { Variant } from '../../models/variant.ts';
import type { Lease } from '../../runtime/pool.ts';
import type { Place } from '../colorize/place.ts';
import { openOnGpu } from './gpu-network.ts';
import { openOnWasm } from './wasm-network.ts';

/** The two networks of a repair model, as its graphs are named. */
export type NetworkName = 'detect' | 'restore';

/** A network for tiles of one size, wherever it runs. */
export type TileNetwork = {
  readonly width: number;
  readonly height: number;
  /**
   * @param planes `[planes, height, width]`, left alone until the answer: the gray for `detect`; noisy guess, gray,
   * mask and base for `restore`. The guess is (1 − level) · clean + level · noise where the mask is 1, the base there
   * what interpolation says; both are the gray elsewhere.
   * @param level of the noise, 0–1; `detect` does not look at it.
   * @returns `[height, width]`, which is overwritten by the next run.
   */
  run(planes: Float32Array<ArrayBuffer>, level: number): Promise<Float32Array>;
};

/** A network until it is released. */
export type HeldNetwork = Pick<Lease<TileNetwork>, 'value' | 'release'>;

/** What a network is opened from and for. */
export type TileNetworkRequest = {
  model: Model<RepairCard>;
  /** Of the place's backend. */
  files: ModelFiles;
  name: NetworkName;
  variant: Variant;
  width: number;
  height: number;
  /** Bytes that it is reckoned to take on wasm. */
  peakBytes: number;
};

/** Leases a network. @throws {AppError} `gpu/*`, `model/*`, `memory/exhausted`. */
export function openTileNetwork(place: Place, request: TileNetworkRequest): Promise<HeldNetwork> {
  return place.backend === 'webgpu' ? openOnGpu(place, request) : openOnWasm(place, request);
}
