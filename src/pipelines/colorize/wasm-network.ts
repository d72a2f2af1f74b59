import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { GraphName } from '../../models/card.ts';
import type { Model, ModelFiles } from '../../models/model.ts';
import type { Plan } from '../../planner/plan.ts';
import type { NetworkSize } from '../../planner/network-size.ts';
import type { Ort } from '../../runtime/onnxruntime.ts';
import type { Lease } from '../../runtime/pool.ts';
import { assert } from '../../shared/errors.ts';
import type { NetworkInput } from './network-input.ts';
import type { WasmPlace } from './place.ts';
import { sineTable } from './sine-table.ts';

/** Channels of each position table: half of the colour decoder's 256. */
const TABLE_CHANNELS = 128;
/** Strides of the feature maps that the colour decoder looks at, coarse to fine. */
const STRIDES = [16, 8, 4] as const;

/** onnxruntime's level for errors: its warnings tell of nodes that it could not fold, and of nothing wrong. */
export const LOG_ERRORS = 3;

/** Both graphs of DDColor at one size. */
type Sessions = Record<GraphName, InferenceSession>;

/** Leases a model's sessions at a planned size; they are made where they are not here. */
export async function openOnWasm(
  { ort, pool }: WasmPlace,
  model: Model,
  files: ModelFiles,
  { network, peakBytes }: Pick<Plan, 'network' | 'peakBytes'>,
): Promise<Lease<Sessions>> {
  const { width, height } = network;
  const key = `${model.card.id}/wasm/${width}×${height}`;
  return pool.lease(key, peakBytes, async () => {
    const open = async (graph: GraphName) =>
      ort.InferenceSession.create(
        await model.graph(files, graph),
        sessionOptions(network, await model.graphWeights(files, graph)),
      );
    const encode = await open('encode');
    const paint = await open('paint').catch(async (error: unknown) => {
      await encode.release();
      throw error;
    });
    return {
      value: { encode, paint },
      bytes: peakBytes,
      async dispose() {
        await encode.release();
        await paint.release();
      },
    };
  });
}

/** Runs `encode` and `paint`. @returns ab of the padded input, `[2, height, width]` in Lab units. */
export async function runOnWasm(
  ort: Ort,
  sessions: Sessions,
  input: NetworkInput,
): Promise<Float32Array<ArrayBuffer>> {
  return (await lookOnWasm(ort, sessions, input)).ab;
}

/** The same, with the feature map `[1, channels, height / 4, width / 4]` that `encode` made. */
export async function lookOnWasm(
  ort: Ort,
  sessions: Sessions,
  input: NetworkInput,
): Promise<{ ab: Float32Array<ArrayBuffer>; features: Tensor }> {
  const { width, height } = input.size;
  const planes = new Float32Array(3 * width * height);
  for (const channel of [0, 1, 2]) planes.set(input.gray, channel * width * height);
  const gray = new ort.Tensor('float32', planes, [1, 3, height, width]);
  const encoded = await sessions.encode.run({ gray, ...positionTables(ort, width, height) });
  const { features, kernel } = encoded;
  assert(features && kernel, 'The graph encode answers features and kernel.');
  const { ab } = await sessions.paint.run({ gray, features, kernel });
  assert(ab, 'The graph paint answers ab.');
  return { ab: ab.data as Float32Array<ArrayBuffer>, features };
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

function sessionOptions(
  { width, height }: Pick<NetworkSize, 'width' | 'height'>,
  weights: Uint8Array,
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
    executionProviders: ['wasm'],
    externalData: [{ path: 'weights', data: weights }],
    freeDimensionOverrides,
    graphOptimizationLevel: 'all',
    logSeverityLevel: LOG_ERRORS,
  };
}
