/**
 * The picture that test/fixtures/fold was made from (its README has the same formula): whole numbers
 * only, drawn on a 256 grid whatever the side. Levels 0–255.
 */
export function foldScene(side: number): Uint8Array {
  const levels = new Uint8Array(side * side);
  for (let Y = 0; Y < side; Y++) {
    for (let X = 0; X < side; X++) levels[Y * side + X] = drawnLevel(X, Y, side);
  }
  return levels;
}

function drawnLevel(X: number, Y: number, side: number): number {
  const x = Math.floor((X * 256) / side);
  const y = Math.floor((Y * 256) / side);
  const div = (n: number, by: number) => Math.floor(n / by);
  let level = 220 - div(y, 3) + ((x * 5 + y * 3) % 11);
  if ((x - 196) ** 2 + (y - 48) ** 2 < 784) level = 250;
  if (y * 2 > 300 - div(x * (255 - x), 150)) level = 96 + (((x * 7) ^ (y * 13)) % 23) - div(y, 16);
  if (x >= 40 && x < 112 && y >= 112 && y < 208) level = 150 + ((div(x, 8) + div(y, 8)) % 2) * 24;
  if ((x - 168) ** 2 + (y - 176) ** 2 * 2 < 1800) level = 60 + (div(x + y, 4) % 4) * 20;
  if (y >= 232) level = 40 + (div(x, 16) % 2) * 150;
  return level;
}
