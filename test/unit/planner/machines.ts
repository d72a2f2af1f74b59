import type { Footprint, ModelCard } from '../../../src/models/card.ts';
import { NO_HISTORY } from '../../../src/planner/history.ts';
import type { MachineFacts } from '../../../src/planner/profile.ts';

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
export const DAY_MS = 24 * 60 * 60 * 1000;
/** The moment at which every machine here is looked at. */
export const NOW = Date.UTC(2026, 0, 31);

type Adapter = NonNullable<MachineFacts['adapter']>;

/** A machine with an adapter, as browsers report it; `null` for one without. */
export function machine(
  adapter: Partial<Adapter> | null,
  others: Partial<Omit<MachineFacts, 'adapter'>> = {},
): MachineFacts {
  const complete = adapter && {
    vendor: '',
    architecture: '',
    isFallback: false,
    maxStorageBufferBindingSize: GIB,
    maxBufferSize: GIB,
    features: [],
    ...adapter,
  };
  return {
    adapter: complete,
    deviceMemoryGiB: 8,
    mobile: null,
    isHalfProven: complete?.features.includes('shader-f16') ?? false,
    history: NO_HISTORY,
    now: NOW,
    ...others,
  };
}

/** A card with bindings and buffers of 4 GiB that computes in half precision. */
export const DESKTOP = machine(
  {
    vendor: 'nvidia',
    architecture: 'ampere',
    maxStorageBufferBindingSize: 4 * GIB - 4,
    maxBufferSize: 4 * GIB,
    features: ['shader-f16'],
  },
  { deviceMemoryGiB: 32 },
);

/** A phone with bindings of 128 MiB, in half precision. */
export const PHONE = machine(
  {
    vendor: 'arm',
    architecture: 'valhall',
    maxStorageBufferBindingSize: 128 * MIB,
    maxBufferSize: 256 * MIB,
    features: ['shader-f16'],
  },
  { deviceMemoryGiB: 4, mobile: 'android' },
);

const file = { file: 'none', bytes: 0, sha256: '0'.repeat(64) };

/** A model whose footprints grow with the area; `scale` makes it lighter as a whole. */
export function cardOf(id: string, scale = 1): ModelCard {
  const measured = (weightBytes: number, bytesPerPixel: number): Footprint[] =>
    [256, 512].map((size) => ({
      size,
      peakBytes: Math.round(scale * (weightBytes + bytesPerPixel * size ** 2)),
      largestBufferBytes: Math.round(scale * (bytesPerPixel / 3) * size ** 2),
      weightBytes: Math.round(scale * weightBytes),
      macs: Math.round(scale * 1e6 * size ** 2),
    }));
  return {
    schema: 1,
    id,
    name: `Model ${id}`,
    task: 'colorize',
    summary: '',
    architecture: '',
    parameters: 60e6,
    licence: '',
    source: '',
    trainingData: '',
    weaknesses: [],
    sizes: {
      multiple: 32,
      offered: [128, 256, 384, 512, 768],
      preview: 128,
      wished: { auto: 512, people: 384, buildings: 768 },
    },
    network: {
      architecture: 'ddcolor',
      chromaScale: 1,
      gray: { slope: [0, 0], offset: [0, 0] },
    },
    graphs: { encode: { inputs: [], outputs: [] }, paint: { inputs: [], outputs: [] } },
    onnx: { encode: file, paint: file },
    output: { chromaGain: 1 },
    weights: { tensors: file, bytes: 0, shards: [] },
    memory: {
      measuredWith: 'made up for these tests',
      wasm: measured(240e6, 3200),
      fp32: measured(240e6, 3200),
      fp16: measured(120e6, 1600),
      int8: measured(60e6, 3200),
      'int8-fp16': measured(60e6, 1600),
    },
    metrics: {},
  };
}
