import { describe, expect, test } from 'vitest';
import { makeDenoiser, type PredictionCall } from '../../../../src/pipelines/diffusion/denoiser.ts';
import {
  guidanceCost,
  guide,
  type Guidance,
} from '../../../../src/pipelines/diffusion/guidance.ts';
import { levelAt, noiseLevels } from '../../../../src/pipelines/diffusion/noise-levels.ts';
import { denoisedOf, type PredictionKind } from '../../../../src/pipelines/diffusion/prediction.ts';

const CLEAN = Float32Array.of(0.5, -1.25, 0, 2);
const NOISE = Float32Array.of(-0.75, 0.3, 1.5, -2);
const ratios = Float64Array.of(0.9, 0.5, 0.04);
const PROCESSES = ['variance-exploding', 'variance-preserving', 'flow'] as const;

/** What a perfect network says, by its definition. */
const said: Record<PredictionKind, (a: number, s: number, clean: number, noise: number) => number> =
  {
    epsilon: (_a, _s, _clean, noise) => noise,
    v: (a, s, clean, noise) => a * noise - s * clean,
    x0: (_a, _s, clean) => clean,
    'flow-velocity': (_a, _s, clean, noise) => noise - clean,
  };
const KINDS = Object.keys(said) as PredictionKind[];

describe.each(KINDS)('%s', (kind) => {
  test.each(PROCESSES)('gives back the clean picture, %s', (process) => {
    for (let i = 0; i < ratios.length; i++) {
      const level = levelAt(noiseLevels(process, ratios), i);
      const { alpha, sigma } = level;
      const latent = CLEAN.map((clean, i) => alpha * clean + sigma * NOISE[i]!);
      const prediction = CLEAN.map((clean, i) => said[kind](alpha, sigma, clean, NOISE[i]!));
      // In place, as it is used.
      denoisedOf(kind, prediction, latent, prediction, level);
      prediction.forEach((value, i) => expect(value).toBeCloseTo(CLEAN[i]!, 5));
    }
  });
});

test('of nothing but noise, all but epsilon can say what is coming', () => {
  const level = { index: 0, alpha: 0, sigma: 1 };
  const out = new Float32Array(4);
  for (const kind of KINDS.filter((kind) => kind !== 'epsilon')) {
    const prediction = CLEAN.map((clean, i) => said[kind](0, 1, clean, NOISE[i]!));
    denoisedOf(kind, out, NOISE, prediction, level);
    out.forEach((value, i) => expect(value).toBeCloseTo(CLEAN[i]!, 6));
  }
  expect(() => denoisedOf('epsilon', out, NOISE, NOISE, level)).toThrow('alpha above 0');
});

describe('guidance', () => {
  test.each<[number, (conditional: number, unconditional: number) => number]>([
    [0, (_, unconditional) => unconditional],
    [1, (conditional) => conditional],
    [0.5, (conditional, unconditional) => (conditional + unconditional) / 2],
    [3, (conditional, unconditional) => 3 * conditional - 2 * unconditional],
  ])('scale %d', (scale, expected) => {
    const out = new Float32Array(4);
    guide(out, CLEAN, NOISE, scale);
    expect([...out]).toEqual([...CLEAN.map((value, i) => expected(value, NOISE[i]!))]);
  });

  test.each<[number, Guidance['mode'], ReturnType<typeof guidanceCost>]>([
    [3, 'batched', { passes: 1, batch: 2, predictions: 2 }],
    [3, 'two-passes', { passes: 2, batch: 1, predictions: 2 }],
    [1, 'batched', { passes: 1, batch: 1, predictions: 1 }],
    [0, 'two-passes', { passes: 1, batch: 1, predictions: 1 }],
  ])('at scale %d, %s, it costs what plans are told', async (scale, mode, cost) => {
    expect(guidanceCost({ scale, mode })).toEqual(cost);
    const { calls } = await denoisedWith({ scale, mode });
    expect(calls).toHaveLength(cost.passes);
    for (const { branches, predictions } of calls) {
      expect(branches).toHaveLength(cost.batch);
      expect(predictions).toHaveLength(cost.batch * CLEAN.length);
      expect(predictions.buffer.byteLength).toBe(cost.predictions * CLEAN.byteLength);
    }
  });

  test('batched or in two passes, the picture is the same, and linear in the scale', async () => {
    const of = async (scale: number, mode: Guidance['mode'] = 'batched') =>
      (await denoisedWith({ scale, mode })).denoised;
    expect(await of(2.5, 'two-passes')).toEqual(await of(2.5));
    const [none, one, more] = [await of(0), await of(1), await of(2.5)];
    expect(one).not.toEqual(none);
    more.forEach((value, i) => expect(value).toBeCloseTo(none[i]! + 2.5 * (one[i]! - none[i]!), 5));
  });

  test('a run that is stopped after the first pass asks for no second', async () => {
    const controller = new AbortController();
    const calls: PredictionCall[] = [];
    const denoise = makeDenoiser({
      kind: 'x0',
      guidance: { scale: 2, mode: 'two-passes' },
      length: 4,
      predict: async (call) => {
        calls.push(call);
        controller.abort();
      },
    });
    const stopped = denoise(
      NOISE,
      { index: 0, alpha: 0, sigma: 1 },
      new Float32Array(4),
      controller.signal,
    );
    await expect(stopped).rejects.toMatchObject({ code: 'job/aborted' });
    expect(calls).toHaveLength(1);
  });
});

/** One evaluation of a velocity network whose two answers differ. */
async function denoisedWith(guidance: Guidance) {
  const calls: PredictionCall[] = [];
  const denoise = makeDenoiser({
    kind: 'flow-velocity',
    guidance,
    length: CLEAN.length,
    predict: async (call) => {
      calls.push(call);
      for (const [at, branch] of call.branches.entries()) {
        const part = branch === 'conditional' ? 1 : 0.25;
        call.latent.forEach((value, i) => {
          call.predictions[at * CLEAN.length + i] = part * (value - CLEAN[i]!);
        });
      }
    },
  });
  const denoised = new Float32Array(CLEAN.length);
  await denoise(NOISE, { index: 3, alpha: 0.4, sigma: 0.6 }, denoised, undefined);
  return { calls, denoised };
}
