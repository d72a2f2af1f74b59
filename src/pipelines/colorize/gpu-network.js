import { shapesOf, sourceOf } from '../../models/weights.ts';
import { planBuffers } from '../../runtime/network/buffer-plan.ts';
import { GpuNetwork } from '../../runtime/network/gpu-network.ts';
import { GpuWeights, planSlabs, weightBytes } from '../../runtime/network/gpu-weights.ts';
import { ddcolor } from './ddcolor.ts';
import { DdcolorWeights } from './ddcolor-weights.ts';
/** What all sizes and pipelines share is kept under: the same weights in the same variant. */
function weightsKey({ card }, variant) {
    return `${card.id}/${variant}`;
}
/** What a network of one size is kept under. */
function networkKey(model, { variant, network, tileRows }) {
    return `${weightsKey(model, variant)}/${network.width}×${network.height}/${tileRows}`;
}
/** The network of a plan as dispatches. @param files with the table of weights among them. */
async function ddcolorOf(model, files, { network, tileRows }) {
    const shapes = shapesOf(await model.weightTable(files));
    const { chromaScale, gray } = model.card.network;
    const weightsOf = new DdcolorWeights(shapes, chromaScale);
    return ddcolor(weightsOf, network.width, network.height, gray, tileRows);
}
/** Whether the network of a plan stands, from an earlier run. */
export function isOpenOnGpu({ pool }, model, plan) {
    return pool.has(networkKey(model, plan));
}
/**
 * Compiles all that a run of a plan will need; a run that comes meanwhile shares it. Takes no memory.
 * @param table what {@link Model.bringTable} brought.
 * @throws {AppError} `gpu/*`, `model/incompatible`, `store/denied`.
 */
export async function compileOnGpu({ pipelines, painter }, model, table, plan) {
    const { program } = await ddcolorOf(model, table, plan);
    await Promise.all([pipelines.of(program, plan.variant), painter.compile()]);
}
/** Leases a model's network at a planned size; weights and network are made where they are not here. */
export async function openOnGpu(place, model, files, plan) {
    const { variant } = plan;
    const tensors = await ddcolorOf(model, files, plan);
    const { program } = tensors;
    const weights = await leaseWeights(place, model, files, variant, program);
    try {
        const bytes = activationBytes(program, variant);
        return await place.pool.lease(networkKey(model, plan), bytes, async () => {
            const { gpu, pipelines } = place;
            const network = await GpuNetwork.open(gpu, pipelines, program, variant, weights.value);
            const own = weights.share();
            return {
                value: { network, tensors },
                bytes: network.bytes,
                dispose() {
                    network.dispose();
                    own.release();
                },
            };
        });
    }
    finally {
        weights.release();
    }
}
/** A model's weights in a variant: on the GPU once, however many sizes and pipelines use them. */
function leaseWeights({ gpu, pool }, model, files, variant, program) {
    const bytes = sum(planSlabs(weightBytes(program, variant)).sizes);
    return pool.lease(weightsKey(model, variant), bytes, async () => {
        const { table, stream } = await model.stored(files);
        const value = await GpuWeights.upload(gpu, program, variant, sourceOf(table, stream));
        return { value, bytes: value.bytes, dispose: () => value.dispose() };
    });
}
/** Submits a run. @returns ab of the padded input, `[2, height, width]` in Lab units, until the next run. */
export function runOnGpu({ network, tensors }, { gray }) {
    network.write(tensors.gray, gray);
    network.run();
    return network.bufferOf(tensors.ab);
}
/** Bytes of a program's activations on a GPU. */
function activationBytes(program, variant) {
    return sum(planBuffers(program, variant).sizes);
}
function sum(sizes) {
    return sizes.reduce((total, size) => total + size, 0);
}
