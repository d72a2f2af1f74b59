import { expect, test } from 'vitest';
import { readPublishedDdcolor } from '../../../../src/models/onnx/read-published.ts';
import { writeDdcolorGraphs } from '../../../../src/models/onnx/write-graphs.ts';
import {
  publishedGraph,
  publishedReference,
  PUBLISHED_SIDE,
} from '../../../support/published-fixtures.ts';
import { colourOnWasm, largestDifference, placeWeights } from '../../../support/wasm-graphs.ts';

/** Largest |Δab| against PyTorch; half precision rounds weights and, in its own graph, all between. */
const FLAVOURS = {
  opset17: 1e-3,
  'opset17-simplified': 1e-3,
  'opset12-simplified': 1e-3,
  'opset17-batch': 1e-3,
  'opset18-dynamo': 1e-3,
  'opset17-fp16': 0.5,
};

for (const [name, tolerance] of Object.entries(FLAVOURS)) {
  test(`${name} gives through our own graphs what PyTorch gives`, { timeout: 60_000 }, async () => {
    const found = await readPublishedDdcolor(new Blob([publishedGraph(name)]));
    expect(found.size).toEqual([PUBLISHED_SIDE, PUBLISHED_SIDE]);
    expect(found.network.chromaScale).toBe(1);
    const { table, weights } = await placeWeights(found);
    const graphs = writeDdcolorGraphs(table, found.network);
    const { gray, ab } = publishedReference();
    const files = {
      encode: { graph: graphs.encode, weights: weights.encode },
      paint: { graph: graphs.paint, weights: weights.paint },
    };
    const ours = await colourOnWasm(files, gray, PUBLISHED_SIDE, PUBLISHED_SIDE);
    expect(largestDifference(ours, ab)).toBeLessThan(tolerance);
  });
}
