/**
 * Bytes that a run takes for a tensor of `area` pixels, from those measured at some sizes.
 * Activations grow with the area, attention over few colour queries too: a straight line over area
 * between the measured sizes, and on beyond the last.
 * @param measured at least one; more than one makes the line exact at each.
 */
export function footprintAt(measured, area) {
    const points = [...measured].sort((a, b) => a.size - b.size);
    const above = points.findIndex((point) => point.size ** 2 >= area);
    const beyond = points.length - 1;
    const index = Math.max(above === -1 ? beyond : above, Math.min(1, beyond));
    const high = points[index];
    const low = points[index - 1] ?? zeroArea(high);
    const line = (pick) => {
        const slope = (pick(high) - pick(low)) / (high.size ** 2 - low.size ** 2);
        return Math.max(0, Math.round(pick(low) + slope * (area - low.size ** 2)));
    };
    return {
        peakBytes: Math.max(high.weightBytes, line((point) => point.peakBytes)),
        largestBufferBytes: line((point) => point.largestBufferBytes),
        weightBytes: high.weightBytes,
    };
}
/** With one measured size only: at no pixels the weights remain. */
function zeroArea(point) {
    return {
        size: 0,
        peakBytes: point.weightBytes,
        largestBufferBytes: 0,
        weightBytes: point.weightBytes,
    };
}
