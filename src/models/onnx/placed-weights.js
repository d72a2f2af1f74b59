import { AppError } from '../../shared/errors.ts';
/** The weights of one graph, put into it when they are first used. */
export class PlacedWeights {
    #tensors;
    #used = new Set();
    constructor(table, graph) {
        const mine = table.filter((tensor) => tensor.graph === graph);
        this.#tensors = new Map(mine.map((tensor) => [tensor.name, tensor]));
    }
    has(name) {
        return this.#tensors.has(name);
    }
    /** Sides of a weight. @throws {AppError} `model/incompatible` where there is none of that name. */
    shapeOf(name) {
        return this.#found(name).shape;
    }
    /** A weight's name, for an operator's input. @throws {AppError} as {@link shapeOf}. */
    use(graph, name) {
        const { shape, materialised } = this.#found(name);
        if (!this.#used.has(name))
            graph.external({ name, shape, ...materialised });
        this.#used.add(name);
        return name;
    }
    #found(name) {
        const tensor = this.#tensors.get(name);
        if (tensor)
            return tensor;
        throw new AppError('model/incompatible', `The weights ${name} are missing.`);
    }
}
