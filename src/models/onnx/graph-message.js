import { tensorMessage } from './tensor-message.ts';
import { bytesIn, corrupt, fieldsOf, floatIn, numberIn, textIn, varintsIn, } from './wire.ts';
/** Inputs, outputs or numbers in one list: `Concat` has a few dozen at most, a fused weight none. */
const LONGEST_LIST = 4096;
/** `NodeProto`. @throws {AppError} `model/corrupt`. */
export function nodeMessage(bytes) {
    const inputs = [];
    const outputs = [];
    const attributes = new Map();
    let operator = '';
    let domain = '';
    for (const field of fieldsOf(bytes)) {
        if (field.number === 1)
            inputs.push(textIn(field, bytes));
        else if (field.number === 2)
            outputs.push(textIn(field, bytes));
        else if (field.number === 4)
            operator = textIn(field, bytes);
        else if (field.number === 5)
            attributes.set(...attributeMessage(bytesIn(field, bytes)));
        else if (field.number === 7)
            domain = textIn(field, bytes);
        if (inputs.length + outputs.length + attributes.size > LONGEST_LIST) {
            throw corrupt('an operator in it has too many inputs');
        }
    }
    return { operator, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes };
}
/** Values of `AttributeProto.type`. */
const KINDS = {
    1: 'float',
    2: 'int',
    3: 'text',
    4: 'tensor',
    5: 'graph',
    6: 'floats',
    7: 'ints',
    10: 'graph',
};
/** `AttributeProto`; which of its fields counts is said by its type. */
function attributeMessage(bytes) {
    const fields = fieldsOf(bytes);
    let name = '';
    let kind = 'other';
    for (const field of fields) {
        if (field.number === 1)
            name = textIn(field, bytes);
        else if (field.number === 20)
            kind = KINDS[numberIn(field)] ?? 'other';
    }
    const last = (number) => fields.findLast((field) => field.number === number);
    const all = (number) => fields.filter((field) => field.number === number);
    if (kind === 'float')
        return [name, { kind, value: floatOr0(last(2), bytes) }];
    if (kind === 'int') {
        const field = last(3);
        return [name, { kind, value: field ? numberIn(field) : 0 }];
    }
    if (kind === 'text') {
        const field = last(4);
        return [name, { kind, value: field ? textIn(field, bytes) : '' }];
    }
    if (kind === 'tensor') {
        const field = last(5);
        if (!field)
            throw corrupt('a constant in it has no value');
        return [name, { kind, value: tensorMessage(bytesIn(field, bytes)) }];
    }
    if (kind === 'ints')
        return [name, { kind, value: listed(all(8), bytes, varintsIn) }];
    if (kind === 'floats')
        return [name, { kind, value: listed(all(7), bytes, floatsIn) }];
    return [name, { kind }];
}
function floatOr0(field, message) {
    return field ? floatIn(field, message) : 0;
}
function floatsIn(field, message, most) {
    if (field.wire === 5)
        return [floatIn(field, message)];
    const bytes = bytesIn(field, message);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = Math.floor(bytes.length / 4);
    if (count > most)
        throw corrupt('a list in it is too long');
    return Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
}
function listed(fields, message, read) {
    const values = [];
    for (const field of fields) {
        values.push(...read(field, message, LONGEST_LIST));
        if (values.length > LONGEST_LIST)
            throw corrupt('a list in it is too long');
    }
    return values;
}
/** `ValueInfoProto` of an input or output. @throws {AppError} `model/corrupt`. */
export function portMessage(bytes) {
    let name = '';
    let port = { type: 0, shape: null };
    for (const field of fieldsOf(bytes)) {
        if (field.number === 1)
            name = textIn(field, bytes);
        else if (field.number === 2)
            port = typeMessage(bytesIn(field, bytes));
    }
    return { name, ...port };
}
/** `TypeProto`: only tensors have a type and a shape here. */
function typeMessage(bytes) {
    let type = 0;
    let shape = null;
    for (const field of fieldsOf(bytes)) {
        if (field.number !== 1)
            continue;
        const tensor = bytesIn(field, bytes);
        for (const part of fieldsOf(tensor)) {
            if (part.number === 1)
                type = numberIn(part);
            else if (part.number === 2)
                shape = shapeMessage(bytesIn(part, tensor));
        }
    }
    return { type, shape };
}
function shapeMessage(bytes) {
    return fieldsOf(bytes)
        .filter((field) => field.number === 1)
        .slice(0, 16)
        .map((field) => {
        const dimension = bytesIn(field, bytes);
        const part = fieldsOf(dimension).findLast(({ number }) => number === 1 || number === 2);
        if (!part)
            return null;
        return part.number === 1 ? numberIn(part) : textIn(part, dimension);
    });
}
