/**
 * A network at one size as a list of dispatches over virtual tensors, before anything exists on a GPU.
 * What it takes in memory follows from it alone; see `buffer-plan.ts`.
 */
export class Program {
    steps = [];
    /** Values that have memory of their own: given before a run, or read after it. */
    kept = new Set();
    /** Values that are not overwritten once their step has written them, until it does so again. */
    lasting = new Set();
    /** Values in memory of somebody else, told when the network is opened. */
    borrowed = new Set();
    #tensors = 0;
    /** A new value that lives from the step that writes it to the last that reads it. */
    tensor(elements, scalar = 'real') {
        return { id: this.#tensors++, elements, scalar };
    }
    /** A new value that lives from before the first step until after the last. */
    keptTensor(elements, scalar) {
        const tensor = this.tensor(elements, scalar);
        this.kept.add(tensor);
        return tensor;
    }
    /** A new value that another network holds; this one reads it where it is. */
    borrowedTensor(elements, scalar) {
        const tensor = this.tensor(elements, scalar);
        this.borrowed.add(tensor);
        return tensor;
    }
    /** Lets a value stay after the last step: to be read then, or by runs of later steps alone. */
    last(tensor) {
        this.lasting.add(tensor);
    }
    /** Appends a dispatch. */
    add(step) {
        this.steps.push(step);
    }
    /** Multiply–accumulates of all steps. */
    get macs() {
        return this.steps.reduce((sum, { macs }) => sum + macs, 0);
    }
}
