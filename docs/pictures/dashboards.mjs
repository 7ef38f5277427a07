// Draws the upper part of a Grafana dashboard as an SVG: the panels of its file, in their places, with what a Prometheus
// answers to their queries now. It is not Grafana, and does what these dashboards need: stat, timeseries, barchart and
// heatmap. The colours follow the reader's light or dark ones.
//
//   node dashboards.mjs http://127.0.0.1:9090 ../../otel-config/dashboards/starts.json starts.svg 22 15
//                                                                               grid rows ^   ^ minutes
import { readFileSync, writeFileSync } from 'node:fs';
import * as echarts from 'echarts';

const [prometheus, file, out, rows, minutes] = process.argv.slice(2);
const dashboard = JSON.parse(readFileSync(file, 'utf8'));
const STEP = 15;
const now = Math.floor(Date.now() / 1000 / STEP) * STEP;
const COLUMN = 46, ROW = 36, GAP = 8, HEAD = 56;

// What follows the reader's colours is drawn in these, and then becomes a variable of the style.
const INK = '#010101', SOFT = '#010102', GRID = '#010103', PANEL = '#010104';
const NAMED = {
  green: '#4fa85a', red: '#d9484f', orange: '#ef8c2d', yellow: '#d6a50f', blue: '#4a86e8', purple: '#a267d1',
};
const PALETTE = [NAMED.green, NAMED.yellow, NAMED.blue, NAMED.orange, NAMED.purple, NAMED.red, '#3aa6a0', '#8a94a3'];
const FONT = 'system-ui, Segoe UI, Helvetica Neue, DejaVu Sans, sans-serif';

// ---- what Prometheus answers ---------------------------------------------------------------------------------------

