import { attention } from './match-attention.ts';
import { convolution, layerNorm, linear, } from './match-layers.ts';
import { notDdcolor } from './matching.ts';
import { elementsOf } from './read-tensor.ts';
import { filled } from './weight.ts';
const SCALES = 3;
/** What the published networks have, and the position tables are made for. */
const CHANNELS = 256;
const MOST_LAYERS = 32;
/** The colour decoder from its embeddings back to the queries. */
export async function colourDecoder(matching, embeddings) {
    const third = matching.need(await linear(matching, embeddings), 'the colour embedding', embeddings);
    const second = await afterRelu(matching, third.input, 'the second layer of the colour embedding');
    const first = await afterRelu(matching, second.input, 'the first layer of the colour embedding');
    const norm = matching.need(await layerNorm(matching, first.input), 'the decoder’s last norm', first.input);
    const found = [];
    let value = norm.input;
    while (matching.flow.isOfPicture(value)) {
        const layer = await colourLayer(matching, value);
        found.unshift(layer);
        value = layer.input;
        if (found.length > MOST_LAYERS)
            throw notDdcolor('it has more layers than any colour decoder');
    }
    if (found.length < SCALES) {
        throw notDdcolor(`a colour decoder of ${SCALES} layers or more was looked for, and ${found.length} were found`);
    }
    const query = await matching.weight(matching.flow.kept(value));
    const channels = norm.weight.shape[0];
    if (channels !== CHANNELS) {
        throw notDdcolor(`queries of ${CHANNELS} channels were looked for, and ${channels} were found`);
    }
    const shape = [1, elementsOf(query.shape) / channels, channels];
    return {
        memories: await memories(matching, found),
        layers: found.map(({ layer }) => layer),
        query: await matching.shaped(value, shape),
        position: await matching.shaped(found[0].position, shape),
        norm,
        embedding: [first, second, third],
    };
}
async function afterRelu(matching, value, what) {
    const relu = matching.flow.made(value, 'Relu');
    return matching.need(relu && (await linear(matching, relu.inputs[0])), what, value);
}
async function colourLayer(matching, value) {
    const third = matching.need(await layerNorm(matching, value), 'the norm of a colour layer', value);
    const wide = await residual(matching, third.input, feedForward, 'a feed-forward layer');
    const second = matching.need(await layerNorm(matching, wide.input), 'a norm', wide.input);
    const own = await residual(matching, second.input, attention, 'self-attention');
    const first = matching.need(await layerNorm(matching, own.input), 'a norm', own.input);
    const cross = await residual(matching, first.input, attention, 'cross-attention');
    if (!matching.isSame(wide.found.wide.input, wide.input))
        throw notDdcolor('a feed-forward layer sees another value');
    const { query } = own.found;
    if (isFixed(query))
        throw notDdcolor('self-attention does not see the picture');
    const position = withPosition(matching, query.input, own.input);
    const key = withPosition(matching, own.found.key.input, own.input);
    const isSelf = matching.isSame(own.found.value.input, own.input) && matching.isSame(position, key);
    if (!isSelf)
        throw notDdcolor('attention among queries sees something else than queries');
    if (!isFixed(cross.found.query) && matching.flow.isOfPicture(cross.found.query.input)) {
        const same = withPosition(matching, cross.found.query.input, cross.input);
        if (!matching.isSame(same, position))
            throw notDdcolor('queries have two kinds of position');
    }
    const memory = cross.found.value.input;
    withPosition(matching, cross.found.key.input, memory);
    const { wide: up, narrow } = wide.found;
    return {
        layer: {
            cross: cross.found,
            own: { ...own.found, query },
            wide: up,
            narrow,
            norms: [first, second, third],
        },
        input: cross.input,
        position,
        memory,
    };
}
/** Whether queries have been computed beforehand. */
export function isFixed(query) {
    return 'factor' in query;
}
/** A sum of a value and of what a branch makes; the branch is the one of the two that matches. */
async function residual(matching, value, match, what) {
    const sum = matching.flow.made(value, 'Add');
    for (const [input, branch] of sum ? [sum.inputs, sum.inputs.toReversed()] : []) {
        const found = await match(matching, branch);
        if (found)
            return { found, input: input };
    }
    throw matching.missing(what, sum?.inputs[1] ?? value);
}
async function feedForward(matching, value) {
    const narrow = await linear(matching, value);
    const relu = narrow && matching.flow.made(narrow.input, 'Relu');
    const wide = relu && (await linear(matching, relu.inputs[0]));
    return wide && { wide, narrow };
}
/** The position that was added to a value. It does not depend on the picture, though it may on its size. */
function withPosition(matching, value, base) {
    const sum = matching.flow.made(value, 'Add');
    for (const [one, other] of sum ? [sum.inputs, sum.inputs.toReversed()] : []) {
        if (matching.isSame(one, base) && !matching.flow.isOfPicture(other))
            return other;
    }
    throw matching.missing('a sum with the position', value);
}
/** The memories in the order of scales; each layer must look at its own. */
async function memories(matching, layers) {
    const values = layers.slice(0, SCALES).map(({ memory }) => memory);
    layers.forEach(({ memory }, i) => {
        if (!matching.isSame(memory, values[i % SCALES]))
            throw notDdcolor('its layers look at scales in another order');
    });
    const found = [];
    for (const value of values) {
        const sum = matching.flow.made(value, 'Add');
        const coded = sum && matching.fixedOperand(sum);
        const source = coded ? coded.other : value;
        const projection = matching.need(await convolution(matching, source, { kernel: 1, stride: 1, padding: 0 }), 'the projection of a scale', source);
        const channels = projection.weight.shape[0];
        found.push({
            projection,
            code: coded ? await matching.vector(coded.fixed, channels) : filled(channels, 0),
        });
    }
    return found;
}
