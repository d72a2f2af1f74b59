import { CELL, colourKernel, normalisedGray, paintCells, } from '../../runtime/network/colour-operations.ts';
import { attention, blur, depthwise, groupsOf, layerNorm, layerNormAndSum, operand, product, withPosition, wordOfFloat, words, } from '../../runtime/network/operations.ts';
import { Program } from '../../runtime/network/program.ts';
import abCode from '../../runtime/kernels/ab.wgsl?raw';
const ENCODER_EPSILON = 1e-6;
const DECODER_EPSILON = 1e-5;
/**
 * DDColor (Kang et al. 2023, arXiv 2212.11613) as dispatches: a ConvNeXt encoder, three upsampling blocks,
 * a decoder of colour queries, and `paint`. All that follows the last ReLU is linear and folded exactly:
 * neither query maps nor features at full size ever exist.
 * @param width, height of the gray, multiples of 32.
 * @param tileRows rows of ab that one submission of `paint` makes; a multiple of 4.
 */
export function ddcolor(weights, width, height, grayTerm, tileRows) {
    const program = new Program();
    const gray = program.keptTensor(width * height, 'f32');
    const ab = program.keptTensor(2 * width * height, 'f32');
    const skips = encoder(program, weights, normalisedGray(program, gray, width, height));
    const levels = pixelDecoder(program, weights, skips);
    const kernel = colourDecoder(program, weights, levels);
    const features = levels.at(-1);
    program.last(features.value);
    for (let row = 0; row < height; row += tileRows) {
        const end = Math.min(row + tileRows, height);
        paint(program, weights, { features, kernel, gray, ab, grayTerm }, row, end);
    }
    return { program, gray, ab, features };
}
/** @returns the four stages before their norms, fine to coarse. */
function encoder(program, weights, gray) {
    const stages = [];
    let x = gray;
    weights.depths.forEach((depth, i) => {
        if (i === 0) {
            x = product(program, 'enc.down.0', {
                input: x,
                ...weights.convolution('enc.down.0.0'),
                gather: STEM,
            });
            x = layerNorm(program, 'enc.down.0', x, weights.norm('enc.down.0.1'), ENCODER_EPSILON);
        }
        else {
            x = layerNorm(program, `enc.down.${i}`, x, weights.norm(`enc.down.${i}.0`), ENCODER_EPSILON);
            x = product(program, `enc.down.${i}`, {
                input: x,
                ...weights.convolution(`enc.down.${i}.1`),
                gather: DOWN,
            });
        }
        for (let j = 0; j < depth; j++)
            x = block(program, weights, `enc.stages.${i}.${j}`, x);
        stages.push(x);
    });
    return stages;
}
const STEM = { kernel: 4, stride: 4, padding: 0 };
const DOWN = { kernel: 2, stride: 2, padding: 0 };
const SAME = { kernel: 3, stride: 1, padding: 1 };
function block(program, weights, name, input) {
    const { matrix, scaleAndBias } = weights.depthwise(`${name}.dw`);
    let x = depthwise(program, `${name}.dw`, input, matrix, scaleAndBias);
    x = layerNorm(program, `${name}.norm`, x, weights.norm(`${name}.norm`), ENCODER_EPSILON);
    x = product(program, `${name}.up`, {
        input: x,
        ...weights.linear(`${name}.up`),
        activation: 'gelu',
    });
    return product(program, `${name}.down`, {
        input: x,
        ...weights.linear(`${name}.down`, `${name}.gamma`),
        isScaled: true,
        residual: input.value,
    });
}
/** @returns features at strides 16, 8 and 4. */
function pixelDecoder(program, weights, stages) {
    const levels = [];
    let x = layerNorm(program, 'enc.norms.3', stages[3], weights.norm('enc.norms.3'), ENCODER_EPSILON);
    for (let i = 0; i < 3; i++) {
        const name = `f${i}`;
        const skip = stages[2 - i];
        const up = weights.shuffled(`${name}.up.conv`);
        x = product(program, `${name}.up`, { input: x, ...up, activation: 'relu', isShuffled: true });
        const stride = x.channels + skip.channels;
        const into = program.tensor(x.width * x.height * stride);
        blur(program, `${name}.blur`, x, { into, stride });
        const affine = weights.normThenBatchNorm(`enc.norms.${2 - i}`, `${name}.sbn`);
        layerNorm(program, `${name}.skip`, skip, affine, ENCODER_EPSILON, {
            into,
            stride,
            offset: x.channels,
            isRectified: true,
        });
        x = product(program, `${name}.conv`, {
            input: { ...x, value: into, channels: stride },
            ...weights.convolution(`${name}.conv`, { batchNorm: `${name}.bn` }),
            gather: SAME,
            activation: 'relu',
            isScaled: true,
        });
        levels.push(x);
    }
    return levels;
}
/** @returns the colour kernel `[2, channels]` of the last level. */
function colourDecoder(program, weights, levels) {
    const { queries, layers } = weights;
    const linear = (label, input, activation = 'none') => product(program, label, { input, ...weights.linear(label), activation });
    const memories = levels.map((level, i) => {
        const memory = product(program, `proj.${i}`, { input: level, ...weights.projection(i) });
        return { memory, placed: withPosition(program, `proj.${i}.position`, memory) };
    });
    const attend = (name, query, key, value, rest) => {
        const mixed = attention(program, name, linear(`${name}.q`, query), linear(`${name}.k`, key), linear(`${name}.v`, value));
        const out = weights.linear(`${name}.o`);
        return product(program, `${name}.o`, { input: mixed, ...out, residual: rest.value });
    };
    const constant = { width: queries, height: 1, channels: weights.queryChannels };
    let x = { ...constant, value: weights.query };
    let placed = { ...constant, value: weights.placedQuery };
    const normAndPlace = (name, sum) => layerNormAndSum(program, name, sum, weights.norm(name), DECODER_EPSILON, weights.queryPosition);
    for (let i = 0; i < layers; i++) {
        const name = `layers.${i}`;
        const level = memories[i % memories.length];
        const crossed = attend(`${name}.ca`, placed, level.placed, level.memory, x);
        ({ output: x, sum: placed } = normAndPlace(`${name}.n1`, crossed));
        const mixed = attend(`${name}.sa`, placed, placed, x, x);
        x = layerNorm(program, `${name}.n2`, mixed, weights.norm(`${name}.n2`), DECODER_EPSILON);
        const wide = linear(`${name}.f1`, x, 'relu');
        const narrow = weights.linear(`${name}.f2`);
        const sum = product(program, `${name}.f2`, { input: wide, ...narrow, residual: x.value });
        if (i === layers - 1) {
            x = layerNorm(program, `${name}.n3`, sum, weights.norm(`${name}.n3`), DECODER_EPSILON);
        }
        else
            ({ output: x, sum: placed } = normAndPlace(`${name}.n3`, sum));
    }
    x = layerNorm(program, 'norm', x, weights.norm('norm'), DECODER_EPSILON);
    x = linear('embed.0', x, 'relu');
    x = linear('embed.2', x, 'relu');
    x = linear('embed.4', x);
    return colourKernel(program, x, weights.refine);
}
/** Rows of ab from the features: sixteen sub-pixels a cell, each contracted at once, then the blur. */
function paint(program, weights, { features, kernel, gray, ab, grayTerm }, firstRow, endRow) {
    const { width } = features;
    const haloCells = firstRow > 0 ? 1 : 0;
    const cells = {
        firstCell: (firstRow / CELL - haloCells) * width,
        endCell: (endRow / CELL) * width,
    };
    // A tile is a submission of its own.
    const shuffled = paintCells(program, { features, kernel, ...weights.paint, ...cells }, true);
    const { slope, offset } = grayTerm;
    program.add({
        label: 'ab',
        kernel: { name: 'ab', code: abCode, constants: {} },
        uniform: words(CELL * width, firstRow, endRow, CELL * features.height, CELL * haloCells, ...[...slope, ...offset].map(wordOfFloat)),
        operands: [operand(shuffled), operand(gray), operand(ab)],
        workgroups: groupsOf((endRow - firstRow) * CELL * width),
        macs: 0,
    });
}
