import { AppError } from '../../shared/errors.ts';
import { nodeMessage, portMessage } from './graph-message.ts';
import { scanTensor } from './tensor-message.ts';
import { corrupt, fieldsOf, numberIn, scanFields, textIn, WIRE } from './wire.ts';
/** Numbers of fields in `ModelProto`. */
const MODEL = { version: 1, graph: 7, opset: 8, functions: 25 };
/** Numbers of fields in `GraphProto`. */
const GRAPH = { node: 1, initialiser: 5, input: 11, output: 12, sparse: 15 };
/** The largest of the published graphs, unsimplified, has about six thousand. */
const MOST_NODES = 20_000;
const MOST_INITIALISERS = 20_000;
/** A node, an input or an output, without weights; constants are in nodes and may be larger than names. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;
/**
 * Reads an ONNX model: its structure, and where its weights lie. Of a weight of more than some kilobytes
 * nothing is read. Nothing that the file says is believed before it was held against the file's length.
 * @throws {AppError} `model/corrupt` where the file is no ONNX model or is damaged, `model/incompatible`
 *   where it holds what no model that runs here holds.
 */
export async function readModel(source) {
    const fields = await scanFields(source, 0, source.size).catch((error) => {
        throw source.size > 0 && error instanceof AppError && error.code === 'model/corrupt'
            ? new AppError('model/corrupt', 'This file is not an ONNX model, or it is cut off.', {
                cause: error,
            })
            : error;
    });
    const graph = fields.findLast((field) => field.number === MODEL.graph);
    const hasVersion = fields.some(({ number, wire }) => number === MODEL.version && wire === WIRE.varint);
    if (graph?.wire !== WIRE.bytes || !hasVersion) {
        throw new AppError('model/corrupt', 'This file is not an ONNX model.');
    }
    if (fields.some((field) => field.number === MODEL.functions)) {
        throw new AppError('model/incompatible', 'This ONNX model has functions of its own.');
    }
    const opsets = new Map();
    for (const field of fields.filter(({ number }) => number === MODEL.opset)) {
        const [domain, version] = opsetMessage(await readMessage(source, field));
        opsets.set(domain, version);
    }
    return {
        opset: opsets.get('') ?? 0,
        otherDomains: [...opsets.keys()].filter((domain) => domain !== ''),
        ...(await readGraph(source, graph)),
    };
}
async function readGraph(source, graph) {
    const nodes = [];
    const initialisers = new Map();
    const inputs = [];
    const outputs = [];
    for (const field of await scanFields(source, graph.start, graph.end)) {
        if (field.number === GRAPH.node)
            nodes.push(nodeMessage(await readMessage(source, field)));
        else if (field.number === GRAPH.input)
            inputs.push(portMessage(await readMessage(source, field)));
        else if (field.number === GRAPH.output)
            outputs.push(portMessage(await readMessage(source, field)));
        else if (field.number === GRAPH.initialiser) {
            if (field.wire !== WIRE.bytes)
                throw corrupt('a weight in it is of the wrong kind');
            const tensor = await scanTensor(source, field.start, field.end);
            if (tensor.name === '' || initialisers.has(tensor.name))
                throw corrupt('two weights in it have one name');
            initialisers.set(tensor.name, tensor);
        }
        else if (field.number === GRAPH.sparse) {
            throw new AppError('model/incompatible', 'This ONNX model has sparse weights.');
        }
        if (nodes.length > MOST_NODES || initialisers.size > MOST_INITIALISERS) {
            throw new AppError('model/incompatible', 'This ONNX model has more parts than can run here.');
        }
    }
    return {
        nodes,
        initialisers,
        inputs: inputs.filter(({ name }) => !initialisers.has(name)),
        outputs,
    };
}
async function readMessage(source, field) {
    if (field.wire !== WIRE.bytes)
        throw corrupt('a part of it is of the wrong kind');
    if (field.end - field.start > LARGEST_MESSAGE)
        throw corrupt('an operator in it is too large');
    return source.read(field.start, field.end);
}
function opsetMessage(bytes) {
    let domain = '';
    let version = 0;
    for (const field of fieldsOf(bytes)) {
        if (field.number === 1)
            domain = textIn(field, bytes);
        else if (field.number === 2)
            version = numberIn(field);
    }
    return [domain === 'ai.onnx' ? '' : domain, version];
}
