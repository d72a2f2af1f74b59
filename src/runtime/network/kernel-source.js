import { keepsInt8, needsHalf } from '../../models/variant.ts';
/**
 * WGSL of a kernel for a variant. Lines between `#if NAME` and `#endif` stay where NAME is true; numbers
 * become constants; `real` is the activations' type, `weight4` four weights as they are kept.
 * @param hasInt8Weights whether the download has the kernel's weights as int8.
 */
export function wgslOf({ code, constants }, variant, hasInt8Weights) {
    const isHalf = needsHalf(variant);
    const isInt8 = hasInt8Weights && keepsInt8(variant);
    const head = [
        isHalf ? 'enable f16;' : '',
        `alias real = ${isHalf ? 'f16' : 'f32'};`,
        `alias real4 = vec4<real>;`,
        `alias weight4 = ${isInt8 ? 'u32' : 'real4'};`,
        isInt8 ? UNPACK_INT8 : 'fn widened(weights: weight4) -> vec4f { return vec4f(weights); }',
    ];
    for (const [name, value] of Object.entries(constants)) {
        if (typeof value === 'number')
            head.push(`const ${name} = ${value}u;`);
    }
    return `${head.join('\n')}\n${kept(code, constants)}`;
}
/** Four signed bytes of a word; `unpack4xI8` is not in every browser. */
const UNPACK_INT8 = `fn widened(weights: weight4) -> vec4f {
  let word = vec4i(bitcast<i32>(weights));
  return vec4f((word << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}`;
function kept(code, constants) {
    const open = [];
    const lines = [];
    for (const line of code.split('\n')) {
        const [directive, name = ''] = line.trim().split(' ');
        if (directive === '#if')
            open.push(constants[name] === true);
        else if (directive === '#else')
            open.push(!open.pop());
        else if (directive === '#endif')
            open.pop();
        else if (open.every(Boolean))
            lines.push(line);
    }
    return lines.join('\n');
}
