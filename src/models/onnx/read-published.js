import { ByteSource } from './byte-source.ts';
import { checkModel } from './check-graph.ts';
import { Constants } from './constants.ts';
import { GraphFlow, intOf, textOf } from './graph-flow.ts';
import { colourDecoder } from './match-colour-decoder.ts';
import { encoder } from './match-encoder.ts';
import { convolution, layerNorm } from './match-layers.ts';
import { checkPicture, DEVIATION, MEAN } from './match-picture.ts';
import { decoderStep, shuffleUp } from './match-pixel-decoder.ts';
import { Matching, notDdcolor } from './matching.ts';
import { ELEMENT } from './model-types.ts';
import { namedTensors } from './named-tensors.ts';
import { readModel } from './read-model.ts';
/**
 * Reads a DDColor as it is published (github.com/piddnad/DDColor, scripts/export_onnx.py, and what others made of
 * it): one graph from a gray picture to ab. It is recognised by what is computed, never by names, so that exporters,
 * simplifiers and precisions may differ; the graph's own size does not matter, since the weights do not depend on it.
 * Of the file only the structure is read; weights are read when they are asked for.
 * @throws {AppError} `model/corrupt`, `model/incompatible`, `store/denied`.
 */
export async function readPublishedDdcolor(file) {
    const source = new ByteSource(file);
    const model = await readModel(source);
    checkModel(model);
    const size = checkPorts(model);
    const flow = new GraphFlow(model);
    const constants = new Constants(flow, source);
    const found = await matchDdcolor(new Matching(flow, constants), model.outputs[0].name);
    return {
        tensors: namedTensors(found, constants),
        network: {
            architecture: 'ddcolor',
            chromaScale: 1,
            gray: await grayTerm(found.refine, found.decoder.query.shape[1]),
        },
        size,
    };
}
/** From a picture of three channels to two: the first thing that tells other models apart. */
function checkPorts({ inputs, outputs }) {
    const [input, output] = [inputs[0], outputs[0]];
    if (inputs.length !== 1 || outputs.length !== 1 || !input || !output) {
        const isHalf = inputs.some(({ name }) => name === 'y16' || name === 'kernel');
        throw notDdcolor(isHalf
            ? 'it is one half of a model folder; add the whole folder'
            : `one picture in and one out were looked for, and it has ${inputs.length} inputs and ${outputs.length} outputs`);
    }
    if (input.type !== ELEMENT.float && input.type !== ELEMENT.half) {
        throw notDdcolor('its input is not of floating-point numbers');
    }
    const [, channels, height, width] = input.shape ?? [];
    if (channels !== 3 || input.shape?.length !== 4) {
        throw notDdcolor('its input is not one picture of 3 channels');
    }
    const made = output.shape?.[1];
    if (typeof made === 'number' && made !== 2)
        throw notDdcolor(`its output has ${made} channels, and ab are 2`);
    const isFixed = typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0;
    return isFixed ? [height, width] : null;
}
async function matchDdcolor(matching, output) {
    const { flow } = matching;
    const plain = { kernel: 1, stride: 1, padding: 0 };
    const refine = matching.need(await convolution(matching, output, plain), 'the refinement', output);
    if (refine.weight.shape[0] !== 2)
        throw notDdcolor(`its output has ${refine.weight.shape[0]} channels, and ab are 2`);
    const joint = flow.made(refine.input, 'Concat');
    const isPair = joint?.inputs.length === 2 && intOf(joint, 'axis', 0) === 1;
    const both = matching.need(isPair ? joint.inputs : null, 'query maps beside the picture', refine.input);
    const [maps, picture] = both;
    const { embeddings, last } = await queryMaps(matching, maps);
    const fine = await decoderStep(matching, last.input, 'the third step');
    const middle = await decoderStep(matching, fine.up.input, 'the second step');
    const coarse = await decoderStep(matching, middle.up.input, 'the first step');
    const steps = [coarse, middle, fine];
    const deepest = matching.need(await layerNorm(matching, coarse.up.input), 'the encoder’s last norm', coarse.up.input);
    const ends = [...steps.map(({ skip }) => skip.norm.input).toReversed(), deepest.input];
    const found = await encoder(matching, ends);
    if (!matching.isSame(found.picture, picture))
        throw notDdcolor('its refinement sees another picture than its encoder');
    await checkPicture(matching, picture);
    const decoder = await colourDecoder(matching, embeddings);
    const levels = [middle.up.input, fine.up.input, last.input];
    decoder.memories.forEach(({ projection }, i) => {
        if (!matching.isSame(projection.input, levels[i]))
            throw notDdcolor('its queries look at other features');
    });
    return { stages: found.stages, deepest, steps, last, decoder, refine };
}
/** The product of colour embeddings and features at full size: where both come from. */
async function queryMaps(matching, value) {
    const product = matching.need(matching.flow.made(value, 'Einsum', 'MatMul'), 'the product of colour embeddings and features', value);
    if (product.operator === 'Einsum' && !isQueryProduct(textOf(product, 'equation', ''))) {
        throw notDdcolor('its embeddings and features are multiplied in another way');
    }
    for (const [embeddings, features] of [product.inputs, product.inputs.toReversed()]) {
        const last = await shuffleUp(matching, features, 4);
        if (last)
            return { embeddings: embeddings, last };
    }
    throw matching.missing('the last pixel shuffle', product.inputs[1]);
}
/** Whether an equation is embeddings [b, q, c] by features [b, c, h, w], whatever its letters. */
function isQueryProduct(equation) {
    const letters = equation.replace(/\s/g, '');
    return /^(.)(.)(.),\1\3(.)(.)->\1\2\4\5$/.test(letters);
}
/** What the gray itself adds to ab, in 0–1: the refinement of the normalised picture. */
async function grayTerm({ weight, bias }, queries) {
    const values = await weight.read();
    const shifts = await bias?.read();
    const term = { slope: [0, 0], offset: [0, 0] };
    for (const plane of [0, 1]) {
        term.offset[plane] = shifts?.[plane] ?? 0;
        MEAN.forEach((mean, i) => {
            const factor = values[plane * (queries + MEAN.length) + queries + i] / DEVIATION[i];
            term.slope[plane] += factor;
            term.offset[plane] -= factor * mean;
        });
    }
    return term;
}
