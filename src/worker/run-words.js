const BACKENDS = { webgpu: 'the GPU', wasm: 'the processor' };
const PRECISIONS = {
    fp32: 'full precision',
    fp16: 'half precision',
    int8: '8-bit weights',
    'int8-fp16': '8-bit weights in half precision',
};
/** One sentence for people: why the processor works where there is a GPU. */
export const GPU_LEFT_OUT = 'The GPU failed at the last photographs, so the processor does the next ones; it is tried again later.';
/** The same where the GPU that there was did not start. */
export const GPU_GONE = 'This page gets no GPU any more, so the processor does this one; the next asks for it again.';
/** The same where the chosen model was removed, as in another tab. @param name of what is used instead. */
export function modelGone(name) {
    return `The chosen model is not on this machine any more, so ${name} was used.`;
}
/** How colours were made, in a few words, for those who find the file later: "size 384, int8 on WebGPU, 1 step down". */
export function madeOf(plan, attempts) {
    const down = attempts.filter(({ error }) => error !== null).length;
    const backend = plan.backend === 'webgpu' ? 'WebGPU' : 'wasm';
    const steps = down === 0 ? '' : `, ${down} ${down === 1 ? 'step' : 'steps'} down`;
    return `size ${plan.size}, ${plan.variant} on ${backend}${steps}`;
}
/** One sentence for people: what a pass did. */
export function passSentence(pass, plan) {
    const { modelWidth, modelHeight, backend, variant } = plan;
    const what = pass === 'preview' ? 'Quick preview' : 'Coloured';
    return `${what} at ${modelWidth} × ${modelHeight} on ${backend}, ${variant}.`;
}
/** One sentence for people: what failed, and what is done instead. */
export function stepDownSentence(code, failed, next) {
    return `${whatFailed(code, failed)}; ${whatFollows(failed, next)}.`;
}
function whatFailed(code, { size, backend, modelName }) {
    switch (code) {
        case 'gpu/out-of-memory':
            return `The GPU ran out of memory at size ${size}`;
        case 'memory/exhausted':
            return `The page ran out of memory at size ${size}`;
        case 'gpu/limit':
            return `Size ${size} is more than the GPU takes at once`;
        case 'gpu/unavailable':
            return 'This page gets no GPU any more';
        case 'gpu/device-lost':
            return `The GPU was taken away at size ${size}`;
        case 'gpu/stalled':
            return `The GPU stopped answering at size ${size}`;
        case 'output/implausible':
            return `What came back from ${BACKENDS[backend]} at size ${size} could not be right`;
        case 'worker/crashed':
            return `The engine stopped at size ${size}`;
        case 'net/offline':
        case 'net/http':
        case 'net/interrupted':
        case 'model/not-found':
        case 'model/integrity':
            return `${modelName} is not on this machine, and could not be fetched`;
        default:
            return `${backend === 'webgpu' ? 'The GPU' : 'The processor'} failed at size ${size}`;
    }
}
/** Names the largest of the differences. */
function whatFollows(failed, next) {
    if (next.backend !== failed.backend) {
        const size = next.size === failed.size ? '' : ` at size ${next.size}`;
        return `the processor took over${size}, slower and with colours as good`;
    }
    if (next.model !== failed.model)
        return `${next.modelName}, a smaller model, was used instead`;
    if (next.size !== failed.size)
        return `size ${next.size} was used instead`;
    if (next.variant !== failed.variant)
        return `${PRECISIONS[next.variant]} was used instead`;
    if (next.tileRows !== failed.tileRows)
        return 'it was done in smaller pieces';
    return 'it was tried once more';
}
