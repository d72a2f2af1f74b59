import type { GraphName, ModelCard, OfferedCard } from '../../models/card.ts';
import { assertFinite } from '../../models/finite-weights.ts';
import { Model, type ModelFiles } from '../../models/model.ts';
import { checkGraph } from '../../models/onnx/check-graph.ts';
import type { WeightTensor } from '../../models/weights.ts';
import { AppError } from '../../shared/errors.ts';
import { letMessagesIn } from '../../shared/let-messages-in.ts';
import { checkDdcolor } from './check-ddcolor.ts';
import { footprintsOf } from './footprints.ts';

const TABLES = ['y16', 'x16', 'y8', 'x8', 'y4', 'x4'];
/** What the program gives to each graph and takes from it (models/README.md). */
const PORTS: Record<GraphName, { inputs: readonly string[]; outputs: readonly string[] }> = {
  encode: { inputs: ['gray', ...TABLES], outputs: ['features', 'kernel'] },
  paint: { inputs: ['gray', 'features', 'kernel'], outputs: ['ab'] },
};
/** ONNX's number for float32. */
const FLOAT32 = 1;

/**
 * Checks what a model's files hold, all but whether it colours: the table of weights, the weights, the graphs.
 * @param files all of them, each verified by its hash.
 * @returns the card, with the memory that its runs will take.
 * @throws {AppError} `model/incompatible`, `model/corrupt`.
 */
export async function checkModel(card: OfferedCard, files: ModelFiles): Promise<ModelCard> {
  // Reads its files as any other model; nothing is planned with it.
  const none = { size: 32, peakBytes: 0, largestBufferBytes: 0, weightBytes: 0, macs: 0 };
  const memory = { measuredWith: '', wasm: [none], fp32: [none], fp16: [none] };
  const source = { bring: () => Promise.resolve(files), isHere: () => Promise.resolve(true) };
  const model = new Model({ ...card, memory, metrics: {} }, source);
  checkDdcolor(await model.weightTable(files));
  const { table, stream } = await model.stored(files);
  await letMessagesIn();
  assertFinite(table, stream);
  await letMessagesIn();
  for (const graph of ['encode', 'paint'] as const) {
    await checkPorts(await model.graph(files, graph), graph, table);
  }
  const parameters = table.reduce((sum, { materialised }) => sum + materialised.byteLength / 4, 0);
  const found = footprintsOf(table, card.network, card.sizes.offered);
  return { ...card, parameters, memory: found, metrics: {} };
}

async function checkPorts(
  bytes: Uint8Array,
  graph: GraphName,
  table: readonly WeightTensor[],
): Promise<void> {
  const { inputs, outputs, external } = await checkGraph(bytes, { externalFile: 'weights' });
  const same = (found: readonly { name: string }[], wanted: readonly string[]) =>
    found.length === wanted.length &&
    wanted.every((name) => found.some((one) => one.name === name));
  if (!same(inputs, PORTS[graph].inputs) || !same(outputs, PORTS[graph].outputs)) {
    throw new AppError(
      'model/incompatible',
      `The graph ${graph} does not take or give what it should.`,
    );
  }
  const places = new Map(
    table
      .filter((tensor) => tensor.graph === graph)
      .map(({ materialised: { offset, byteLength } }) => [offset, byteLength]),
  );
  for (const { name, type, shape, offset, byteLength } of external) {
    const needed = 4 * shape.reduce((product, side) => product * side, 1);
    const isThere = places.get(offset) === needed && (byteLength ?? needed) === needed;
    if (type === FLOAT32 && isThere) continue;
    throw new AppError(
      'model/incompatible',
      `The graph ${graph} looks for ${name} where the table of weights has nothing of the kind.`,
    );
  }
}
