import { intOf, intsOf, textOf } from './graph-flow.ts';
import { batchNorm, BATCH_NORM_EPSILON, convolution, layerNorm, } from './match-layers.ts';
import { filled } from './weight.ts';
/** Features from four or sixteen times fewer cells. */
export async function shuffleUp(matching, value, scale) {
    const { flow } = matching;
    const blur = flow.made(value, 'AveragePool');
    const pad = blur && flow.made(blur.inputs[0], 'Pad');
    const shuffle = pad && flow.made(pad.inputs[0], 'DepthToSpace');
    const relu = shuffle && flow.made(shuffle.inputs[0], 'Relu');
    if (!relu)
        return null;
    const pads = matching.constants.listAtHand(pad.inputs[1] ?? '');
    const isRight = intsOf(blur, 'kernel_shape', []).join() === '2,2' &&
        intsOf(blur, 'strides', [1, 1]).join() === '1,1' &&
        textOf(pad, 'mode', 'constant') === 'edge' &&
        (pads === null || pads.join() === '0,0,1,1,0,0,0,0') &&
        textOf(shuffle, 'mode', 'DCR') === 'CRD' &&
        intOf(shuffle, 'blocksize', 0) === scale;
    return isRight ? foldedConvolution(matching, relu.inputs[0]) : null;
}
async function foldedConvolution(matching, value) {
    const norm = await batchNorm(matching, value);
    const found = await convolution(matching, norm ? norm.input : value, {
        kernel: 1,
        stride: 1,
        padding: 0,
    });
    if (!found)
        return null;
    const { input, weight } = found;
    const [channels, depth] = weight.shape;
    const bias = found.bias ?? filled(channels, 0);
    if (!norm)
        return { input, weight, bias };
    const affine = async () => {
        const [scale, shift, mean, variance] = await Promise.all([norm.weight, norm.bias, norm.mean, norm.variance].map((part) => part.read()));
        const scales = scale.map((value, i) => value / Math.sqrt(variance[i] + BATCH_NORM_EPSILON));
        return { scales, shifts: shift.map((value, i) => value - mean[i] * scales[i]) };
    };
    return {
        input,
        weight: {
            shape: weight.shape,
            async read() {
                const { scales } = await affine();
                return (await weight.read()).map((value, at) => value * scales[Math.floor(at / depth)]);
            },
        },
        bias: {
            shape: bias.shape,
            async read() {
                const { scales, shifts } = await affine();
                return (await bias.read()).map((value, i) => value * scales[i] + shifts[i]);
            },
        },
    };
}
/** A step of the pixel decoder from what it gives. */
export async function decoderStep(matching, value, name) {
    const { flow } = matching;
    const norm = await batchNorm(matching, value);
    const relu = flow.made(norm ? norm.input : value, 'Relu');
    const found = relu && (await convolution(matching, relu.inputs[0], { kernel: 3, stride: 1, padding: 1 }));
    const joined = matching.need(found, `the 3 × 3 convolution of ${name}`, value);
    const rectified = flow.made(joined.input, 'Relu');
    const both = rectified && flow.made(rectified.inputs[0], 'Concat');
    const isPair = both?.inputs.length === 2 && intOf(both, 'axis', 0) === 1;
    const [left, right] = matching.need(isPair ? both.inputs : null, `the joint of ${name}`, joined.input);
    const up = matching.need(await shuffleUp(matching, left, 2), `the pixel shuffle of ${name}`, left);
    const own = await batchNorm(matching, right);
    const before = own ? own.input : right;
    const skip = matching.need(await layerNorm(matching, before), `the encoder’s norm in ${name}`, before);
    matching.need(joined.bias ? null : true, `a convolution of ${name} without bias`, value);
    return {
        up,
        skip: { norm: skip, batchNorm: own ?? noBatchNorm(right, skip.weight.shape[0]) },
        convolution: joined,
        batchNorm: norm ?? noBatchNorm(value, joined.weight.shape[0]),
    };
}
/** A batch norm that changes nothing. */
function noBatchNorm(input, channels) {
    return {
        input,
        weight: filled(channels, 1),
        bias: filled(channels, 0),
        mean: filled(channels, 0),
        variance: filled(channels, 1 - BATCH_NORM_EPSILON),
    };
}
