import { ContentStore } from '../models/store.ts';
import { ModelLibrary } from '../models/library.ts';
import { mobileSystem } from '../planner/adapter-kind.ts';
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
/** Bytes kept between runs where a run's budget says nothing else. */
const POOL_BYTES = 2 ** 30;
/** What this worker runs on: adapter, device, runtime, store and models, each made when first needed. */
export class Equipment {
    store;
    library;
    #onGpuGone;
    #adapter;
    #memory;
    #gpuPlace = null;
    #gpu = null;
    #wasmPlace = null;
    #half = new HalfTrust();
    #gpuProblem = null;
    constructor(adapter, store, memory, catalogue, onGpuGone) {
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
    static async open(catalogue, onGpuGone) {
        const [adapter, store] = await Promise.all([findAdapter(), ContentStore.open()]);
        const memory = await recall(adapter, store);
        return new Equipment(adapter, store, memory, catalogue, onGpuGone);
    }
    /** What the planner is told. */
    get facts() {
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
    get memory() {
        return this.#memory;
    }
    get adapterReport() {
        return this.#adapter && adapterReport(this.#adapter);
    }
    get wasmThreads() {
        return wasmThreads();
    }
    /** Why the adapter that there was is not used now; null where nothing is wrong with it. */
    get gpuProblem() {
        return this.#gpuProblem;
    }
    /** The open device, or null. */
    get gpu() {
        return this.#gpu;
    }
    /** Asks again for an adapter that had vanished: browsers bring one back after a while. */
    async lookForGpu() {
        if (this.#gpuProblem === null)
            return;
        this.#adapter = await findAdapter();
        if (!this.#adapter)
            return;
        this.#gpuProblem = null;
        this.#half.forget();
        this.#memory = await recall(this.#adapter, this.store);
    }
    /** Finds out, once, whether the GPU computes right in half precision. @throws {AppError} `gpu/*`. */
    async proveHalf() {
        if (!this.#adapter?.features.has('shader-f16'))
            return;
        await this.#half.find(async () => {
            const { gpu, pipelines } = await this.gpuPlace();
            return provesHalf(gpu, pipelines);
        });
    }
    /** The place of a backend. @throws {AppError} `gpu/unavailable`, `wasm/blocked`, `worker/blocked`, `net/*`. */
    place(backend, options) {
        return backend === 'webgpu' ? this.gpuPlace() : this.wasmPlace(options);
    }
    /** The GPU, its device opened where it is not. @throws {AppError} `gpu/unavailable`. */
    gpuPlace() {
        if (this.#gpu?.isLost)
            this.renewGpu(this.#gpu);
        if (this.#gpuPlace)
            return this.#gpuPlace;
        const place = this.#openGpu();
        this.#gpuPlace = place;
        place.then(({ gpu }) => {
            if (this.#gpuPlace === place)
                this.#gpu = gpu;
        }, () => {
            if (this.#gpuPlace === place)
                this.#gpuPlace = null;
        });
        return place;
    }
    /** onnxruntime on wasm, fetched where it is not here. @throws {AppError} `wasm/blocked`, `worker/blocked`, `net/*`. */
    wasmPlace(options) {
        if (this.#wasmPlace)
            return this.#wasmPlace;
        const place = loadRuntime(options).then((ort) => ({
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
    renewGpu(failed) {
        if (failed !== null && failed !== this.#gpu)
            return;
        const place = this.#gpuPlace;
        this.#gpuPlace = null;
        this.#gpu = null;
        this.#half.giveUp();
        this.#onGpuGone();
        place?.then(({ gpu }) => gpu.close()).catch(() => undefined);
    }
    /** Frees what runs leave behind: the device with all that is on it, and networks on wasm. */
    async release() {
        this.#half.putOff();
        this.renewGpu(null);
        await (await this.#wasmPlace?.catch(() => null))?.pool.shrink(0);
    }
    async #openGpu() {
        const gpu = await this.#openDevice();
        return {
            backend: 'webgpu',
            gpu,
            pipelines: new Pipelines(gpu),
            pool: new Pool(POOL_BYTES),
            painter: new GpuPainter(gpu),
        };
    }
    async #openDevice() {
        try {
            return await Gpu.open();
        }
        catch (error) {
            if (this.#adapter)
                this.#gpuProblem = toAppError(error).message;
            this.#adapter = null;
            throw error;
        }
    }
}
function recall(adapter, store) {
    return MachineMemory.of(adapter && adapterReport(adapter), store);
}
