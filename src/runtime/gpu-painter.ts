import { GAMUT_STEPS, GAMUT_TOLERANCE } from '../image/colour/gamut.ts';
import { LAB_DELTA, RGB_OF_RELATIVE_XYZ } from '../image/colour/lab.ts';
import { gainsOf, VIBRANCE_KNEE, type ColourLook } from '../image/colour/look.ts';
import type { LightnessRows } from '../image/guided/colour-rows.ts';
import {
  REGULARISATION,
  SHARPENING_FLOOR,
  SHARPENING_LIMIT,
  spreadOf,
  WINDOW_RADIUS,
} from '../image/guided/guided-field.ts';
import type { GridMapping } from '../image/guided/mapping.ts';
import type { Chroma } from '../image/photograph.ts';
import type { Gpu } from './gpu.ts';
import colourRowsCode from './kernels/colour-rows.wgsl?raw';
import guidedFieldCode from './kernels/guided-field.wgsl?raw';
import type { Painter, PaintField } from './painter.ts';

/** Side of a workgroup in both kernels. */
const GROUP = 8;

/** ab as a graph left it on the GPU: padded rows, of which the first `width` × `height` count. */
export type ChromaBuffer = {
  buffer: GPUBuffer;
  /** Values from one row to the next, and from plane a to plane b. */
  rowStride: number;
  planeStride: number;
  width: number;
  height: number;
  /** ab are multiplied by it. */
  gain: number;
  /** L* 0–100 of each counted cell, tight rows. */
  guide: Float32Array<ArrayBuffer>;
  /** Size of the whole photograph, in pixels. */
  photograph: { width: number; height: number };
};

type GpuField = PaintField & { coefficients: GPUBuffer };
type Pipelines = {
  fitSlopes: GPUComputePipeline;
  fitOffsets: GPUComputePipeline;
  colourRows: GPUComputePipeline;
};

/** Guided upsampling in WGSL, stripe by stripe; `painter.ts` has its twin on the processor. */
export class GpuPainter implements Painter<GpuField> {
  readonly #gpu: Gpu;
  #pipelines: Promise<Pipelines> | null = null;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Compiles its kernels ahead of the first use. @throws {AppError} `gpu/*`. */
  async compile(): Promise<void> {
    await this.#compiled();
  }

  async fit(chroma: Chroma, photograph: { width: number; height: number }): Promise<GpuField> {
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
    } finally {
      buffer.destroy();
    }
  }

  /** Fits a field to ab that is on the GPU already; nothing is read back. @throws {AppError} `gpu/*`. */
  async fitBuffer(chroma: ChromaBuffer): Promise<GpuField> {
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
      for (const buffer of [grid, guide, slopes]) buffer.destroy();
      return field;
    });
    return { width, height, coefficients, dispose: () => coefficients.destroy() };
  }

  /** @throws {AppError} `gpu/*`. */
  async paint(field: GpuField, rows: LightnessRows, mapping: GridMapping, look: ColourLook) {
    const { width, height } = rows;
    const { colourRows } = await this.#compiled();
    const bytes = width * height * 4;
    const readable = await this.#gpu.guard(() => {
      const stripe = this.#upload(
        'mapping',
        stripeUniform(field, rows, mapping, look),
        GPUBufferUsage.UNIFORM,
      );
      const matrix = this.#upload('matrix', matrixUniform, GPUBufferUsage.UNIFORM);
      const lightness = this.#upload('lightness', rows.lightness, GPUBufferUsage.STORAGE);
      const rgba = this.#storage('rgba', bytes, GPUBufferUsage.COPY_SRC);
      const target = this.#gpu.device.createBuffer({
        label: 'pictures:read back',
        size: bytes,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const buffers = { 0: stripe, 1: field.coefficients, 2: lightness, 3: rgba, 4: matrix };
      this.#dispatch(colourRows, buffers, width, height, (encoder) =>
        encoder.copyBufferToBuffer(rgba, 0, target, 0, bytes),
      );
      for (const buffer of [stripe, matrix, lightness, rgba]) buffer.destroy();
      return target;
    });
    try {
      return new Uint8ClampedArray(await this.#gpu.read(readable));
    } finally {
      readable.destroy();
    }
  }

  #dispatch(
    pipeline: GPUComputePipeline,
    buffers: Record<number, GPUBuffer>,
    width: number,
    height: number,
    then?: (encoder: GPUCommandEncoder) => void,
  ): void {
    const { device } = this.#gpu;
    const entries = Object.entries(buffers).map(([binding, buffer]) => ({
      binding: Number(binding),
      resource: { buffer },
    }));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }),
    );
    pass.dispatchWorkgroups(Math.ceil(width / GROUP), Math.ceil(height / GROUP));
    pass.end();
    then?.(encoder);
    device.queue.submit([encoder.finish()]);
  }

  #storage(name: string, size: number, also = 0): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | also;
    return this.#gpu.device.createBuffer({ label: `pictures:${name}`, size, usage });
  }

  #upload(name: string, data: ArrayBufferView, usage: number): GPUBuffer {
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

  #compiled(): Promise<Pipelines> {
    const pipelines = (this.#pipelines ??= this.#gpu.guard(() => compile(this.#gpu.device)));
    pipelines.catch(() => (this.#pipelines = null));
    return pipelines;
  }
}

async function compile(device: GPUDevice): Promise<Pipelines> {
  const guided = device.createShaderModule({ code: guidedFieldCode, label: 'guided-field' });
  const rows = device.createShaderModule({ code: colourRowsCode, label: 'colour-rows' });
  const build = (module: GPUShaderModule, entryPoint: string, constants: Record<string, number>) =>
    device.createComputePipelineAsync({
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
const matrixUniform = Float32Array.from({ length: 12 }, (_, i) =>
  i % 4 === 3 ? 0 : RGB_OF_RELATIVE_XYZ[Math.floor(i / 4) * 3 + (i % 4)]!,
);

function gridUniform(chroma: ChromaBuffer): Uint8Array {
  const { width, height, rowStride, planeStride, gain, photograph } = chroma;
  const bytes = new ArrayBuffer(32);
  new Uint32Array(bytes, 0, 4).set([width, height, rowStride, planeStride]);
  const spreads = [spreadOf(width, photograph.width), spreadOf(height, photograph.height)];
  new Float32Array(bytes, 16, 3).set([gain, ...spreads]);
  return new Uint8Array(bytes);
}

function stripeUniform(
  field: PaintField,
  rows: LightnessRows,
  mapping: GridMapping,
  look: ColourLook,
) {
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
