import { linear, productOf } from './match-layers.ts';
import { notDdcolor } from './matching.ts';
/** Channels of a head: what the kernels are made for, and what every published DDColor has. */
const HEAD_CHANNELS = 32;
/** Scaled dot-product attention in heads, with its four linear layers. */
export async function attention(matching, value) {
    const { flow } = matching;
    const out = await linear(matching, value);
    const mixed = out && flow.made(out.input, 'MatMul');
    const softmax = mixed && flow.made(mixed.inputs[0], 'Softmax');
    if (!softmax)
        return null;
    const scores = await scaled(matching, softmax.inputs[0]);
    const product = scores && flow.made(scores.value, 'MatMul');
    if (!product)
        return null;
    const left = await scaled(matching, product.inputs[0]);
    const right = await scaled(matching, product.inputs[1]);
    const key = right && (await linear(matching, right.value));
    const values = await linear(matching, mixed.inputs[1]);
    if (!left || !key || !values)
        return null;
    const query = await linear(matching, left.value);
    const known = scores.factor * right.factor * left.factor;
    if (query) {
        checkHeads(matching, product.inputs[1], known);
        return { query, key, value: values, out };
    }
    if (!flow.isFixed(left.value))
        return null;
    const whole = 1 / Math.sqrt(HEAD_CHANNELS);
    const factor = whole / (known || 1);
    return { query: { value: left.value, factor }, key, value: values, out };
}
/** Goes through what only multiplies by a number. A number that follows from a size alone is not known: NaN. */
async function scaled(matching, value) {
    const { number, others } = await productOf(matching, value);
    const [first, ...rest] = others.toSorted((a, b) => Number(matching.flow.isOfPicture(b)) - Number(matching.flow.isOfPicture(a)));
    if (first === undefined || rest.some((other) => matching.flow.isOfPicture(other)))
        return null;
    return { value: first, factor: rest.length > 0 ? NaN : number };
}
/** The heads' width, by the shape that they are cut to, or else by the scale of the scores. */
function checkHeads(matching, value, factor) {
    const cut = cutTo(matching, value);
    const channels = cut ?? Math.round(1 / factor ** 2);
    const isRight = channels === HEAD_CHANNELS &&
        (Number.isNaN(factor) || Math.abs(factor * Math.sqrt(HEAD_CHANNELS) - 1) < 2e-3);
    if (!isRight) {
        throw notDdcolor(`attention in heads of ${HEAD_CHANNELS} channels was looked for, and ${channels} were found`);
    }
}
/** The last side of the first shape that a value was given on its way, where that can be told. */
function cutTo(matching, value) {
    const { flow } = matching;
    let at = value;
    for (let node = flow.maker(at); node; node = flow.maker(at)) {
        if (node.operator === 'Reshape') {
            const last = matching.constants.listAtHand(node.inputs[1] ?? '')?.at(-1) ?? 0;
            return last > 0 ? last : null;
        }
        const isPassed = node.operator === 'Mul' || flow.through(at) !== at;
        if (!isPassed)
            return null;
        at = node.inputs[0];
    }
    return null;
}
