import { batchNormOf, concatenated, countOf, interleaved, ModuleWeights, plain, scalesOf, vectorOf, } from '../../runtime/network/module-weights.ts';
import { AppError } from '../../shared/errors.ts';
/** Sub-pixels that `paint` makes of one cell. */
const SUB_PIXELS = 16;
/**
 * DDColor's weights as its dispatches want them, by the names of the PyTorch module. The architecture
 * (depths, channels, queries, layers) follows from what the table of weights holds.
 */
export class DdcolorWeights extends ModuleWeights {
    depths;
    queries;
    queryChannels;
    layers;
    #chromaScale;
    /**
     * @param chromaScale the query maps' sum is multiplied by it.
     * @throws {AppError} `model/incompatible` where the table is not of a DDColor that the kernels can run.
     */
    constructor(shapes, chromaScale) {
        super(shapes);
        this.#chromaScale = chromaScale;
        this.depths = [0, 1, 2, 3].map((i) => countOf(shapes, (j) => `enc.stages.${i}.${j}.gamma`));
        this.layers = countOf(shapes, (i) => `layers.${i}.f1.weight`);
        const [, queries, channels] = shapes.shapeOf('query').shape;
        this.queries = queries;
        this.queryChannels = channels;
        if (this.depths.includes(0) || this.layers === 0 || this.queryChannels % 64 !== 0) {
            throw new AppError('model/incompatible', 'These weights are not of a DDColor that runs here.');
        }
    }
    /** The projection of one level to the queries' channels; the level's own code is part of the bias. */
    projection(level) {
        return this.convolution(`proj.${level}`, { added: `level.${level}` });
    }
    /** Scale and shift of a layer norm with a batch norm right after it. */
    normThenBatchNorm(norm, batchNorm) {
        const [channels] = this.shapes.shapeOf(`${norm}.weight`).shape;
        return vectorOf(`${norm}+${batchNorm}`, 2 * channels, (source) => {
            const [scale, shift] = batchNormOf(source, batchNorm);
            return interleaved(plain(source, `${norm}.weight`).map((value, i) => value * scale[i]), plain(source, `${norm}.bias`).map((value, i) => value * scale[i] + shift[i]));
        });
    }
    /** The learnt queries, and with their positions added. */
    get query() {
        return this.#constant('query', (source) => plain(source, 'query'));
    }
    get placedQuery() {
        return this.#constant('query+qpos', (source) => {
            const position = plain(source, 'qpos');
            return plain(source, 'query').map((value, i) => value + position[i]);
        });
    }
    get queryPosition() {
        const length = this.queries * this.queryChannels;
        return vectorOf('qpos', length, (source) => plain(source, 'qpos'));
    }
    /** `[2, queries]`: how much each query's map gives to a and b. */
    get refine() {
        return vectorOf('mix.query.weight', 2 * this.queries, (source) => plain(source, 'mix.query.weight').map((value) => value * this.#chromaScale));
    }
    /** The last convolution, sub-pixel by sub-pixel: `[depth, 16 × channels]`. */
    get paint() {
        const part = (kind, sub) => `last.conv.${kind}.${sub}`;
        const subs = Array.from({ length: SUB_PIXELS }, (_, sub) => sub);
        const { shape } = this.shapes.shapeOf(part('weight', 0));
        const [channels, depth] = shape;
        const isInt8 = subs.every((sub) => this.shapes.shapeOf(part('weight', sub)).isInt8);
        const all = SUB_PIXELS * channels;
        const matrix = {
            name: 'last.conv.weight',
            depth,
            channels: all,
            isInt8,
            values: (source) => {
                const out = isInt8 ? new Int8Array(depth * all) : new Float32Array(depth * all);
                for (const sub of subs) {
                    const { values } = source.tensor(part('weight', sub));
                    for (let at = 0; at < values.length; at++) {
                        out[(at % depth) * all + sub * channels + Math.floor(at / depth)] = values[at];
                    }
                }
                return out;
            },
        };
        const scaleAndBias = vectorOf('last.conv.channels', 2 * all, (source) => {
            return interleaved(concatenated(subs.map((sub) => scalesOf(source, part('weight', sub), channels))), concatenated(subs.map((sub) => plain(source, part('bias', sub)))));
        });
        return { matrix, scaleAndBias };
    }
    #constant(name, values) {
        return { name, depth: this.queries, channels: this.queryChannels, isInt8: false, values };
    }
}
