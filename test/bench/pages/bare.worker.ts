import { expose } from 'comlink';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import glue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { parseCard, type GraphName } from '../../../src/models/card.ts';
import { materialise, parseWeightTable } from '../../../src/models/weights.ts';

let encode: InferenceSession;
let paint: InferenceSession;
let feeds: Record<string, Tensor>;

/** onnxruntime-web as its documentation shows it, with nothing of the engine but the weights. */
const api = {
  /** Creates both sessions in fp32 at one size, weights handed over whole. */
  async prepare(models: string, width: number, height: number, threads: number): Promise<void> {
    env.wasm.wasmPaths = {
      mjs: new URL(glue, import.meta.url).href,
      wasm: new URL(wasm, import.meta.url).href,
    };
    env.wasm.numThreads = threads;
    const folder = new URL('ddcolor-pico/', models);
    const card = parseCard(await (await fetch(new URL('card.json', folder))).json());
    const shards = await Promise.all(card.weights.shards.map(({ file }) => bytesOf(file, folder)));
    const stream = new Uint8Array(await new Blob(shards).arrayBuffer());
    const table = await (await fetch(new URL(card.weights.tensors.file, folder))).json();
    const tensors = parseWeightTable(table, stream.byteLength);
    const create = async (graph: GraphName) =>
      InferenceSession.create(await bytesOf(card.onnx[graph].file, folder), {
        executionProviders: ['wasm'],
        externalData: [{ path: 'weights', data: materialise(tensors, stream, graph) }],
        freeDimensionOverrides: dimensionsOf(width, height),
      });
    encode = await create('encode');
    paint = await create('paint');
    feeds = Object.fromEntries(
      card.graphs.encode.inputs.map(({ name, shape }) => {
        const sizes = shape.map((side) =>
          typeof side === 'number' ? side : (dimensionsOf(width, height)[side] ?? 1),
        );
        const values = new Float32Array(sizes.reduce((product, side) => product * side, 1));
        // Never zeros: a processor multiplies those no faster, but denormals would slow it down.
        return [
          name,
          new Tensor(
            'float32',
            values.map((_, i) => 0.5 + 0.4 * Math.sin(i)),
            sizes,
          ),
        ];
      }),
    );
  },

  /** Runs both graphs once; milliseconds. */
  async run(): Promise<number> {
    const start = performance.now();
    const { features, kernel } = await encode.run(feeds);
    const { gray } = feeds;
    if (!features || !kernel || !gray) throw new Error('encode gave no features');
    const { ab } = await paint.run({ features, kernel, gray });
    await ab?.getData();
    return performance.now() - start;
  },
};

export type BareApi = typeof api;

/** The graphs' free dimensions by name: `height`, `width`, and their parts such as `y16`, `width4`. */
function dimensionsOf(width: number, height: number): Record<string, number> {
  const dimensions: Record<string, number> = { width, height };
  for (const part of [4, 8, 16, 32]) {
    Object.assign(dimensions, { [`width${part}`]: width / part, [`height${part}`]: height / part });
    Object.assign(dimensions, { [`x${part}`]: width / part, [`y${part}`]: height / part });
  }
  return dimensions;
}

async function bytesOf(file: string, folder: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(file, folder));
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

expose(api);
