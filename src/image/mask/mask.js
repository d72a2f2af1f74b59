/** The window that is the photograph itself, pixel by pixel. */
export function wholeWindow({ width, height }) {
    const size = { width, height };
    return { photograph: size, region: { x: 0, y: 0, ...size }, ...size };
}
