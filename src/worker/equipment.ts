import { ContentStore } from '../models/store.ts';
import { Model } from '../models/model.ts';
import type { GpuPlace, Place, WasmPlace } from '../pipelines/colorize/place.ts';
import { mobileSystem } from '../planner/adapter-kind.ts';
import type { MachineFacts } from '../planner/profile.ts';
import { GpuPainter } from '../runtime/gpu-painter.ts';
import { findAdapter, Gpu } from '../runtime/gpu.ts';
import { provesHalf } from '../runtime/network/half-proof.ts';
import { Pipelines } from '../runtime/network/pipelines.ts';
import { loadRuntime, wasmThreads } from '../runtime/onnxruntime.ts';
import { Pool } from '../runtime/pool.ts';
import { toAppError } from '../shared/errors.ts';
import { touchPointsIn } from './engine-name.ts';
import { MachineMemory } from './machine-memory.ts';
import type { AdapterReport, Backend, StorageReport } from './protocol.ts';

/** Of the first call that needs a runtime: its bytes are told, and its signal ends the fetch. */
type LoadOptions = Parameters<typeof loadRuntime>[0];

/** Bytes kept between runs where a run's budget says nothing else. */
const POOL_BYTES = 2 ** 30;

const STORAGE_PROBLEMS = {
  denied: 'This browser does not let the page keep files, so the model is fetched at each visit.',
  quota: 'There is no room left for the model on this machine, so it is fetched at each visit.',
};

/** What this worker runs on: adapter, device, runtime, store and model, each made when first needed. */
export class Equipment {
  readonly store: ContentStore;
  readonly #catalogue: URL;
  readonly #onGpuGone: () => void;
  #adapter: GPUAdapter | null;
  #memory: MachineMemory;
  #gpuPlace: Promise<GpuPlace> | null = null;
  #gpu: Gpu | null = null;
  #wasmPlace: Promise<WasmPlace> | null = null;
  #model: Promise<Model> | null = null;
  #gpuProblem: string | null = null;
  /** Null until {@link proveHalf} has found out. */
  #isHalfProven: boolean | null = null;
  /** The proof under way. */
  #proof: Promise<boolean> | null = null;

  private constructor(
    adapter: GPUAdapter | null,
    store: ContentStore,
    memory: MachineMemory,
    catalogue: URL,
    onGpuGone: () => void,
  ) {
    this.#adapter = adapter;
    this.store = store;
    this.#memory = memory;
    this.#catalogue = catalogue;
    this.#onGpuGone = onGpuGone;
  }

  /**
   * @param catalogue address of the models' `catalogue.json`.
   * @param onGpuGone called when a device is given back: what painters hold on it is lost.
   */
  static async open(catalogue: URL, onGpuGone: () => void): Promise<Equipment> {
    const [adapter, store] = await Promise.all([findAdapter(), ContentStore.open()]);
    const memory = await recall(adapter, store);
    return new Equipment(adapter, store, memory, catalogue, onGpuGone);
  }

  /** What the planner is told. */
  get facts(): MachineFacts {
    return {
      adapter: this.adapterReport,
      deviceMemoryGiB: deviceMemory(),
      mobile: mobileSystem(navigator.userAgent, touchPointsIn(self.name)),
      isHalfProven: this.#isHalfProven ?? false,
      history: this.#memory.history,
      now: Date.now(),
    };
  }

  /** What the adapter reached and failed at, to be added to. */
  get memory(): MachineMemory {
    return this.#memory;
  }

  get adapterReport(): AdapterReport | null {
    return this.#adapter && describeAdapter(this.#adapter);
  }

  get wasmThreads(): number {
    return wasmThreads();
  }

  /** Why the adapter that there was is not used now; null where nothing is wrong with it. */
  get gpuProblem(): string | null {
    return this.#gpuProblem;
  }

  /** The open device, or null. */
  get gpu(): Gpu | null {
    return this.#gpu;
  }

