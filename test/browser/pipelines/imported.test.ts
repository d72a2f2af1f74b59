import { expect, test } from 'vitest';
import { readPublishedDdcolor } from '../../../src/models/onnx/read-published.ts';
import type { ImportedWeights } from '../../../src/models/onnx/imported-weights.ts';
import { ddcolor } from '../../../src/pipelines/colorize/ddcolor.ts';
import { DdcolorWeights } from '../../../src/pipelines/colorize/ddcolor-weights.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { GpuNetwork } from '../../../src/runtime/network/gpu-network.ts';
import { GpuWeights } from '../../../src/runtime/network/gpu-weights.ts';
import { Pipelines } from '../../../src/runtime/network/pipelines.ts';
import graphUrl from '../../fixtures/published/opset17-simplified.onnx.gz?url';
import grayUrl from '../../fixtures/published/gray-64.f32?url';
import abUrl from '../../fixtures/published/ab-64.f32?url';

const SIDE = 64;
/** Of ab that reach 79: the kernels sum in another order. */
const MOST_DIFFERENCE = 0.01;

test('a published graph runs by our own kernels and gives what PyTorch gives', async () => {
  const found = await readPublishedDdcolor(await unpacked(graphUrl));
  const { shapes, source } = await weightsOf(found);
  const { chromaScale, gray: grayTerm } = found.network;
  const network = ddcolor(new DdcolorWeights(shapes, chromaScale), SIDE, SIDE, grayTerm, SIDE);
  const gpu = await Gpu.open();
  const weights = await GpuWeights.upload(gpu, network.program, 'fp32', source);
  const open = await GpuNetwork.open(gpu, new Pipelines(gpu), network.program, 'fp32', weights);
  open.write(network.gray, new Float32Array(await bytesAt(grayUrl)));
  open.run();
  const ab = new Float32Array(await gpu.readCopy(open.bufferOf(network.ab), 2 * SIDE * SIDE * 4));
  open.dispose();
  weights.dispose();
  const expected = new Float32Array(await bytesAt(abUrl));
  const differences = expected.map((value, i) => Math.abs(value - ab[i]!));
  expect(Math.max(...differences)).toBeLessThan(MOST_DIFFERENCE);
}, 120_000);

async function weightsOf({ tensors }: ImportedWeights) {
  const values = new Map<
    string,
    { shape: readonly number[]; values: Float32Array; scales: null }
  >();
  for (const { name, shape, read } of tensors) {
    values.set(name, { shape, values: await read(), scales: null });
  }
  const tensor = (name: string) => {
    const known = values.get(name);
    if (!known) throw new Error(`There is no ${name}`);
    return known;
  };
  const shapeOf = (name: string) => ({ shape: tensor(name).shape, isInt8: false });
  return { source: { tensor }, shapes: { shapeOf, has: (name: string) => values.has(name) } };
}

async function bytesAt(url: string): Promise<ArrayBuffer> {
  return (await fetch(url)).arrayBuffer();
}

/** A gzipped file, whether or not the server has said that it is one. */
async function unpacked(url: string): Promise<Blob> {
  const bytes = new Uint8Array(await bytesAt(url));
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isPacked) return new Blob([bytes]);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).blob();
}
