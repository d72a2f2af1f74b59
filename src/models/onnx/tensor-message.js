import { corrupt, fieldsOf, numberIn, scanFields, textIn, varintsIn, WIRE, } from './wire.ts';
/** Numbers of fields in `TensorProto`; https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const FIELD = { dims: 1, type: 2, segment: 3, name: 8, external: 13, place: 14 };
/** Fields that hold the numbers. */
const DATA_FIELDS = new Map([
    [4, 'floats'],
    [5, 'varints'],
    [7, 'varints'],
    [9, 'raw'],
    [10, 'doubles'],
    [11, 'varints'],
]);
const EXTERNAL = 1;
const MOST_DIMENSIONS = 8;
/** Elements of a tensor: far above any weight that a browser can hold, and exact as a number. */
const MOST_ELEMENTS = 2 ** 32;
/** Data up to this size is kept: shapes, indices and scalars are looked at while a graph is matched. */
const SMALL_BYTES = 16 * 1024;
/** What is no data is names and sides; some exporters add a word on where a weight comes from. */
const LARGEST_FIELD = 2 ** 20;
/** A tensor in memory, such as an attribute's. @throws {AppError} `model/corrupt`. */
export function tensorMessage(bytes) {
    const draft = new TensorDraft();
    for (const field of fieldsOf(bytes)) {
        const layout = DATA_FIELDS.get(field.number);
        if (!layout)
            draft.take(field, bytes);
        else
            draft.setData(field, layout, {
                kind: 'memory',
                bytes: new Uint8Array(bytes.subarray(field.start, field.end)),
            });
    }
    return draft.finish();
}
/** A tensor in a file; more than a little data stays there. @throws {AppError} `model/corrupt`. */
export async function scanTensor(source, start, end) {
    const draft = new TensorDraft();
    for (const field of await scanFields(source, start, end)) {
        const layout = DATA_FIELDS.get(field.number);
        const length = field.end - field.start;
        if (!layout) {
            if (length > LARGEST_FIELD)
                throw corrupt('what it says of a weight is too long');
            const bytes = await source.read(field.start, field.end);
            draft.take({ ...field, start: 0, end: length }, bytes);
        }
        else if (length <= SMALL_BYTES) {
            const bytes = new Uint8Array(await source.read(field.start, field.end));
            draft.setData(field, layout, { kind: 'memory', bytes });
        }
        else {
            draft.setData(field, layout, { kind: 'file', start: field.start, end: field.end });
        }
    }
    return draft.finish();
}
class TensorDraft {
    #name = '';
    #type = 0;
    #isExternal = false;
    #shape = [];
    #external = new Map();
    #data = { kind: 'none' };
    take(field, message) {
        if (field.number === FIELD.dims)
            this.#shape.push(...varintsIn(field, message, MOST_DIMENSIONS));
        else if (field.number === FIELD.type)
            this.#type = numberIn(field);
        else if (field.number === FIELD.segment)
            throw corrupt('a weight in it is in segments');
        else if (field.number === FIELD.name)
            this.#name = textIn(field, message);
        else if (field.number === FIELD.place)
            this.#isExternal = numberIn(field) === EXTERNAL;
        else if (field.number === FIELD.external)
            this.#takeExternal(message.subarray(field.start, field.end));
        if (this.#shape.length > MOST_DIMENSIONS)
            throw corrupt('a weight in it has too many dimensions');
    }
    setData(field, layout, place) {
        if (field.wire !== WIRE.bytes || this.#data.kind !== 'none') {
            throw corrupt('the numbers of a weight in it are in pieces');
        }
        // Empty typed fields stand beside the real one in some writers' files.
        if (field.end > field.start)
            this.#data = { ...place, layout };
    }
    finish() {
        const elements = this.#shape.reduce((product, side) => product * side, 1);
        const isValid = this.#shape.every((side) => Number.isSafeInteger(side) && side >= 0);
        if (!isValid || elements > MOST_ELEMENTS)
            throw corrupt('a weight in it has impossible sides');
        const data = this.#isExternal ? this.#externalData() : this.#data;
        return { name: this.#name, type: this.#type, shape: this.#shape, data };
    }
    #takeExternal(entry) {
        let key = '';
        let value = '';
        for (const field of fieldsOf(entry)) {
            if (field.number === 1)
                key = textIn(field, entry);
            else if (field.number === 2)
                value = textIn(field, entry);
        }
        this.#external.set(key, value);
    }
    #externalData() {
        const length = this.#external.get('length');
        return {
            kind: 'external',
            location: this.#external.get('location') ?? '',
            offset: place(this.#external.get('offset') ?? '0'),
            byteLength: length === undefined ? null : place(length),
        };
    }
}
function place(text) {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (Number.isNaN(value))
        throw corrupt('it says of a weight that it lies nowhere');
    return value;
}
