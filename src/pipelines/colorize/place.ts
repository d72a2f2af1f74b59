import type { Gpu } from '../../runtime/gpu.ts';
import type { GpuPainter } from '../../runtime/gpu-painter.ts';
import type { Pipelines } from '../../runtime/network/pipelines.ts';
import type { Ort } from '../../runtime/onnxruntime.ts';
import type { Pool } from '../../runtime/pool.ts';

/** A GPU to run on: kernels of our own, with the painter that draws from what they leave there. */
export type GpuPlace = {
  readonly backend: 'webgpu';
  readonly gpu: Gpu;
  readonly pipelines: Pipelines;
  readonly pool: Pool;
  readonly painter: GpuPainter;
};

/** The processor: onnxruntime on wasm. */
export type WasmPlace = { readonly backend: 'wasm'; readonly ort: Ort; readonly pool: Pool };

/** Where a network runs, and what is kept there between runs. */
export type Place = GpuPlace | WasmPlace;
