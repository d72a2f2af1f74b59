/** Compressed formats whose blocks take 8 bytes; the others take 16. */
const SMALL_BLOCKS = /^(bc1|bc4|etc2-rgb8|eac-r11)/;
const ASTC_BLOCK = /^astc-(\d+)x(\d+)/;
const COMPRESSED = /^(bc|etc2|eac|astc)/;
/** Formats whose texels share one word, or hold depth. */
const WHOLE_TEXELS = {
    stencil8: 1,
    depth16unorm: 2,
    depth24plus: 4,
    'depth24plus-stencil8': 4,
    depth32float: 4,
    'depth32float-stencil8': 8,
    rgb9e5ufloat: 4,
    rgb10a2uint: 4,
    rgb10a2unorm: 4,
    rg11b10ufloat: 4,
};
/**
 * Bytes that a texture's texels take: of all its layers, levels and samples. Drivers may pad them;
 * WebGPU does not tell.
 */
export function textureBytes(descriptor) {
    const { format, dimension = '2d', mipLevelCount = 1, sampleCount = 1 } = descriptor;
    const [width, height, layers] = extentOf(descriptor.size);
    const block = blockOf(format);
    let bytes = 0;
    for (let level = 0; level < mipLevelCount; level++) {
        const columns = Math.ceil(shrunk(width, level) / block.width);
        const rows = Math.ceil(shrunk(height, level) / block.height);
        const depth = dimension === '3d' ? shrunk(layers, level) : layers;
        bytes += columns * rows * depth * block.bytes;
    }
    return bytes * sampleCount;
}
function extentOf(size) {
    if ('width' in size)
        return [size.width, size.height ?? 1, size.depthOrArrayLayers ?? 1];
    const [width = 1, height = 1, layers = 1] = size;
    return [width, height, layers];
}
function shrunk(length, level) {
    return Math.max(1, Math.floor(length / 2 ** level));
}
function blockOf(format) {
    if (!COMPRESSED.test(format))
        return { width: 1, height: 1, bytes: texelBytes(format) };
    const [, width = '4', height = '4'] = ASTC_BLOCK.exec(format) ?? [];
    const bytes = SMALL_BLOCKS.test(format) ? 8 : 16;
    return { width: Number(width), height: Number(height), bytes };
}
/** Channels such as `rgba` times their bits, as the format's name has them. */
function texelBytes(format) {
    const whole = WHOLE_TEXELS[format];
    if (whole !== undefined)
        return whole;
    const [, channels = 'rgba', bits = '32'] = /^([rgba]+)(\d+)/.exec(format) ?? [];
    return (channels.length * Number(bits)) / 8;
}
