import { randomDdcolor } from '../../src/bench/random-ddcolor.ts';
import { parseOfferedCard, type ModelCard } from '../../src/models/card.ts';
import { halfOfFloat } from '../../src/models/half.ts';
import { sha256Of } from '../../src/models/integrity.ts';
import { Model, type ModelFiles } from '../../src/models/model.ts';
import type { WeightTensor } from '../../src/models/weights.ts';
import { checkModel } from '../../src/pipelines/colorize/check-model.ts';
import { ddcolorShapes, type DdcolorSides } from '../../src/pipelines/colorize/ddcolor-shapes.ts';

/** A DDColor of every kind of step, as small as the kernels take; its feature map has 8 channels. */
const SIDES: DdcolorSides = {
  depths: [1, 1, 1, 1],
  dims: [8, 12, 16, 24],
  width: 16,
  queries: 4,
  queryChannels: 256,
  feedForward: 16,
  layers: 3,
};

/** A coloriser of random weights, whole: on a GPU and on wasm. Its colours mean nothing. */
export async function randomColoriser(seed = 7): Promise<Model> {
  const { card, files } = await randomColoriserFiles(seed);
  return new Model(card, heldFiles(files));
}

/** The same as a card and files by SHA-256. */
export async function randomColoriserFiles(
  seed = 7,
): Promise<{ card: ModelCard; files: ModelFiles }> {
  const source = randomDdcolor(SIDES, seed);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const add = (values: Int8Array | Uint16Array | Float32Array): number => {
    const at = length;
    const padded = new Uint8Array(Math.ceil(values.byteLength / 4) * 4);
    padded.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    parts.push(padded);
    length += padded.length;
    return at;
  };
  const ends = { encode: 0, paint: 0 };
  const table: WeightTensor[] = [...ddcolorShapes(SIDES)].map(([name, shape]) => {
    const { values, scales } = source.tensor(name);
    const graph = name.startsWith('last.') ? 'paint' : 'encode';
    const materialised = { offset: ends[graph], byteLength: 4 * values.length };
    ends[graph] += Math.ceil(materialised.byteLength / 64) * 64;
    const about = { name, graph, shape: [...shape], materialised };
    if (!scales) {
      const halves = Uint16Array.from(values, halfOfFloat);
      const offset = add(halves);
      const byteLength = halves.byteLength;
      return { ...about, encoding: 'fp16', axis: null, offset, byteLength, scaleOffset: null };
    }
    const axis = shape.length === 2 ? 1 : 0;
    const offset = add(values);
    const byteLength = values.byteLength;
    return {
      ...about,
      encoding: 'int8-per-channel',
      axis,
      offset,
      byteLength,
      scaleOffset: add(scales),
    };
  });
  const files: ModelFiles = new Map();
  const file = async (name: string, content: Blob) => {
    const sha256 = await sha256Of(content);
    files.set(sha256, content);
    return { file: name, bytes: content.size, sha256 };
  };
  const stream = new Blob(parts);
  const offered = parseOfferedCard({
    ...{ schema: 1, id: 'random', name: 'Random', task: 'colorize', summary: '', architecture: '' },
    ...{ parameters: 0, licence: '', source: '', trainingData: '', weaknesses: [] },
    sizes: {
      ...{ multiple: 32, offered: [32, 64], preview: 32 },
      wished: { auto: 64, people: 64, buildings: 64 },
    },
    network: {
      ...{ architecture: 'ddcolor', chromaScale: 20 },
      gray: { slope: [1, -2], offset: [0.5, 0.25] },
    },
    output: { chromaGain: 1 },
    weights: {
      tensors: await file('tensors.json', new Blob([JSON.stringify(table)])),
      bytes: stream.size,
      shards: [await file('shard.bin', stream)],
    },
  });
  return checkModel(offered, files);
}

/** Files that are here. */
export function heldFiles(files: ModelFiles) {
  return { bring: async () => files, isHere: async () => true };
}
