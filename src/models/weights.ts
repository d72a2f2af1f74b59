import * as v from 'valibot';
import { AppError } from '../shared/errors.ts';
import type { GraphName } from './card.ts';

/** A precision that initialisers can be made in. */
export type Precision = 'fp32' | 'fp16';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const place = v.object({ offset: count, byteLength: count });
const tensorSchema = v.object({
  name: v.string(),
  graph: v.picklist(['encode', 'paint']),
  shape: v.array(count),
  encoding: v.picklist(['int8-per-channel', 'fp16']),
  /** Dimension that the scales run along; meaningless for fp16. */
  axis: v.nullable(count),
  offset: count,
  byteLength: count,
  scaleOffset: v.nullable(count),
  materialised: v.object({ fp32: place, fp16: place }),
});

/** Where one tensor lies in the shards, and where in the file that a graph reads its weights from. */
export type WeightTensor = v.InferOutput<typeof tensorSchema>;

/** Checks a model's table of tensors against the bytes of its shards. @throws {AppError} `model/incompatible`. */
export function parseWeightTable(data: unknown, shardBytes: number): WeightTensor[] {
  const result = v.safeParse(v.array(tensorSchema), data);
  if (!result.success) {
    throw new AppError('model/incompatible', 'The table of weights is not valid.', {
      detail: { issue: result.issues[0].message },
    });
  }
  for (const tensor of result.output) {
    const values = tensor.shape.reduce((product, side) => product * side, 1);
    const isInt8 = tensor.encoding === 'int8-per-channel';
    const channels = isInt8 ? tensor.shape[tensor.axis ?? -1] : 0;
    const scaleEnd = isInt8 ? (tensor.scaleOffset ?? Infinity) + 4 * (channels ?? Infinity) : 0;
    const fits =
      tensor.offset + tensor.byteLength <= shardBytes &&
      scaleEnd <= shardBytes &&
      tensor.byteLength === values * (isInt8 ? 1 : 2) &&
      isPlace(tensor.materialised.fp32.offset, shardBytes) &&
      isPlace(tensor.materialised.fp16.offset, shardBytes) &&
      tensor.materialised.fp32.byteLength === values * 4 &&
      tensor.materialised.fp16.byteLength === values * 2;
    if (!fits) {
      throw new AppError('model/incompatible', `The weights ${tensor.name} do not fit their shards.`);
    }
  }
  return result.output;
}

/** Aligned for any view, and not further out than all weights in fp32 could reach with their padding. */
function isPlace(offset: number, shardBytes: number): boolean {
  return offset % 64 === 0 && offset <= 8 * shardBytes;
}

/**
 * Makes the file of weights that a graph of one precision refers to, from the int8 shards.
 * @param stream the shards, joined.
 * @returns little-endian float32 or float16, each tensor at its `materialised` place.
 */
export function materialise(
  tensors: readonly WeightTensor[],
  stream: Uint8Array<ArrayBuffer>,
  graph: GraphName,
  precision: Precision,
): Uint8Array<ArrayBuffer> {
  const mine = tensors.filter((tensor) => tensor.graph === graph);
  const end = mine.reduce((most, { materialised }) => {
    const { offset, byteLength } = materialised[precision];
    return Math.max(most, offset + byteLength);
  }, 0);
  const out = new ArrayBuffer(end);
  for (const tensor of mine) {
    const { offset, byteLength } = tensor.materialised[precision];
    if (precision === 'fp32') {
      fill(tensor, stream, new Float32Array(out, offset, byteLength / 4));
    } else if (tensor.encoding === 'fp16') {
      new Uint8Array(out, offset, byteLength).set(stream.subarray(tensor.offset, tensor.offset + byteLength));
    } else {
      const values = new Float32Array(byteLength / 2);
      fill(tensor, stream, values);
      const halves = new Uint16Array(out, offset, byteLength / 2);
      for (let i = 0; i < halves.length; i++) halves[i] = halfOfFloat(values[i]!);
    }
  }
  return new Uint8Array(out);
}

function fill(tensor: WeightTensor, stream: Uint8Array<ArrayBuffer>, out: Float32Array): void {
  if (tensor.encoding === 'fp16') {
    const halves = new Uint16Array(stream.slice(tensor.offset, tensor.offset + tensor.byteLength).buffer);
    for (let i = 0; i < out.length; i++) out[i] = floatOfHalf(halves[i]!);
    return;
  }
  const axis = tensor.axis ?? 0;
  const channels = tensor.shape[axis] ?? 1;
  const scaleAt = tensor.scaleOffset ?? 0;
  const scales = new Float32Array(stream.slice(scaleAt, scaleAt + 4 * channels).buffer);
  const steps = new Int8Array(stream.buffer, stream.byteOffset + tensor.offset, tensor.byteLength);
  const inner = tensor.shape.slice(axis + 1).reduce((product, side) => product * side, 1);
  for (let start = 0, channel = 0; start < out.length; start += inner) {
    const scale = scales[channel]!;
    for (let i = start; i < start + inner; i++) out[i] = steps[i]! * scale;
    channel = channel + 1 === channels ? 0 : channel + 1;
  }
}

const floatView = new Float32Array(1);
const bitView = new Uint32Array(floatView.buffer);

/** IEEE 754 binary16 bits as a number. (Float16Array is not in every browser that runs wasm.) */
export function floatOfHalf(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The binary16 bits nearest to a number, ties to even. */
export function halfOfFloat(value: number): number {
  floatView[0] = value;
  const bits = bitView[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    const steps = Math.abs(floatView[0]) * 2 ** 24;
    const floor = Math.floor(steps);
    const rest = steps - floor;
    const isUp = rest > 0.5 || (rest === 0.5 && (floor & 1) === 1);
    return sign | (floor + (isUp ? 1 : 0));
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
