/** Element types of ONNX that are read here, by their numbers in `TensorProto.DataType`. */
export const ELEMENT = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  half: 10,
  double: 11,
} as const;

/** Where a tensor's numbers lie: in memory, in the model's file, or in another file. */
export type TensorData =
  | { readonly kind: 'memory'; readonly layout: DataLayout; readonly bytes: Uint8Array }
  | {
      readonly kind: 'file';
      readonly layout: DataLayout;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'external';
      readonly location: string;
      readonly offset: number;
      readonly byteLength: number | null;
    }
  | { readonly kind: 'none' };

/** `raw`: little-endian elements; `varints`: packed integers, halves by their bits; `floats`, `doubles`: packed. */
export type DataLayout = 'raw' | 'floats' | 'doubles' | 'varints';

/** A tensor of a model. Its numbers are read by {@link readTensor}. */
export type OnnxTensor = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly data: TensorData;
};

/** An attribute's value; what no operator that is read here has is only named. */
export type OnnxAttribute =
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph' | 'other' };

/** An operator of a graph. An absent optional input is the empty name. */
export type OnnxNode = {
  readonly operator: string;
  /** Empty for ONNX's own. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
};

/** An input or output of a graph. Names of dimensions are free; null is not known. */
export type OnnxPort = {
  readonly name: string;
  /** Of {@link ELEMENT}; 0 where it is not a tensor. */
  readonly type: number;
  readonly shape: readonly (number | string | null)[] | null;
};

/** An ONNX model as far as it is read here. */
export type OnnxModel = {
  /** Of ONNX's own operators. */
  readonly opset: number;
  /** Domains of others that the model says it uses. */
  readonly otherDomains: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: ReadonlyMap<string, OnnxTensor>;
  /** Without those that are initialisers at the same time, as old exporters have it. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
};
