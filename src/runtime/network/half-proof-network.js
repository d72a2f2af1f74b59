import { colourKernel, normalisedGray, paintCells } from './colour-operations.ts';
import { attention, blur, depthwise, layerNorm, layerNormAndSum, product, withPosition, } from './operations.ts';
import { Program } from './program.ts';
/** Sides of the proof's gray, in pixels. */
const WIDTH = 64;
const HEIGHT = 32;
/** What attends to the features, and the channels of both. */
const QUERIES = 5;
const CHANNELS = 32;
/** A network in the manner of DDColor, whose weights follow from this code alone. */
export function proofNetwork() {
    const program = new Program();
    const gray = program.keptTensor(WIDTH * HEIGHT, 'f32');
    const stem = norm(program, 'stem', convolution(program, 'stem', input(program, gray), 16, 4, 4));
    let x = convolution(program, 'down', stem, 24, 2, 2);
    x = block(program, x);
    x = product(program, 'up', {
        input: x,
        ...weights('up', x.channels, 4 * 16),
        activation: 'relu',
        isShuffled: true,
    });
    const stride = x.channels + stem.channels;
    const into = program.tensor(x.width * x.height * stride);
    blur(program, 'blur', x, { into, stride });
    const affine = perChannel('skip.affine', stem.channels, 1, 0.25);
    const besides = { into, stride, offset: x.channels, isRectified: true };
    layerNorm(program, 'skip', stem, affine, EPSILON, besides);
    // Deep enough to be summed in shares.
    const features = convolution(program, 'features', { ...x, value: into, channels: stride }, CHANNELS, 3, 1);
    const kernel = colourKernel(program, embeddings(program, features), {
        name: 'refine',
        length: 2 * QUERIES,
        values: () => noise(2 * QUERIES, 'refine'),
    });
    const output = paintCells(program, {
        features,
        kernel,
        matrix: matrixOf('paint', CHANNELS, 16 * CHANNELS),
        scaleAndBias: perChannel('paint.channels', 16 * CHANNELS, scaleFor(CHANNELS), 0.25),
        firstCell: 0,
        endCell: features.width * features.height,
    }, false);
    program.kept.add(output);
    const grayValues = noise(WIDTH * HEIGHT, 'gray').map((value) => (value + 1) / 2);
    return { program, gray, grayValues, output };
}
const EPSILON = 1e-6;
function input(program, gray) {
    return normalisedGray(program, gray, WIDTH, HEIGHT);
}
function convolution(program, name, from, channels, kernel, stride) {
    return product(program, name, {
        input: from,
        ...weights(name, kernel * kernel * from.channels, channels),
        gather: { kernel, stride, padding: stride === 1 ? 1 : 0 },
    });
}
function norm(program, name, from) {
    const affine = perChannel(`${name}.affine`, from.channels, 1, 0.25);
    return layerNorm(program, `${name}.norm`, from, affine, EPSILON);
}
function block(program, from) {
    const { channels } = from;
    const own = perChannel('depthwise.channels', channels, scaleFor(49), 0.25);
    let x = depthwise(program, 'depthwise', from, matrixOf('depthwise', 49, channels), own);
    x = norm(program, 'block', x);
    const wide = weights('wide', channels, 4 * channels);
    x = product(program, 'wide', { input: x, ...wide, activation: 'gelu' });
    const narrow = weights('narrow', 4 * channels, channels);
    return product(program, 'narrow', {
        input: x,
        ...narrow,
        isScaled: true,
        residual: from.value,
    });
}
/** Queries that attend to the features. */
function embeddings(program, features) {
    const linear = weights('memory', features.channels, CHANNELS);
    const memory = product(program, 'memory', { input: features, ...linear });
    const key = withPosition(program, 'position', memory);
    const values = () => noise(QUERIES * CHANNELS, 'query').map((value) => 2 * value);
    const query = {
        ...{ name: 'query', depth: QUERIES, channels: CHANNELS, isInt8: false },
        values,
    };
    const rows = { width: QUERIES, height: 1, channels: CHANNELS };
    const mixed = attention(program, 'attention', { ...rows, value: query }, key, memory);
    const { output, sum } = layerNormAndSum(program, 'queries', mixed, perChannel('queries.affine', CHANNELS, 1, 0.25), EPSILON, { name: 'addend', length: QUERIES * CHANNELS, values });
    const last = weights('embeddings', CHANNELS, CHANNELS);
    return product(program, 'embeddings', { input: sum, ...last, residual: output.value });
}
function weights(name, depth, channels) {
    return {
        matrix: matrixOf(name, depth, channels),
        perChannel: perChannel(`${name}.channels`, channels, scaleFor(depth), 0.25, 1, 0.25),
    };
}
/** Most of an int8. */
const MOST = 127;
function matrixOf(name, depth, channels) {
    const length = depth * channels;
    const values = () => Int8Array.from(noise(length, name), (value) => Math.round(MOST * value));
    return { name: `${name}.matrix`, depth, channels, isInt8: true, values };
}
/** What keeps sums over so many weights at the size of their inputs. */
function scaleFor(depth) {
    return Math.sqrt(3 / depth) / MOST;
}
/** By turns for four channels: scales around the first size, shifts within the second, and so on. */
function perChannel(name, channels, ...sizes) {
    const length = sizes.length * channels;
    const values = () => noise(length, name).map((value, i) => {
        const kind = Math.floor(i / 4) % sizes.length;
        return sizes[kind] * (kind % 2 === 0 ? 1 + value / 4 : value);
    });
    return { name, length, values };
}
/** Numbers from −1 to 1, the same on every machine. Mulberry32. */
function noise(length, name) {
    let state = [...name].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) | 0, 7);
    return Float32Array.from({ length }, () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
    });
}
