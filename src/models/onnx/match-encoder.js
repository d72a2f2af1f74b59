import { convolution, gelu, layerNorm, linear, } from './match-layers.ts';
import { notDdcolor } from './matching.ts';
import { elementsOf } from './read-tensor.ts';
import { filled } from './weight.ts';
/** The largest published encoder has 27 blocks in a stage. */
const MOST_BLOCKS = 64;
/**
 * ConvNeXt (Liu et al. 2022, arXiv 2201.03545) from its last stage back to the picture.
 * @param ends the values that each stage gives, fine to coarse.
 * @returns the stages, and the value of the normalised picture.
 */
export async function encoder(matching, ends) {
    const stages = [];
    let value = ends.at(-1);
    for (let i = ends.length - 1; i >= 0; i--) {
        if (!matching.isSame(value, ends[i])) {
            throw notDdcolor('its stages do not follow one another');
        }
        const blocks = [];
        for (let found = await block(matching, value); found; found = await block(matching, value)) {
            blocks.unshift(found.block);
            value = found.input;
            if (blocks.length > MOST_BLOCKS)
                throw notDdcolor('it has more blocks than any encoder');
        }
        if (blocks.length === 0)
            throw matching.missing(`a ConvNeXt block of stage ${i + 1}`, value);
        const start = i > 0 ? await halving(matching, value) : await stem(matching, value);
        const found = matching.need(start, i > 0 ? `the step down to stage ${i + 1}` : 'the stem', value);
        stages.unshift({ ...found, blocks });
        value = found.input;
    }
    return { stages, picture: value };
}
async function stem(matching, value) {
    const norm = await layerNorm(matching, value);
    const found = norm && (await convolution(matching, norm.input, { kernel: 4, stride: 4, padding: 0 }));
    return found && { convolution: found, norm, input: found.input };
}
async function halving(matching, value) {
    const found = await convolution(matching, value, { kernel: 2, stride: 2, padding: 0 });
    const norm = found && (await layerNorm(matching, found.input));
    return norm && { convolution: found, norm, input: norm.input };
}
async function block(matching, value) {
    const sum = matching.flow.made(value, 'Add');
    if (!sum || matching.fixedOperand(sum))
        return null;
    for (const [input, end] of [sum.inputs, sum.inputs.toReversed()]) {
        const found = await branch(matching, end);
        if (found && matching.isSame(found.depthwise.input, input))
            return { block: found, input };
    }
    return null;
}
async function branch(matching, value) {
    const product = matching.flow.made(value, 'Mul');
    const scaled = product && matching.fixedOperand(product);
    const down = await linear(matching, scaled ? scaled.other : value);
    if (!down)
        return null;
    const middle = await gelu(matching, down.input);
    const up = middle === null ? null : await linear(matching, middle);
    if (!up)
        return null;
    const norm = await layerNorm(matching, up.input);
    const depthwise = norm &&
        (await convolution(matching, norm.input, {
            kernel: 7,
            stride: 1,
            padding: 3,
            isDepthwise: true,
        }));
    if (!depthwise)
        return null;
    const channels = elementsOf(down.bias.shape);
    const gamma = scaled ? await matching.vector(scaled.fixed, channels) : filled(channels, 1);
    return { depthwise, norm, up, down, gamma };
}
