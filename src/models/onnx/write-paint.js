import { GraphWriter } from './graph-writer.ts';
import { convolution, shuffleAndBlur } from './write-layers.ts';
/** Sides of a cell of features, in pixels. */
const CELL = 4;
/**
 * `paint`: features, colour kernel and gray to ab. Each of a cell's sixteen sub-pixels is a branch that is
 * contracted to two channels at once, so that nothing wider than the features exists at full size.
 */
export function writePaint(weights, { chromaScale, gray: { slope, offset } }) {
    const graph = new GraphWriter('paint');
    const [channels] = weights.shapeOf('last.conv.weight.0');
    const features = graph.input('features', [1, channels, 'height4', 'width4']);
    const kernel = graph.input('kernel', [1, 2, channels]);
    const gray = graph.input('gray', [1, 3, 'height', 'width']);
    const subs = Array.from({ length: CELL * CELL }, (_, i) => {
        const names = { weight: `last.conv.weight.${i}`, bias: `last.conv.bias.${i}` };
        const wide = convolution({ graph, weights }, names, features, { stride: 1, padding: 0 });
        const flat = graph.node('Reshape', [
            graph.node('Relu', [wide]),
            graph.integers([1, channels, -1]),
        ]);
        return graph.node('Unsqueeze', [graph.node('MatMul', [kernel, flat]), graph.integers([2])]);
    });
    const sub = graph.node('Concat', subs, { axis: 2 });
    const sides = graph.node('Slice', [
        graph.node('Shape', [features]),
        graph.integers([2]),
        graph.integers([4]),
        graph.integers([0]),
    ]);
    const shape = graph.node('Concat', [graph.integers([1, 2 * CELL * CELL]), sides], { axis: 0 });
    const shuffled = shuffleAndBlur(graph, graph.node('Reshape', [sub, shape]), CELL);
    const scaled = graph.node('Mul', [shuffled, graph.floats([chromaScale], [])]);
    // The three channels of the gray are the same: the first one stands for all.
    const own = graph.node('Conv', [gray, graph.floats([slope[0], 0, 0, slope[1], 0, 0], [2, 3, 1, 1]), graph.floats([...offset])], { kernel_shape: [1, 1] });
    graph.node('Add', [scaled, own], {}, 'ab');
    graph.output('ab', [1, 2, 'height', 'width']);
    return graph.finish();
}
