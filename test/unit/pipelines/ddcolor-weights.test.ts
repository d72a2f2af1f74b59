import { expect, test } from 'vitest';
import type {
  StoredTensor,
  WeightShapes,
  WeightSource,
} from '../../../src/models/stored-tensor.ts';
import { VARIANTS } from '../../../src/models/variant.ts';
import { ddcolor } from '../../../src/pipelines/colorize/ddcolor.ts';
import {
  ddcolorShapes,
  type DdcolorSides,
} from '../../../src/pipelines/colorize/ddcolor-shapes.ts';
import { DdcolorWeights } from '../../../src/pipelines/colorize/ddcolor-weights.ts';
import { planBuffers } from '../../../src/runtime/network/buffer-plan.ts';
import { planSlabs, weightBytes } from '../../../src/runtime/network/gpu-weights.ts';

/** ddcolor_paper_tiny; and ddcolor_modelscope and ddcolor_artistic. */
const PUBLISHED = {
  tiny: published([3, 3, 9, 3], [96, 192, 384, 768]),
  large: published([3, 3, 27, 3], [192, 384, 768, 1536]),
};
const GRAY = { slope: [0, 0], offset: [0, 0] } as const;

/** What every adapter of WebGPU allows: bytes of a binding, and workgroups along a side. */
const BINDING_BYTES = 128 * 2 ** 20;
const WORKGROUPS = 65_535;

test.each([
  ['tiny', true, 55.0e6],
  ['tiny', false, 55.0e6],
  ['large', true, 227.8e6],
  ['large', false, 227.8e6],
] as const)('published %s goes through the kernels, int8: %s', (name, isInt8, parameters) => {
  const shapes = ddcolorShapes(PUBLISHED[name]);
  const total = [...shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
  expect(Math.abs(total / parameters - 1)).toBeLessThan(0.002);
  const weights = new DdcolorWeights(tableOf(shapes, isInt8), 1);
  expect(weights).toMatchObject({ depths: PUBLISHED[name].depths, queries: 100, layers: 9 });
  for (const [width, height] of [
    [512, 512],
    [704, 416],
  ] as const) {
    const { program } = ddcolor(weights, width, height, GRAY, height);
    for (const { label, workgroups } of program.steps) {
      expect(Math.max(...workgroups), label).toBeLessThanOrEqual(WORKGROUPS);
      expect(workgroups.every(Number.isInteger), label).toBe(true);
    }
    for (const variant of VARIANTS) {
      const buffers = planBuffers(program, variant).sizes;
      const slabs = planSlabs(weightBytes(program, variant)).sizes;
      expect(Math.max(...buffers, ...slabs)).toBeLessThanOrEqual(BINDING_BYTES);
    }
  }
});

test('channels that are no multiple of four are told by the weights that have them', () => {
  const sides = published([1, 1, 1, 1], [16, 24, 34, 48]);
  const weights = new DdcolorWeights(tableOf(ddcolorShapes(sides), false), 1);
  expect(() => ddcolor(weights, 64, 64, GRAY, 64)).toThrow(
    expect.objectContaining({
      code: 'model/incompatible',
      message: expect.stringContaining('enc.down.2.1.weight have 34 channels'),
    }),
  );
});

test('int8 where scales cannot be applied is refused, not read without them', () => {
  const shapes = ddcolorShapes(published([1, 1, 1, 1], [16, 24, 32, 48]));
  const table = tableOf(shapes, true);
  const weights = new DdcolorWeights(table, 1);
  const int8 = (name: string, scales: number): WeightSource => ({
    tensor: (asked) => (asked === name ? asInt8(shapes.get(name)!, scales) : table.tensor(asked)),
  });
  const refused = (name: string) =>
    expect.objectContaining({
      code: 'model/incompatible',
      message: expect.stringContaining(name),
    });
  const { query, queryPosition } = weights;
  expect(() => query.values(int8('query', 100))).toThrow(refused('query'));
  expect(() => queryPosition.values(int8('qpos', 1))).toThrow(refused('qpos'));
  const { matrix, perChannel } = weights.linear('enc.stages.0.0.up');
  const name = 'enc.stages.0.0.up.weight';
  const alongRows = int8(name, matrix.depth);
  expect(() => perChannel.values(alongRows)).toThrow(refused(name));
  expect(perChannel.values(int8(name, matrix.channels)).slice(0, 4)).toEqual(
    Float32Array.of(0.5, 0.5, 0.5, 0.5),
  );
});

function published(depths: number[], dims: number[]): DdcolorSides {
  return {
    depths,
    dims,
    width: 512,
    queries: 100,
    queryChannels: 256,
    feedForward: 2048,
    layers: 9,
  };
}

/** A table as the converter writes it: matrices of products int8 or all fp16; zeros where they are read. */
function tableOf(
  shapes: ReadonlyMap<string, readonly number[]>,
  isInt8: boolean,
): WeightShapes & WeightSource {
  return {
    has: (name) => shapes.has(name),
    shapeOf(name) {
      const shape = shapes.get(name)!;
      const isMatrix = /\.weight(\.\d+)?$/.test(name) && sizeOf(shape) >= 2048;
      return { shape, isInt8: isInt8 && isMatrix };
    },
    tensor: (name) => ({
      shape: shapes.get(name)!,
      values: new Float32Array(sizeOf(shapes.get(name)!)),
      scales: null,
    }),
  };
}

function asInt8(shape: readonly number[], scales: number): StoredTensor {
  return {
    shape,
    values: new Int8Array(sizeOf(shape)).fill(1),
    scales: new Float32Array(scales).fill(0.5),
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
