import cellMeansCode from '../kernels/cell-means.wgsl?raw';
import planesOfRowsCode from '../kernels/planes-of-rows.wgsl?raw';
import rowsOfPlanesCode from '../kernels/rows-of-planes.wgsl?raw';
import { groupsOf, operand, wordOfFloat, words } from './operations.ts';
/** Planes as features: a channel each, and zeros up to a multiple of four. */
export function rowsOfPlanes(program, label, input, { images = input.images ?? 1, first = 0, target } = {}) {
    const { width, height } = input;
    const vectors = Math.ceil((input.planes - first) / 4);
    const rows = images * width * height;
    const value = target?.into ?? program.tensor(4 * vectors * rows);
    const stride = target?.stride ?? 4 * vectors;
    program.add({
        label,
        kernel: { name: 'rows-of-planes', code: rowsOfPlanesCode, constants: {} },
        uniform: words(width * height, input.planes, first, images, input.images ?? 1, vectors, stride / 4, (target?.offset ?? 0) / 4),
        operands: [operand(input.value), operand(value)],
        workgroups: groupsOf(rows * vectors),
        macs: 0,
    });
    return { value, width, height, channels: stride, images };
}
/** The first channels of features as planes, fp32, in memory of their own: to be read after a run. */
export function planesOfRows(program, label, input, planes) {
    const { width, height, channels, images = 1 } = input;
    const value = program.keptTensor(images * planes * width * height, 'f32');
    program.add({
        label,
        kernel: { name: 'planes-of-rows', code: planesOfRowsCode, constants: {} },
        uniform: words(width * height, planes, images, channels / 4),
        operands: [operand(input.value), operand(value)],
        workgroups: groupsOf(images * planes * width * height),
        macs: 0,
    });
    return { value, width, height, planes, images };
}
/**
 * The mean over each cell of 4 × 4 pixels, times a number.
 * @param into planes of which the first are written.
 * @param planes that there are, and are written.
 */
export function cellMeans(program, label, input, into, planes, factor) {
    const { width, height } = into;
    program.add({
        label,
        kernel: { name: 'cell-means', code: cellMeansCode, constants: {} },
        uniform: words(width, height, planes, wordOfFloat(factor)),
        operands: [operand(input), operand(into.value)],
        workgroups: groupsOf(planes * width * height),
        macs: 0,
    });
}
