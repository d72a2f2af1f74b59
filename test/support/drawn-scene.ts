/**
 * A landscape drawn by code, as an old photograph would show it: bright sky, dark hills, a house.
 * @returns gray level 0–255 of a pixel, for a picture of any size.
 */
export function sceneLevel(x: number, y: number, width: number, height: number): number {
  const [u, v] = [x / width, y / height];
  const grain = ((x * 7919 + y * 104_729) % 17) - 8;
  const hill = 0.55 + 0.08 * Math.sin(u * 9) + 0.04 * Math.sin(u * 23);
  const isHouse = u > 0.55 && u < 0.8 && v > 0.45 && v < 0.8;
  const isWindow = isHouse && u > 0.62 && u < 0.7 && v > 0.55 && v < 0.65;
  let level = 225 - 60 * v;
  if (v > hill) level = 110 - 60 * (v - hill);
  if (isHouse) level = 170 - 25 * u;
  if (isWindow) level = 35;
  return Math.max(0, Math.min(255, Math.round(level + grain)));
}
