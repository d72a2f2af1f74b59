import { sha256Of } from './integrity.ts';
import { writeDdcolorGraphs } from './onnx/write-graphs.ts';
/**
 * Writes the two graphs of a model from outside for onnxruntime on wasm. Those that it came with are not needed: they
 * follow from its weights, and nothing that somebody else has written is run.
 * @param table of a DDColor.
 * @throws {AppError} `model/incompatible` where it is of none.
 */
export async function writtenGraphs(table, network) {
    const { encode, paint } = writeDdcolorGraphs(table, network);
    const files = new Map();
    const add = async (file, bytes) => {
        const content = new Blob([bytes]);
        const sha256 = await sha256Of(content);
        files.set(sha256, content);
        return { file, bytes: content.size, sha256 };
    };
    const onnx = { encode: await add('encode.onnx', encode), paint: await add('paint.onnx', paint) };
    return { card: { graphs: portsOf(channelsOf(table)), onnx }, files };
}
/** Channels of the features that `encode` gives to `paint`. */
function channelsOf(table) {
    return table.find(({ name }) => name === 'last.conv.bias.0')?.shape[0] ?? 0;
}
/** What our graphs take and give; see models/README.md. */
function portsOf(channels) {
    const port = (name, shape, unit) => ({ name, shape, dtype: 'float32', unit });
    const gray = port('gray', [1, 3, 'height', 'width'], 'Lab lightness as sRGB gray, 0–1');
    const tables = ['y16', 'x16', 'y8', 'x8', 'y4', 'x4'].map((name) => port(name, [name, 128], 'sine position table'));
    const features = port('features', [1, channels, 'height4', 'width4'], 'for paint only');
    const kernel = port('kernel', [1, 2, channels], 'for paint only');
    return {
        encode: { inputs: [gray, ...tables], outputs: [features, kernel] },
        paint: {
            inputs: [features, kernel, gray],
            outputs: [port('ab', [1, 2, 'height', 'width'], 'Lab a and b, D65; not clamped')],
        },
    };
}
