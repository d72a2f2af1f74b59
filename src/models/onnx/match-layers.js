import { floatOf, intOf, intsOf, textOf } from './graph-flow.ts';
import { notDdcolor } from './matching.ts';
import { elementsOf } from './read-tensor.ts';
import { filled, transposed } from './weight.ts';
/** ε of a batch norm as the kernels have it. */
export const BATCH_NORM_EPSILON = 1e-5;
/** Above any ε of DDColor's layer norms (1e-6 and 1e-5), with room for half precision. */
const LARGEST_EPSILON = 2e-5;
/** A linear layer, as `Gemm`, as `MatMul` and `Add`, or without a bias. */
export async function linear(matching, value) {
    const { flow } = matching;
    const node = flow.made(value, 'Gemm', 'Add', 'MatMul');
    if (!node)
        return null;
    if (node.operator === 'Add') {
        for (const [product, bias] of [node.inputs, node.inputs.toReversed()]) {
            const found = flow.isFixed(bias) && flow.made(product, 'MatMul', 'Gemm')
                ? await linear(matching, product)
                : null;
            if (found)
                return { ...found, bias: await matching.vector(bias, found.weight.shape[1]) };
        }
        return null;
    }
    const [input, matrix, bias] = node.inputs;
    if (!flow.isFixed(matrix))
        return null;
    const isPlain = floatOf(node, 'alpha', 1) === 1 && floatOf(node, 'beta', 1) === 1;
    if (!isPlain || intOf(node, 'transA', 0) !== 0)
        return null;
    const stored = await matching.weight(matrix);
    if (stored.shape.length !== 2)
        return null;
    const weight = intOf(node, 'transB', 0) === 1 ? transposed(stored) : stored;
    const channels = weight.shape[1];
    return {
        input,
        weight,
        bias: bias ? await matching.vector(bias, channels) : filled(channels, 0),
    };
}
/** A convolution of this kernel, stride and padding, dense or of each channel by itself. */
export async function convolution(matching, value, want) {
    const node = matching.flow.made(value, 'Conv');
    if (!node || !matching.flow.isFixed(node.inputs[1] ?? ''))
        return null;
    const [input, kernel, bias] = node.inputs;
    const weight = await matching.weight(kernel);
    const [channels, depth] = weight.shape;
    const isAll = (name, otherwise, side) => intsOf(node, name, [otherwise]).every((number) => number === side);
    const fits = weight.shape.length === 4 &&
        weight.shape[2] === want.kernel &&
        weight.shape[3] === want.kernel &&
        isAll('strides', 1, want.stride) &&
        isAll('pads', 0, want.padding) &&
        isAll('dilations', 1, 1) &&
        ['NOTSET', 'VALID'].includes(textOf(node, 'auto_pad', 'NOTSET')) &&
        intOf(node, 'group', 1) === (want.isDepthwise ? channels : 1) &&
        (!want.isDepthwise || depth === 1);
    if (!fits)
        return null;
    return { input, weight, bias: bias ? await matching.vector(bias, channels) : null };
}
/** A layer norm over channels, as one operator or step by step. */
export async function layerNorm(matching, value) {
    const { flow } = matching;
    const node = flow.made(value, 'LayerNormalization');
    if (node) {
        const [input, scale, shift] = node.inputs;
        checkEpsilon(floatOf(node, 'epsilon', BATCH_NORM_EPSILON));
        const weight = await matching.vector(scale);
        const bias = shift ? await matching.vector(shift) : filled(weight.shape[0], 0);
        return { input, weight, bias };
    }
    const sum = flow.made(value, 'Add');
    const shifted = sum && matching.fixedOperand(sum);
    const product = shifted && flow.made(shifted.other, 'Mul');
    const scaled = product && matching.fixedOperand(product);
    const input = scaled && (await normalisedInput(matching, scaled.other));
    if (input === null)
        return null;
    const weight = await matching.vector(scaled.fixed);
    return { input, weight, bias: await matching.vector(shifted.fixed, elementsOf(weight.shape)) };
}
/** (x − mean) / √(variance + ε), step by step; answers x. */
async function normalisedInput(matching, value) {
    const { flow } = matching;
    const quotient = flow.made(value, 'Div');
    const centred = quotient && flow.made(quotient.inputs[0], 'Sub');
    const root = quotient && flow.made(quotient.inputs[1], 'Sqrt');
    const sum = root && flow.made(root.inputs[0], 'Add');
    const raised = sum && matching.fixedOperand(sum);
    const variance = raised && flow.made(raised.other, 'ReduceMean');
    const square = variance && flow.made(variance.inputs[0], 'Pow', 'Mul');
    const mean = centred && flow.made(centred.inputs[1], 'ReduceMean');
    if (!square || !mean)
        return null;
    const [input] = centred.inputs;
    const [base, second] = square.inputs;
    const isSquare = square.operator === 'Pow'
        ? (await matching.constants.scalar(second)) === 2
        : matching.isSame(base, second);
    // Some exporters centre twice: the difference is another value, of the same two.
    const other = flow.made(base, 'Sub');
    const isCentred = other !== null && matching.isSame(other.inputs[0], input);
    if (!isSquare || !isCentred || !matching.isSame(mean.inputs[0], input))
        return null;
    checkEpsilon((await matching.constants.scalar(raised.fixed)) ?? NaN);
    return input;
}
function checkEpsilon(epsilon) {
    if (!(epsilon >= 0 && epsilon <= LARGEST_EPSILON)) {
        throw notDdcolor(`a layer norm with another ε than DDColor’s was found (${epsilon})`);
    }
}
/** A batch norm in inference. */
export async function batchNorm(matching, value) {
    const node = matching.flow.made(value, 'BatchNormalization');
    if (!node || node.inputs.some((input, i) => i > 0 && !matching.flow.isFixed(input)))
        return null;
    const [input, scale, shift, mean, variance] = node.inputs;
    const weight = await matching.vector(scale);
    const length = weight.shape[0];
    const difference = floatOf(node, 'epsilon', BATCH_NORM_EPSILON) - BATCH_NORM_EPSILON;
    const stored = await matching.vector(variance, length);
    return {
        input,
        weight,
        bias: await matching.vector(shift, length),
        mean: await matching.vector(mean, length),
        variance: {
            shape: stored.shape,
            read: async () => (await stored.read()).map((value) => value + difference),
        },
    };
}
/** GELU by the error function, as one operator or step by step; answers what goes in. */
export async function gelu(matching, value) {
    const { flow, constants } = matching;
    const node = flow.made(value, 'Gelu');
    if (node)
        return textOf(node, 'approximate', 'none') === 'none' ? node.inputs[0] : null;
    const factors = await productOf(matching, value);
    if (factors?.others.length !== 2 || !isNear(factors.number, 0.5))
        return null;
    for (const [input, gate] of [factors.others, factors.others.toReversed()]) {
        const sum = flow.made(gate, 'Add');
        const raised = sum && matching.fixedOperand(sum);
        const error = raised && flow.made(raised.other, 'Erf');
        if (!error || !isNear(await constants.scalar(raised.fixed), 1))
            continue;
        const inner = await productOf(matching, error.inputs[0]);
        const isRight = inner?.others.length === 1 && matching.isSame(inner.others[0], input);
        if (isRight && isNear(inner.number, Math.SQRT1_2))
            return input;
    }
    return null;
}
/** Half precision rounds constants to three digits. */
function isNear(value, wanted) {
    return value !== null && Math.abs(value - wanted) <= 1e-3 * wanted;
}
/** A product of plain numbers and of other values. */
export async function productOf(matching, value) {
    const others = [];
    const waiting = [value];
    let number = 1;
    for (let at = waiting.pop(), steps = 0; at !== undefined; at = waiting.pop(), steps++) {
        const node = steps < 8 ? matching.flow.made(at, 'Mul', 'Div') : null;
        const divisor = node?.operator === 'Div' ? await matching.constants.scalar(node.inputs[1]) : null;
        const plain = await matching.constants.scalar(at);
        if (plain !== null)
            number *= plain;
        else if (node?.operator === 'Mul')
            waiting.push(...node.inputs.toReversed());
        else if (node && divisor !== null) {
            number /= divisor;
            waiting.push(node.inputs[0]);
        }
        else
            others.push(at);
    }
    return { number, others };
}
