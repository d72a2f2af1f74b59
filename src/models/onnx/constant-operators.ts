import { AppError } from '../../shared/errors.ts';
import { intOf, intsOf } from './graph-flow.ts';
import type { OnnxNode } from './model-types.ts';
import { elementsOf, type Numbers } from './read-tensor.ts';
import { broadcastShape, contiguousStrides, strided } from './strides.ts';

type Inputs = readonly (Numbers | null)[];

/**
 * Computes an operator whose inputs are weights: what exporters leave between a weight and its use.
 * @param inputs null where an optional one is absent.
 * @param mostElements how many numbers it may give.
 * @throws {AppError} `model/incompatible` for an operator that no weight comes through, `model/corrupt` where
 *   shapes do not go together.
 */
export function evaluate(node: OnnxNode, inputs: Inputs, mostElements: number): Numbers[] {
  const operator = OPERATORS[node.operator];
  if (!operator || !canEvaluate(node)) {
    throw new AppError(
      'model/incompatible',
      `This ONNX model cannot be read here: a weight of it is computed by ${node.operator}.`,
    );
  }
  const bounded = (shape: readonly number[]) => {
    if (!(elementsOf(shape) <= mostElements)) throw misfit(node.operator);
    return shape;
  };
  return operator(node, inputs, bounded);
}

/** Whether weights may come through an operator. */
export function canEvaluate({ operator }: OnnxNode): boolean {
  return Object.hasOwn(OPERATORS, operator);
}

type Operator = (
  node: OnnxNode,
  inputs: Inputs,
  /** Answers the shape that it is given, unless it is too large. */
  bounded: (shape: readonly number[]) => readonly number[],
) => Numbers[];

const OPERATORS: Record<string, Operator> = {
  Identity: (node, inputs) => [first(node, inputs)],
  Cast: (node, inputs) => [first(node, inputs)],
  Dropout: (node, inputs) => [first(node, inputs)],
  Reshape: (node, inputs) => reshaped(node, inputs, wished(node, inputs)),
  Flatten: (node, inputs) => {
    const { shape } = first(node, inputs);
    const axis = axisOf(intOf(node, 'axis', 1), shape.length);
    return reshaped(node, inputs, [
      elementsOf(shape.slice(0, axis)),
      elementsOf(shape.slice(axis)),
    ]);
  },
  Squeeze: (node, inputs) => {
    const { shape } = first(node, inputs);
    const axes = axesOf(node, inputs, shape.length);
    return reshaped(
      node,
      inputs,
      shape.filter((side, i) => (axes.length ? !axes.includes(i) : side !== 1)),
    );
  },
  Unsqueeze: (node, inputs) => {
    const { shape } = first(node, inputs);
    const axes = new Set(axesOf(node, inputs, shape.length + listOf(node, inputs, 'axes').length));
    const sides = shape.values();
    const wide = Array.from({ length: shape.length + axes.size }, (_, i) =>
      axes.has(i) ? 1 : (sides.next().value ?? 1),
    );
    return reshaped(node, inputs, wide);
  },
  Transpose: (node, inputs) => {
    const input = first(node, inputs);
    const { shape } = input;
    const reversed = shape.map((_, i) => shape.length - 1 - i);
    const order = intsOf(node, 'perm', reversed);
    const isOrder = order.length === shape.length && reversed.every((axis) => order.includes(axis));
    if (!isOrder) throw misfit('Transpose');
    const strides = contiguousStrides(shape);
    return [
      strided(
        input,
        order.map((axis) => shape[axis]!),
        order.map((axis) => strides[axis]!),
        0,
      ),
    ];
  },
  Slice: (node, inputs) => [slice(first(node, inputs), inputs)],
  Split: (node, inputs) => split(node, inputs),
  Gather: (node, inputs) => [gather(node, inputs)],
  Concat: (node, inputs, bounded) => [concat(node, inputs, bounded)],
  Add: elementwise((a, b) => a + b),
  Sub: elementwise((a, b) => a - b),
  Mul: elementwise((a, b) => a * b),
  Div: elementwise((a, b) => a / b),
  Pow: elementwise((a, b) => a ** b),
  Sqrt: (node, inputs) => [mapped(first(node, inputs), Math.sqrt)],
  Reciprocal: (node, inputs) => [mapped(first(node, inputs), (a) => 1 / a)],
  Neg: (node, inputs) => [mapped(first(node, inputs), (a) => -a)],
  ReduceSum: (node, inputs) => {
    const { shape, values } = first(node, inputs);
    if (listOf(node, inputs, 'axes').length > 0) throw misfit('ReduceSum');
    let sum = 0;
    for (const value of values) sum += value;
    return [{ shape: shape.map(() => 1), values: Float32Array.of(sum) }];
  },
  MatMul: (node, inputs, bounded) => [
    matrixProduct(first(node, inputs), second(node, inputs), bounded),
  ],
};

