import type { Token } from "./style.ts";

const SIZE = 40;
const SCALE = 2;

/**
 * Draws a data centre's marker from its name `dc|<instances>|<sixteenths of CPU in use>|<state>|<selected>`; a draft adds
 * `|<how many more>`.
 */
export function markerImage(id: string, token: Token): ImageData | null {
  const [kind, count = "0", ring = "0", state = "ready", selected = "0", change] = id.split("|");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * SCALE;
  const context = canvas.getContext("2d");
  if (kind !== "dc" || !context) return null;
  context.scale(SCALE, SCALE);
  const [x, y] = [SIZE / 2, SIZE / 2];
  const disc = (radius: number, fill: string): void => {
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    context.fillStyle = fill;
    context.fill();
  };
  const arc = (radius: number, width: number, color: string, share: number): void => {
    context.beginPath();
    context.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * share);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  };
  disc(14, token("--map-marker"));
  arc(12.5, 3, token("--map-marker-ring"), 1);
  const used = Number(ring) / 16;
  if (used > 0) arc(12.5, 3, used > 0.75 ? token("--warn") : token("--text"), used);
  if (selected === "1") arc(18, 2, token("--focus"), 1);
  context.fillStyle = token("--text");
  context.font = `600 12px ${token("--font-ui")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(count, x, y + 0.5);
  if (change === undefined) drawHealth(context, state, token);
  else drawChange(context, Number(change), token);
  return context.getImageData(0, 0, SIZE * SCALE, SIZE * SCALE);
}

export const MARKER_PIXEL_RATIO = SCALE;

function drawHealth(context: CanvasRenderingContext2D, state: string, token: Token): void {
  const [x, y] = [SIZE / 2 + 10, SIZE / 2 - 10];
  context.beginPath();
  context.arc(x, y, 6, 0, Math.PI * 2);
  context.fillStyle = token("--map-ocean");
  context.fill();
  if (state === "unknown") {
    drawUnknown(context, [x, y], token);
    return;
  }
  context.fillStyle = token(state === "ready" ? "--ok" : state === "cordoned" ? "--warn" : "--crit");
  context.beginPath();
  if (state === "ready") context.arc(x, y, 3.6, 0, Math.PI * 2);
  else if (state === "cordoned") {
    context.moveTo(x, y - 4);
    context.lineTo(x + 4, y + 3.4);
    context.lineTo(x - 4, y + 3.4);
  } else context.rect(x - 3.4, y - 3.4, 6.8, 6.8);
  context.fill();
}

/** The ring that stands for what is neither well nor ill, as beside words. */
function drawUnknown(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], token: Token): void {
  context.strokeStyle = token("--neutral");
  context.lineWidth = 1.6;
  context.beginPath();
  context.arc(x, y, 3.2, 0, Math.PI * 2);
  context.stroke();
}

/** How many more or fewer a draft would have here: where health stands otherwise, since a draft is about nothing else. */
function drawChange(context: CanvasRenderingContext2D, change: number, token: Token): void {
  const text = change > 0 ? `+${change}` : `\u2212${-change}`;
  context.font = `600 10px ${token("--font-ui")}`;
  const width = Math.min(24, context.measureText(text).width + 8);
  const [x, y] = [SIZE - width - 0.5, 2];
  context.beginPath();
  context.roundRect(x, y, width, 14, 7);
  context.fillStyle = token("--plan");
  context.fill();
  context.fillStyle = token("--text-inv");
  context.fillText(text, x + width / 2, y + 7.5);
}

const PILL = { width: 40, height: 20, radius: 9 };

/** A frame that stretches around its text: `pill` for links, `pill-live` for moves. */
export function pillImage(token: Token, stroke: string): ImageData | null {
  const canvas = document.createElement("canvas");
  const { width, height, radius } = PILL;
  [canvas.width, canvas.height] = [width * SCALE, height * SCALE];
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.scale(SCALE, SCALE);
  context.beginPath();
  context.roundRect(0.5, 0.5, width - 1, height - 1, radius);
  context.fillStyle = token("--surface-2");
  context.fill();
  context.strokeStyle = token(stroke);
  context.stroke();
  return context.getImageData(0, 0, width * SCALE, height * SCALE);
}

/** Which part of a pill stretches, and where its text stands, in the picture's own pixels. */
export const PILL_STRETCH = {
  pixelRatio: SCALE,
  stretchX: [[PILL.radius * SCALE, (PILL.width - PILL.radius) * SCALE]] as [number, number][],
  stretchY: [[PILL.radius * SCALE, (PILL.height - PILL.radius) * SCALE]] as [number, number][],
  content: [PILL.radius * SCALE, 2 * SCALE, (PILL.width - PILL.radius) * SCALE, (PILL.height - 2) * SCALE] as [
    number,
    number,
    number,
    number,
  ],
};
