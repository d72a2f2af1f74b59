import enlargeAddCode from '../kernels/enlarge-add.wgsl?raw';
import { groupsOf, operand, words, type Features } from './operations.ts';
import type { Program } from './program.ts';

/** Twice the sides by repeating each pixel, and features of that size added: the way up of a U-Net. */
export function enlargedWith(
  program: Program,
  label: string,
  small: Features,
  other: Features,
): Features {
  const { width, height, channels } = other;
  const value = program.tensor(width * height * channels);
  program.add({
    label,
    kernel: { name: 'enlarge-add', code: enlargeAddCode, constants: {} },
    uniform: words(channels / 4, width, width * height),
    operands: [operand(small.value), operand(other.value), operand(value)],
    workgroups: groupsOf((width * height * channels) / 4),
    macs: 0,
  });
  return { value, width, height, channels };
}