function misfit(operator: string): AppError {
  return new AppError(
    'model/corrupt',
    `The model’s file is damaged: the operator ${operator} is given weights that do not go together.`,
  );
}

function first(node: OnnxNode, inputs: Inputs): Numbers {
  return inputs[0] ?? fail(node);
}

function second(node: OnnxNode, inputs: Inputs): Numbers {
  return inputs[1] ?? fail(node);
}

function fail(node: OnnxNode): never {
  throw misfit(node.operator);
}

/** A list that is an input, or an attribute in older operator sets; empty where there is neither. */
function listOf(node: OnnxNode, inputs: Inputs, name: string): readonly number[] {
  return inputs[1] ? [...inputs[1].values] : intsOf(node, name, []);
}

function axesOf(node: OnnxNode, inputs: Inputs, rank: number): number[] {
  return listOf(node, inputs, 'axes').map((axis) => axisOf(axis, rank));
}

function axisOf(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!(at >= 0 && at <= rank)) throw misfit('with an axis');
  return at;
}

/** The shape that `Reshape` asks for: 0 keeps a side, −1 is what remains. */
function wished(node: OnnxNode, inputs: Inputs): number[] {
  const { shape, values } = first(node, inputs);
  const sides = [...second(node, inputs).values].map((side, i) =>
    side === 0 ? (shape[i] ?? 0) : side,
  );
  const known = elementsOf(sides.filter((side) => side !== -1));
  return sides.map((side) => (side === -1 ? values.length / known : side));
}

function reshaped(node: OnnxNode, inputs: Inputs, shape: readonly number[]): Numbers[] {
  const { values } = first(node, inputs);
  if (elementsOf(shape) !== values.length) throw misfit(node.operator);
  return [{ shape, values }];
}

function elementwise(apply: (a: number, b: number) => number): Operator {
  return (node, inputs, bounded) => {
    const [a, b] = [first(node, inputs), second(node, inputs)];
    const shape = bounded(broadcastShape(a.shape, b.shape) ?? fail(node));
    const [left, right] = [expanded(a, shape), expanded(b, shape)];
    const values = new Float32Array(left.length);
    for (let i = 0; i < values.length; i++) values[i] = apply(left[i]!, right[i]!);
    return [{ shape, values }];
  };
}

function expanded(input: Numbers, shape: readonly number[]): Numbers['values'] {
  if (input.values.length === elementsOf(shape)) return input.values;
  const missing = shape.length - input.shape.length;
  const own = contiguousStrides(input.shape);
  const strides = shape.map((_, i) =>
    input.shape[i - missing] === 1 ? 0 : (own[i - missing] ?? 0),
  );
  return strided(input, shape, strides, 0).values;
}

function mapped({ shape, values }: Numbers, apply: (value: number) => number): Numbers {
  return { shape, values: Float32Array.from(values, apply) };
}

