// Draws what a terminal shows as an SVG, in the reader's light or dark colours. Bars of block characters become
// rectangles, so that no font leaves gaps in them.
//
//   tmux capture-pane -e -p | node terminal.mjs '$ ./sideband top' top.svg
import { readFileSync, writeFileSync } from 'node:fs';

const [command, out] = process.argv.slice(2);
const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const CELL = 8.4, LINE = 20, LEFT = 22, TOP = 66;
const EIGHTHS = ' ▏▎▍▌▋▊▉█';

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The runs of one look in a line: bold, dim and cyan are all that there is. */
function* runs(line) {
  let look = new Set();
  let column = 0;
  for (const piece of line.split(/(\x1b\[[\d;]*m)/)) {
    const code = /^\x1b\[([\d;]*)m$/.exec(piece);
    if (code) {
      for (const number of code[1].split(';').map(Number)) {
        if (number === 0) look = new Set();
        else if (number === 1) look.add('bold');
        else if (number === 2) look.add('dim');
        else if (number === 22) { look.delete('bold'); look.delete('dim'); }
        else if (number === 36) look.add('cyan');
        else if (number === 39) look.delete('cyan');
        else if (number !== 49) throw new Error(`escape: ${number} (expected: bold, dim, cyan)`);
      }
      continue;
    }
    for (const word of piece.match(/[▏▎▍▌▋▊▉█]+|░+|[^▏▎▍▌▋▊▉█░]+/g) ?? []) {
      yield { word, look: [...look].join(' '), column };
      column += [...word].length;
    }
  }
}

function drawn({ word, look, column }, row) {
  const [x, y] = [LEFT + column * CELL, TOP + row * LINE];
  const length = [...word].reduce((sum, letter) => sum + EIGHTHS.indexOf(letter) / 8, 0);
  if (EIGHTHS.slice(1).includes(word[0])) {
    return `<rect class="bar" x="${x.toFixed(1)}" y="${y - 12}" width="${(length * CELL).toFixed(1)}" height="13"/>`;
  }
  if (word[0] === '░') {
    return `<rect class="rest" x="${x.toFixed(1)}" y="${y - 12}" width="${(word.length * CELL).toFixed(1)}" height="13"/>`;
  }
  const text = word.trimEnd();
  const indent = text.length - text.trimStart().length;
  if (text === '') return '';
  return `<text class="${look}" x="${(x + indent * CELL).toFixed(1)}" y="${y}" textLength="${
    ((text.length - indent) * CELL).toFixed(1)}">${escaped(text.trimStart())}</text>`;
}

const width = Math.round(2 * LEFT + CELL * Math.max(...lines.map((line) => line.replace(/\x1b\[[\d;]*m/g, '').length)));
const height = TOP + lines.length * LINE;
writeFileSync(out, `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>
svg { --back: #ffffff; --edge: #d0d7de; --ink: #1f2328; --soft: #6b747e; --accent: #0b7285 }
@media (prefers-color-scheme: dark) {
  svg { --back: #0d1117; --edge: #30363d; --ink: #e6edf3; --soft: #8b949e; --accent: #39c5cf } }
text { font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); white-space: pre }
.bold { font-weight: 700 } .dim { fill: var(--soft) } .cyan, .bar { fill: var(--accent) }
.rest { fill: var(--accent); opacity: 0.25 }
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="var(--back)" stroke="var(--edge)"/>
<text class="dim" x="${LEFT}" y="34">${escaped(command)}</text>
${lines.flatMap((line, row) => [...runs(line)].map((run) => drawn(run, row))).filter(Boolean).join('\n')}
</svg>
`);
