import { expect, test } from 'vitest';
import { ByteSource } from '../../../../src/models/onnx/byte-source.ts';
import { checkModel } from '../../../../src/models/onnx/check-graph.ts';
import { GraphWriter } from '../../../../src/models/onnx/graph-writer.ts';
import { readModel } from '../../../../src/models/onnx/read-model.ts';

function graphOf(build: (graph: GraphWriter) => void): Uint8Array<ArrayBuffer> {
  const graph = new GraphWriter('tested');
  graph.input('x', [1]);
  build(graph);
  graph.output('y', [1]);
  return graph.finish();
}

async function check(bytes: Uint8Array): Promise<void> {
  checkModel(await readModel(new ByteSource(bytes)));
}

test('a graph in order is let in', async () => {
  const bytes = graphOf((graph) => graph.node('Relu', [graph.node('Relu', ['x'])], {}, 'y'));
  await expect(check(bytes)).resolves.toBeUndefined();
});

test.each<[string, string, string, (graph: GraphWriter) => void]>([
  [
    'an operator that does not run here',
    'model/incompatible',
    'NonMaxSuppression',
    (graph) => graph.node('NonMaxSuppression', ['x'], {}, 'y'),
  ],
  ['control flow', 'model/incompatible', 'Loop', (graph) => graph.node('Loop', ['x'], {}, 'y')],
  [
    'a value that is made later',
    'model/corrupt',
    'not there yet',
    (graph) => (graph.node('Relu', ['z'], {}, 'y'), graph.node('Relu', ['x'], {}, 'z')),
  ],
  [
    'an operator that takes its own result',
    'model/corrupt',
    'not there yet',
    (graph) => graph.node('Add', ['x', 'y'], {}, 'y'),
  ],
  [
    'two values of one name',
    'model/corrupt',
    'one name',
    (graph) => (graph.node('Relu', ['x'], {}, 'y'), graph.node('Erf', ['x'], {}, 'y')),
  ],
  ['a result that nothing makes', 'model/corrupt', 'nothing', (graph) => graph.node('Relu', ['x'])],
])('a graph with %s is refused', async (_, code, words, build) => {
  await expect(check(graphOf(build))).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words) as string,
  });
});

test('an operator set that is not known is refused', async () => {
  const bytes = graphOf((graph) => graph.node('Relu', ['x'], {}, 'y'));
  // The file ends in the operator set: its tag, its length, and version 17.
  expect(bytes.at(-1)).toBe(17);
  bytes[bytes.length - 1] = 99;
  await expect(check(bytes)).rejects.toMatchObject({
    code: 'model/incompatible',
    message: expect.stringContaining('operator set 99') as string,
  });
});

test.each(['', 'not a model at all', '{"schema": 1}', '\u0089PNG\r\n\u001a\n'])(
  'a file of another kind is no model: %j',
  async (text) => {
    await expect(check(new TextEncoder().encode(text))).rejects.toMatchObject({
      code: 'model/corrupt',
    });
  },
);
