import type { Style } from "./painter.js";

/** Sizes in pixels. A character's width is that of the widest usual monospaced font and a little more, so that no text leaves its box. */
export const size = {
  font: 12,
  character: 7.45,
  line: 17,
  padding: 9,
  gap: 30,
  rowGap: 7,
  number: 34,
  margin: 16,
  columnCharacters: 44,
} as const;

/** Only fonts that are there: an SVG in an `<img>` may load nothing. */
const fonts = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono','Courier New',monospace";

interface Colours {
  readonly background: string;
  readonly box: string;
  readonly border: string;
  readonly text: string;
  readonly styles: Readonly<Record<Exclude<Style, "plain">, string>>;
}

const light: Colours = {
  background: "#ffffff",
  box: "#f6f8fa",
  border: "#d0d7de",
  text: "#1f2328",
  styles: { quiet: "#59636e", strong: "#8250df", good: "#1a7f37", bad: "#cf222e", waiting: "#9a6700" },
};

const dark: Colours = {
  background: "#0d1117",
  box: "#151b23",
  border: "#3d444d",
  text: "#f0f6fc",
  styles: { quiet: "#9198a1", strong: "#ab7df8", good: "#3fb950", bad: "#f85149", waiting: "#d29922" },
};

function rules(colours: Colours): string {
  const styles = Object.entries(colours.styles).map(([style, colour]) => `.${style}{fill:${colour}}`);
  return [
    `.background{fill:${colours.background}}`,
    `.box{fill:${colours.box};stroke:${colours.border}}`,
    `.plain{fill:${colours.text}}`,
    ...styles,
    `.lane{stroke:${colours.border}}`,
    `.wait{stroke:${colours.styles.waiting}}`,
  ].join("");
}

/** Light unless the reader's system asks for dark; renderers without the media query show light. */
export const css = [
  `text{font:${size.font}px ${fonts};white-space:pre}`,
  ".title,.strong{font-weight:bold}.wait{fill:none;stroke-width:1.5;stroke-dasharray:4 3}.arrow{stroke:none}",
  rules(light),
  `@media(prefers-color-scheme:dark){${rules(dark)}}`,
].join("");
