import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCard, type GraphName } from '../../../../src/models/card.ts';
import { ByteSource } from '../../../../src/models/onnx/byte-source.ts';
import { checkModel } from '../../../../src/models/onnx/check-graph.ts';
import { readModel } from '../../../../src/models/onnx/read-model.ts';
import { writeDdcolorGraphs } from '../../../../src/models/onnx/write-graphs.ts';
import { materialise, parseWeightTable } from '../../../../src/models/weights.ts';
import { foldScene } from '../../../support/fold-scene.ts';
import { colourOnWasm, largestDifference } from '../../../support/wasm-graphs.ts';

const folder = new URL('../../../../models/', import.meta.url);
const catalogue = JSON.parse(readFileSync(new URL('catalogue.json', folder), 'utf8')) as {
  default: string;
};
const file = (name: string) => readFileSync(new URL(`${catalogue.default}/${name}`, folder));
const card = parseCard(JSON.parse(file('card.json').toString()));
const table = parseWeightTable(JSON.parse(file('tensors.json').toString()), card.weights.bytes);

test(
  'the graphs that are written give what the shipped ones give',
  { timeout: 60_000 },
  async () => {
    const stream = new Uint8Array(
      Buffer.concat(card.weights.shards.map((shard) => file(shard.file))),
    );
    const written = writeDdcolorGraphs(table, card.network);
    const [width, height] = [64, 32];
    const gray = Float32Array.from(
      foldScene(width).slice(0, width * height),
      (level) => level / 255,
    );
    const weights = (name: GraphName) => materialise(table, stream, name);
    const run = (graph: (name: GraphName) => Uint8Array) =>
      colourOnWasm(
        {
          encode: { graph: graph('encode'), weights: weights('encode') },
          paint: { graph: graph('paint'), weights: weights('paint') },
        },
        gray,
        width,
        height,
      );
    const shipped = await run((name) => new Uint8Array(file(`${name}.onnx`)));
    const ours = await run((name) => written[name]);
    expect(Math.max(...shipped.map(Math.abs))).toBeGreaterThan(2);
    expect(largestDifference(ours, shipped)).toBeLessThan(1e-3);
  },
);

test('what is written has the ports and the weights of the shipped graphs', async () => {
  const written = writeDdcolorGraphs(table, card.network);
  for (const name of ['encode', 'paint'] as const) {
    const ours = await readModel(new ByteSource(written[name]));
    checkModel(ours);
    const shipped = await readModel(new ByteSource(file(card.onnx[name].file)));
    const sorted = (list: Iterable<unknown>) =>
      [...list].map((one) => JSON.stringify(one)).toSorted();
    expect(sorted(ours.inputs)).toEqual(sorted(shipped.inputs));
    expect(sorted(ours.outputs)).toEqual(sorted(shipped.outputs));
    const external = ({ initialisers }: typeof ours) =>
      sorted([...initialisers.values()].filter(({ data }) => data.kind === 'external'));
    expect(external(ours)).toEqual(external(shipped));
  }
});
