import { elementsOf } from './read-tensor.ts';

/** Numbers of a network that is being read: their shape now, themselves when they are asked for. */
export type Weight = { readonly shape: readonly number[]; read(): Promise<Float32Array> };

/** A weight of numbers that are here. */
export function weightOf(shape: readonly number[], values: Float32Array): Weight {
  return { shape, read: () => Promise.resolve(values) };
}

/** As many of one number as a channel list is long. */
export function filled(length: number, value: number): Weight {
  return { shape: [length], read: () => Promise.resolve(new Float32Array(length).fill(value)) };
}

/** The same numbers in another shape. */
export function reshaped(weight: Weight, shape: readonly number[]): Weight {
  return { shape, read: () => weight.read() };
}

/** Each number changed, by its place. */
export function mapped(weight: Weight, change: (value: number, at: number) => number): Weight {
  return { shape: weight.shape, read: async () => (await weight.read()).map(change) };
}

/** A matrix with rows and columns exchanged. */
export function transposed(weight: Weight): Weight {
  const [rows, columns] = weight.shape as [number, number];
  return {
    shape: [columns, rows],
    async read() {
      const values = await weight.read();
      return values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
    },
  };
}

/** Every so many-th entry along the first side, from one of them on. */
export function everyNth(weight: Weight, step: number, from: number): Weight {
  const [all, ...rest] = weight.shape;
  const row = elementsOf(rest);
  return {
    shape: [all! / step, ...rest],
    async read() {
      const values = await weight.read();
      const out = new Float32Array(values.length / step);
      for (let i = 0; i < out.length / row; i++) {
        const start = (i * step + from) * row;
        out.set(values.subarray(start, start + row), i * row);
      }
      return out;
    },
  };
}
