import { drawChild, drawMan, drawWoman } from './scene-figures.ts';
import { grays, seededRandom, type Brush } from './scene-brush.ts';

/** Size of the drawn sample, in pixels. */
export const SCENE = { width: 1200, height: 860 } as const;
const { width: WIDTH, height: HEIGHT } = SCENE;
/** Where the lines of the street meet. */
const VANISHING = { x: 665, y: 430 };
/** Side of the tile of grain, in pixels. */
const GRAIN_TILE_PX = 256;

/** Draws a street of about 1900 in grays, with grain, as a PNG. The same one each time. */
export async function drawScene(): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const brush = canvas.getContext('2d');
  if (!brush) throw new Error('This browser gives no canvas to draw on.');
  paintScene(brush);
  soften(brush);
  addGrain(brush, seededRandom(1908));
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Paints the street, over {@link SCENE}'s size. */
export function paintScene(brush: Brush): void {
  const random = seededRandom(1907);
  drawSky(brush, random);
  drawGround(brush, random);
  drawHouses(brush, random);
  drawTree(brush, random);
  drawLamp(brush);
  drawMan(brush, 800, 640, 150);
  drawWoman(brush, 455, 770, 300);
  drawChild(brush, 590, 775, 190);
}

function drawSky(brush: Brush, random: () => number): void {
  const sky = brush.createLinearGradient(0, 0, 0, VANISHING.y + 40);
  sky.addColorStop(0, grays(0.66));
  sky.addColorStop(1, grays(0.9));
  brush.fillStyle = sky;
  brush.fillRect(0, 0, WIDTH, HEIGHT);
  brush.filter = 'blur(14px)';
  for (let cloud = 0; cloud < 26; cloud++) {
    brush.fillStyle = grays(0.95, 0.3);
    brush.beginPath();
    const [x, y] = [300 + random() * 620, 40 + random() * 250];
    brush.ellipse(x, y, 50 + random() * 90, 10 + random() * 22, 0, 0, Math.PI * 2);
    brush.fill();
  }
  brush.fillStyle = grays(0.7);
  brush.beginPath();
  brush.ellipse(VANISHING.x, VANISHING.y + 70, 260, 120, 0, 0, Math.PI * 2);
  brush.fill();
  brush.filter = 'none';
}

function drawGround(brush: Brush, random: () => number): void {
  const road = brush.createLinearGradient(0, VANISHING.y, 0, HEIGHT);
  road.addColorStop(0, grays(0.68));
  road.addColorStop(1, grays(0.42));
  brush.fillStyle = road;
  brush.fillRect(0, VANISHING.y, WIDTH, HEIGHT - VANISHING.y);
  for (let row = 0; row < 46; row++) {
    const near = (row / 46) ** 2;
    const y = VANISHING.y + 6 + near * (HEIGHT - VANISHING.y);
    const size = 3 + near * 34;
    for (let x = -size * random(); x < WIDTH; x += size * 1.5) {
      brush.fillStyle = grays(0.44 + random() * 0.2, 0.55);
      brush.beginPath();
      brush.ellipse(x, y, size * 0.68, size * 0.24, 0, 0, Math.PI * 2);
      brush.fill();
    }
  }
  pavement(brush, [-60, 330], 0.74);
  pavement(brush, [900, 1260], 0.7);
}

function pavement(brush: Brush, [from, to]: readonly [number, number], light: number): void {
  brush.fillStyle = grays(light);
  brush.beginPath();
  brush.moveTo(VANISHING.x, VANISHING.y);
  brush.lineTo(from, HEIGHT);
  brush.lineTo(to, HEIGHT);
  brush.fill();
}

/** A point on a street side: `depth` 0 is at the vanishing point, 1 at the picture's edge. */
function onSide(edgeX: number, edgeY: number, depth: number): { x: number; y: number } {
  return {
    x: VANISHING.x + (edgeX - VANISHING.x) * depth,
    y: VANISHING.y + (edgeY - VANISHING.y) * depth,
  };
}

function drawHouses(brush: Brush, random: () => number): void {
  const depths = [0.14, 0.2, 0.28, 0.4, 0.58, 0.84, 1.25];
  for (const edgeX of [-40, WIDTH + 30]) {
    for (let house = 0; house < depths.length - 1; house++) {
      const [far, near] = [depths[house] ?? 0, depths[house + 1] ?? 1];
      const roof = -110 - random() * 240;
      const light = (edgeX < 0 ? 0.34 : 0.6) + random() * 0.16 + (1 - near) * 0.16;
      drawHouse(brush, { edgeX, far, near, roof, light }, random);
    }
  }
}

type House = { edgeX: number; far: number; near: number; roof: number; light: number };

