import { PbfReader } from 'pbf';
import { AppError } from '../../shared/errors.ts';
/** Kinds of value on the wire of Protocol Buffers; https://protobuf.dev/programming-guides/encoding. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };
/** A tag and a length, both of the longest kind. */
const LONGEST_HEADER = 20;
/** No model that runs here has so many values in one message; a hostile file would have us list them. */
const MOST_FIELDS = 100_000;
/** The error of a file that is no valid model. */
export function corrupt(what, cause) {
    return new AppError('model/corrupt', `The model’s file is damaged: ${what}.`, { cause });
}
/** The fields of a message that is in memory. @throws {AppError} `model/corrupt`. */
export function fieldsOf(bytes) {
    const fields = [];
    for (let at = 0; at < bytes.length;) {
        const field = header(bytes.subarray(at, at + LONGEST_HEADER), at, bytes.length);
        keep(fields, field);
        at = field.end;
    }
    return fields;
}
/** The fields of a message that lies in a file; their values are not read. @throws {AppError} `model/corrupt`. */
export async function scanFields(source, start, end) {
    const fields = [];
    for (let at = start; at < end;) {
        const head = await source.read(at, Math.min(at + LONGEST_HEADER, end));
        const field = header(head, at, end);
        keep(fields, field);
        at = field.end;
    }
    return fields;
}
function keep(fields, field) {
    if (fields.length === MOST_FIELDS)
        throw corrupt('one of its parts has too many entries');
    fields.push(field);
}
/** Reads a field's tag, and its length or its number. @param at place of `head`. @param limit end of the message. */
function header(head, at, limit) {
    const reader = new PbfReader(head);
    const tag = varint(reader);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    let value = 0;
    let length = 0;
    if (wire === WIRE.varint)
        value = varint(reader, true);
    else if (wire === WIRE.bytes)
        length = varint(reader);
    else if (wire === WIRE.fixed64)
        length = 8;
    else if (wire === WIRE.fixed32)
        length = 4;
    else
        throw corrupt('it holds something that no model holds');
    const start = at + reader.pos;
    const end = start + length;
    if (number === 0 || end > limit)
        throw corrupt('a part of it says that it is longer than the file');
    return { number, wire, start, end, value };
}
function varint(reader, isSigned = false) {
    let value;
    try {
        value = reader.readVarint(isSigned);
    }
    catch (cause) {
        throw corrupt('a number in it has no end', cause);
    }
    if (reader.pos > reader.length)
        throw corrupt('it ends in the middle of a number');
    return value;
}
/** A field's number. */
export function numberIn(field) {
    if (field.wire !== WIRE.varint)
        throw corrupt('a number in it is of the wrong kind');
    return field.value;
}
/** A field's bytes, of the message that it came from. */
export function bytesIn(field, message) {
    if (field.wire !== WIRE.bytes)
        throw corrupt('a part of it is of the wrong kind');
    return message.subarray(field.start, field.end);
}
const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Names in graphs are paths of modules at the longest. */
const LONGEST_TEXT = 4096;
/** Nothing that a program writes into a name; shown to people, it would hide what stands beside it. */
const UNSEEN = /[\p{Cc}\p{Cf}]/u;
/** A field's text, of characters that can be seen. */
export function textIn(field, message) {
    const bytes = bytesIn(field, message);
    if (bytes.length > LONGEST_TEXT)
        throw corrupt('a name in it is too long');
    let text;
    try {
        text = utf8.decode(bytes);
    }
    catch (cause) {
        throw corrupt('a name in it is not text', cause);
    }
    if (UNSEEN.test(text))
        throw corrupt('a name in it is not text');
    return text;
}
/** A field's 32-bit float. */
export function floatIn(field, message) {
    if (field.wire !== WIRE.fixed32)
        throw corrupt('a number in it is of the wrong kind');
    return new PbfReader(message.subarray(field.start, field.end)).readFloat();
}
/** Numbers one after another: packed in one field, or one a field. @param most there may be. */
export function varintsIn(field, message, most) {
    if (field.wire === WIRE.varint)
        return [field.value];
    return packedVarints(bytesIn(field, message), most);
}
/** Packed numbers. @param most there may be: a list of them takes many times the memory of their bytes. */
export function packedVarints(bytes, most) {
    const reader = new PbfReader(bytes);
    const values = [];
    while (reader.pos < reader.length) {
        if (values.length === most)
            throw corrupt('a list in it is too long');
        values.push(varint(reader, true));
    }
    return values;
}
