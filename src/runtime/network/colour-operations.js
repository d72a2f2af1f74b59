import colourKernelCode from '../kernels/colour-kernel.wgsl?raw';
import grayCode from '../kernels/gray.wgsl?raw';
import { paintProduct } from '../kernels/paint.ts';
import { groupsOf, operand, vector, words } from './operations.ts';
/** Cells of the features make 4 × 4 pixels. */
export const CELL = 4;
/** The network's input: three normalised channels and one of zeros. @param gray 0–1, fp32, `[height, width]`. */
export function normalisedGray(program, gray, width, height) {
    const value = program.tensor(4 * width * height);
    program.add({
        label: 'gray',
        kernel: { name: 'gray', code: grayCode, constants: {} },
        uniform: words(width * height),
        operands: [operand(gray), operand(value)],
        workgroups: groupsOf(width * height),
        macs: 0,
    });
    return { value, width, height, channels: 4 };
}
/** Contracts embeddings of the queries with the refinement's weights. @returns `[2, channels]`, fp32. */
export function colourKernel(program, embeddings, refine) {
    const queries = embeddings.width * embeddings.height;
    const { channels } = embeddings;
    const kernel = program.tensor(2 * channels, 'f32');
    program.add({
        label: 'mix',
        kernel: { name: 'colour-kernel', code: colourKernelCode, constants: {} },
        uniform: words(queries, channels / 4),
        operands: [operand(embeddings.value), vector(refine), operand(kernel)],
        workgroups: groupsOf((2 * channels) / 4),
        macs: 2 * queries * channels,
    });
    return kernel;
}
/** Sixteen sub-pixels a cell, each contracted at once. @returns ab before the blur, pairs at full size, fp32. */
export function paintCells(program, { features, kernel, matrix, scaleAndBias, firstCell, endCell }, beginsSubmission) {
    const { width, channels } = features;
    const cells = endCell - firstCell;
    const shuffled = program.tensor(2 * CELL * CELL * cells, 'f32');
    program.add({
        label: 'paint',
        kernel: paintProduct(),
        uniform: words(endCell, channels / 4, channels / 4, channels / 4, firstCell, width),
        operands: [
            operand(features.value),
            operand(matrix),
            vector(scaleAndBias),
            operand(kernel),
            operand(shuffled),
        ],
        workgroups: [CELL * CELL, Math.ceil(cells / 64), 1],
        weights: matrix,
        macs: cells * channels * channels * CELL * CELL,
        beginsSubmission,
    });
    return shuffled;
}
