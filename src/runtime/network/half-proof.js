import { AppError } from '../../shared/errors.ts';
import { GpuNetwork } from './gpu-network.ts';
import { GpuWeights } from './gpu-weights.ts';
import { proofNetwork } from './half-proof-network.ts';
/** One of so many of the proof's numbers is looked at: each follows from all steps before it. */
const STRIDE = 127;
/** Those numbers in full precision; a test makes them again. */
const ANSWER = [
    -0.684414, 4.14091, -0.00726986, 8.77795, -1.04577, 7.1682, -2.60042, 9.40779, -1.39453, 7.01811,
    -4.78466, 20.1467, 2.58731, -2.09713, -1.34586, 13.2508, -3.17008, 8.63885, 0.376802, 17.5462,
    -1.80477, -0.405884, -2.21649, 6.79321, -4.80615, -7.48687, -1.75107, 11.9079, -1.28599, 6.21211,
    2.28638, 6.86384, -1.18891,
];
/** Several times what rounding to halves gives: 0.0025. A lane in a wrong place gives far more. */
export const MOST_ERROR = 0.02;
/**
 * Runs a small network of every kind of step in half precision, whose answer is known. Some drivers offer
 * `shader-f16` and compute wrongly in it, without any error.
 * @returns whether the GPU computes right in half precision; false too where it cannot at all.
 */
export async function provesHalf(gpu, pipelines) {
    if (!gpu.device.features.has('shader-f16'))
        return false;
    try {
        return (await proofError(gpu, pipelines, 'int8-fp16')) <= MOST_ERROR;
    }
    catch (error) {
        // A shader that the driver refuses proves as much as a wrong answer.
        if (error instanceof AppError && error.code === 'gpu/failed')
            return false;
        throw error;
    }
}
/** How far a variant is from the known answer, in parts of its size; NaN for what is no number. @throws {AppError} `gpu/*`. */
export async function proofError(gpu, pipelines, variant) {
    const { program, gray, grayValues, output } = proofNetwork();
    let weights = null;
    let network = null;
    try {
        weights = await GpuWeights.upload(gpu, program, variant, { tensor: noTensor });
        network = await GpuNetwork.open(gpu, pipelines, program, variant, weights);
        network.write(gray, grayValues);
        network.run();
        const bytes = await gpu.readCopy(network.bufferOf(output), 4 * output.elements);
        const found = new Float32Array(bytes);
        return sizeOf(ANSWER.map((value, i) => found[STRIDE * i] - value)) / sizeOf(ANSWER);
    }
    finally {
        network?.dispose();
        weights?.dispose();
    }
}
function sizeOf(values) {
    return Math.hypot(...values);
}
function noTensor(name) {
    throw new AppError('bug/invariant', `The proof has no stored tensor ${name}.`);
}
