import { PbfWriter } from 'pbf';
import { ELEMENT } from './model-types.ts';

/** ONNX's format of 2021, which every opset here goes with. */
const IR_VERSION = 8;
const OPSET = 17;
const EXTERNAL = 1;

/** Sides of an input or output: names are free dimensions. */
type Sides = readonly (number | string)[];

/** An operator's attributes; a number is an integer, `{ float }` is not. */
type Attributes = Readonly<Record<string, number | string | readonly number[] | { float: number }>>;

type Message = (writer: PbfWriter) => void;

/** Where a weight lies in the file of weights. */
export type ExternalWeight = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly byteLength: number;
};

/** An ONNX graph that is written operator by operator, each after those whose results it takes. */
export class GraphWriter {
  readonly #name: string;
  readonly #nodes: Message[] = [];
  readonly #initialisers: Message[] = [];
  readonly #inputs: Message[] = [];
  readonly #outputs: Message[] = [];
  readonly #constants = new Map<string, string>();
  #values = 0;

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, sides: Sides): string {
    this.#inputs.push(port(name, sides));
    return name;
  }

  output(name: string, sides: Sides): void {
    this.#outputs.push(port(name, sides));
  }

  /** A weight in the file `weights`, float32. */
  external({ name, shape, offset, byteLength }: ExternalWeight): string {
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
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant(`${ELEMENT.int64}`, values, shape, (writer) => {
      tensorHead(writer, '', shape, ELEMENT.int64);
      writer.writePackedVarint(7, [...values]);
    });
  }

  /** Numbers of float32; `[]` for `shape` makes a scalar of one. */
  floats(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant(`${ELEMENT.float}`, values, shape, (writer) => {
      tensorHead(writer, '', shape, ELEMENT.float);
      writer.writePackedFloat(4, [...values]);
    });
  }

  /** An operator of one result. @param result its name, where it matters. @returns the name. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    result = `v${this.#values++}`,
  ): string {
    this.#nodes.push((writer) => {
      for (const input of inputs) writer.writeStringField(1, input);
      writer.writeStringField(2, result);
      writer.writeStringField(4, operator);
      for (const name of Object.keys(attributes)) {
        writer.writeMessage(5, attribute, { name, value: attributes[name]! });
      }
    });
    return result;
  }

  /** The model's bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    const writer = new PbfWriter();
    writer.writeVarintField(1, IR_VERSION);
    writer.writeStringField(2, 'Autochrome');
    writer.writeMessage(7, this.#graph, this);
    writer.writeMessage(8, (_: null, opset: PbfWriter) => opset.writeVarintField(2, OPSET), null);
    return new Uint8Array(writer.finish());
  }

  #graph(self: GraphWriter, writer: PbfWriter): void {
    const all = (field: number, messages: readonly Message[]) => {
      for (const message of messages) writer.writeMessage(field, write, message);
    };
    all(1, self.#nodes);
    writer.writeStringField(2, self.#name);
    all(5, self.#initialisers);
    all(11, self.#inputs);
    all(12, self.#outputs);
  }

  /** A constant, once for each value. */
  #constant(
    kind: string,
    values: readonly number[],
    shape: readonly number[],
    body: Message,
  ): string {
    const key = `${kind}/${shape.join()}/${values.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `c${this.#constants.size}`;
    this.#constants.set(key, name);
    this.#initialisers.push((writer) => {
      body(writer);
      writer.writeStringField(8, name);
    });
    return name;
  }
}

function write(message: Message, writer: PbfWriter): void {
  message(writer);
}

/** Sides, type and, where it has one yet, name of a `TensorProto`. */
function tensorHead(writer: PbfWriter, name: string, shape: readonly number[], type: number): void {
  for (const side of shape) writer.writeVarintField(1, side);
  writer.writeVarintField(2, type);
  if (name !== '') writer.writeStringField(8, name);
}

/** `StringStringEntryProto`. */
function entry({ key, value }: { key: string; value: string | number }, writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, String(value));
}

/** `ValueInfoProto` of a float32 tensor. */
function port(name: string, sides: Sides): Message {
  const dimension = (side: number | string, writer: PbfWriter) =>
    typeof side === 'number' ? writer.writeVarintField(1, side) : writer.writeStringField(2, side);
  const shape = (_: null, writer: PbfWriter) => {
    for (const side of sides) writer.writeMessage(1, dimension, side);
  };
  const tensor = (_: null, writer: PbfWriter) => {
    writer.writeVarintField(1, ELEMENT.float);
    writer.writeMessage(2, shape, null);
  };
  return (writer) => {
    writer.writeStringField(1, name);
    writer.writeMessage(2, (_: null, type: PbfWriter) => type.writeMessage(1, tensor, null), null);
  };
}

/** Numbers of `AttributeProto.type`. */
const KIND = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** `AttributeProto`. */
function attribute(
  { name, value }: { name: string; value: Attributes[string] },
  writer: PbfWriter,
): void {
  writer.writeStringField(1, name);
  if (typeof value === 'number') {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, KIND.int);
  } else if (typeof value === 'string') {
    writer.writeStringField(4, value);
    writer.writeVarintField(20, KIND.text);
  } else if ('float' in value) {
    writer.writeFloatField(2, value.float);
    writer.writeVarintField(20, KIND.float);
  } else {
    for (const number of value) writer.writeVarintField(8, number);
    writer.writeVarintField(20, KIND.ints);
  }
}
