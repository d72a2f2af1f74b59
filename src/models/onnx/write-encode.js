import { GraphWriter } from './graph-writer.ts';
import { DEVIATION, MEAN } from './match-picture.ts';
import { writeColourDecoder } from './write-colour-decoder.ts';
import { batchNorm, CHANNELS_FIRST, CHANNELS_LAST, convolution, layerNorm, linear, shuffleAndBlur, } from './write-layers.ts';
const EPSILON = 1e-6;
/** `encode`: a gray picture and its position tables to features at a quarter of the size and a colour kernel. */
export function writeEncode(weights) {
    const graph = new GraphWriter('encode');
    const writing = { graph, weights };
    const gray = graph.input('gray', [1, 3, 'height', 'width']);
    const centred = graph.node('Sub', [gray, graph.floats(MEAN, [1, 3, 1, 1])]);
    const normalised = graph.node('Div', [centred, graph.floats(DEVIATION, [1, 3, 1, 1])]);
    const levels = pixelDecoder(writing, encoder(writing, normalised));
    writeColourDecoder(writing, levels);
    const channels = weights.shapeOf('f2.conv.weight')[0];
    graph.output('features', [1, channels, 'height4', 'width4']);
    graph.output('kernel', [1, 2, channels]);
    return graph.finish();
}
/** @returns what each stage gives, channels last, fine to coarse. */
function encoder(writing, picture) {
    const { graph, weights } = writing;
    const ends = [];
    let x = picture;
    for (let i = 0; i < 4; i++) {
        if (i === 0) {
            x = convolved(writing, 'enc.down.0.0', x, { stride: 4, padding: 0 });
            x = graph.node('Transpose', [x], CHANNELS_LAST);
            x = layerNorm(writing, 'enc.down.0.1', x, EPSILON);
            x = graph.node('Transpose', [x], CHANNELS_FIRST);
        }
        else {
            x = layerNorm(writing, `enc.down.${i}.0`, ends.at(-1), EPSILON);
            x = graph.node('Transpose', [x], CHANNELS_FIRST);
            x = convolved(writing, `enc.down.${i}.1`, x, { stride: 2, padding: 0 });
        }
        for (let j = 0; weights.has(`enc.stages.${i}.${j}.gamma`); j++) {
            x = block(writing, `enc.stages.${i}.${j}`, x);
        }
        ends.push(graph.node('Transpose', [x], CHANNELS_LAST));
    }
    return ends;
}
function convolved(writing, name, input, how) {
    return convolution(writing, { weight: `${name}.weight`, bias: `${name}.bias` }, input, how);
}
function block(writing, name, input) {
    const { graph, weights } = writing;
    const [group] = weights.shapeOf(`${name}.dw.weight`);
    let x = convolved(writing, `${name}.dw`, input, { stride: 1, padding: 3, group });
    x = graph.node('Transpose', [x], CHANNELS_LAST);
    x = layerNorm(writing, `${name}.norm`, x, EPSILON);
    x = gelu(graph, linear(writing, `${name}.up`, x));
    x = linear(writing, `${name}.down`, x);
    x = graph.node('Mul', [x, weights.use(graph, `${name}.gamma`)]);
    x = graph.node('Transpose', [x], CHANNELS_FIRST);
    return graph.node('Add', [input, x]);
}
/** In the steps that onnxruntime knows as one operator. */
function gelu(graph, x) {
    const error = graph.node('Erf', [graph.node('Div', [x, graph.floats([Math.SQRT2], [])])]);
    const gate = graph.node('Add', [error, graph.floats([1], [])]);
    return graph.node('Mul', [graph.node('Mul', [x, gate]), graph.floats([0.5], [])]);
}
/** @returns features at strides 16, 8 and 4; the last are named `features`. */
function pixelDecoder(writing, ends) {
    const { graph } = writing;
    const skip = (i) => {
        const normal = layerNorm(writing, `enc.norms.${i}`, ends[i], EPSILON);
        return graph.node('Transpose', [normal], CHANNELS_FIRST);
    };
    const levels = [];
    let x = skip(3);
    for (let i = 0; i < 3; i++) {
        const name = `f${i}`;
        const wide = convolved(writing, `${name}.up.conv`, x, { stride: 1, padding: 0 });
        const up = shuffleAndBlur(graph, graph.node('Relu', [wide]), 2);
        const joint = graph.node('Concat', [up, batchNorm(writing, `${name}.sbn`, skip(2 - i))], {
            axis: 1,
        });
        const weight = `${name}.conv.weight`;
        const mixed = convolution(writing, { weight }, graph.node('Relu', [joint]), {
            stride: 1,
            padding: 1,
        });
        x = batchNorm(writing, `${name}.bn`, graph.node('Relu', [mixed]), i === 2 ? 'features' : undefined);
        levels.push(x);
    }
    return levels;
}
