import * as ort from 'onnxruntime-web/wasm';
import type { GraphName } from '../../src/models/card.ts';
import type { ImportedWeights } from '../../src/models/onnx/imported-weights.ts';
import type { PlacedWeight } from '../../src/models/onnx/placed-weights.ts';
import { runOnWasm } from '../../src/pipelines/colorize/wasm-network.ts';

/** A graph, and the file of weights that it refers to. */
type GraphFiles = Record<GraphName, { graph: Uint8Array; weights: Uint8Array }>;

/**
 * Runs `encode` and `paint` by onnxruntime on wasm, on one thread.
 * @param gray levels 0–1, `[height, width]`.
 * @returns ab in Lab units, `[2, height, width]`.
 */
export async function colourOnWasm(
  files: GraphFiles,
  gray: Float32Array<ArrayBuffer>,
  width: number,
  height: number,
): Promise<Float32Array> {
  ort.env.wasm.numThreads = 1;
  const open = (name: GraphName) =>
    ort.InferenceSession.create(files[name].graph, {
      executionProviders: ['wasm'],
      externalData: [{ path: 'weights', data: files[name].weights }],
      logSeverityLevel: 3,
    });
  const sessions = { encode: await open('encode'), paint: await open('paint') };
  const size = { width, height, contentWidth: width, contentHeight: height };
  const ab = (await runOnWasm(ort, sessions, { gray, size, guide: gray })).slice();
  await sessions.encode.release();
  await sessions.paint.release();
  return ab;
}

/** Bytes that a tensor of a file of weights starts at a multiple of. */
const ALIGNMENT = 64;

/** Places a network's weights in two files, in fp32 as they were read. */
export async function placeWeights({
  tensors,
}: ImportedWeights): Promise<{ table: PlacedWeight[]; weights: Record<GraphName, Uint8Array> }> {
  const table: PlacedWeight[] = [];
  const parts: Record<GraphName, BlobPart[]> = { encode: [], paint: [] };
  const ends: Record<GraphName, number> = { encode: 0, paint: 0 };
  for (const { name, graph, shape, read } of tensors) {
    const values = await read();
    const { byteLength } = values;
    const padding = -byteLength & (ALIGNMENT - 1);
    table.push({
      name,
      graph,
      shape: [...shape],
      materialised: { offset: ends[graph], byteLength },
    });
    parts[graph].push(Float32Array.from(values), new Uint8Array(padding));
    ends[graph] += byteLength + padding;
  }
  const joined = async (graph: GraphName) =>
    new Uint8Array(await new Blob(parts[graph]).arrayBuffer());
  return { table, weights: { encode: await joined('encode'), paint: await joined('paint') } };
}

/** The largest difference between two planes. NaN where one of them is. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - b[i]!)),
    a.length === b.length ? 0 : NaN,
  );
}