function drawHouse(
  brush: Brush,
  { edgeX, far, near, roof, light }: House,
  random: () => number,
): void {
  const floor = 745;
  quad(brush, grays(light), edgeX, [far, near], [roof, floor]);
  quad(brush, grays(light * 0.62), edgeX, [far, near], [roof, roof + 26]);
  quad(brush, grays(light * 0.5), edgeX, [far, near], [floor - 150, floor - 138]);
  const windows = 3;
  for (let column = 0; column < windows; column++) {
    const step = (near - far) / windows;
    const [left, right] = [far + step * (column + 0.24), far + step * (column + 0.76)];
    for (let top = roof + 70; top < floor - 260; top += 135) {
      quad(
        brush,
        grays(light * 1.3),
        edgeX,
        [left - step * 0.07, right + step * 0.07],
        [top - 7, top + 92],
      );
      quad(brush, grays(0.12 + random() * 0.16), edgeX, [left, right], [top, top + 84]);
      quad(brush, grays(0.55, 0.5), edgeX, [left, left + step * 0.2], [top + 4, top + 40]);
    }
    const isDoor = column === 1;
    quad(
      brush,
      grays(isDoor ? 0.1 : 0.2),
      edgeX,
      [left, right],
      [floor - 120, floor - (isDoor ? 0 : 40)],
    );
  }
  if (random() > 0.35) {
    quad(brush, grays(0.86), edgeX, [far, near], [floor - 158, floor - 118]);
    for (let stripe = 0; stripe < 6; stripe += 2) {
      const at = far + ((near - far) * stripe) / 6;
      quad(brush, grays(0.46), edgeX, [at, at + (near - far) / 6], [floor - 158, floor - 118]);
    }
  }
}

type Pair = readonly [number, number];

function quad(
  brush: Brush,
  style: string,
  edgeX: number,
  [far, near]: Pair,
  [top, bottom]: Pair,
): void {
  const corners = [
    onSide(edgeX, top, far),
    onSide(edgeX, top, near),
    onSide(edgeX, bottom, near),
    onSide(edgeX, bottom, far),
  ];
  brush.fillStyle = style;
  brush.beginPath();
  for (const { x, y } of corners) brush.lineTo(x, y);
  brush.fill();
}

function drawTree(brush: Brush, random: () => number): void {
  brush.fillStyle = grays(0.2);
  brush.beginPath();
  brush.moveTo(948, 665);
  brush.quadraticCurveTo(958, 500, 950, 380);
  brush.lineTo(966, 380);
  brush.quadraticCurveTo(972, 520, 988, 668);
  brush.fill();
  for (let leaf = 0; leaf < 900; leaf++) {
    const [angle, reach] = [random() * Math.PI * 2, Math.sqrt(random())];
    const [x, y] = [960 + Math.cos(angle) * reach * 120, 330 + Math.sin(angle) * reach * 130];
    const lit = 0.5 - (y - 200) / 620 - (x - 840) / 1500;
    brush.fillStyle = grays(Math.max(0.12, lit + (random() - 0.5) * 0.2), 0.8);
    brush.beginPath();
    brush.ellipse(x, y, 4 + random() * 8, 3 + random() * 5, random() * 3, 0, Math.PI * 2);
    brush.fill();
  }
}

function drawLamp(brush: Brush): void {
  brush.fillStyle = grays(0.13);
  brush.fillRect(296, 300, 7, 400);
  brush.fillRect(288, 690, 23, 12);
  brush.fillRect(282, 292, 35, 6);
  brush.fillStyle = grays(0.9);
  brush.beginPath();
  brush.moveTo(288, 290);
  brush.lineTo(311, 290);
  brush.lineTo(318, 244);
  brush.lineTo(281, 244);
  brush.fill();
  brush.fillStyle = grays(0.13);
  brush.beginPath();
  brush.moveTo(277, 245);
  brush.lineTo(322, 245);
  brush.lineTo(300, 222);
  brush.fill();
}

/** What the lens does: soft focus and darker corners. */
export function soften(brush: Brush): void {
  brush.filter = 'blur(1.1px)';
  brush.drawImage(brush.canvas, 0, 0, WIDTH, HEIGHT);
  brush.filter = 'none';
  const corners = brush.createRadialGradient(600, 420, 330, 600, 430, 800);
  corners.addColorStop(0, 'rgb(0 0 0 / 0%)');
  corners.addColorStop(1, 'rgb(0 0 0 / 48%)');
  brush.fillStyle = corners;
  brush.fillRect(0, 0, WIDTH, HEIGHT);
}

function addGrain(brush: Brush, random: () => number): void {
  const grain = brush.createPattern(grainTile(random), 'repeat');
  if (!grain) return;
  brush.globalCompositeOperation = 'overlay';
  brush.fillStyle = grain;
  brush.fillRect(0, 0, WIDTH, HEIGHT);
  brush.globalCompositeOperation = 'source-over';
}

function grainTile(random: () => number): OffscreenCanvas {
  const tile = new OffscreenCanvas(GRAIN_TILE_PX, GRAIN_TILE_PX);
  const pixels = new ImageData(GRAIN_TILE_PX, GRAIN_TILE_PX);
  const words = new Uint32Array(pixels.data.buffer);
  for (let at = 0; at < words.length; at++) {
    const gray = Math.round(128 + (random() + random() - 1) * 62);
    words[at] = 0xff000000 | (gray << 16) | (gray << 8) | gray;
  }
  tile.getContext('2d')?.putImageData(pixels, 0, 0);
  return tile;
}
