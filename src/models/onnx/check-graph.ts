import { AppError } from '../../shared/errors.ts';
import { ByteSource } from './byte-source.ts';
import type { OnnxModel, OnnxPort } from './model-types.ts';
import { readModel } from './read-model.ts';

/** Versions of ONNX's operators between which nothing that DDColor needs has changed its meaning. */
const OPSETS = { first: 11, last: 23 } as const;

/**
 * Operators of the graphs in a model folder, and of what exporters make of the published network. All of them run
 * in onnxruntime-web's wasm build. None takes a graph inside, and none allocates more than its inputs say except by
 * a shape, which {@link checkGraph}'s caller bounds by running the graph once.
 */
const OPERATORS: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Sqrt', 'Neg', 'Reciprocal', 'Erf', 'Sin', 'Cos', 'Gelu'],
  ...['Relu', 'Softmax', 'LayerNormalization', 'BatchNormalization', 'ReduceMean', 'ReduceSum'],
  ...['Conv', 'MatMul', 'Gemm', 'Einsum', 'AveragePool', 'DepthToSpace', 'Pad', 'CumSum', 'Range'],
  ...[
    'Reshape',
    'Flatten',
    'Transpose',
    'Squeeze',
    'Unsqueeze',
    'Expand',
    'Tile',
    'Concat',
    'Split',
  ],
  ...[
    'Slice',
    'Gather',
    'Shape',
    'Size',
    'Constant',
    'ConstantOfShape',
    'Cast',
    'Identity',
    'Dropout',
  ],
  ...['Equal', 'Where', 'Not', 'Mod', 'Floor'],
]);

/** What a graph of a model folder holds, to be held against its card and its table of weights. */
export type CheckedGraph = {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Weights in the other file: what the graph says of each, and where it looks for it. */
  readonly external: readonly {
    readonly name: string;
    readonly type: number;
    readonly shape: readonly number[];
    readonly offset: number;
    readonly byteLength: number | null;
  }[];
};

/**
 * Checks that a graph is one that runs here before onnxruntime sees it: versions, operators, order, and where
 * its weights lie.
 * @param externalFile the only file that weights may be in besides the graph's own.
 * @throws {AppError} `model/corrupt`, `model/incompatible`, `store/denied`.
 */
export async function checkGraph(
  file: Blob | Uint8Array,
  { externalFile }: { externalFile: string },
): Promise<CheckedGraph> {
  const model = await readModel(new ByteSource(file));
  checkModel(model);
  const external: CheckedGraph['external'][number][] = [];
  for (const { name, type, shape, data } of model.initialisers.values()) {
    if (data.kind !== 'external') continue;
    if (data.location !== externalFile) {
      throw incompatible(
        `it looks for weights in “${shown(data.location)}”, which is no file of a model`,
        {},
      );
    }
    external.push({ name, type, shape, offset: data.offset, byteLength: data.byteLength });
  }
  return { inputs: model.inputs, outputs: model.outputs, external };
}

/**
 * Checks versions, operators, and that each value is made once and before it is used: so that who follows a
 * value to where it comes from always ends.
 * @throws {AppError} `model/incompatible`, `model/corrupt`.
 */
export function checkModel(model: OnnxModel): void {
  const { opset, nodes, initialisers, inputs, outputs } = model;
  if (opset < OPSETS.first || opset > OPSETS.last) {
    const range = `${OPSETS.first} to ${OPSETS.last}`;
    throw incompatible(`it is of ONNX’s operator set ${opset}, and those from ${range} run here`, {
      opset,
    });
  }
  const known = new Set(['', ...initialisers.keys(), ...inputs.map(({ name }) => name)]);
  for (const node of nodes) {
    const { operator, domain } = node;
    if (domain !== '' || !OPERATORS.has(operator)) {
      const name = domain === '' ? operator : `${domain}.${operator}`;
      const advice =
        domain === 'com.microsoft' ? '; add the model as it was before it was optimised' : '';
      throw incompatible(`it has the operator ${shown(name)}, which does not run here${advice}`, {
        operator: name,
      });
    }
    for (const attribute of node.attributes.values()) {
      if (attribute.kind === 'graph')
        throw incompatible('it has graphs inside its graph', { operator });
      if (attribute.kind === 'tensor' && attribute.value.data.kind === 'external') {
        throw incompatible('a constant of it lies in another file', { operator });
      }
    }
    for (const input of node.inputs) {
      if (!known.has(input))
        throw damaged('an operator in it uses a value that is not there yet', input);
    }
    for (const output of node.outputs) {
      if (output !== '' && known.has(output))
        throw damaged('two values in it have one name', output);
      known.add(output);
    }
  }
  for (const { name } of outputs) {
    if (!known.has(name)) throw damaged('nothing in it makes its result', name);
  }
}

/** A name out of a file, as long as a sentence can bear. */
function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}

function incompatible(what: string, detail: Record<string, unknown>): AppError {
  return new AppError('model/incompatible', `This ONNX model cannot run here: ${what}.`, {
    detail,
  });
}

function damaged(what: string, value: string): AppError {
  return new AppError('model/corrupt', `The model’s file is damaged: ${what}.`, {
    detail: { value },
  });
}