async function ask(path, parameters) {
  const answer = await (await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`)).json();
  if (answer.status !== 'success') throw new Error(`${parameters.query}: ${answer.error}`);
  return answer.data.result;
}

/** As Grafana fills its variables in, at a scrape interval of at most 15 s. */
function query(target) {
  return target.expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', `${minutes}m`)
    .replaceAll('$instance', '.*');
}

const over = (target) =>
  ask('query_range', { query: query(target), start: now - minutes * 60, end: now, step: STEP });
const at = (target) => ask('query', { query: query(target), time: now });

function legend(target, metric) {
  if (!target.legendFormat || target.legendFormat === '__auto') return Object.values(metric).join(' ');
  return target.legendFormat.replace(/{{\s*(\w+)\s*}}/g, (_, label) => metric[label] ?? '').trim();
}

// ---- units and colours ---------------------------------------------------------------------------------------------

function round(value, digits = 3) {
  return Number(value.toPrecision(digits)).toLocaleString('en', { maximumFractionDigits: 3 });
}

function scaled(value, steps, units) {
  let unit = 0;
  while (Math.abs(value) >= steps && unit < units.length - 1) { value /= steps; unit++; }
  return `${round(value)}${units[unit]}`;
}

function shown(value, unit) {
  if (!Number.isFinite(value)) return '';
  switch (unit) {
    case 's':
      if (value === 0) return '0';
      if (value < 0.001) return `${round(value * 1e6)} µs`;
      return value < 1 ? `${round(value * 1000)} ms` : `${round(value)} s`;
    case 'percentunit': return `${round(value * 100, 4)} %`;
    case 'bytes': return scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);
    case 'Bps': return scaled(value, 1000, [' B/s', ' kB/s', ' MB/s']);
    case 'reqps': return `${round(value)} req/s`;
    case 'reqpm': return `${round(value)} req/min`;
    case 'cps': return `${round(value)}/s`;
    case 'cpm': return `${round(value)}/min`;
    case 'currencyUSD': return `$${round(value)}`;
    case 'short': return scaled(value, 1000, ['', ' K', ' M']);
    default: throw new Error(`unit: ${unit} (expected: one that shown() knows)`);
  }
}

const colour = (name) => NAMED[name?.replace(/^(semi-|super-)?(dark|light)-/, '')] ?? name;

/** What an override says of a series: its color, unit, custom.axisPlacement, custom.lineStyle. */
function override(panel, name, id) {
  return panel.fieldConfig.overrides
    .filter(({ matcher }) => (matcher.id === 'byName' ? matcher.options === name
      : new RegExp(matcher.options.replace(/^\/|\/$/g, '')).test(name)))
    .flatMap(({ properties }) => properties)
    .find((property) => property.id === id)?.value;
}

const painted = (panel, name, place) =>
  colour(override(panel, name, 'color')?.fixedColor) ?? PALETTE[place % PALETTE.length];

function threshold(panel, value) {
  const steps = panel.fieldConfig.defaults.thresholds.steps;
  return colour(steps.filter((step) => step.value === null || value >= step.value).at(-1).color);
}

// ---- panels --------------------------------------------------------------------------------------------------------

const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function chart(width, height, option) {
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  drawing.setOption({ animation: false, textStyle: { fontFamily: FONT, color: SOFT }, ...option });
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return svg;
}

const quiet = (unit) => ({
  axisLabel: { color: SOFT, fontSize: 11, formatter: (value) => shown(value, unit) },
  splitLine: { lineStyle: { color: GRID } },
});
const clock = {
  type: 'time', min: (now - minutes * 60) * 1000, max: now * 1000,
  axisLabel: { color: SOFT, fontSize: 11, hideOverlap: true, formatter: '{HH}:{mm}' }, minInterval: 180_000,
  axisLine: { lineStyle: { color: GRID } }, axisTick: { show: false }, splitLine: { show: false },
};
const legendBelow = (names) => ({
  data: names, bottom: 0, left: 4, itemWidth: 12, itemHeight: 8, itemGap: 26, icon: 'roundRect',
  textStyle: { color: SOFT, fontSize: 11 }, type: names.length > 6 ? 'scroll' : 'plain', pageIconSize: 0,
  pageTextStyle: { color: SOFT, fontSize: 1 },
});

const times = Array.from({ length: minutes * 60 / STEP + 1 }, (_, place) => now - minutes * 60 + place * STEP);

async function timeseries(panel, width, height) {
  const { unit, custom } = panel.fieldConfig.defaults;
  const lines = [];
  for (const target of panel.targets) {
    for (const { metric, values } of await over(target)) {
      const known = new Map(values.map(([time, value]) => [time, Number(value)]));
      lines.push({
        name: legend(target, metric),
        data: times.map((time) => [time * 1000, Number.isFinite(known.get(time)) ? known.get(time) : null]),
      });
    }
  }
  if (lines.length === 0) return nothing(width, height);
  const type = custom.scaleDistribution?.type === 'log' ? 'log' : 'value';
  const right = lines.find(({ name }) => override(panel, name, 'custom.axisPlacement') === 'right');
  const axes = right ? [unit, override(panel, right.name, 'unit')] : [unit];
  return chart(width, height, {
    grid: { left: 14, right: 24, top: 10, bottom: 30, containLabel: true },
    xAxis: clock,
    yAxis: axes.map((one, place) => ({
      type, ...quiet(one), splitNumber: 4, ...(place > 0 && { splitLine: { show: false } }),
    })),
    legend: legendBelow(lines.map((line) => line.name)),
    series: lines.map(({ name, data }, place) => {
      const color = painted(panel, name, place);
      const dashed = override(panel, name, 'custom.lineStyle')?.fill === 'dash';
      return {
        name, data, type: custom.drawStyle === 'bars' ? 'bar' : 'line', showSymbol: false, barWidth: '70%',
        yAxisIndex: override(panel, name, 'custom.axisPlacement') === 'right' ? 1 : 0,
        stack: custom.stacking.mode === 'normal' ? 'all' : undefined,
        itemStyle: { color }, lineStyle: { color, width: 1.6 * custom.lineWidth, type: dashed ? 'dashed' : 'solid' },
        areaStyle: custom.fillOpacity > 0 && custom.drawStyle === 'line' ? { color, opacity: custom.fillOpacity / 100 } : undefined,
      };
    }),
  });
}

/** The rows and columns that the panel's transformations make of one table. */
async function barchart(panel, width, height) {
  const { rowField, columnField } = panel.transformations[0].options;
  const order = panel.transformations.find((one) => one.id === 'organize').options.indexByName;
  const table = (await at(panel.targets[0])).filter(({ value }) => Number.isFinite(Number(value[1])));
  if (table.length === 0) return nothing(width, height);
  const named = [...new Set(table.map(({ metric }) => metric[rowField]))].sort();
  const columns = Object.keys(order).filter((name) => table.some(({ metric }) => metric[columnField] === name));
  const cell = (row, column) =>
    table.find(({ metric }) => metric[rowField] === row && metric[columnField] === column)?.value[1];
  return chart(width, height, {
    grid: { left: 8, right: 20, top: 6, bottom: 30, containLabel: true },
    xAxis: { type: 'value', ...quiet(panel.fieldConfig.defaults.unit) },
    yAxis: {
      type: 'category', inverse: true, data: named, axisLabel: { color: INK, fontSize: 12 },
      axisLine: { lineStyle: { color: GRID } }, axisTick: { show: false },
    },
    legend: legendBelow(columns),
    series: columns.map((column, place) => ({
      name: column, type: 'bar', stack: 'all', barWidth: '62%',
      itemStyle: { color: painted(panel, column, place) },
      data: named.map((row) => Number(cell(row, column) ?? 0)),
    })),
  });
}

async function heatmap(panel, width, height) {
  const buckets = (await over(panel.targets[0]))
    .map(({ metric, values }) => ({ le: Number(metric.le.replace('+Inf', 'Infinity')), values }))
    .sort((one, other) => one.le - other.le);
  const cells = [];
  buckets.forEach(({ values }, row) => {
    const below = new Map(row === 0 ? [] : buckets[row - 1].values);
    for (const [time, value] of values) {
      const count = Number(value) - Number(below.get(time) ?? 0);
      if (count > 0.01) cells.push([time, row, count]);
    }
  });
  if (cells.length === 0) return nothing(width, height);
  const used = cells.map(([, row]) => row);
  const [low, high] = [Math.min(...used), Math.max(...used)];
  const most = Math.max(...cells.map(([, , count]) => count));
  return chart(width, height, {
    grid: { left: 14, right: 18, top: 10, bottom: 8, containLabel: true },
    xAxis: {
      type: 'category', data: times, axisTick: { show: false }, axisLine: { lineStyle: { color: GRID } },
      axisLabel: {
        color: SOFT, fontSize: 11, interval: (place, time) => time % 180 === 0,
        formatter: (time) => new Date(time * 1000).toTimeString().slice(0, 5),
      },
    },
    yAxis: {
      type: 'category', data: buckets.slice(low, high + 1).map(({ le }) => (le === Infinity ? '∞' : shown(le, 's'))),
      axisLabel: { color: SOFT, fontSize: 11 }, axisTick: { show: false }, axisLine: { lineStyle: { color: GRID } },
    },
    series: [{
      type: 'custom', renderItem: (_, cell) => {
        const [x, y] = cell.coord([cell.value(0), cell.value(1)]);
        const [w, h] = cell.size([1, 1]);
        return {
          type: 'rect', shape: { x: x - w / 2 + 0.5, y: y - h / 2 + 0.5, width: w - 1, height: h - 1 },
          style: { fill: NAMED.orange, opacity: 0.15 + 0.85 * Math.sqrt(cell.value(2) / most) },
        };
      },
      data: cells.map(([time, row, count]) => [times.indexOf(time), row - low, count]),
    }],
  });
}

async function stat(panel, width, height) {
  const { unit, decimals, noValue, mappings } = panel.fieldConfig.defaults;
  const target = panel.targets[0];
  const [series] = target.instant ? await at(target) : await over(target);
  const values = (target.instant ? [series?.value] : series?.values ?? []).filter(Boolean)
    .map(([time, value]) => [time * 1000, Number(value)]).filter(([, value]) => Number.isFinite(value));
  const last = values.at(-1)?.[1];
  const said = last === undefined ? noValue ?? 'no data' : mappings?.[0]?.options?.[last]?.text ?? shown(decimals === 0 ? Math.round(last) : last, unit);
  const paint = panel.options.colorMode === 'value' && last !== undefined ? threshold(panel, last) : INK;
  const line = panel.options.graphMode !== 'area' || values.length < 2 ? '' : chart(width, height, {
    grid: { left: 0, right: 0, top: '62%', bottom: 0 },
    xAxis: { ...clock, show: false }, yAxis: { type: 'value', show: false },
    series: [{
      type: 'line', showSymbol: false, data: values, lineStyle: { color: NAMED.blue, width: 1.2 },
      areaStyle: { color: NAMED.blue, opacity: 0.18 },
    }],
  });
  const size = Math.min(32, 1.5 * width / said.length);
  return `${line}<text x="12" y="${height * 0.52}" font-size="${size}" font-weight="600" fill="${paint}">${escaped(said)}</text>`;
}

const nothing = (width, height) =>
  `<text x="${width / 2}" y="${height / 2}" text-anchor="middle" font-size="13" fill="${SOFT}">No data</text>`;

const DRAWN = { timeseries, barchart, heatmap, stat };

// ---- the page ------------------------------------------------------------------------------------------------------

async function placed(panel) {
  const { x, y, w, h } = panel.gridPos;
  const [left, top] = [GAP + x * COLUMN, HEAD + y * ROW];
  const [width, height] = [w * COLUMN - GAP, h * ROW - GAP];
  if (panel.type === 'row') {
    return `<text x="${left + 4}" y="${top + 22}" font-size="14" font-weight="600" fill="${INK}">${escaped(panel.title)}</text>`;
  }
  const inner = await DRAWN[panel.type](panel, width, height - 28);
  return `<svg x="${left}" y="${top}" width="${width}" height="${height}">
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="4" fill="${PANEL}" stroke="${GRID}"/>
<text x="12" y="20" font-size="${Math.min(13, 1.6 * (width - 24) / panel.title.length)}" font-weight="600" fill="${INK}">${escaped(panel.title)}</text>
<svg y="28" width="${width}" height="${height - 28}">${inner}</svg></svg>`;
}

const panels = dashboard.panels.filter(({ gridPos: { y, h } }) => y + h <= Number(rows));
const drawn = [];
for (const panel of panels) drawn.push(await placed(panel));
const [width, height] = [24 * COLUMN + GAP, HEAD + rows * ROW];
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">
<style>
svg { --ink: #1f2328; --soft: #59636e; --grid: #dde2e8; --panel: #ffffff; --back: #f4f6f8 }
@media (prefers-color-scheme: dark) {
  svg { --ink: #dfe4ea; --soft: #9198a1; --grid: #2b3139; --panel: #161b22; --back: #0d1117 } }
</style>
<rect width="${width}" height="${height}" rx="8" fill="var(--back)"/>
<text x="16" y="35" font-size="19" font-weight="600" fill="${INK}">${escaped(dashboard.title)}</text>
<text x="${width - 16}" y="35" font-size="12.5" text-anchor="end" fill="${SOFT}">the last ${minutes} minutes, instance All</text>
${drawn.join('\n')}
</svg>
`;
writeFileSync(out, [[INK, '--ink'], [SOFT, '--soft'], [GRID, '--grid'], [PANEL, '--panel']]
  .reduce((text, [from, to]) => text.replaceAll(from, `var(${to})`), svg)
  .replace(/ style="font-size:([\d.]+)px;font-family:[^"]*"/g, ' style="font-size:$1px"')
  .replace(/<rect width="\d+" height="\d+" x="0" y="0" fill="none"><\/rect>\n?/g, ''));
console.log(`${out}: ${panels.length} of ${dashboard.panels.length} panels`);
