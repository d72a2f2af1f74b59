import { AppError } from '../shared/errors.ts';
import { Ledger } from './ledger.ts';
/** Half precision for the kernels, and clocks for measuring them; asked for where the adapter has them. */
const USEFUL_FEATURES = ['shader-f16', 'timestamp-query'];
/** Limits raised to all the adapter has. Our kernels keep to what every adapter has in everything else. */
const RAISED_LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize'];
/** After the first thing that fails on a lost device the loss itself is told within this time. */
const LOSS_TOLD_MS = 250;
/** Every kind of error that a scope can catch. */
const ERROR_FILTERS = ['out-of-memory', 'validation', 'internal'];
/** The adapter that WebGPU gives this machine, or null. Never rejects. */
export async function findAdapter() {
    try {
        return (await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
    }
    catch {
        return null;
    }
}
/**
 * The one owner of the GPUDevice. What goes wrong in a network's submissions reaches the device's own
 * events, which are kept here until {@link check}. All else goes through {@link guard}, so that its failures
 * are never taken for the network's.
 */
export class Gpu {
    device;
    ledger = new Ledger();
    #failures = [];
    #loss = null;
    constructor(device) {
        this.device = device;
        this.ledger.watch(device);
        device.addEventListener('uncapturederror', (event) => {
            this.#failures.push(describe(event.error));
        });
        void device.lost.then(({ reason, message }) => this.#lose(reason, message));
    }
    /** Makes the device, from an adapter of its own: each gives one device only. @throws {AppError} `gpu/unavailable`. */
    static async open() {
        const adapter = await findAdapter();
        if (!adapter)
            throw new AppError('gpu/unavailable', 'This browser gives the page no GPU.');
        const requiredLimits = {};
        for (const name of RAISED_LIMITS)
            requiredLimits[name] = adapter.limits[name];
        try {
            const device = await adapter.requestDevice({
                requiredFeatures: USEFUL_FEATURES.filter((feature) => adapter.features.has(feature)),
                requiredLimits,
            });
            return new Gpu(device);
        }
        catch (error) {
            throw new AppError('gpu/unavailable', 'The GPU refused to start.', { cause: error });
        }
    }
    /** Whether the device is gone, taken away or closed: nothing on it ends well any more. */
    get isLost() {
        return this.#loss !== null;
    }
    /** What {@link check} counts from: failures before it are not the caller's. */
    get mark() {
        return this.#failures.length;
    }
    /** Waits for all submitted work. @throws {AppError} `gpu/*` for what went wrong since the mark. */
    async check(mark) {
        const done = this.device.queue.onSubmittedWorkDone();
        await done.catch(async (cause) => {
            throw await this.#verdict(new AppError('gpu/failed', 'The GPU stopped its work.', { cause }));
        });
        const failure = rootOf(this.#failures.slice(mark));
        if (failure)
            throw await this.#verdict(failure);
        if (this.#loss)
            throw this.#loss;
    }
    /**
     * Gives commands, and waits for the GPU's verdict on them.
     * @param commands give all of them before they return: scopes of errors are a stack of the device, which
     *   others push on meanwhile. What they answer may come later.
     * @throws {AppError} `gpu/*`.
     */
    async guard(commands) {
        for (const filter of ERROR_FILTERS)
            this.device.pushErrorScope(filter);
        // Called at once, and what it throws is a rejection: every promise here is heard, whichever fails first.
        const answer = (async () => commands())();
        const verdicts = ERROR_FILTERS.map(() => this.device.popErrorScope());
        const [scopes, result] = await Promise.allSettled([Promise.all(verdicts), answer]);
        const told = scopes.status === 'fulfilled' ? scopes.value : [];
        const failure = rootOf(told.filter((error) => error !== null).map(describe));
        if (failure)
            throw await this.#verdict(failure);
        if (result.status === 'rejected')
            throw await this.#verdict(refusal(result.reason));
        if (scopes.status === 'rejected')
            throw await this.#verdict(refusal(scopes.reason));
        if (this.#loss)
            throw this.#loss;
        return result.value;
    }
    /** The bytes of a buffer made for reading; waits for the work that fills it. @throws {AppError} `gpu/*`. */
    async read(readable) {
        try {
            await readable.mapAsync(GPUMapMode.READ);
            return readable.getMappedRange().slice(0);
        }
        catch (cause) {
            throw await this.#verdict(new AppError('gpu/failed', 'The GPU gave nothing back.', { cause }));
        }
    }
    /** A copy of a buffer's first `size` bytes. @throws {AppError} `gpu/*`. */
    async readCopy(source, size) {
        const readable = await this.guard(() => {
            const target = this.device.createBuffer({
                label: 'pictures:read back',
                size,
                usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
            });
            const encoder = this.device.createCommandEncoder();
            encoder.copyBufferToBuffer(source, 0, target, 0, size);
            this.device.queue.submit([encoder.finish()]);
            return target;
        });
        try {
            return await this.read(readable);
        }
        finally {
            readable.destroy();
        }
    }
    /** Gives everything back; what still waits for the device ends as `gpu/device-lost`. */
    close() {
        this.#lose('destroyed', 'Closed by its owner.');
        this.device.destroy();
    }
    /** What a failure really is: that the device is lost may be told a little later. */
    async #verdict(failure) {
        const later = new Promise((resolve) => setTimeout(resolve, LOSS_TOLD_MS));
        await Promise.race([this.device.lost, later]);
        return this.#loss ?? failure;
    }
    #lose(reason, message) {
        this.#loss ??= new AppError('gpu/device-lost', 'The GPU was taken away from this page.', {
            detail: { reason, message },
        });
    }
}
/** Of several failures the one that the others come from: a buffer that was refused is invalid wherever it is used. */
function rootOf(failures) {
    return failures.find(({ code }) => code === 'gpu/out-of-memory') ?? failures[0];
}
/** What a call into the device threw. A buffer that is mapped when made throws where memory ends. */
function refusal(cause) {
    return cause instanceof RangeError
        ? new AppError('gpu/out-of-memory', 'The GPU ran out of memory.', {
            cause,
            detail: { message: cause.message },
        })
        : new AppError('gpu/failed', 'The GPU refused a step.', { cause });
}
function describe(error) {
    if (error instanceof GPUOutOfMemoryError) {
        return new AppError('gpu/out-of-memory', 'The GPU ran out of memory.', {
            detail: { message: error.message },
        });
    }
    const kind = error instanceof GPUValidationError ? 'validation' : 'internal';
    return new AppError('gpu/failed', 'The GPU could not carry out a step.', {
        detail: { kind, message: error.message },
    });
}
