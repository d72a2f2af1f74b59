/** From channels first to channels last, and back. */
export const CHANNELS_LAST = { perm: [0, 2, 3, 1] };
export const CHANNELS_FIRST = { perm: [0, 3, 1, 2] };
/** A linear layer of rows. */
export function linear({ graph, weights }, name, input) {
    const product = graph.node('MatMul', [input, weights.use(graph, `${name}.weight`)]);
    return graph.node('Add', [weights.use(graph, `${name}.bias`), product]);
}
/** A layer norm over the last side. */
export function layerNorm({ graph, weights }, name, input, epsilon) {
    const affine = [weights.use(graph, `${name}.weight`), weights.use(graph, `${name}.bias`)];
    return graph.node('LayerNormalization', [input, ...affine], {
        axis: -1,
        epsilon: { float: epsilon },
    });
}
/** A convolution by the weight and, if there is one, the bias of these names. */
export function convolution({ graph, weights }, { weight, bias }, input, { stride, padding, group = 1 }) {
    const [, , kernel] = weights.shapeOf(weight);
    const parts = [weight, ...(bias === undefined ? [] : [bias])].map((name) => weights.use(graph, name));
    return graph.node('Conv', [input, ...parts], {
        dilations: [1, 1],
        group,
        kernel_shape: [kernel, kernel],
        pads: [padding, padding, padding, padding],
        strides: [stride, stride],
    });
}
/** A batch norm in inference. @param result the name of what it gives, where that matters. */
export function batchNorm({ graph, weights }, name, input, result) {
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => weights.use(graph, `${name}.${part}`));
    return graph.node('BatchNormalization', [input, ...parts], { epsilon: { float: 1e-5 } }, result);
}
/** Channels into sub-pixels, and the mean of each 2 × 2 of them, with the first row and column twice. */
export function shuffleAndBlur(graph, input, scale) {
    const shuffled = graph.node('DepthToSpace', [input], { blocksize: scale, mode: 'CRD' });
    const pads = graph.integers([0, 0, 1, 1, 0, 0, 0, 0]);
    const padded = graph.node('Pad', [shuffled, pads], { mode: 'edge' });
    return graph.node('AveragePool', [padded], { kernel_shape: [2, 2], strides: [1, 1] });
}
