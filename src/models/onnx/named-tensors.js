import { isFixed } from './match-colour-decoder.ts';
import { notDdcolor } from './matching.ts';
import { recoveredProjection } from './recover-queries.ts';
import { everyNth, filled, reshaped } from './weight.ts';
/** Sub-pixels that `paint` makes of one cell. */
const SUB_PIXELS = 16;
/** The kernels go through channels by fours. */
const CHANNEL_STEP = 4;
/**
 * The parts of a DDColor under our names, each held against the sizes that the others give.
 * @throws {AppError} `model/incompatible`.
 */
export function namedTensors(found, constants) {
    const list = new TensorList();
    encoderTensors(list, found);
    pixelDecoderTensors(list, found);
    colourDecoderTensors(list, found, constants);
    paintTensors(list, found);
    return list.tensors;
}
class TensorList {
    tensors = [];
    put(name, weight, shape, graph = 'encode') {
        if (weight.shape.join() !== shape.join()) {
            throw notDdcolor(`${name} of sides ${shape.join(' × ')} was looked for, and ${weight.shape.join(' × ')} was found`);
        }
        this.tensors.push({ name, graph, shape, read: () => weight.read() });
    }
    norm(name, { weight, bias }, channels) {
        this.put(`${name}.weight`, weight, [channels]);
        this.put(`${name}.bias`, bias, [channels]);
    }
    batchNorm(name, norm, channels) {
        this.norm(name, norm, channels);
        this.put(`${name}.running_mean`, norm.mean, [channels]);
        this.put(`${name}.running_var`, norm.variance, [channels]);
    }
    linear(name, { weight, bias }, [depth, channels]) {
        this.put(`${name}.weight`, weight, [depth, channels]);
        this.put(`${name}.bias`, bias, [channels]);
    }
    convolution(name, { weight, bias }, shape) {
        this.put(`${name}.weight`, weight, shape);
        this.put(`${name}.bias`, bias ?? filled(shape[0], 0), [shape[0]]);
    }
}
/** Output channels of a convolution, which must be as the kernels want them. */
function channelsOf({ shape }) {
    const channels = shape[0];
    if (channels % CHANNEL_STEP !== 0) {
        throw notDdcolor(`channels in fours were looked for, and ${channels} were found`);
    }
    return channels;
}
function encoderTensors(list, { stages, steps, deepest }) {
    const dims = stages.map(({ convolution }) => channelsOf(convolution.weight));
    stages.forEach((stage, i) => {
        const [channels, before] = [dims[i], dims[i - 1] ?? 0];
        const [first, second] = i === 0 ? ['enc.down.0.0', 'enc.down.0.1'] : [`enc.down.${i}.1`, `enc.down.${i}.0`];
        const kernel = i === 0 ? [channels, 3, 4, 4] : [channels, before, 2, 2];
        list.convolution(first, stage.convolution, kernel);
        list.norm(second, stage.norm, i === 0 ? channels : before);
        stage.blocks.forEach(({ gamma, depthwise, norm, up, down }, j) => {
            const name = `enc.stages.${i}.${j}`;
            const wide = up.bias.shape[0];
            list.put(`${name}.gamma`, gamma, [channels]);
            list.convolution(`${name}.dw`, depthwise, [channels, 1, 7, 7]);
            list.norm(`${name}.norm`, norm, channels);
            list.linear(`${name}.up`, up, [channels, wide]);
            list.linear(`${name}.down`, down, [wide, channels]);
        });
    });
    const norms = [...steps.map(({ skip }) => skip.norm).toReversed(), deepest];
    norms.forEach((norm, i) => list.norm(`enc.norms.${i}`, norm, dims[i]));
}
function pixelDecoderTensors(list, { stages, steps }) {
    let depth = stages.at(-1).convolution.weight.shape[0];
    steps.forEach(({ up, skip, convolution, batchNorm }, i) => {
        const name = `f${i}`;
        const channels = channelsOf(convolution.weight);
        const skipped = stages[2 - i].convolution.weight.shape[0];
        list.put(`${name}.up.conv.weight`, up.weight, [4 * channels, depth, 1, 1]);
        list.put(`${name}.up.conv.bias`, up.bias, [4 * channels]);
        list.batchNorm(`${name}.sbn`, skip.batchNorm, skipped);
        list.put(`${name}.conv.weight`, convolution.weight, [channels, channels + skipped, 3, 3]);
        list.batchNorm(`${name}.bn`, batchNorm, channels);
        depth = channels;
    });
}
function colourDecoderTensors(list, { steps, decoder, refine, last }, constants) {
    const { memories, layers, query, position, norm, embedding } = decoder;
    const [, queries, hidden] = query.shape;
    const square = [hidden, hidden];
    memories.forEach(({ projection, code }, i) => {
        const depth = steps[i].convolution.weight.shape[0];
        list.convolution(`proj.${i}`, projection, [hidden, depth, 1, 1]);
        list.put(`level.${i}`, code, [hidden]);
    });
    list.put('query', query, [1, queries, hidden]);
    list.put('qpos', position, [1, queries, hidden]);
    const attention = (name, { query: asking, key, value, out }) => {
        const found = isFixed(asking)
            ? { weight: recoveredProjection(constants, asking, query, position), bias: filled(hidden, 0) }
            : asking;
        list.linear(`${name}.q`, { input: '', ...found }, square);
        list.linear(`${name}.k`, key, square);
        list.linear(`${name}.v`, value, square);
        list.linear(`${name}.o`, out, square);
    };
    layers.forEach(({ cross, own, wide, narrow, norms }, i) => {
        const name = `layers.${i}`;
        const inner = channelsOf(wide.bias);
        attention(`${name}.ca`, cross);
        attention(`${name}.sa`, own);
        list.linear(`${name}.f1`, wide, [hidden, inner]);
        list.linear(`${name}.f2`, narrow, [inner, hidden]);
        norms.forEach((each, j) => list.norm(`${name}.n${j + 1}`, each, hidden));
    });
    list.norm('norm', norm, hidden);
    const features = last.weight.shape[0] / SUB_PIXELS;
    embedding.forEach((layer, i) => list.linear(`embed.${2 * i}`, layer, i === 2 ? [hidden, features] : square));
    list.put('mix.query.weight', queryPart(refine.weight, queries), [2, queries]);
}
/** Of the refinement, what multiplies the query maps. */
function queryPart(weight, queries) {
    const flat = reshaped(weight, [weight.shape[0], weight.shape[1]]);
    const isRight = flat.shape[1] === queries + 3;
    return {
        shape: isRight ? [2, queries] : flat.shape,
        async read() {
            const values = await flat.read();
            return Float32Array.from({ length: 2 * queries }, (_, at) => {
                const plane = Math.floor(at / queries);
                return values[plane * (queries + 3) + (at % queries)];
            });
        },
    };
}
function paintTensors(list, { last, steps }) {
    const channels = channelsOf(steps[2].convolution.weight);
    for (let sub = 0; sub < SUB_PIXELS; sub++) {
        const weight = everyNth(last.weight, SUB_PIXELS, sub);
        const bias = everyNth(last.bias, SUB_PIXELS, sub);
        list.put(`last.conv.weight.${sub}`, weight, [channels, channels, 1, 1], 'paint');
        list.put(`last.conv.bias.${sub}`, bias, [channels], 'paint');
    }
}
