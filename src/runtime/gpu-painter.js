import { GAMUT_STEPS, GAMUT_TOLERANCE } from '../image/colour/gamut.ts';
import { LAB_DELTA, RGB_OF_RELATIVE_XYZ } from '../image/colour/lab.ts';
import { gainsOf, VIBRANCE_KNEE } from '../image/colour/look.ts';
import { REGULARISATION, SHARPENING_FLOOR, SHARPENING_LIMIT, spreadOf, WINDOW_RADIUS, } from '../image/guided/guided-field.ts';
import colourRowsCode from './kernels/colour-rows.wgsl?raw';
import guidedFieldCode from './kernels/guided-field.wgsl?raw';
/** Side of a workgroup in both kernels. */
const GROUP = 8;
/** Guided upsampling in WGSL, stripe by stripe; `painter.ts` has its twin on the processor. */
export class GpuPainter {
    #gpu;
    #pipelines = null;
    constructor(gpu) {
        this.#gpu = gpu;
    }
    /** Compiles its kernels ahead of the first use. @throws {AppError} `gpu/*`. */
    async compile() {
        await this.#compiled();
    }
    async fit(chroma, photograph) {
        const { width, height, ab, guide } = chroma;
        const buffer = await this.#gpu.guard(() => this.#upload('chroma', ab, GPUBufferUsage.STORAGE));
        try {
            return await this.fitBuffer({
                buffer,
                rowStride: width,
                planeStride: width * height,
                width,
                height,
                gain: 1,
                guide: new Float32Array(guide),
                photograph,
            });
        }
        finally {
            buffer.destroy();
        }
    }
    /** Fits a field to ab that is on the GPU already; nothing is read back. @throws {AppError} `gpu/*`. */
    async fitBuffer(chroma) {
        const { width, height } = chroma;
        const { fitSlopes, fitOffsets } = await this.#compiled();
        const coefficients = await this.#gpu.guard(() => {
            const grid = this.#upload('grid', gridUniform(chroma), GPUBufferUsage.UNIFORM);
            const guide = this.#upload('guide', chroma.guide, GPUBufferUsage.STORAGE);
            const slopes = this.#storage('slopes', width * height * 8);
            const field = this.#storage('field', width * height * 16);
            const buffers = { 0: grid, 1: chroma.buffer, 2: guide, 3: slopes };
            this.#dispatch(fitSlopes, buffers, width, height);
            this.#dispatch(fitOffsets, { ...buffers, 4: field }, width, height);
            for (const buffer of [grid, guide, slopes])
                buffer.destroy();
            return field;
        });
        return { width, height, coefficients, dispose: () => coefficients.destroy() };
    }
    /** @throws {AppError} `gpu/*`. */
    async paint(field, rows, mapping, look) {
        const { width, height } = rows;
        const { colourRows } = await this.#compiled();
        const bytes = width * height * 4;
        const readable = await this.#gpu.guard(() => {
            const stripe = this.#upload('mapping', stripeUniform(field, rows, mapping, look), GPUBufferUsage.UNIFORM);
            const matrix = this.#upload('matrix', matrixUniform, GPUBufferUsage.UNIFORM);
            const lightness = this.#upload('lightness', rows.lightness, GPUBufferUsage.STORAGE);
            const rgba = this.#storage('rgba', bytes, GPUBufferUsage.COPY_SRC);
            const target = this.#gpu.device.createBuffer({
                label: 'pictures:read back',
                size: bytes,
                usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
            });
            const buffers = { 0: stripe, 1: field.coefficients, 2: lightness, 3: rgba, 4: matrix };
            this.#dispatch(colourRows, buffers, width, height, (encoder) => encoder.copyBufferToBuffer(rgba, 0, target, 0, bytes));
            for (const buffer of [stripe, matrix, lightness, rgba])
                buffer.destroy();
            return target;
        });
        try {
            return new Uint8ClampedArray(await this.#gpu.read(readable));
        }
        finally {
            readable.destroy();
        }
    }
    #dispatch(pipeline, buffers, width, height, then) {
        const { device } = this.#gpu;
        const entries = Object.entries(buffers).map(([binding, buffer]) => ({
            binding: Number(binding),
            resource: { buffer },
        }));
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
        pass.dispatchWorkgroups(Math.ceil(width / GROUP), Math.ceil(height / GROUP));
        pass.end();
        then?.(encoder);
        device.queue.submit([encoder.finish()]);
    }
    #storage(name, size, also = 0) {
        const usage = GPUBufferUsage.STORAGE | also;
        return this.#gpu.device.createBuffer({ label: `pictures:${name}`, size, usage });
    }
    #upload(name, data, usage) {
        const buffer = this.#gpu.device.createBuffer({
            label: `pictures:${name}`,
            size: Math.ceil(data.byteLength / 4) * 4,
            usage,
            mappedAtCreation: true,
        });
        const target = new Uint8Array(buffer.getMappedRange());
        target.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        buffer.unmap();
        return buffer;
    }
    #compiled() {
        const pipelines = (this.#pipelines ??= this.#gpu.guard(() => compile(this.#gpu.device)));
        pipelines.catch(() => (this.#pipelines = null));
        return pipelines;
    }
}
async function compile(device) {
    const guided = device.createShaderModule({ code: guidedFieldCode, label: 'guided-field' });
    const rows = device.createShaderModule({ code: colourRowsCode, label: 'colour-rows' });
    const build = (module, entryPoint, constants) => device.createComputePipelineAsync({
        layout: 'auto',
        compute: { module, entryPoint, constants },
    });
    const [fitSlopes, fitOffsets, colourRows] = await Promise.all([
        build(guided, 'fitSlopes', { REGULARISATION, RADIUS: WINDOW_RADIUS }),
        build(guided, 'fitOffsets', {
            RADIUS: WINDOW_RADIUS,
            SHARPENING_FLOOR,
            SHARPENING_LIMIT,
        }),
        build(rows, 'colourRows', {
            KNEE: VIBRANCE_KNEE,
            DELTA: LAB_DELTA,
            TOLERANCE: GAMUT_TOLERANCE,
            STEPS: GAMUT_STEPS,
        }),
    ]);
    return { fitSlopes, fitOffsets, colourRows };
}
/** Three rows of the colour matrix, each padded to a vec4. */
const matrixUniform = Float32Array.from({ length: 12 }, (_, i) => i % 4 === 3 ? 0 : RGB_OF_RELATIVE_XYZ[Math.floor(i / 4) * 3 + (i % 4)]);
function gridUniform(chroma) {
    const { width, height, rowStride, planeStride, gain, photograph } = chroma;
    const bytes = new ArrayBuffer(32);
    new Uint32Array(bytes, 0, 4).set([width, height, rowStride, planeStride]);
    const spreads = [spreadOf(width, photograph.width), spreadOf(height, photograph.height)];
    new Float32Array(bytes, 16, 3).set([gain, ...spreads]);
    return new Uint8Array(bytes);
}
function stripeUniform(field, rows, mapping, look) {
    const bytes = new ArrayBuffer(48);
    const { even, lift } = gainsOf(look);
    new Uint32Array(bytes, 0, 4).set([rows.width, rows.height, field.width, field.height]);
    new Float32Array(bytes, 16, 6).set([
        mapping.scaleX,
        mapping.scaleY,
        mapping.offsetX,
        mapping.offsetY,
        even,
        lift,
    ]);
    return new Uint8Array(bytes);
}
