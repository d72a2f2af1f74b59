const MB = 1e6;
/** How much of a machine a run may take. */
export const PRESETS = ['low', 'medium', 'high'];
/** What holds where nobody chose and this machine was not measured. */
export const USUAL_PRESET = 'medium';
/**
 * What a preset moves. `share` multiplies what the facts suggest, `sizeStep` moves the wished size
 * along the offered ones. Neither lifts a ceiling: what the limits suggest is never exceeded.
 */
export const PRESET_TABLE = {
    low: { share: 0.5, sizeStep: -1 },
    medium: { share: 1, sizeStep: 0 },
    high: { share: 1.5, sizeStep: 1 },
};
/** What each preset asks of a machine, best first; a machine that meets none takes `low`. */
const DEMANDS = [
    // Four times the pixels still answer in about a third of a second.
    { preset: 'high', mostMs: 80, leastBytes: 1400 * MB },
    // No slower than the processor, which runs the usual size too.
    { preset: 'medium', mostMs: 4000, leastBytes: 300 * MB },
];
/** The preset that suits a measured machine. */
export function choosePreset({ warmMs, gotBytes }) {
    const met = DEMANDS.find((demand) => warmMs <= demand.mostMs && gotBytes >= demand.leastBytes);
    return met?.preset ?? 'low';
}
/**
 * The size that a kind of photograph asks for under a preset: the card's own, or its neighbour among
 * the offered sizes.
 */
export function wishedSize(sizes, kind, preset) {
    const wished = sizes.wished[kind];
    const { sizeStep } = PRESET_TABLE[preset];
    if (sizeStep === 0)
        return wished;
    const further = sizes.offered.filter((size) => (size - wished) * sizeStep > 0);
    if (further.length === 0)
        return wished;
    return sizeStep > 0 ? Math.min(...further) : Math.max(...further);
}
