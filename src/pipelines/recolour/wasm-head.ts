import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { Lease } from '../../runtime/pool.ts';
import { assert, throwIfAborted } from '../../shared/errors.ts';
import type { WasmPlace } from '../colorize/place.ts';
import { lookOnWasm, LOG_ERRORS, openOnWasm } from '../colorize/wasm-network.ts';
import type { Branch } from '../diffusion/guidance.ts';
import type { RecolourModels } from './gpu-head.ts';
import { cellMeansOf } from './cells.ts';
import type { RecolourChoice } from './choices.ts';
import type { OpenHead } from './head.ts';
import { timeCode } from './recolour-network.ts';

/** Names of the graphs' maps, by their strides. */
const LEVELS = [4, 8, 16] as const;

type Sessions = Record<'condition' | 'velocity', InferenceSession>;
/** What `condition` found, by its outputs' names. */
type Maps = Record<string, Tensor>;

/**
 * Leases the sessions of both models at a planned size; one candidate at a time.
 * @throws {AppError} `memory/exhausted`, `model/*`, `store/denied`; whatever onnxruntime throws.
 */
export async function openHeadOnWasm(
  place: WasmPlace,
  models: RecolourModels,
  choice: RecolourChoice,
): Promise<OpenHead> {
  const { coloriser, encoderFiles, recolourer } = models;
  const encoder = await openOnWasm(place, coloriser, encoderFiles, choice.encoder);
  const open = await leaseSessions(place, models, choice).catch((error: unknown) => {
    encoder.release();
    throw error;
  });
  const { ort } = place;
  const { chromaScale, embedding } = recolourer.card.network;
  const { width, height } = choice.encoder.network;
  const [columns, rows] = [width / 4, height / 4];
  const sides = [rows, columns];
  const tensor = (data: Float32Array, shape: number[]) => new ort.Tensor('float32', data, shape);
  const maps = new Map<Branch, Maps>();
  return {
    width: columns,
    height: rows,
    batch: 1,
    async look(input, { lightness, hints }) {
      const { ab, features } = await lookOnWasm(ort, encoder.value, input);
      const answer = cellMeansOf(ab, 2, columns, rows).map((value) => value / chromaScale);
      const offered = {
        features,
        answer: tensor(answer, [1, 2, ...sides]),
        lightness: tensor(lightness, [1, 1, ...sides]),
        hints: tensor(hints, [1, 3, ...sides]),
      };
      maps.clear();
      for (const branch of new Set(choice.passes.flat())) {
        const known = tensor(Float32Array.of(branch === 'conditional' ? 1 : 0), [1, 1, 1, 1]);
        maps.set(branch, await open.value.condition.run({ ...offered, known }));
      }
    },
    async predict({ latent, level, branches, predictions, signal }) {
      for (const [i, branch] of branches.entries()) {
        throwIfAborted(signal);
        const found = maps.get(branch);
        assert(found, 'The photograph was not looked at.');
        const { velocity } = await open.value.velocity.run({
          ...found,
          noisy: tensor(latent, [1, 2, ...sides]),
          code: tensor(timeCode(level.sigma, embedding), [1, embedding]),
        });
        assert(velocity, 'The graph velocity answers velocity.');
        predictions.set(velocity.data as Float32Array, i * latent.length);
      }
    },
    release() {
      open.release();
      encoder.release();
    },
  };
}

function leaseSessions(
  { ort, pool }: WasmPlace,
  { recolourer, headFiles }: RecolourModels,
  { encoder: { network }, headBytes }: RecolourChoice,
): Promise<Lease<Sessions>> {
  const freeDimensionOverrides: Record<string, number> = { photographs: 1, candidates: 1 };
  for (const stride of LEVELS) {
    freeDimensionOverrides[`height${stride}`] = network.height / stride;
    freeDimensionOverrides[`width${stride}`] = network.width / stride;
  }
  const key = `${recolourer.card.id}/wasm/${network.width}×${network.height}`;
  return pool.lease(key, headBytes, async () => {
    const open = async (graph: keyof Sessions) =>
      ort.InferenceSession.create(await recolourer.graph(headFiles, graph), {
        executionProviders: ['wasm'],
        externalData: [{ path: 'weights', data: await recolourer.graphWeights(headFiles, graph) }],
        freeDimensionOverrides,
        graphOptimizationLevel: 'all',
        logSeverityLevel: LOG_ERRORS,
      });
    const condition = await open('condition');
    const velocity = await open('velocity').catch(async (error: unknown) => {
      await condition.release();
      throw error;
    });
    return {
      value: { condition, velocity },
      bytes: headBytes,
      async dispose() {
        await condition.release();
        await velocity.release();
      },
    };
  });
}
