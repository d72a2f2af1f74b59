import { keepsInt8, needsHalf } from '../../models/variant.ts';
import { halfOfFloat } from '../../models/half.ts';
import { AppError } from '../../shared/errors.ts';
/** Weights share buffers of about this size: few allocations, and none of them large. */
const SLAB_BYTES = 16 * 2 ** 20;
/** What every adapter allows as the offset of a binding. */
const BINDING_ALIGNMENT = 256;
/** Bytes of a program's weights in a variant, by name. Programs of other sizes have the same. */
export function weightBytes(program, variant) {
    const bytes = new Map();
    for (const { operands } of program.steps) {
        for (const operand of operands) {
            if (operand.kind === 'matrix') {
                bytes.set(operand.matrix.name, bytesOfMatrix(operand.matrix, variant));
            }
            else if (operand.kind === 'vector')
                bytes.set(operand.vector.name, 4 * operand.vector.length);
        }
    }
    return bytes;
}
/** Cuts weights into slabs: each slab's size, and each weight's place in one. */
export function planSlabs(bytes) {
    const sizes = [];
    const places = new Map();
    for (const [name, size] of bytes) {
        const last = sizes.length - 1;
        const end = last < 0 ? Infinity : align(sizes[last], BINDING_ALIGNMENT);
        const isFull = end + size > SLAB_BYTES;
        const slab = isFull ? sizes.push(0) - 1 : last;
        const offset = isFull ? 0 : end;
        places.set(name, { slab, offset, size });
        sizes[slab] = align(offset + size, 4);
    }
    return { sizes, places };
}
/** A model's weights on the GPU in one variant; every size and every pipeline reads the same. */
export class GpuWeights {
    bytes;
    #slabs;
    #places;
    constructor(slabs, places) {
        this.#slabs = slabs;
        this.#places = places;
        this.bytes = slabs.reduce((sum, { size }) => sum + size, 0);
    }
    /** Brings all weights of a program to the GPU. @throws {AppError} `gpu/*`, `model/incompatible`. */
    static async upload(gpu, program, variant, source) {
        const { sizes, places } = planSlabs(weightBytes(program, variant));
        const slabs = [];
        try {
            for (const size of sizes)
                slabs.push(await gpu.guard(() => slabOf(gpu.device, size)));
            const found = new Map();
            for (const [name, { slab, offset, size }] of places) {
                found.set(name, { buffer: slabs[slab], offset, size });
            }
            await gpu.guard(() => fill(gpu.device, program, variant, source, found));
            return new GpuWeights(slabs, found);
        }
        catch (error) {
            for (const slab of slabs)
                slab.destroy();
            throw error;
        }
    }
    /** Where a weight is. */
    placeOf(name) {
        return this.#places.get(name);
    }
    dispose() {
        for (const slab of this.#slabs)
            slab.destroy();
    }
}
function slabOf(device, size) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    return device.createBuffer({ label: 'weights:slab', size, usage });
}
function fill(device, program, variant, source, places) {
    const done = new Set();
    const write = (name, make) => {
        if (done.has(name))
            return;
        done.add(name);
        const { buffer, offset } = places.get(name);
        const data = make();
        device.queue.writeBuffer(buffer, offset, data.buffer, data.byteOffset, data.byteLength);
    };
    for (const { operands } of program.steps) {
        for (const operand of operands) {
            if (operand.kind === 'matrix') {
                write(operand.matrix.name, () => heldMatrix(operand.matrix, variant, source));
            }
            else if (operand.kind === 'vector') {
                const { vector } = operand;
                write(vector.name, () => checked(vector, vector.length, vector.values(source)));
            }
        }
    }
}
/** A matrix as the variant keeps it. Whole numbers up to 127 are exact in every precision. */
function heldMatrix(matrix, variant, source) {
    const values = checked(matrix, matrix.depth * matrix.channels, matrix.values(source));
    if (matrix.isInt8 && keepsInt8(variant))
        return values;
    return needsHalf(variant) ? halves(values) : new Float32Array(values);
}
function checked({ name }, length, values) {
    if (values.length === length)
        return values;
    throw new AppError('model/incompatible', `The weights ${name} have the wrong size.`);
}
/** A loop of its own: `from` with a function takes seconds for the weights of a large model. */
function halves(values) {
    const out = new Uint16Array(values.length);
    if (values instanceof Float32Array) {
        for (let i = 0; i < out.length; i++)
            out[i] = halfOfFloat(values[i]);
        return out;
    }
    const table = Uint16Array.from({ length: 256 }, (_, i) => halfOfFloat((i << 24) >> 24));
    for (let i = 0; i < out.length; i++)
        out[i] = table[values[i] & 255];
    return out;
}
function bytesOfMatrix({ depth, channels, isInt8 }, variant) {
    const each = isInt8 && keepsInt8(variant) ? 1 : needsHalf(variant) ? 2 : 4;
    return depth * channels * each;
}
function align(offset, step) {
    return Math.ceil(offset / step) * step;
}
