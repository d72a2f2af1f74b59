import { PlacedWeights } from './placed-weights.ts';
import { writeEncode } from './write-encode.ts';
import { writePaint } from './write-paint.ts';
/**
 * Writes the two graphs of a DDColor for onnxruntime on wasm, as models/README.md has them: of every size, opset 17,
 * float32, position tables as inputs, all weights outside in `weights`. The architecture (depths, channels,
 * queries, layers) follows from the table.
 * @throws {AppError} `model/incompatible` where the table is not of a DDColor.
 */
export function writeDdcolorGraphs(table, network) {
    return {
        encode: writeEncode(new PlacedWeights(table, 'encode')),
        paint: writePaint(new PlacedWeights(table, 'paint'), network),
    };
}