function slice(input: Numbers, [, starts, ends, axes, steps]: Inputs): Numbers {
  if (!starts || !ends) throw misfit('Slice');
  const shape = [...input.shape];
  const strides = contiguousStrides(input.shape);
  let offset = 0;
  [...starts.values].forEach((start, i) => {
    const axis = axisOf(axes?.values[i] ?? i, shape.length);
    const side = shape[axis] ?? 0;
    const step = steps?.values[i] ?? 1;
    if (!(step >= 1)) throw misfit('Slice');
    const within = (place: number) => Math.min(Math.max(place < 0 ? place + side : place, 0), side);
    const from = within(start);
    const to = within(ends.values[i] ?? 0);
    offset += from * strides[axis]!;
    shape[axis] = Math.max(0, Math.ceil((to - from) / step));
    strides[axis]! *= step;
  });
  return strided(input, shape, strides, offset);
}

function split(node: OnnxNode, inputs: Inputs): Numbers[] {
  const input = first(node, inputs);
  const axis = axisOf(intOf(node, 'axis', 0), input.shape.length);
  const side = input.shape[axis] ?? 0;
  const even = Math.ceil(side / node.outputs.length);
  const given = listOf(node, inputs, 'split');
  let from = 0;
  return node.outputs.map((_, i) => {
    const length = given[i] ?? Math.min(even, side - from);
    if (!(length >= 0 && from + length <= side)) throw misfit('Split');
    const part = piece(input, axis, from, length);
    from += length;
    return part;
  });
}

/** Part of a tensor along one axis. */
function piece(input: Numbers, axis: number, from: number, length: number): Numbers {
  const strides = contiguousStrides(input.shape);
  const shape = input.shape.map((side, i) => (i === axis ? length : side));
  return strided(input, shape, strides, from * strides[axis]!);
}

function gather(node: OnnxNode, inputs: Inputs): Numbers {
  const input = first(node, inputs);
  const axis = axisOf(intOf(node, 'axis', 0), input.shape.length);
  const side = input.shape[axis] ?? 0;
  const index = second(node, inputs);
  const place = index.values.length === 1 ? index.values[0]! : NaN;
  const from = place < 0 ? place + side : place;
  if (!(from >= 0 && from < side)) throw misfit('Gather');
  const { values } = piece(input, axis, from, 1);
  return {
    shape: [...input.shape.slice(0, axis), ...index.shape, ...input.shape.slice(axis + 1)],
    values,
  };
}

function concat(
  node: OnnxNode,
  inputs: Inputs,
  bounded: (shape: readonly number[]) => readonly number[],
): Numbers {
  const parts = inputs.map((input) => input ?? fail(node));
  const { shape } = first(node, inputs);
  const axis = axisOf(intOf(node, 'axis', 0), shape.length);
  const outer = elementsOf(shape.slice(0, axis));
  const rows = parts.map((part) => part.values.length / outer);
  const inner = elementsOf(shape.slice(axis + 1));
  const row = rows.reduce((sum, length) => sum + length, 0);
  const joint = bounded(shape.map((side, i) => (i === axis ? row / inner : side)));
  if (elementsOf(joint) !== outer * row) throw misfit('Concat');
  const values = new Float32Array(outer * row);
  parts.forEach((part, k) => {
    const before = rows.slice(0, k).reduce((sum, length) => sum + length, 0);
    for (let i = 0; i < outer; i++) {
      values.set(part.values.subarray(i * rows[k]!, (i + 1) * rows[k]!), i * row + before);
    }
  });
  return { shape: joint, values };
}

/** A matrix or a row by a matrix or a column. */
function matrixProduct(
  a: Numbers,
  b: Numbers,
  bounded: (shape: readonly number[]) => readonly number[],
): Numbers {
  const depth = a.shape.at(-1) ?? 0;
  const rows = a.values.length / depth;
  const columns = b.values.length / depth;
  const isFlat = a.shape.length <= 2 && b.shape.length <= 2 && depth > 0;
  if (!isFlat || b.shape[0] !== depth) throw misfit('MatMul');
  bounded([rows, depth, columns]);
  const shape = [...a.shape.slice(0, -1), ...b.shape.slice(1)];
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < depth; k++)
        sum += a.values[row * depth + k]! * b.values[k * columns + column]!;
      values[row * columns + column] = sum;
    }
  }
  return { shape, values };
}
