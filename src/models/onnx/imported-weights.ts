import type { GraphName, ModelCard } from '../card.ts';

/** One weight of a network from outside, under our name and in our orientation (models/README.md). */
export type ImportedTensor = {
  readonly name: string;
  readonly graph: GraphName;
  readonly shape: readonly number[];
  /**
   * Reads the values, row-major, widened to float32. They are read from the file each time, so that a file of
   * a gigabyte is never in memory as a whole.
   * @throws {AppError} `model/corrupt`, `model/incompatible`.
   */
  read(): Promise<Float32Array>;
};

/** A DDColor from outside: what its shards, its table and its card are made of. */
export type ImportedWeights = {
  /** All tensors that the kernels and the graphs ask for, `encode` first. */
  readonly tensors: readonly ImportedTensor[];
  readonly network: ModelCard['network'];
  /** Sides `[height, width]` of the picture that the file itself takes; null where they are free. */
  readonly size: readonly [number, number] | null;
};
