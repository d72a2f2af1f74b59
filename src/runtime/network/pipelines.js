import { wgslOf } from './kernel-source.ts';
/** Compiled kernels of one device by their code: networks of every size share them. */
export class Pipelines {
    #gpu;
    #compiled = new Map();
    constructor(gpu) {
        this.#gpu = gpu;
    }
    /** A kernel, compiled once, off the thread. A failure is forgotten. @throws {AppError} `gpu/*`. */
    get(label, code) {
        const held = this.#compiled.get(code);
        if (held)
            return held;
        const compiling = this.#compile(label, code);
        this.#compiled.set(code, compiling);
        compiling.catch(() => this.#compiled.delete(code));
        return compiling;
    }
    /** The kernel of each step of a program, in order, compiled at the same time. @throws {AppError} `gpu/*`. */
    of({ steps }, variant) {
        return Promise.all(steps.map(({ kernel, weights }) => this.get(kernel.name, wgslOf(kernel, variant, weights?.isInt8 ?? false))));
    }
    #compile(label, code) {
        const { device } = this.#gpu;
        return this.#gpu.guard(() => device.createComputePipelineAsync({
            label,
            layout: 'auto',
            compute: { module: device.createShaderModule({ label, code }) },
        }));
    }
}
