import { colourRows } from '../image/guided/colour-rows.ts';
import { fitGuidedField } from '../image/guided/guided-field.ts';
/** The painter for machines whose network runs on wasm. */
export const cpuPainter = {
    fit(chroma, photograph) {
        const guided = fitGuidedField(chroma, photograph);
        return Promise.resolve({ width: guided.width, height: guided.height, guided, dispose() { } });
    },
    paint(field, rows, mapping, look) {
        return Promise.resolve(colourRows(field.guided, rows, mapping, look));
    },
};
