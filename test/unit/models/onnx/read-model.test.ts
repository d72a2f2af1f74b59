import { PbfReader, PbfWriter } from 'pbf';
import { expect, test, vi } from 'vitest';
import { ByteSource } from '../../../../src/models/onnx/byte-source.ts';
import { checkModel } from '../../../../src/models/onnx/check-graph.ts';
import { GraphWriter } from '../../../../src/models/onnx/graph-writer.ts';
import { readModel } from '../../../../src/models/onnx/read-model.ts';
import { readTensor } from '../../../../src/models/onnx/read-tensor.ts';
import { AppError } from '../../../../src/shared/errors.ts';

/** A graph of a few operators with everything that the reader reads. */
function smallGraph(): Uint8Array<ArrayBuffer> {
  const graph = new GraphWriter('small');
  const x = graph.input('x', [1, 'height', 3]);
  const weight = graph.external({ name: 'w', shape: [3, 2], offset: 64, byteLength: 24 });
  const product = graph.node('MatMul', [x, weight]);
  const normal = graph.node('Div', [product, graph.floats([2, 0.5])]);
  const axes = graph.integers([0, -1, 2 ** 40]);
  const slice = graph.node('Slice', [normal, axes, axes], { mode: 'none', perm: [1, 0] });
  graph.node('Softmax', [slice], { axis: -1, epsilon: { float: 0.25 } }, 'y');
  graph.output('y', [1, 'height', 2]);
  return graph.finish();
}

const read = (bytes: Uint8Array) => readModel(new ByteSource(bytes));

test('what was written is read', async () => {
  for (const file of [smallGraph(), new Blob([smallGraph()])]) {
    const source = new ByteSource(file);
    const model = await readModel(source);
    expect(model.opset).toBe(17);
    expect(model.inputs).toEqual([{ name: 'x', type: 1, shape: [1, 'height', 3] }]);
    expect(model.outputs).toEqual([{ name: 'y', type: 1, shape: [1, 'height', 2] }]);
    expect(model.nodes.map(({ operator }) => operator)).toEqual([
      'MatMul',
      'Div',
      'Slice',
      'Softmax',
    ]);
    const attributes = Object.fromEntries([
      ...model.nodes[2]!.attributes,
      ...model.nodes[3]!.attributes,
    ]);
    expect(attributes).toEqual({
      mode: { kind: 'text', value: 'none' },
      perm: { kind: 'ints', value: [1, 0] },
      axis: { kind: 'int', value: -1 },
      epsilon: { kind: 'float', value: 0.25 },
    });
    const tensors = [...model.initialisers.values()];
    expect(tensors[0]!.data).toEqual({
      kind: 'external',
      location: 'weights',
      offset: 64,
      byteLength: 24,
    });
    expect([...(await readTensor(tensors[1]!, source)).values]).toEqual([2, 0.5]);
    expect([...(await readTensor(tensors[2]!, source)).values]).toEqual([0, -1, 2 ** 40]);
  }
});

/** How reading ends: with a model, or with an error of ours. */
async function fate(bytes: Uint8Array): Promise<string> {
  try {
    checkModel(await read(bytes));
    return 'read';
  } catch (error) {
    if (error instanceof AppError && error.message.length > 30) return error.code;
    throw error;
  }
}

test('a file cut off anywhere is damaged', async () => {
  const whole = smallGraph();
  for (let length = 0; length < whole.length; length++) {
    // Where only the operator set is missing, what is left is a whole file of an unknown set.
    expect(['model/corrupt', 'model/incompatible']).toContain(
      await fate(whole.subarray(0, length)),
    );
  }
  expect(await fate(whole)).toBe('read');
});

test('bytes changed at random are read or refused, and nothing else', async () => {
  const whole = smallGraph();
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const fates = new Map<string, number>();
  for (let round = 0; round < 4000; round++) {
    const bytes = whole.slice();
    for (let i = random(4); i >= 0; i--) bytes[random(bytes.length)] = random(256);
    const found = await fate(bytes);
    fates.set(found, (fates.get(found) ?? 0) + 1);
  }
  expect([...fates.keys()].toSorted()).toEqual(['model/corrupt', 'model/incompatible', 'read']);
});

/** A model with one weight whose message is written by hand. */
function withTensor(write: (tensor: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, 8);
  const tensor = (_: null, to: PbfWriter) => {
    to.writeStringField(8, 'w');
    write(to);
  };
  writer.writeMessage(7, (_: null, graph: PbfWriter) => graph.writeMessage(5, tensor, null), null);
  return writer.finish();
}

/** A model with one operator whose one attribute is written by hand. */
function withAttribute(write: (attribute: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, 8);
  const node = (_: null, to: PbfWriter) =>
    to.writeMessage(5, (__: null, attribute: PbfWriter) => write(attribute), null);
  writer.writeMessage(7, (_: null, graph: PbfWriter) => graph.writeMessage(1, node, null), null);
  return writer.finish();
}

