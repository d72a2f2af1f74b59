import { AppError } from '../../shared/errors.ts';
import { canEvaluate, evaluate } from './constant-operators.ts';
import { elementsOf, numbersInMemory, readTensor } from './read-tensor.ts';
/** Numbers that may be made from a file's weights in all, for each number in it: some are moved about a few times. */
const WORK_PER_ELEMENT = 24;
/** What small constants may be made into, whatever the file's size. */
const LEAST_WORK = 2 ** 22;
/** Operators between a number as it is kept and as it is used: a cast, a root, a quotient. */
const MOST_SCALAR_STEPS = 8;
/**
 * What a graph's fixed values are. Exporters leave much of it as operators: halves of a weight, transposed
 * matrices, a spectral norm. Only what is asked for is computed, when it is asked for.
 */
export class Constants {
    #flow;
    #source;
    /** How many numbers may still be made: a hostile file would have us make them for ever. */
    #work;
    #shapes = new Map();
    /** The last computed value: sixteen pieces of one convolution are asked for one after another. */
    #last = null;
    constructor(flow, source) {
        this.#flow = flow;
        this.#source = source;
        const weights = [...flow.model.initialisers.values()];
        const elements = weights.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
        this.#work = LEAST_WORK + WORK_PER_ELEMENT * Math.min(elements, source.size);
    }
    /** The sides of a fixed value. @throws {AppError} as {@link read}. */
    async shapeOf(value) {
        const known = this.#flow.tensor(value)?.shape ?? this.#shapes.get(value);
        return known ?? (await this.read(value)).shape;
    }
    /** A fixed value's numbers. @throws {AppError} `model/incompatible`, `model/corrupt`. */
    async read(value) {
        const tensor = this.#flow.tensor(value);
        if (tensor)
            return readTensor(tensor, this.#source);
        if (this.#last?.value !== value)
            this.#last = { value, numbers: await this.#compute(value) };
        this.#shapes.set(value, this.#last.numbers.shape);
        return this.#last.numbers;
    }
    /** The one number that a fixed value holds; null where it holds more, or is not plainly a number. */
    async scalar(value) {
        if (!this.#flow.isFixed(value))
            return null;
        const steps = this.#stepsTo(value);
        const isSmall = (name) => {
            const tensor = this.#flow.tensor(name);
            return !tensor || elementsOf(tensor.shape) === 1;
        };
        const isPlain = steps.length <= MOST_SCALAR_STEPS &&
            isSmall(value) &&
            steps.every((node) => canEvaluate(node) && node.inputs.every(isSmall));
        if (!isPlain)
            return null;
        const { values } = await this.read(value);
        return values.length === 1 ? values[0] : null;
    }
    async #compute(value) {
        const found = new Map();
        for (const node of this.#stepsTo(value)) {
            for (const input of node.inputs) {
                const tensor = found.has(input) ? undefined : this.#flow.tensor(input);
                if (tensor)
                    found.set(input, await readTensor(tensor, this.#source));
            }
            const inputs = node.inputs.map((input) => found.get(input) ?? null);
            const outputs = evaluate(node, inputs, this.#work);
            outputs.forEach((numbers, i) => {
                this.#work -= numbers.values.length;
                found.set(node.outputs[i] ?? '', numbers);
            });
        }
        return found.get(value) ?? notComputed('nothing');
    }
    /** The operators that a fixed value needs, each after those that it needs itself. */
    #stepsTo(value) {
        const steps = [];
        const seen = new Set();
        const waiting = [];
        const ask = (name) => {
            const node = this.#flow.tensor(name) ? undefined : this.#flow.maker(name);
            if (node && !seen.has(node))
                waiting.push({ node, isReady: false });
        };
        if (!this.#flow.isFixed(value))
            notComputed('the picture');
        ask(value);
        for (let next = waiting.pop(); next; next = waiting.pop()) {
            if (next.isReady)
                steps.push(next.node);
            else if (!seen.has(next.node)) {
                seen.add(next.node);
                waiting.push({ node: next.node, isReady: true });
                next.node.inputs.forEach(ask);
            }
        }
        return steps;
    }
    /** A list of a few integers, such as a shape; null where it is not fixed or not at hand. */
    listAtHand(value) {
        const tensor = this.#flow.tensor(value);
        if (tensor?.data.kind !== 'memory')
            return null;
        return [...numbersInMemory(tensor).values];
    }
}
function notComputed(from) {
    throw new AppError('model/incompatible', `This ONNX model cannot be read here: a weight of it is computed from ${from}.`);
}