  /** Asks again for an adapter that had vanished: browsers bring one back after a while. */
  async lookForGpu(): Promise<void> {
    if (this.#gpuProblem === null) return;
    this.#adapter = await findAdapter();
    if (!this.#adapter) return;
    this.#gpuProblem = null;
    this.#isHalfProven = null;
    this.#memory = await recall(this.#adapter, this.store);
  }

  /**
   * Finds out, once, whether the GPU computes right in half precision; calls that meet share the proof. One
   * that fails, or whose device is given back before it ends, is not begun again at each run.
   * @throws {AppError} `gpu/*`.
   */
  async proveHalf(): Promise<void> {
    const hasHalf = this.#adapter?.features.has('shader-f16') ?? false;
    if (this.#isHalfProven !== null || !hasHalf) return;
    const proof = (this.#proof ??= this.#prove());
    let isProven = false;
    try {
      isProven = await proof;
    } finally {
      if (this.#proof === proof) this.#endProof(isProven);
    }
  }

  /** The model that ships with the page; shared, so no caller's signal ends it. @throws {AppError} `model/*`, `net/*`. */
  model(): Promise<Model> {
    const model = (this.#model ??= Model.find(this.#catalogue, this.store));
    model.catch(() => (this.#model = null));
    return model;
  }

  /** Every model, preferred first. @throws {AppError} `model/*`, `net/*`. */
  async models(): Promise<Model[]> {
    return [await this.model()];
  }

  /** Where weights are kept; `isModelReady` is false where even the card cannot be had. */
  async storage(): Promise<StorageReport> {
    const problem = this.store.problem;
    const isPersisted = await Promise.resolve(navigator.storage?.persisted?.()).catch(() => false);
    const isModelReady = await this.model()
      .then((model) => model.isHere(this.adapterReport?.isFallback === false ? 'webgpu' : 'wasm'))
      .catch(() => false);
    return {
      kind: problem ? 'memory' : 'indexeddb',
      isPersisted: isPersisted ?? false,
      problem: problem && STORAGE_PROBLEMS[problem],
      isModelReady,
    };
  }

  /** The place of a backend. @throws {AppError} `gpu/unavailable`, `worker/blocked`, `net/*`. */
  place(backend: Backend, options?: LoadOptions): Promise<Place> {
    return backend === 'webgpu' ? this.gpuPlace() : this.wasmPlace(options);
  }

  /** The GPU, its device opened where it is not. @throws {AppError} `gpu/unavailable`. */
  gpuPlace(): Promise<GpuPlace> {
    if (this.#gpu?.isLost) this.renewGpu(this.#gpu);
    if (this.#gpuPlace) return this.#gpuPlace;
    const place = this.#openGpu();
    this.#gpuPlace = place;
    place.then(
      ({ gpu }) => {
        if (this.#gpuPlace === place) this.#gpu = gpu;
      },
      () => {
        if (this.#gpuPlace === place) this.#gpuPlace = null;
      },
    );
    return place;
  }

  /** onnxruntime on wasm, fetched where it is not here. @throws {AppError} `worker/blocked`, `net/*`. */
  wasmPlace(options?: LoadOptions): Promise<WasmPlace> {
    if (this.#wasmPlace) return this.#wasmPlace;
    const place = loadRuntime(options).then((ort): WasmPlace => ({
      backend: 'wasm',
      ort,
      pool: new Pool(POOL_BYTES),
    }));
    this.#wasmPlace = place;
    place.catch(() => (this.#wasmPlace = null));
    return place;
  }

  /**
   * Gives a device back with all that is on it, without waiting for anything: it may hang. The next
   * {@link gpuPlace} opens another.
   * @param failed the device that is meant; one that was replaced already is left alone. Null is
   *   whatever is open, or is being opened.
   */
  renewGpu(failed: Gpu | null): void {
    if (failed !== null && failed !== this.#gpu) return;
    const place = this.#gpuPlace;
    this.#gpuPlace = null;
    this.#gpu = null;
    if (this.#proof) this.#endProof(false);
    this.#onGpuGone();
    place?.then(({ gpu }) => gpu.close()).catch(() => undefined);
  }

  /** Frees what runs leave behind: the device with all that is on it, and networks on wasm. */
  async release(): Promise<void> {
    const wasProving = this.#proof !== null;
    this.renewGpu(null);
    // Nothing failed that is only put off.
    if (wasProving) this.#isHalfProven = null;
    await (await this.#wasmPlace?.catch(() => null))?.pool.shrink(0);
  }

  async #prove(): Promise<boolean> {
    const { gpu, pipelines } = await this.gpuPlace();
    return provesHalf(gpu, pipelines);
  }

  #endProof(isProven: boolean): void {
    this.#proof = null;
    this.#isHalfProven = isProven;
  }

  async #openGpu(): Promise<GpuPlace> {
    const gpu = await this.#openDevice();
    return {
      backend: 'webgpu',
      gpu,
      pipelines: new Pipelines(gpu),
      pool: new Pool(POOL_BYTES),
      painter: new GpuPainter(gpu),
    };
  }

  async #openDevice(): Promise<Gpu> {
    try {
      return await Gpu.open();
    } catch (error) {
      if (this.#adapter) this.#gpuProblem = toAppError(error).message;
      this.#adapter = null;
      throw error;
    }
  }
}

function recall(adapter: GPUAdapter | null, store: ContentStore): Promise<MachineMemory> {
  return MachineMemory.of(adapter && describeAdapter(adapter), store);
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
