import { PbfWriter } from 'pbf';
import { ELEMENT } from './model-types.ts';
/** ONNX's format of 2021, which every opset here goes with. */
const IR_VERSION = 8;
const OPSET = 17;
const EXTERNAL = 1;
/** An ONNX graph that is written operator by operator, each after those whose results it takes. */
export class GraphWriter {
    #name;
    #nodes = [];
    #initialisers = [];
    #inputs = [];
    #outputs = [];
    #constants = new Map();
    #values = 0;
    constructor(name) {
        this.#name = name;
    }
    input(name, sides) {
        this.#inputs.push(port(name, sides));
        return name;
    }
    output(name, sides) {
        this.#outputs.push(port(name, sides));
    }
    /** A weight in the file `weights`, float32. */
    external({ name, shape, offset, byteLength }) {
        this.#initialisers.push((writer) => {
            tensorHead(writer, name, shape, ELEMENT.float);
            const places = { location: 'weights', offset, length: byteLength };
            for (const [key, value] of Object.entries(places))
                writer.writeMessage(13, entry, { key, value });
            writer.writeVarintField(14, EXTERNAL);
        });
        return name;
    }
    /** Integers, such as a shape; `[]` for `shape` makes a scalar of one. */
    integers(values, shape = [values.length]) {
        return this.#constant(`${ELEMENT.int64}`, values, shape, (writer) => {
            tensorHead(writer, '', shape, ELEMENT.int64);
            writer.writePackedVarint(7, [...values]);
        });
    }
    /** Numbers of float32; `[]` for `shape` makes a scalar of one. */
    floats(values, shape = [values.length]) {
        return this.#constant(`${ELEMENT.float}`, values, shape, (writer) => {
            tensorHead(writer, '', shape, ELEMENT.float);
            writer.writePackedFloat(4, [...values]);
        });
    }
    /** An operator of one result. @param result its name, where it matters. @returns the name. */
    node(operator, inputs, attributes = {}, result = `v${this.#values++}`) {
        this.#nodes.push((writer) => {
            for (const input of inputs)
                writer.writeStringField(1, input);
            writer.writeStringField(2, result);
            writer.writeStringField(4, operator);
            for (const name of Object.keys(attributes)) {
                writer.writeMessage(5, attribute, { name, value: attributes[name] });
            }
        });
        return result;
    }
    /** The model's bytes. */
    finish() {
        const writer = new PbfWriter();
        writer.writeVarintField(1, IR_VERSION);
        writer.writeStringField(2, 'Autochrome');
        writer.writeMessage(7, this.#graph, this);
        writer.writeMessage(8, (_, opset) => opset.writeVarintField(2, OPSET), null);
        return new Uint8Array(writer.finish());
    }
    #graph(self, writer) {
        const all = (field, messages) => {
            for (const message of messages)
                writer.writeMessage(field, write, message);
        };
        all(1, self.#nodes);
        writer.writeStringField(2, self.#name);
        all(5, self.#initialisers);
        all(11, self.#inputs);
        all(12, self.#outputs);
    }
    /** A constant, once for each value. */
    #constant(kind, values, shape, body) {
        const key = `${kind}/${shape.join()}/${values.join()}`;
        const known = this.#constants.get(key);
        if (known !== undefined)
            return known;
        const name = `c${this.#constants.size}`;
        this.#constants.set(key, name);
        this.#initialisers.push((writer) => {
            body(writer);
            writer.writeStringField(8, name);
        });
        return name;
    }
}
function write(message, writer) {
    message(writer);
}
/** Sides, type and, where it has one yet, name of a `TensorProto`. */
function tensorHead(writer, name, shape, type) {
    for (const side of shape)
        writer.writeVarintField(1, side);
    writer.writeVarintField(2, type);
    if (name !== '')
        writer.writeStringField(8, name);
}
/** `StringStringEntryProto`. */
function entry({ key, value }, writer) {
    writer.writeStringField(1, key);
    writer.writeStringField(2, String(value));
}
/** `ValueInfoProto` of a float32 tensor. */
function port(name, sides) {
    const dimension = (side, writer) => typeof side === 'number' ? writer.writeVarintField(1, side) : writer.writeStringField(2, side);
    const shape = (_, writer) => {
        for (const side of sides)
            writer.writeMessage(1, dimension, side);
    };
    const tensor = (_, writer) => {
        writer.writeVarintField(1, ELEMENT.float);
        writer.writeMessage(2, shape, null);
    };
    return (writer) => {
        writer.writeStringField(1, name);
        writer.writeMessage(2, (_, type) => type.writeMessage(1, tensor, null), null);
    };
}
/** Numbers of `AttributeProto.type`. */
const KIND = { float: 1, int: 2, text: 3, ints: 7 };
/** `AttributeProto`. */
function attribute({ name, value }, writer) {
    writer.writeStringField(1, name);
    if (typeof value === 'number') {
        writer.writeVarintField(3, value);
        writer.writeVarintField(20, KIND.int);
    }
    else if (typeof value === 'string') {
        writer.writeStringField(4, value);
        writer.writeVarintField(20, KIND.text);
    }
    else if ('float' in value) {
        writer.writeFloatField(2, value.float);
        writer.writeVarintField(20, KIND.float);
    }
    else {
        for (const number of value)
            writer.writeVarintField(8, number);
        writer.writeVarintField(20, KIND.ints);
    }
}
