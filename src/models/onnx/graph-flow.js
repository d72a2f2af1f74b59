/** Operators that give what their first input holds, in another order, shape, precision or number of copies. */
const MOVES = new Set([
    ...['Identity', 'Cast', 'Dropout', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze'],
    ...['Expand', 'Tile'],
]);
/** Operators that look at sizes only: what they give holds nothing of the picture. */
const SIZES = new Set(['Shape', 'Size']);
/** A checked graph, followed from its result back to where each value comes from. Nothing goes by names. */
export class GraphFlow {
    model;
    #makers = new Map();
    /** Values that hold something of the picture. */
    #ofPicture;
    /** Values that follow from weights alone, whatever the picture and its size. */
    #fixed;
    constructor(model) {
        this.model = model;
        this.#ofPicture = new Set(model.inputs.map(({ name }) => name));
        this.#fixed = new Set(model.initialisers.keys());
        for (const node of model.nodes) {
            const used = node.inputs.filter((name) => name !== '');
            const isOfPicture = !SIZES.has(node.operator) && used.some((name) => this.#ofPicture.has(name));
            const isFixed = used.every((name) => this.#fixed.has(name));
            for (const output of node.outputs) {
                this.#makers.set(output, node);
                if (isOfPicture)
                    this.#ofPicture.add(output);
                if (isFixed)
                    this.#fixed.add(output);
            }
        }
    }
    /** The operator that makes a value; undefined for inputs and weights. */
    maker(value) {
        return this.#makers.get(value);
    }
    isOfPicture(value) {
        return this.#ofPicture.has(value);
    }
    isFixed(value) {
        return this.#fixed.has(value);
    }
    /** The tensor behind a value, where it is a weight or a constant as it stands. */
    tensor(value) {
        const weight = this.model.initialisers.get(value);
        if (weight)
            return weight;
        const maker = this.maker(value);
        const constant = maker?.operator === 'Constant' ? maker.attributes.get('value') : undefined;
        return constant?.kind === 'tensor' ? constant.value : undefined;
    }
    /**
     * The value before all that only moves numbers about. A padding by nothing is one of these: older exporters
     * put it before each pooling.
     */
    through(value) {
        let at = value;
        for (let node = this.maker(at); node && this.#isMove(node); node = this.maker(at)) {
            at = node.inputs[0];
        }
        return at;
    }
    /** As {@link through}, but no further than the numbers keep their order. */
    kept(value) {
        let at = value;
        for (let node = this.maker(at); node && this.#isMove(node); node = this.maker(at)) {
            if (node.operator === 'Transpose')
                break;
            at = node.inputs[0];
        }
        return at;
    }
    /** The operator that makes a value, before all that only moves numbers about, if it is of this kind. */
    made(value, ...operators) {
        const node = this.maker(this.through(value));
        return node && operators.includes(node.operator) ? node : null;
    }
    #isMove(node) {
        if (node.inputs.length === 0)
            return false;
        return MOVES.has(node.operator) || (node.operator === 'Pad' && isEmptyPad(this, node));
    }
}
function isEmptyPad(flow, node) {
    const data = flow.tensor(node.inputs[1] ?? '')?.data;
    return data?.kind === 'memory' && data.layout === 'raw' && data.bytes.every((byte) => byte === 0);
}
/** An integer attribute, or what it is where the operator does not say. */
export function intOf(node, name, otherwise) {
    const attribute = node.attributes.get(name);
    return attribute?.kind === 'int' ? attribute.value : otherwise;
}
/** A float attribute, or what it is where the operator does not say. */
export function floatOf(node, name, otherwise) {
    const attribute = node.attributes.get(name);
    return attribute?.kind === 'float' ? attribute.value : otherwise;
}
/** A list of integers, or what it is where the operator does not say. */
export function intsOf(node, name, otherwise) {
    const attribute = node.attributes.get(name);
    return attribute?.kind === 'ints' ? attribute.value : otherwise;
}
/** A text, or what it is where the operator does not say. */
export function textOf(node, name, otherwise) {
    const attribute = node.attributes.get(name);
    return attribute?.kind === 'text' ? attribute.value : otherwise;
}
