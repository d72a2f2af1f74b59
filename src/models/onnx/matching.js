import { AppError } from '../../shared/errors.ts';
import { elementsOf } from './read-tensor.ts';
import { reshaped } from './weight.ts';
/** A graph that is held against an architecture, from its result backwards. */
export class Matching {
    flow;
    constants;
    constructor(flow, constants) {
        this.flow = flow;
        this.constants = constants;
    }
    /** Whether two values are the same numbers, perhaps in another order or shape. */
    isSame(a, b) {
        return this.flow.through(a) === this.flow.through(b);
    }
    /** A fixed value as a weight, with the shape that it has. */
    async weight(value) {
        const { constants } = this;
        return {
            shape: await constants.shapeOf(value),
            read: async () => new Float32Array((await constants.read(value)).values),
        };
    }
    /**
     * A weight of this shape, which copies for a batch of pictures may hide.
     * @param shape sides of 1 more or less do not matter.
     */
    async shaped(value, shape) {
        const source = await this.weight(await this.#source(value, elementsOf(shape)));
        const wide = (sides) => sides.filter((side) => side !== 1).join(' × ');
        if (wide(source.shape) !== wide(shape)) {
            throw notDdcolor(`a weight of ${wide(shape)} was looked for, and one of ${wide(source.shape)} was found`);
        }
        return reshaped(source, shape);
    }
    /** A vector of channels, whatever sides of 1 it has. */
    async vector(value, length) {
        return this.shaped(value, [length ?? elementsOf(await this.constants.shapeOf(value))]);
    }
    /** Of a value and of what it is a copy of: the one that has so many numbers. */
    async #source(value, count) {
        const kept = this.flow.kept(value);
        if (!this.flow.isFixed(kept))
            throw this.missing('a weight', value);
        return elementsOf(await this.constants.shapeOf(kept)) === count ? kept : value;
    }
    /** Of an operator with two inputs that may be exchanged: the fixed one, and the other. */
    fixedOperand(node) {
        const [a, b] = node.inputs;
        if (this.flow.isFixed(b))
            return { fixed: b, other: a };
        return this.flow.isFixed(a) ? { fixed: a, other: b } : null;
    }
    /** What was found. @throws {AppError} {@link missing}. */
    need(found, what, value) {
        if (found !== null)
            return found;
        throw this.missing(what, value);
    }
    /** The error that says what was looked for, and what was found instead. */
    missing(what, value) {
        return notDdcolor(`${what} was looked for, and ${this.#named(value)} was found`);
    }
    #named(value) {
        const node = this.flow.maker(this.flow.through(value));
        if (node)
            return `the operator ${node.operator}`;
        return this.flow.isFixed(value) ? 'a weight' : 'the picture itself';
    }
}
/** The error of a model that is something else. */
export function notDdcolor(why) {
    return new AppError('model/incompatible', `This file is an ONNX model, but not a DDColor that can be read: ${why}.`);
}
