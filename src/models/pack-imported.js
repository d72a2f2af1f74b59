import { letMessagesIn } from '../shared/let-messages-in.ts';
import { AppError, throwIfAborted } from '../shared/errors.ts';
import { TransferMeter } from '../shared/transfer.ts';
import { halfOfFloat } from './half.ts';
import { sha256Of } from './integrity.ts';
const SHARD_BYTES = 4 * 2 ** 20;
/** What materialised tensors are aligned to (models/README.md). */
const ALIGNMENT = 64;
/**
 * Packs weights as fp16 into shards, in the order in which they are given; what came as fp16 stays what it was.
 * @throws {AppError} `model/corrupt`, `model/incompatible`, `job/aborted`.
 */
export async function packImported(tensors, onProgress, signal) {
    const table = tableOf(tensors);
    const bytes = table.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const meter = new TransferMeter(bytes, onProgress);
    const files = new Map();
    const shards = [];
    const writer = new ShardWriter(async (shard) => {
        const sha256 = await sha256Of(shard);
        files.set(sha256, shard);
        shards.push({ file: `shards/${sha256.slice(0, 16)}.bin`, bytes: shard.size, sha256 });
    });
    for (const [at, tensor] of tensors.entries()) {
        throwIfAborted(signal);
        const values = await tensor.read();
        const { byteLength } = table[at];
        if (2 * values.length !== byteLength) {
            throw new AppError('model/corrupt', `The weights ${tensor.name} have the wrong length.`);
        }
        await writer.write(new Uint8Array(halvesOf(values).buffer));
        meter.skip(byteLength);
        await letMessagesIn();
    }
    await writer.end();
    return { table, shards, bytes, files };
}
/** Each tensor after the one before, in the stream and in the file of its graph. */
function tableOf(tensors) {
    const ends = { encode: 0, paint: 0 };
    let offset = 0;
    return tensors.map(({ name, graph, shape }) => {
        const values = shape.reduce((product, side) => product * side, 1);
        const materialised = {
            offset: Math.ceil(ends[graph] / ALIGNMENT) * ALIGNMENT,
            byteLength: 4 * values,
        };
        ends[graph] = materialised.offset + materialised.byteLength;
        const byteLength = 2 * values;
        const place = { offset, byteLength, axis: null, scaleOffset: null, materialised };
        offset += byteLength;
        return { name, graph, shape: [...shape], encoding: 'fp16', ...place };
    });
}
function halvesOf(values) {
    const halves = new Uint16Array(values.length);
    // A loop of its own: `from` with a function takes seconds for the weights of a large model.
    for (let i = 0; i < halves.length; i++)
        halves[i] = halfOfFloat(values[i]);
    return halves;
}
/** Cuts a stream of bytes into shards. */
class ShardWriter {
    #keep;
    #shard = new Uint8Array(SHARD_BYTES);
    #filled = 0;
    constructor(keep) {
        this.#keep = keep;
    }
    async write(bytes) {
        for (let from = 0; from < bytes.length;) {
            const part = bytes.subarray(from, from + SHARD_BYTES - this.#filled);
            this.#shard.set(part, this.#filled);
            this.#filled += part.length;
            from += part.length;
            if (this.#filled === SHARD_BYTES)
                await this.end();
        }
    }
    /** Gives out what is left. */
    async end() {
        if (this.#filled === 0)
            return;
        await this.#keep(new Blob([this.#shard.subarray(0, this.#filled)]));
        this.#filled = 0;
    }
}
