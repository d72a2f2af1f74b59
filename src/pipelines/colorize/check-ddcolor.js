import { HEAD_CHANNELS } from '../../runtime/network/operations.ts';
import { AppError } from '../../shared/errors.ts';
import { ddcolorShapes } from './ddcolor-shapes.ts';
/** Of the colour queries: kernels take heads of 32, the tables of positions for wasm are made for 256. */
const QUERY_CHANNELS = 8 * HEAD_CHANNELS;
/** Far more than any published DDColor has. */
const MOST_BLOCKS = 64;
/** Kernels take channels by fours; the last block has half of the decoder's width. */
const WIDTH_MULTIPLE = 8;
/**
 * Checks that a table of weights is of a DDColor that runs here: every name with the shape that the others make
 * it have, none beside them, in one graph each, and int8 only where scales are understood.
 * @throws {AppError} `model/incompatible`.
 */
export function checkDdcolor(table) {
    const tensors = new Map(table.map((tensor) => [tensor.name, tensor]));
    const expected = ddcolorShapes(sidesOf(tensors));
    for (const [name, shape] of expected) {
        const tensor = tensors.get(name);
        if (!tensor)
            throw notDdcolor(`the weights ${name} are missing`);
        if (tensor.shape.join() !== shape.join()) {
            throw notDdcolor(`the weights ${name} are ${sides(tensor.shape)} and not ${sides(shape)}`);
        }
        const graph = name.startsWith('last.') ? 'paint' : 'encode';
        if (tensor.graph !== graph)
            throw notDdcolor(`the weights ${name} belong to ${graph}`);
        checkScales(tensor);
    }
    const other = table.find(({ name }) => !expected.has(name));
    if (other)
        throw notDdcolor(`it has no weights ${other.name}`);
    const subPixels = table.filter(({ name }) => name.startsWith('last.conv.weight.'));
    if (new Set(subPixels.map(({ encoding }) => encoding)).size > 1) {
        throw notDdcolor('the weights of its last convolution are not all of one kind');
    }
}
/** Sides as some of the weights tell them; all others are compared with what follows. */
function sidesOf(tensors) {
    const side = (name, axis) => {
        const found = tensors.get(name)?.shape[axis];
        if (found === undefined)
            throw notDdcolor(`the weights ${name} are missing`);
        return found;
    };
    const count = (name) => {
        let found = 0;
        while (found <= MOST_BLOCKS && tensors.has(name(found)))
            found++;
        if (found === 0 || found > MOST_BLOCKS)
            throw notDdcolor(`it has ${found} of ${name(0)}`);
        return found;
    };
    const stages = [0, 1, 2, 3];
    const found = {
        depths: stages.map((i) => count((j) => `enc.stages.${i}.${j}.gamma`)),
        dims: stages.map((i) => side(`enc.norms.${i}.weight`, 0)),
        width: side('f0.bn.weight', 0),
        queries: side('query', 1),
        queryChannels: side('query', 2),
        feedForward: side('layers.0.f1.weight', 1),
        layers: count((i) => `layers.${i}.f1.weight`),
    };
    const channels = [...found.dims, found.feedForward];
    if (found.queryChannels !== QUERY_CHANNELS) {
        throw notDdcolor(`its queries have ${found.queryChannels} channels and not ${QUERY_CHANNELS}`);
    }
    if (channels.some((each) => each % 4 !== 0) || found.width % WIDTH_MULTIPLE !== 0) {
        throw notDdcolor('its channels are no multiples of four');
    }
    return found;
}
/** Scales belong to output channels, and only matrices that are multiplied have any. */
function checkScales({ name, shape, encoding, axis }) {
    if (encoding === 'fp16')
        return;
    const isMatrix = /\.weight(\.\d+)?$/.test(name) && shape.length > 1 && !name.startsWith('mix.');
    if (!isMatrix)
        throw notDdcolor(`the weights ${name} are int8`);
    if (axis !== (shape.length === 2 ? 1 : 0)) {
        throw notDdcolor(`the weights ${name} have their scales along another side`);
    }
}
function sides(shape) {
    return shape.join(' × ');
}
function notDdcolor(why) {
    return new AppError('model/incompatible', `This is no DDColor that runs here: ${why}.`);
}