// A number takes a byte there, and sixteen times that in a list: long ones would end the page.
test.each<[string, (list: Uint8Array) => Uint8Array]>([
  ['the sides of a weight', (list) => withTensor((tensor) => tensor.writeBytesField(1, list))],
  [
    'a small weight',
    (list) =>
      withTensor((tensor) => {
        tensor.writeVarintField(1, 2);
        tensor.writeVarintField(2, 7);
        tensor.writeBytesField(7, list);
      }),
  ],
  [
    'the integers of an operator',
    (list) =>
      withAttribute((attribute) => {
        attribute.writeVarintField(20, 7);
        attribute.writeBytesField(8, list);
      }),
  ],
])('a list without end in %s is left after as many numbers as there may be', async (_, file) => {
  const bytes = file(new Uint8Array(200_000));
  const read = vi.spyOn(PbfReader.prototype, 'readVarint');
  await expect(tensorIn(bytes)).rejects.toMatchObject({ code: 'model/corrupt' });
  expect(read.mock.calls.length).toBeLessThan(10_000);
  read.mockRestore();
});

async function tensorIn(bytes: Uint8Array) {
  const source = new ByteSource(bytes);
  const [tensor] = (await readModel(source)).initialisers.values();
  return readTensor(tensor!, source);
}

test('halves are read by their bits, however they are written', async () => {
  const bits = [0x3c00, 0xc000, 0x3555];
  const raw = withTensor((tensor) => {
    tensor.writePackedVarint(1, [3]);
    tensor.writeVarintField(2, 10);
    tensor.writeBytesField(9, new Uint8Array(Uint16Array.from(bits).buffer));
  });
  const typed = withTensor((tensor) => {
    tensor.writeVarintField(1, 3);
    tensor.writeVarintField(2, 10);
    tensor.writePackedVarint(5, bits);
  });
  for (const bytes of [raw, typed]) {
    const { shape, values } = await tensorIn(bytes);
    expect(shape).toEqual([3]);
    expect([...values].map((value) => value.toFixed(3))).toEqual(['1.000', '-2.000', '0.333']);
  }
});

test.each<[string, (tensor: PbfWriter) => void]>([
  [
    'more numbers than its bytes',
    (t) => (
      t.writePackedVarint(1, [2 ** 30]),
      t.writeVarintField(2, 1),
      t.writeBytesField(9, new Uint8Array(8))
    ),
  ],
  ['sides below nothing', (t) => (t.writeVarintField(1, -4), t.writeVarintField(2, 1))],
  [
    'sides whose product is past every number',
    (t) => (
      t.writePackedVarint(
        1,
        Array.from({ length: 8 }, () => 2 ** 52),
      ),
      t.writeVarintField(2, 1)
    ),
  ],
  [
    'more sides than any tensor',
    (t) =>
      t.writePackedVarint(
        1,
        Array.from({ length: 900 }, () => 1),
      ),
  ],
  [
    'numbers in two pieces',
    (t) => (t.writeBytesField(9, new Uint8Array(4)), t.writeBytesField(9, new Uint8Array(4))),
  ],
  [
    'numbers of another kind than it says',
    (t) => (t.writeVarintField(1, 1), t.writeVarintField(2, 1), t.writePackedDouble(10, [1])),
  ],
  ['a length past the file', (t) => (t.writeTag(9, 2), t.writeVarint(2 ** 45))],
])('a weight with %s is damaged', async (_, write) => {
  await expect(tensorIn(withTensor(write))).rejects.toMatchObject({ code: 'model/corrupt' });
});

test.each([
  ['not UTF-8', 0xff],
  ['not to be seen', 7],
])('a name that is %s is damaged', async (_, byte) => {
  const bytes = smallGraph();
  bytes[bytes.indexOf('y'.charCodeAt(0))] = byte;
  await expect(read(bytes)).rejects.toMatchObject({ code: 'model/corrupt' });
});

test('a large weight stays in the file until it is asked for', async () => {
  const count = 300_000;
  const bytes = withTensor((tensor) => {
    tensor.writeVarintField(1, count);
    tensor.writeVarintField(2, 1);
    tensor.writeBytesField(
      9,
      new Uint8Array(Float32Array.from({ length: count }, (_, i) => i).buffer),
    );
  });
  const asked: number[] = [];
  class CountedBlob extends Blob {
    override slice(start: number, end: number): Blob {
      asked.push(end - start);
      return super.slice(start, end);
    }
  }
  const source = new ByteSource(new CountedBlob([new Uint8Array(bytes)]));
  const [tensor] = (await readModel(source)).initialisers.values();
  const structure = asked.reduce((sum, length) => sum + length, 0);
  expect(structure).toBeLessThan(count * 2);
  const { values } = await readTensor(tensor!, source);
  expect(values[count - 1]).toBe(count - 1);
});
