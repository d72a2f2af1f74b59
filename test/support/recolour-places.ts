import type { Place } from '../../src/pipelines/colorize/place.ts';
import type { Places } from '../../src/pipelines/recolour/job.ts';
import { GpuPainter } from '../../src/runtime/gpu-painter.ts';
import { Gpu } from '../../src/runtime/gpu.ts';
import { Pipelines } from '../../src/runtime/network/pipelines.ts';
import { loadRuntime } from '../../src/runtime/onnxruntime.ts';
import { Pool } from '../../src/runtime/pool.ts';

/** Called before each piece of work that is watched; what it throws is the work's failure. */
type Meddle = (what: 'load' | 'look' | 'step', gpu: Gpu | null) => void;

/** Real places, one at a time. @param place the first, where it is open already; its owner closes it. */
export function recolourPlaces(meddle: Meddle = () => {}, place: Place | null = null) {
  const gpus: Gpu[] = [];
  const places: Places = {
    async open(backend) {
      if (place?.backend === backend) return place;
      const pool = new Pool(2 ** 30);
      if (backend === 'wasm') return (place = { backend, ort: await loadRuntime(), pool });
      const gpu = await Gpu.open();
      gpus.push(gpu);
      const painter = new GpuPainter(gpu);
      return (place = { backend, gpu, pipelines: new Pipelines(gpu), pool, painter });
    },
    giveUp(gpu) {
      gpu.close();
      place = null;
    },
    watch(what, _choice, work) {
      meddle(what, place?.backend === 'webgpu' ? place.gpu : null);
      return work();
    },
  };
  return {
    ...places,
    /** Devices that were opened, in order. */
    gpus,
    async close() {
      await place?.pool.shrink(0);
      for (const gpu of gpus) gpu.close();
    },
  };
}
