import { expect, test } from 'vitest';
import { ByteSource } from '../../../../src/models/onnx/byte-source.ts';
import { Constants } from '../../../../src/models/onnx/constants.ts';
import { GraphFlow } from '../../../../src/models/onnx/graph-flow.ts';
import type { OnnxModel } from '../../../../src/models/onnx/model-types.ts';
import { recoveredProjection } from '../../../../src/models/onnx/recover-queries.ts';
import { filled, reshaped } from '../../../../src/models/onnx/weight.ts';

test('more queries than channels cannot be taken back, and are refused before any work', () => {
  const model: OnnxModel = {
    ...{ opset: 17, otherDomains: [], nodes: [], inputs: [], outputs: [] },
    initialisers: new Map(),
  };
  const constants = new Constants(new GraphFlow(model), new ByteSource(new Uint8Array(0)));
  const query = reshaped(filled(300 * 256, 1), [1, 300, 256]);
  const recover = () => recoveredProjection(constants, { value: '', factor: 1 }, query, query);
  expect(recover).toThrowError(expect.objectContaining({ code: 'model/incompatible' }));
});
