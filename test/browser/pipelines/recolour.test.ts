import { beforeAll, expect, test } from 'vitest';
import type { Photograph } from '../../../src/image/photograph.ts';
import type { Model } from '../../../src/models/model.ts';
import type { RecolourCard } from '../../../src/models/recolour-card.ts';
import type { RecolourListener, RecolourResult } from '../../../src/pipelines/recolour/events.ts';
import type { Places, RecolourJob } from '../../../src/pipelines/recolour/job.ts';
import { recolour } from '../../../src/pipelines/recolour/recolour.ts';
import type { RecolourRequest } from '../../../src/pipelines/recolour/request.ts';
import { openOnGpu } from '../../../src/pipelines/colorize/gpu-network.ts';
import { profileOf, type Profile } from '../../../src/planner/profile.ts';
import { foldScene } from '../../support/fold-scene.ts';
import { randomColoriser } from '../../support/random-coloriser.ts';
import { randomRecolourer } from '../../support/random-recolourer.ts';
import { recolourPlaces } from '../../support/recolour-places.ts';

// Random weights of a few channels, at 64²: everything but a meaning.
const REQUEST: RecolourRequest = {
  seeds: [1, 2],
  vividness: 1.5,
  hints: [],
  lock: null,
  mode: 'draft',
  size: 'auto',
};

let coloriser: Model;
let recolourer: Model<RecolourCard>;
beforeAll(async () => {
  coloriser = await randomColoriser();
  recolourer = await randomRecolourer(coloriser);
});

test('candidates on a GPU are those that onnxruntime gives', async () => {
  const onGpu = await run('webgpu');
  const onWasm = await run('wasm');
  expect(onGpu.plan).toMatchObject({
    backend: 'webgpu',
    variant: 'int8',
    batch: 2,
    guidance: 'batched',
  });
  expect(onWasm.plan).toMatchObject({ backend: 'wasm', batch: 1 });
  expect(mostDifference(onGpu, onWasm)).toBeLessThan(0.02);
  const [first, second] = onGpu.candidates.map(({ planes }) => planes.ab);
  expect(mostOf(first!.map((value, i) => value - second![i]!)), 'seeds differ').toBeGreaterThan(5);
}, 240_000);

async function run(
  backend: 'webgpu' | 'wasm',
  change: Partial<RecolourRequest> = {},
  listener: RecolourListener = {},
  places = recolourPlaces(),
) {
  try {
    return await recolour(jobOf(backend, change, listener, places));
  } finally {
    await places.close();
  }
}

function jobOf(
  backend: 'webgpu' | 'wasm',
  change: Partial<RecolourRequest>,
  listener: RecolourListener,
  places: Places,
): RecolourJob {
  return {
    photograph: drawnPhotograph(),
    request: { ...REQUEST, ...change },
    coloriser,
    recolourer,
    profile: profileFor(backend),
    places,
    listener,
    signal: new AbortController().signal,
    resume: null,
  };
}

/** 60 × 52 pixels of lightness: both sides are padded. */
function drawnPhotograph(): Photograph {
  const [width, height] = [60, 52];
  const scene = foldScene(64);
  const data = Uint16Array.from({ length: width * height }, (_, at) => {
    return scene[Math.floor(at / width) * 64 + (at % width)]! * 257;
  });
  return { lightness: { width, height, data }, alpha: null, ownChroma: null };
}

function profileFor(backend: 'webgpu' | 'wasm'): Profile {
  const facts = {
    adapter: {
      ...{ vendor: '', architecture: '', isFallback: false, features: [] },
      ...{ maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 30 },
    },
    ...{ deviceMemoryGiB: 8, mobile: null, isHalfProven: false, now: 0 },
    history: { reached: null, failed: null, trial: null, hung: null, probe: null },
  };
  return profileOf(facts, backend);
}

function mostDifference(one: RecolourResult, other: RecolourResult): number {
  return Math.max(
    ...one.candidates.map(({ planes }, i) => {
      const expected = other.candidates[i]!.planes;
      expect([planes.width, planes.height]).toEqual([expected.width, expected.height]);
      return mostOf(planes.ab.map((value, at) => value - expected.ab[at]!));
    }),
  );
}

function mostOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
