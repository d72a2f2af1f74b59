import { defaultModel } from '../models/catalogue.ts';
import { ContentStore } from '../models/store.ts';
import { openOnWasm, runOnWasm } from '../pipelines/colorize/wasm-network.ts';
import { loadRuntime } from '../runtime/onnxruntime.ts';
import { Pool } from '../runtime/pool.ts';
import { drawnGray } from './drawn-gray.ts';

/** Memory of onnxruntime on wasm with both graphs of the default model at one size. */
export type WasmMeasurement = {
  what: string;
  size: number;
  /** What wasm's memory has grown to: it never shrinks. */
  peakBytes: number;
  largestBufferBytes: number;
  weightBytes: number;
};

/** Measures sizes from small to large, in one runtime: what a size takes is what it has grown to. */
export async function measureWasm(
  sizes: readonly number[],
  tell: (row: WasmMeasurement) => void,
): Promise<WasmMeasurement[]> {
  const memories = watchMemories();
  const ort = await loadRuntime();
  const store = await ContentStore.open('wasm-bench');
  const model = await defaultModel(new URL('models/catalogue.json', location.href), store);
  const files = await model.bring('wasm');
  const weightBytes = (await model.weightTable(files)).reduce(
    (sum, { materialised }) => sum + materialised.byteLength,
    0,
  );
  const rows: WasmMeasurement[] = [];
  for (const size of [...sizes].sort((a, b) => a - b)) {
    const network = { width: size, height: size, contentWidth: size, contentHeight: size };
    const pool = new Pool(2 ** 32);
    const place = { backend: 'wasm', ort, pool } as const;
    const sessions = await openOnWasm(place, model, files, { network, peakBytes: 0 });
    const gray = drawnGray(size);
    await runOnWasm(ort, sessions.value, { size: network, gray, guide: gray });
    sessions.release();
    await pool.shrink(0);
    const peakBytes = Math.max(0, ...memories.map(({ buffer }) => buffer.byteLength));
    const largestBufferBytes = 0;
    const row = {
      what: `${model.card.id}, wasm`,
      size,
      peakBytes,
      largestBufferBytes,
      weightBytes,
    };
    rows.push(row);
    tell(row);
  }
  return rows;
}

/** Every wasm memory that is made from now on. */
function watchMemories(): WebAssembly.Memory[] {
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  return made;
}
