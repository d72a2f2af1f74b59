import { assert } from '../../shared/errors.ts';
import type { WasmPlace } from '../colorize/place.ts';
import type { HeldNetwork, TileNetwork, TileNetworkRequest } from './tile-network.ts';
import { TIME_CODE, timeCode } from './unet.ts';

/** onnxruntime's level for errors: its warnings tell of nodes that it could not fold, and of nothing wrong. */
const LOG_ERRORS = 3;

/** Leases a network on wasm; its session is made where it is not here. */
export function openOnWasm(
  { ort, pool }: WasmPlace,
  { model, files, name, width, height, peakBytes }: TileNetworkRequest,
): Promise<HeldNetwork> {
  const key = `${model.card.id}/wasm/${name}/${width}×${height}`;
  return pool.lease(key, peakBytes, async () => {
    const weights = await model.graphWeights(files, name);
    const session = await ort.InferenceSession.create(await model.graph(files, name), {
      executionProviders: ['wasm'],
      externalData: [{ path: 'weights', data: weights }],
      freeDimensionOverrides: { height, width },
      graphOptimizationLevel: 'all',
      logSeverityLevel: LOG_ERRORS,
    });
    const plane = (planes: Float32Array, index: number) => {
      const area = width * height;
      const data = planes.subarray(index * area, (index + 1) * area);
      return new ort.Tensor('float32', data, [1, 1, height, width]);
    };
    const run: TileNetwork['run'] = async (planes, level) => {
      const inputs =
        name === 'detect'
          ? { gray: plane(planes, 0) }
          : {
              noisy: plane(planes, 0),
              gray: plane(planes, 1),
              mask: plane(planes, 2),
              base: plane(planes, 3),
              time: new ort.Tensor('float32', timeCode(level), [1, TIME_CODE, 1, 1]),
            };
      const { logits, clean } = await session.run(inputs);
      const answer = logits ?? clean;
      assert(answer, `The graph ${name} answers logits or clean.`);
      return answer.data as Float32Array;
    };
    return {
      value: { width, height, run },
      bytes: peakBytes,
      dispose: () => session.release(),
    };
  });
}
