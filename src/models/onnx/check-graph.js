import { AppError } from '../../shared/errors.ts';
/** Versions of ONNX's operators between which nothing that DDColor needs has changed its meaning. */
const OPSETS = { first: 11, last: 23 };
/** Operators of what exporters make of the published network. None takes a graph inside. */
const OPERATORS = new Set([
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
/**
 * Checks versions, operators, and that each value is made once and before it is used: so that who follows a
 * value to where it comes from always ends.
 * @throws {AppError} `model/incompatible`, `model/corrupt`.
 */
export function checkModel(model) {
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
            const advice = domain === 'com.microsoft' ? '; add the model as it was before it was optimised' : '';
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
        if (!known.has(name))
            throw damaged('nothing in it makes its result', name);
    }
}
/** A name out of a file, as long as a sentence can bear. */
function shown(name) {
    return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
function incompatible(what, detail) {
    return new AppError('model/incompatible', `This ONNX model cannot run here: ${what}.`, {
        detail,
    });
}
function damaged(what, value) {
    return new AppError('model/corrupt', `The model’s file is damaged: ${what}.`, {
        detail: { value },
    });
}
