import { layerNorm, linear, convolution } from './write-layers.ts';
const EPSILON = 1e-5;
/** Channels of a head of attention. */
const HEAD_CHANNELS = 32;
/** Strides of the features that queries look at, coarse to fine. */
const STRIDES = [16, 8, 4];
/** Each head's queries before its rows, and its keys for the product. */
const HEADS_FIRST = { perm: [0, 2, 1, 3] };
const HEADS_FIRST_TURNED = { perm: [0, 2, 3, 1] };
/** The colour decoder, up to the colour kernel. @param levels features at each of {@link STRIDES}. */
export function writeColourDecoder(writing, levels) {
    const { graph, weights } = writing;
    const [, queries, channels] = weights.shapeOf('query');
    const memories = levels.map((level, i) => memory(writing, level, i, channels));
    const position = weights.use(graph, 'qpos');
    const placed = (x) => graph.node('Add', [x, position]);
    const attend = (name, query, key, value, rest) => {
        const split = (part, input) => {
            const wide = linear(writing, `${name}.${part}`, input);
            return graph.node('Reshape', [
                wide,
                graph.integers([1, -1, channels / HEAD_CHANNELS, HEAD_CHANNELS]),
            ]);
        };
        // Half of the scale on each side, as PyTorch has it: neither grows out of half precision.
        const half = graph.floats([HEAD_CHANNELS ** -0.25]);
        const asking = graph.node('Mul', [
            graph.node('Transpose', [split('q', query)], HEADS_FIRST),
            half,
        ]);
        const answering = graph.node('Mul', [
            graph.node('Transpose', [split('k', key)], HEADS_FIRST_TURNED),
            half,
        ]);
        const shares = graph.node('Softmax', [graph.node('MatMul', [asking, answering])], { axis: -1 });
        const values = graph.node('Transpose', [split('v', value)], HEADS_FIRST);
        const mixed = graph.node('Transpose', [graph.node('MatMul', [shares, values])], HEADS_FIRST);
        const joined = graph.node('Reshape', [mixed, graph.integers([1, queries, channels])]);
        return graph.node('Add', [rest, linear(writing, `${name}.o`, joined)]);
    };
    let x = weights.use(graph, 'query');
    for (let i = 0; weights.has(`layers.${i}.f1.weight`); i++) {
        const name = `layers.${i}`;
        const { plain, coded } = memories[i % memories.length];
        x = layerNorm(writing, `${name}.n1`, attend(`${name}.ca`, placed(x), coded, plain, x), EPSILON);
        const own = placed(x);
        x = layerNorm(writing, `${name}.n2`, attend(`${name}.sa`, own, own, x, x), EPSILON);
        const wide = graph.node('Relu', [linear(writing, `${name}.f1`, x)]);
        const sum = graph.node('Add', [x, linear(writing, `${name}.f2`, wide)]);
        x = layerNorm(writing, `${name}.n3`, sum, EPSILON);
    }
    x = layerNorm(writing, 'norm', x, EPSILON);
    x = graph.node('Relu', [linear(writing, 'embed.0', x)]);
    x = graph.node('Relu', [linear(writing, 'embed.2', x)]);
    x = linear(writing, 'embed.4', x);
    const equation = { equation: 'oq,bqc->boc' };
    graph.node('Einsum', [weights.use(graph, 'mix.query.weight'), x], equation, 'kernel');
}
/** What queries see of one scale, `[1, cells, channels]`: plain as values, with its position code as keys. */
function memory(writing, level, i, channels) {
    const { graph, weights } = writing;
    const names = { weight: `proj.${i}.weight`, bias: `proj.${i}.bias` };
    const projected = convolution(writing, names, level, { stride: 1, padding: 0 });
    const flat = graph.node('Reshape', [projected, graph.integers([1, channels, -1])]);
    const rows = graph.node('Transpose', [flat], { perm: [0, 2, 1] });
    const plain = graph.node('Add', [rows, weights.use(graph, `level.${i}`)]);
    return { plain, coded: graph.node('Add', [plain, positionCode(graph, STRIDES[i], channels)]) };
}
/** The code of each cell: its row's entry of the table y, then its column's of x. */
function positionCode(graph, stride, channels) {
    const half = channels / 2;
    const y = graph.input(`y${stride}`, [`y${stride}`, half]);
    const x = graph.input(`x${stride}`, [`x${stride}`, half]);
    const length = (table) => {
        const [first, second] = [graph.integers([0]), graph.integers([1])];
        return graph.node('Slice', [graph.node('Shape', [table]), first, second, graph.integers([0])]);
    };
    const sides = graph.node('Concat', [length(y), length(x), graph.integers([half])], { axis: 0 });
    const spread = (table, axis) => {
        const wide = graph.node('Unsqueeze', [table, graph.integers([axis])]);
        return graph.node('Expand', [wide, sides]);
    };
    const code = graph.node('Concat', [spread(y, 1), spread(x, 0)], { axis: -1 });
    return graph.node('Reshape', [code, graph.integers([1, -1, channels])]);
}
