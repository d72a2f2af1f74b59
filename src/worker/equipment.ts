import { ContentStore } from '../models/store.ts';
import { ModelLibrary } from '../models/library.ts';
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
import { adapterReport, deviceMemoryGiB } from './adapter-report.ts';
import { touchPointsIn } from './engine-name.ts';
import { HalfTrust } from './half-trust.ts';
import { MachineMemory } from './machine-memory.ts';
import type { AdapterReport, Backend } from './protocol.ts';

/** Of the first call that needs a runtime: its bytes are told, and its signal ends the fetch. */
type LoadOptions = Parameters<typeof loadRuntime>[0];

/** Bytes kept between runs where a run's budget says nothing else. */
const POOL_BYTES = 2 ** 30;

/** What this worker runs on: adapter, device, runtime, store and models, each made when first needed. */
export class Equipment {
  readonly store: ContentStore;
  readonly library: ModelLibrary;
  readonly #onGpuGone: () => void;
  #adapter: GPUAdapter | null;
  #memory: MachineMemory;
  #gpuPlace: Promise<GpuPlace> | null = null;
  #gpu: Gpu | null = null;
  #wasmPlace: Promise<WasmPlace> | null = null;
  readonly #half = new HalfTrust();
  #gpuProblem: string | null = null;

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
    this.library = new ModelLibrary(catalogue, store);
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
      deviceMemoryGiB: deviceMemoryGiB(),
      mobile: mobileSystem(navigator.userAgent, touchPointsIn(self.name)),
      isHalfProven: this.#half.isProven,
      history: this.#memory.history,
      now: Date.now(),
    };
  }

  /** What the adapter reached and failed at, to be added to. */
  get memory(): MachineMemory {
    return this.#memory;
  }

  get adapterReport(): AdapterReport | null {
    return this.#adapter && adapterReport(this.#adapter);
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
    this.#half.forget();
    this.#memory = await recall(this.#adapter, this.store);
  }

  /** Finds out, once, whether the GPU computes right in half precision. @throws {AppError} `gpu/*`. */
  async proveHalf(): Promise<void> {
    if (!this.#adapter?.features.has('shader-f16')) return;
    await this.#half.find(async () => {
      const { gpu, pipelines } = await this.gpuPlace();
      return provesHalf(gpu, pipelines);
    });
  }

  /** The place of a backend. @throws {AppError} `gpu/unavailable`, `wasm/blocked`, `worker/blocked`, `net/*`. */
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

  /** onnxruntime on wasm, fetched where it is not here. @throws {AppError} `wasm/blocked`, `worker/blocked`, `net/*`. */
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
    this.#half.giveUp();
    this.#onGpuGone();
    place?.then(({ gpu }) => gpu.close()).catch(() => undefined);
  }

  /** Frees what runs leave behind: the device with all that is on it, and networks on wasm. */
  async release(): Promise<void> {
    this.#half.putOff();
    this.renewGpu(null);
    await (await this.#wasmPlace?.catch(() => null))?.pool.shrink(0);
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
  return MachineMemory.of(adapter && adapterReport(adapter), store);
}
