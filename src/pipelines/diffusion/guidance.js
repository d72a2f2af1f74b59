/** The predictions that a scale needs: at 0 and 1 one is the answer already. */
export function branchesOf(scale) {
    if (scale === 1)
        return ['conditional'];
    if (scale === 0)
        return ['unconditional'];
    return ['conditional', 'unconditional'];
}
/** @see GuidanceCost */
export function guidanceCost({ scale, mode }) {
    const predictions = branchesOf(scale).length;
    return mode === 'batched'
        ? { passes: 1, batch: predictions, predictions }
        : { passes: predictions, batch: 1, predictions };
}
/**
 * Joins two predictions: unconditional + scale · (conditional − unconditional). Predictions of any kind will do,
 * since the clean picture is linear in each.
 *
 * Guided predictions are not rescaled to the conditional one's standard deviation (Lin et al. 2023, arXiv
 * 2305.08891, section 3.4): a tile's deviation is not the picture's, so neighbours would be scaled differently.
 * @param out May be either of the two.
 */
export function guide(out, conditional, unconditional, scale) {
    for (let i = 0; i < out.length; i++) {
        out[i] = scale * conditional[i] + (1 - scale) * unconditional[i];
    }
}
