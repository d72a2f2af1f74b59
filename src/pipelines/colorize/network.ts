import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { GraphName } from '../../models/card.ts';
import type { Model } from '../../models/model.ts';
import type { NetworkSize } from '../../planner/network-size.ts';
import type { Precision } from '../../models/weights.ts';
import type { Gpu } from '../../runtime/gpu.ts';
import type { Ort, RuntimeBuild } from '../../runtime/onnxruntime.ts';
import type { SessionPool } from '../../runtime/session-pool.ts';
import type { NetworkInput } from './network-input.ts';
import { assert } from '../../shared/errors.ts';
import { sineTable } from './sine-table.ts';

/** Channels of each position table: half of the colour decoder's 256. */
const TABLE_CHANNELS = 128;
/** Strides of the feature maps that the colour decoder looks at, coarse to fine. */
const STRIDES = [16, 8, 4] as const;

/** onnxruntime's level for errors: its warnings tell of nodes that it could not fold, and of nothing wrong. */
const LOG_ERRORS = 3;

/** What a network runs on: the GPU's device, or null for wasm. */
export type NetworkPlace = { ort: Ort; build: RuntimeBuild; gpu: Gpu | null; pool: SessionPool };

/** ab of the padded input, `[1, 2, height, width]` in Lab units, where the network left it. */
export type NetworkOutput =
  { place: 'gpu'; buffer: GPUBuffer; dispose(): void } | { place: 'cpu'; ab: Float32Array };

/** Both graphs of DDColor at one size and precision. */
export type Sessions = Record<GraphName, InferenceSession>;

/** The sessions of a model for one size, from the pool or made now. Their weights come from `files`. */
export async function openSessions(
  place: NetworkPlace,
  model: Model,
  files: Map<string, Blob>,
  variant: Precision,
  size: NetworkSize,
): Promise<Sessions> {
  const open = (graph: GraphName) =>
    place.pool.get(sessionKey(place, model, variant, size, graph), async () => {
      const bytes = await model.graph(files, variant, graph);
      const weights = await model.weights(files, variant, graph);
      // The jspi build streams a Blob to the GPU piece by piece; the others would copy it first.
      const data = place.build === 'jspi' && place.gpu ? new Blob([weights]) : weights;
      return place.ort.InferenceSession.create(bytes, sessionOptions(place.gpu, size, data));
    });
  const encode = await open('encode');
  return { encode, paint: await open('paint') };
}

/** What a session is kept under: the same weights, graph, precision, place and size are the same session. */
export function sessionKey(
  place: NetworkPlace,
  model: Model,
  variant: Precision,
  { width, height }: NetworkSize,
  graph: GraphName,
): string {
  const { sha256 } = model.card.weights.tensors;
  return [sha256, graph, variant, place.gpu ? 'gpu' : 'wasm', width, height].join('/');
}

/** Runs `encode` and `paint`; between them, and in the output, tensors stay where they are. */
export async function runNetwork(
  place: NetworkPlace,
  sessions: Sessions,
  input: NetworkInput,
): Promise<NetworkOutput> {
  const { Tensor } = place.ort;
  const { width, height } = input.size;
  const dims = [1, 3, height, width];
  const grayBuffer = place.gpu ? uploadGray(place.gpu.device, input.gray) : null;
  let encoded: InferenceSession.OnnxValueMapType = {};
  try {
    const gray = grayBuffer
      ? Tensor.fromGpuBuffer(grayBuffer, { dataType: 'float32', dims })
      : new Tensor('float32', input.gray, dims);
    encoded = await sessions.encode.run({ gray, ...positionTables(place.ort, width, height) });
    const { features, kernel } = encoded;
    assert(features && kernel, 'The graph encode answers features and kernel.');
    const { ab } = await sessions.paint.run({ gray, features, kernel });
    assert(ab, 'The graph paint answers ab.');
    if (!place.gpu) return { place: 'cpu', ab: ab.data as Float32Array };
    return { place: 'gpu', buffer: ab.gpuBuffer as GPUBuffer, dispose: () => ab.dispose() };
  } finally {
    for (const tensor of Object.values(encoded)) tensor.dispose();
    grayBuffer?.destroy();
  }
}

/** Position tables y16, x16, y8, x8, y4, x4 as the `encode` graph names them. */
function positionTables(ort: Ort, width: number, height: number): Record<string, Tensor> {
  const tables: Record<string, Tensor> = {};
  for (const stride of STRIDES) {
    for (const [axis, side] of [
      ['y', height],
      ['x', width],
    ] as const) {
      const length = side / stride;
      const data = sineTable(length, TABLE_CHANNELS);
      tables[`${axis}${stride}`] = new ort.Tensor('float32', data, [length, TABLE_CHANNELS]);
    }
  }
  return tables;
}

function uploadGray(device: GPUDevice, gray: Float32Array<ArrayBuffer>): GPUBuffer {
  const buffer = device.createBuffer({
    size: gray.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, gray);
  return buffer;
}

function sessionOptions(
  gpu: Gpu | null,
  { width, height }: NetworkSize,
  weights: Blob | Uint8Array,
): InferenceSession.SessionOptions {
  const freeDimensionOverrides: Record<string, number> = {
    height,
    width,
    height4: height / 4,
    width4: width / 4,
  };
  for (const stride of STRIDES) {
    freeDimensionOverrides[`y${stride}`] = height / stride;
    freeDimensionOverrides[`x${stride}`] = width / stride;
  }
  return {
    executionProviders: gpu
      ? [{ name: 'webgpu', device: gpu.device, storageBufferCacheMode: 'simple' }]
      : ['wasm'],
    externalData: [{ path: 'weights', data: weights }],
    freeDimensionOverrides,
    graphOptimizationLevel: 'all',
    logSeverityLevel: LOG_ERRORS,
    preferredOutputLocation: gpu ? 'gpu-buffer' : 'cpu',
  };
}
