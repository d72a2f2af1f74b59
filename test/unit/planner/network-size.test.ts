import { describe, expect, test } from 'vitest';
import { networkSize } from '../../../src/planner/network-size.ts';

describe('what the network sees of a photograph', () => {
  test('a square is the size itself', () => {
    expect(networkSize(1000, 1000, 256)).toEqual({
      contentWidth: 256,
      contentHeight: 256,
      width: 256,
      height: 256,
    });
  });

  test.each([
    [3000, 2000, 256],
    [2000, 3000, 384],
    [6000, 4000, 512],
    [1, 1, 256],
    [17, 4999, 256],
    [30000, 2, 256],
    [2, 30000, 512],
  ])('%d × %d at size %d: multiples of 32, aspect kept, area bounded', (width, height, size) => {
    const net = networkSize(width, height, size);
    expect(net.width % 32).toBe(0);
    expect(net.height % 32).toBe(0);
    expect(net.width).toBeLessThan(net.contentWidth + 32);
    expect(net.height).toBeLessThan(net.contentHeight + 32);
    expect(net.contentWidth * net.contentHeight).toBeLessThanOrEqual(size * size * 1.01);
    expect(Math.max(net.width, net.height)).toBeLessThanOrEqual(2 * size);
    const drift = Math.abs(net.contentWidth - (net.contentHeight * width) / height);
    const isStrip = Math.min(net.contentWidth, net.contentHeight) === 1;
    if (!isStrip) expect(drift).toBeLessThanOrEqual(0.5 + (0.5 * width) / height);
  });
});
