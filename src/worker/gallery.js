import { decodePhotograph } from '../image/decode/decode-photograph.ts';
import { AppError } from '../shared/errors.ts';
/** Bytes of decoded photographs kept at once; those not looked at for longest are decoded again when needed. */
const DECODED_BYTES = 256 * 2 ** 20;
/** A photograph that the page has open. */
export class HeldPhotograph {
    file;
    adjustment;
    /** Decoded pixels, or null while parked. */
    photograph;
    /** Colours found, also those given back by the page; null before the first run. */
    found = null;
    #decoding = null;
    #colouring = null;
    #ownColouring = null;
    constructor(file, adjustment, photograph) {
        this.file = file;
        this.adjustment = adjustment;
        this.photograph = photograph;
    }
    /** Its pixels, decoded again where it was parked; calls that meet wait for the same decoding. */
    async decoded() {
        if (this.photograph)
            return this.photograph;
        this.#decoding ??= decodePhotograph(this.file, this.adjustment)
            .then((decoded) => (this.photograph = decoded.photograph))
            .finally(() => (this.#decoding = null));
        return this.#decoding;
    }
    /** Found colours as their painter holds them; null where they must be fitted again. */
    get colouring() {
        return this.#colouring;
    }
    set colouring(colouring) {
        if (this.#colouring !== colouring)
            this.#colouring?.dispose();
        this.#colouring = colouring;
    }
    /** The file's own colours as their painter holds them. */
    get ownColouring() {
        return this.#ownColouring;
    }
    set ownColouring(colouring) {
        if (this.#ownColouring !== colouring)
            this.#ownColouring?.dispose();
        this.#ownColouring = colouring;
    }
    /** Frees what painters hold; colours found are kept in `found`. */
    dropColourings() {
        this.colouring = null;
        this.ownColouring = null;
    }
}
/** The open photographs, the most recently used last. */
export class Gallery {
    #held = new Map();
    /** Decodes a file and holds it under an id, in place of what was there. */
    async open(id, file, adjustment, signal) {
        const decoded = await decodePhotograph(file, { ...adjustment, signal });
        this.close(id);
        this.#held.set(id, new HeldPhotograph(file, adjustment, decoded.photograph));
        this.#park(id);
        return decoded;
    }
    /** A held photograph with its pixels. @throws {AppError} where it is not open, or its file is gone. */
    async get(id) {
        const held = this.#held.get(id);
        if (!held)
            throw new AppError('bug/invariant', 'This photograph is not open.');
        this.#held.delete(id);
        this.#held.set(id, held);
        const photograph = await held.decoded();
        this.#park(id);
        return { held, photograph };
    }
    /** Whether this very photograph is still the one open under the id. */
    holds(id, held) {
        return this.#held.get(id) === held;
    }
    close(id) {
        this.#held.get(id)?.dropColourings();
        this.#held.delete(id);
    }
    /** Frees every painter's fields, as when the GPU is given up. */
    dropColourings() {
        for (const held of this.#held.values())
            held.dropColourings();
    }
    /** Lets go of the pixels used longest ago, but never those of `id`. */
    #park(id) {
        let bytes = 0;
        for (const held of this.#held.values())
            bytes += bytesOf(held.photograph);
        for (const [name, held] of this.#held) {
            if (bytes <= DECODED_BYTES)
                return;
            if (name === id)
                continue;
            bytes -= bytesOf(held.photograph);
            held.photograph = null;
            held.dropColourings();
        }
    }
}
function bytesOf(photograph) {
    if (!photograph)
        return 0;
    return photograph.lightness.data.byteLength + (photograph.alpha?.byteLength ?? 0);
}
