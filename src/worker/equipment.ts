import { ContentStore } from '../models/store.ts';
import { Model } from '../models/model.ts';
import type { ColorizePlace } from '../pipelines/colorize/colorize.ts';
import type { MachineFacts } from '../planner/profile.ts';
import { GpuPainter } from '../runtime/gpu-painter.ts';
import { findAdapter, Gpu } from '../runtime/gpu.ts';
import {
  chooseBuild,
  loadRuntime,
  wasmThreads,
  type Ort,
  type RuntimeBuild,
} from '../runtime/onnxruntime.ts';
import { SessionPool } from '../runtime/session-pool.ts';
import { AppError } from '../shared/errors.ts';
import type { AdapterReport, Backend, StorageReport } from './protocol.ts';

/** Of the first call that needs a runtime: its bytes are told, and its signal ends the fetch. */
type LoadOptions = Parameters<typeof loadRuntime>[1];

/** Sessions kept: both graphs at the preview's size and at one more. */
const SESSIONS = 4;

const STORAGE_PROBLEMS = {
  denied: 'This browser does not let the page keep files, so the model is fetched at each visit.',
  quota: 'There is no room left for the model on this machine, so it is fetched at each visit.',
};

/** What this worker runs on: adapter, device, runtime, store and model, each made when first needed. */
export class Equipment {
  readonly store: ContentStore;
  readonly #adapter: GPUAdapter | null;
  readonly #catalogue: URL;
  readonly #places = new Map<Backend, Promise<ColorizePlace>>();
  readonly #runtimes = new Map<RuntimeBuild, Promise<Ort>>();
  #model: Promise<Model> | null = null;
  #gpuProblem: string | null = null;

  private constructor(adapter: GPUAdapter | null, store: ContentStore, catalogue: URL) {
    this.#adapter = adapter;
    this.store = store;
    this.#catalogue = catalogue;
  }

  /** @param catalogue address of the models' `catalogue.json`. */
  static async open(catalogue: URL): Promise<Equipment> {
    const [adapter, store] = await Promise.all([findAdapter(), ContentStore.open()]);
    return new Equipment(adapter, store, catalogue);
  }

  /** What the planner is told. */
  get facts(): MachineFacts {
    return {
      adapter: this.#gpuProblem ? null : this.adapterReport,
      deviceMemoryGiB: deviceMemory(),
    };
  }

  get adapterReport(): AdapterReport | null {
    return this.#adapter && describeAdapter(this.#adapter);
  }

  get wasmThreads(): number {
    return wasmThreads();
  }

  get runtimeBuild() {
    return chooseBuild(this.adapterReport?.isFallback === false);
  }

  /** Why the GPU is not tried again in this worker's life; null where it did not fail. */
  get gpuProblem(): string | null {
    return this.#gpuProblem;
  }

  /** The model that ships with the page; shared, so no caller's signal ends it. @throws {AppError} `model/*`, `net/*`. */
  model(): Promise<Model> {
    const model = (this.#model ??= Model.find(this.#catalogue, this.store));
    model.catch(() => (this.#model = null));
    return model;
  }

  /** Where weights are kept; `isModelReady` is false where even the card cannot be had. */
  async storage(): Promise<StorageReport> {
    const problem = this.store.problem;
    const isPersisted = await Promise.resolve(navigator.storage?.persisted?.()).catch(() => false);
    const isModelReady = await this.model()
      .then(async (model) => (await model.isHere('fp32')) || model.isHere('fp16'))
      .catch(() => false);
    return {
      kind: problem ? 'memory' : 'indexeddb',
      isPersisted: isPersisted ?? false,
      problem: problem && STORAGE_PROBLEMS[problem],
      isModelReady,
    };
  }

  /** The place of a backend. @throws {AppError} `gpu/unavailable`, `worker/blocked`, `net/*`. */
  place(backend: Backend, options?: LoadOptions): Promise<ColorizePlace> {
    const held = this.#places.get(backend);
    if (held) return held;
    const place = backend === 'webgpu' ? this.#gpuPlace(options) : this.#wasmPlace(options);
    this.#places.set(backend, place);
    place.catch(() => this.#places.delete(backend));
    return place;
  }

  /** Gives the GPU and its sessions back for the rest of this worker's life; the first reason stands. */
  async giveUpGpu(problem: string): Promise<void> {
    this.#gpuProblem ??= problem;
    const place = await this.#places.get('webgpu')?.catch(() => null);
    if (!this.#places.delete('webgpu')) return;
    // Sessions on a dead device may fail to be released; the device goes all the same.
    await place?.pool.clear().catch(() => undefined);
    place?.gpu?.close();
  }

  /** Frees what runs leave behind: sessions, and the GPU's device with all that is on it. */
  async release(): Promise<void> {
    for (const place of this.#places.values()) await (await place.catch(() => null))?.pool.clear();
  }

  async #gpuPlace(options: LoadOptions): Promise<ColorizePlace> {
    if (!this.#adapter || this.#gpuProblem) {
      throw new AppError('gpu/unavailable', 'This browser gives the page no GPU.');
    }
    const build = chooseBuild(true);
    const ort = await this.#runtime(build, options);
    const gpu = await Gpu.open();
    return { ort, build, gpu, pool: new SessionPool(SESSIONS), painter: new GpuPainter(gpu) };
  }

  async #wasmPlace(options: LoadOptions): Promise<ColorizePlace> {
    const build = 'wasm';
    const ort = await this.#runtime(build, options);
    return { ort, build, gpu: null, pool: new SessionPool(SESSIONS), painter: null };
  }

  #runtime(build: RuntimeBuild, options: LoadOptions): Promise<Ort> {
    const held = this.#runtimes.get(build);
    if (held) return held;
    const runtime = loadRuntime(build, options);
    this.#runtimes.set(build, runtime);
    runtime.catch(() => this.#runtimes.delete(build));
    return runtime;
  }
}

/** Older browsers have no `info`, or keep `isFallbackAdapter` on the adapter itself, or nowhere. */
type AnyAdapter = GPUAdapter & {
  readonly isFallbackAdapter?: boolean;
  readonly info?: Partial<GPUAdapterInfo>;
};

function describeAdapter(adapter: AnyAdapter): AdapterReport {
  const info: Partial<GPUAdapterInfo> = adapter.info ?? {};
  return {
    vendor: info.vendor ?? '',
    architecture: info.architecture ?? '',
    device: info.device ?? '',
    description: info.description ?? '',
    isFallback: info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false,
    maxBufferSize: adapter.limits.maxBufferSize,
    maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
    features: [...adapter.features].sort(),
  };
}

/** Chromium's coarse figure; TypeScript's library does not know it. */
function deviceMemory(): number | null {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return deviceMemory ?? null;
}
