/** A tensor of the download: int8 with one scale for each output channel, or plain numbers. */
export type StoredTensor = {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Int8Array | Float32Array;
  /** One for each output channel; null for plain numbers. */
  readonly scales: Float32Array | null;
};

/** Where a network's weights come from, by the names of the architecture's modules. */
export type WeightSource = {
  /** @throws {AppError} `model/incompatible` where there is none of that name. */
  tensor(name: string): StoredTensor;
};

/** What a program must know of a stored tensor before its bytes are here. */
export type WeightShapes = {
  /** Sides of a tensor, and whether it is int8. @throws {AppError} `model/incompatible`. */
  shapeOf(name: string): { readonly shape: readonly number[]; readonly isInt8: boolean };
  has(name: string): boolean;
};
