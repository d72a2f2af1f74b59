import { letMessagesIn } from '../../shared/let-messages-in.ts';
import { classifyRuntimeError } from '../../runtime/classify-runtime-error.ts';
import { cpuPainter } from '../../runtime/painter.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import { colouringOf } from './colouring.ts';
import { compileOnGpu, isOpenOnGpu, openOnGpu, runOnGpu } from './gpu-network.ts';
import { networkInput } from './network-input.ts';
import { openOnWasm, runOnWasm } from './wasm-network.ts';
/**
 * One pass of a photograph through the network, as planned: bring the model, open it, run it, fit the
 * guided field. On a GPU nothing comes back until the field stands; then the small ab planes are read
 * once, to survive the loss of the device.
 * @throws {AppError} `net/*`, `model/*`, `store/*`, `gpu/*`, `memory/exhausted`, `job/aborted`.
 */
export async function colorize(photograph, plan, model, place, times, listener, signal) {
    const clock = stopwatch(times);
    const { onFetch } = listener;
    if (place.backend === 'webgpu' && !isOpenOnGpu(place, model, plan)) {
        // The table comes before the weights, so that kernels compile while those come.
        const table = await model.bringTable({ signal });
        // What fails is met again, and told, where the network is opened.
        compileOnGpu(place, model, table, plan).catch(() => undefined);
    }
    const files = await model.bring(place.backend, { signal, onProgress: onFetch });
    throwIfAborted(signal);
    listener.onLoad();
    const pass = { photograph, plan, model, files, listener, signal, clock };
    try {
        return place.backend === 'webgpu'
            ? await passOnGpu(place, pass)
            : await passOnWasm(place, pass);
    }
    catch (error) {
        throw classifyRuntimeError(error, place.backend === 'webgpu');
    }
}
async function passOnGpu(place, pass) {
    const { photograph, plan, model, files, listener, signal, clock } = pass;
    const { gpu, painter } = place;
    const { chromaGain } = model.card.output;
    const { mark } = gpu;
    const network = await openOnGpu(place, model, files, plan);
    try {
        await letMessagesIn();
        throwIfAborted(signal);
        clock('load');
        listener.onInfer();
        const input = networkInput(photograph.lightness, plan.network);
        const { width, height, contentWidth, contentHeight } = input.size;
        const buffer = runOnGpu(network.value, input);
        await gpu.check(mark);
        clock('infer');
        throwIfAborted(signal);
        const field = await painter.fitBuffer({
            buffer,
            rowStride: width,
            planeStride: width * height,
            width: contentWidth,
            height: contentHeight,
            gain: chromaGain,
            guide: input.guide,
            photograph: photograph.lightness,
        });
        clock('upsample');
        try {
            const padded = new Float32Array(await gpu.readCopy(buffer, 2 * width * height * 4));
            const chroma = contentOf(padded, input, chromaGain);
            return { colouring: colouringOf(painter, field), chroma };
        }
        catch (error) {
            field.dispose();
            throw error;
        }
    }
    finally {
        network.release();
    }
}
async function passOnWasm(place, pass) {
    const { photograph, plan, model, files, listener, signal, clock } = pass;
    const sessions = await openOnWasm(place, model, files, plan);
    try {
        await letMessagesIn();
        throwIfAborted(signal);
        clock('load');
        listener.onInfer();
        const input = networkInput(photograph.lightness, plan.network);
        const ab = await runOnWasm(place.ort, sessions.value, input);
        clock('infer');
        throwIfAborted(signal);
        const chroma = contentOf(ab, input, model.card.output.chromaGain);
        const colouring = colouringOf(cpuPainter, await cpuPainter.fit(chroma, photograph.lightness));
        clock('upsample');
        return { colouring, chroma };
    }
    finally {
        sessions.release();
    }
}
/** Cuts the padding off ab `[1, 2, height, width]` and applies the gain. */
function contentOf(padded, { size, guide }, gain) {
    const { width, height, contentWidth, contentHeight } = size;
    const ab = new Float32Array(2 * contentWidth * contentHeight);
    for (let row = 0; row < 2 * contentHeight; row++) {
        const plane = row < contentHeight ? 0 : 1;
        const from = (plane * height + row - plane * contentHeight) * width;
        ab.set(padded.subarray(from, from + contentWidth), row * contentWidth);
    }
    for (let i = 0; i < ab.length; i++)
        ab[i] *= gain;
    return { width: contentWidth, height: contentHeight, ab, guide };
}
/** Adds the time since its last call to the named stage. */
function stopwatch(times) {
    let since = performance.now();
    return (stage) => {
        const now = performance.now();
        times[stage] += now - since;
        since = now;
    };
}
