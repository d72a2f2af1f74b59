import { AppError } from '../shared/errors.ts';
import { filesOf, weightFilesOf, } from './card.ts';
import { materialise, parseWeightTable } from './weights.ts';
/** A model whose card is known; its files come when a run first needs them. A colouriser unless another card is named. */
export class Model {
    card;
    #source;
    constructor(card, source) {
        this.card = card;
        this.#source = source;
    }
    /** Whether a run on a backend would fetch nothing. */
    isHere(backend) {
        return this.#source.isHere(this.#files(backend));
    }
    /**
     * Brings what a backend needs: shards and table for both, and the graphs for onnxruntime on wasm.
     * @throws {AppError} `net/*`, `model/not-found`, `model/integrity`, `job/aborted`.
     */
    bring(backend, options = {}) {
        return this.#source.bring(this.#files(backend), options);
    }
    /**
     * Brings the first of a backend's files that is not here, so that others can come between.
     * @returns bytes that are still missing then.
     * @throws {AppError} as {@link bring}.
     */
    async bringNext(backend) {
        const missing = [];
        for (const file of this.#files(backend)) {
            if (!(await this.#source.isHere([file])))
                missing.push(file);
        }
        const [next, ...others] = missing;
        if (next)
            await this.#source.bring([next], {});
        return others.reduce((sum, { bytes }) => sum + bytes, 0);
    }
    /** Brings only the table of weights, from which networks are planned. @throws {AppError} as {@link bring}. */
    bringTable(options = {}) {
        return this.#source.bring([this.card.weights.tensors], options);
    }
    /** A graph's structure, without weights, as ONNX bytes. */
    graph(files, name) {
        const onnx = this.card.onnx;
        return readBlob(fileOf(files, onnx[name]));
    }
    /** The fp32 weights that a graph refers to, made from the shards. @throws {AppError} `memory/exhausted`. */
    async graphWeights(files, name) {
        const { table, stream } = await this.stored(files);
        try {
            return materialise(table, stream, name);
        }
        catch (cause) {
            throw new AppError('memory/exhausted', 'The page has no memory left for the network.', {
                cause,
            });
        }
    }
    /** The table of weights. @throws {AppError} `model/incompatible`. */
    async weightTable(files) {
        return readTable(this.card.weights, files);
    }
    /** The weights as they were downloaded, and their table. @throws {AppError} `model/*`, `store/denied`. */
    stored(files) {
        return readWeights(this.card.weights, files);
    }
    #files(backend) {
        return backend === 'wasm' ? filesOf(this.card) : weightFilesOf(this.card);
    }
}
/** Reads the weights that a card names. @throws {AppError} `model/*`, `store/denied`. */
export async function readWeights(weights, files) {
    const table = await readTable(weights, files);
    const stream = await readBlob(new Blob(weights.shards.map((shard) => fileOf(files, shard))));
    return { table, stream };
}
async function readTable({ tensors, bytes }, files) {
    return parseWeightTable(await readJson(fileOf(files, tensors)), bytes);
}
function fileOf(files, file) {
    const blob = files.get(file.sha256);
    if (!blob)
        throw new AppError('model/not-found', `The file ${file.file} of the model is missing.`);
    return blob;
}
async function readJson(blob) {
    const text = new TextDecoder().decode(await readBlob(blob));
    try {
        return JSON.parse(text);
    }
    catch (cause) {
        throw new AppError('model/incompatible', 'The table of weights is not JSON.', { cause });
    }
}
/** The bytes of kept files; what they fail with has nothing to do with where the network runs. */
async function readBlob(blob) {
    try {
        return new Uint8Array(await blob.arrayBuffer());
    }
    catch (cause) {
        throw new AppError('store/denied', 'The model that this browser keeps could not be read.', {
            cause,
        });
    }
}
